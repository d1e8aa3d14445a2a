//! The queries by which new rows take the place of older ones, as SQL over two tables.

use datafusion::arrow::datatypes::SchemaRef;

use crate::delta::DeltaTableLayout;
use crate::tables::FILE_COLUMN;

/// Names of the tables that the queries read; no user's table has them.
pub(super) const NEW_ROWS: &str = "\u{1}new_rows";
pub(super) const OLD_ROWS: &str = "\u{1}old_rows";

/// Which rows are the same thing, and which of them is newer.
#[derive(Debug, Clone)]
pub(crate) struct RowKey {
    /// Columns that name a row; none of them is NULL.
    pub(crate) columns: Vec<String>,
    /// Column that is greater in a newer row; without it a row that differs is newer.
    pub(crate) version: Option<String>,
    /// Columns of the new rows that say in which order they came: of two with the same version the later counts.
    /// They are not written.
    pub(crate) arrival: Vec<String>,
}

/// The queries of one merge.
pub(super) struct MergeQueries<'a> {
    layout: DeltaTableLayout,
    new: SchemaRef,
    old: Option<SchemaRef>,
    key: &'a RowKey,
    /// True if each key stands once among the new rows, which spares a sort.
    pub(super) has_unique_keys: bool,
}

impl<'a> MergeQueries<'a> {
    /// `new` and `old` are the columns of the new rows and of the table.
    pub(super) fn new(
        layout: &DeltaTableLayout,
        new: SchemaRef,
        old: Option<SchemaRef>,
        key: &'a RowKey,
    ) -> Self {
        Self {
            layout: layout.clone(),
            new,
            old,
            key,
            has_unique_keys: false,
        }
    }

    /// One row if two of the new rows have one key.
    pub(super) fn repeated_key(&self) -> String {
        let keys = self.keys();
        let new = ident(NEW_ROWS);
        format!("SELECT 1 FROM {new} n GROUP BY {keys} HAVING count(*) > 1 LIMIT 1")
    }

    fn keys(&self) -> String {
        let keys = self.key.columns.iter().map(|name| column("n", name));
        keys.collect::<Vec<_>>().join(", ")
    }

    /// The newest of the new rows with each key, in the columns of the table.
    pub(super) fn newest(&self) -> String {
        if self.has_unique_keys {
            let columns = self.columns("n", Some(&self.new));
            return format!("SELECT {columns} FROM {} n", ident(NEW_ROWS));
        }
        let version = self.key.version.iter();
        let order = version.chain(&self.key.arrival);
        let order: Vec<String> = order
            .map(|name| format!("{} DESC NULLS LAST", column("n", name)))
            .collect();
        let order = if order.is_empty() {
            String::new()
        } else {
            format!(" ORDER BY {}", order.join(", "))
        };
        format!(
            "SELECT {columns} FROM {new} n QUALIFY row_number() OVER (PARTITION BY {keys}{order}) = 1",
            columns = self.columns("n", Some(&self.new)),
            new = ident(NEW_ROWS),
            keys = self.keys(),
        )
    }

    /// Files with older rows that are replaced, and their number.
    pub(super) fn touched_files(&self) -> String {
        format!(
            "SELECT {file}, count(*) FROM {old} o JOIN ({newest}) n ON {same} WHERE {newer} GROUP BY 1 ORDER BY 1",
            file = column("o", FILE_COLUMN),
            old = ident(OLD_ROWS),
            newest = self.newest(),
            same = self.same(),
            newer = self.newer(),
        )
    }

    /// The new rows that the table does not have as new, and the rows of `paths` that are not replaced.
    pub(super) fn changed(&self, paths: &[String]) -> String {
        let first = column("o", &self.key.columns[0]);
        let new = format!(
            "SELECT {columns} FROM ({newest}) n LEFT JOIN {old} o ON {same} AND NOT coalesce({newer}, false) \
             WHERE {first} IS NULL",
            columns = self.columns("n", Some(&self.layout.schema)),
            newest = self.newest(),
            old = ident(OLD_ROWS),
            same = self.same(),
            newer = self.newer(),
        );
        if paths.is_empty() {
            return new;
        }
        let kept = format!(
            "SELECT {columns} FROM {old} o LEFT JOIN ({newest}) n ON {same} AND coalesce({newer}, false) \
             WHERE {files} AND {first} IS NULL",
            columns = self.columns("o", self.old.as_ref()),
            old = ident(OLD_ROWS),
            newest = self.newest(),
            same = self.same(),
            newer = self.newer(),
            files = in_files(paths),
            first = column("n", &self.key.columns[0]),
        );
        format!("{new} UNION ALL {kept}")
    }

    /// Number of rows in `paths`.
    pub(super) fn count_of(&self, paths: &[String]) -> String {
        format!(
            "SELECT count(*) FROM {} o WHERE {}",
            ident(OLD_ROWS),
            in_files(paths)
        )
    }

    /// The columns of the table from `alias`, NULL where that has none.
    fn columns(&self, alias: &str, known: Option<&SchemaRef>) -> String {
        let columns = self.layout.schema.fields().iter().map(|field| {
            let name = field.name();
            let is_known = known.is_some_and(|known| known.field_with_name(name).is_ok());
            if is_known {
                return format!("{} AS {}", column(alias, name), ident(name));
            }
            let data_type = field.data_type().to_string().replace('\'', "''");
            format!("arrow_cast(NULL, '{data_type}') AS {}", ident(name))
        });
        columns.collect::<Vec<_>>().join(", ")
    }

    fn same(&self) -> String {
        let keys = self.key.columns.iter();
        let keys = keys.map(|name| format!("{} = {}", column("n", name), column("o", name)));
        keys.collect::<Vec<_>>().join(" AND ")
    }

    /// True if the new row is newer than the old one.
    fn newer(&self) -> String {
        if let Some(version) = &self.key.version {
            let (new, old) = (column("n", version), column("o", version));
            return format!("({new} > {old} OR ({old} IS NULL AND {new} IS NOT NULL))");
        }
        let is_known = |name: &String| {
            let old = self.old.as_ref();
            old.is_some_and(|old| old.field_with_name(name).is_ok())
        };
        let others = self.new.fields().iter().map(|field| field.name());
        let others = others.filter(|name| {
            !self.key.columns.contains(name) && !self.key.arrival.contains(name) && is_known(name)
        });
        let differ = others.map(|name| {
            format!(
                "({} IS DISTINCT FROM {})",
                column("n", name),
                column("o", name)
            )
        });
        let differ: Vec<String> = differ.collect();
        if differ.is_empty() {
            return "false".to_owned();
        }
        format!("({})", differ.join(" OR "))
    }
}

fn in_files(paths: &[String]) -> String {
    let texts = paths
        .iter()
        .map(|path| format!("'{}'", path.replace('\'', "''")));
    let list = texts.collect::<Vec<_>>().join(", ");
    format!("{} IN ({list})", column("o", FILE_COLUMN))
}

fn column(alias: &str, name: &str) -> String {
    format!("{alias}.{}", ident(name))
}

fn ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
