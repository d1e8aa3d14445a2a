//! Tables of a mapping.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use toml::Spanned;

use super::columns::{ColumnDefaults, ColumnRule};
use super::sections::{ColumnSection, NamedColumn, SourceSection, TableSection};
use super::source_names::SourceNames;
use super::text::MappingText;
use crate::archive::ingest::values::TargetType;
use crate::error::Result;
use crate::text::nearest;

/// A table that source rows fill. Columns are named by their places.
#[derive(Debug)]
pub struct MappedTable {
    /// Its name, which is that of its folder.
    pub name: String,
    /// Its columns, all of which may be NULL except those of the key.
    pub schema: SchemaRef,
    /// Columns that name a row; never NULL.
    pub key: Vec<usize>,
    /// Of two rows with one key the one with the greater value stays.
    pub version: Option<usize>,
    /// Times or dates by whose month the table is divided.
    pub partition_by: Option<usize>,
    /// Order of the rows, with true for the descending ones.
    pub sort: Vec<(usize, bool)>,
    /// A source row gives a row only where these have values.
    pub(crate) only_if: Vec<usize>,
    /// Rows that a source row may give, at least one.
    pub(crate) rows: Vec<RowRule>,
}

/// A row of a table: a rule for each column of its schema; `None` where the row leaves a column out.
#[derive(Debug)]
pub(crate) struct RowRule {
    pub(crate) columns: Vec<Option<ColumnRule>>,
}

/// The sections of the columns of one row, in order.
type RowSections<'a> = Vec<(&'a str, &'a ColumnSection, Range<usize>)>;

impl MappedTable {
    /// Checks `[tables.NAME]`.
    ///
    /// # Errors
    /// If a key of it is wrong; the error has its line.
    pub(super) fn checked(
        text: &MappingText,
        name: &str,
        written: &Spanned<TableSection>,
        source: &SourceSection,
        names: &mut SourceNames,
    ) -> Result<Self> {
        let section = written.get_ref();
        refuse_name(text, name, &written.span())?;
        let defaults = ColumnDefaults {
            source,
            null: &section.null,
            timezone: section.timezone.as_ref(),
        };
        let mut rows = Vec::new();
        for sections in row_sections(section) {
            let columns = sections.into_iter();
            let rules = columns.map(|column| ColumnRule::checked(text, column, defaults, names));
            rows.push(rules.collect::<Result<Vec<_>>>()?);
        }
        let fields = fields(text, &written.span(), &rows)?;
        let place = |column: &Spanned<String>| place(text, &fields, column);
        let key: Vec<usize> = section
            .key
            .get_ref()
            .iter()
            .map(place)
            .collect::<Result<_>>()?;
        if key.is_empty() {
            let problem =
                format!("table {name:?}: key is empty: name the columns that tell its rows apart");
            return Err(text.problem(&section.key.span(), problem));
        }
        let version = section.version.as_ref().map(place).transpose()?;
        let partition_by = section.partition_by.as_ref().map(place).transpose()?;
        if let (Some(column), Some(written)) = (partition_by, &section.partition_by) {
            refuse_no_time(text, fields.get(column), written)?;
        }
        let only_if = only_if(text, &fields, section)?;
        let rows = rows
            .into_iter()
            .map(|rules| RowRule::placed(rules, &fields, &key));
        Ok(Self {
            name: name.to_owned(),
            key: key.clone(),
            version,
            partition_by,
            sort: sort(text, &fields, &section.sort)?,
            only_if,
            rows: rows.collect(),
            schema: Arc::new(schema(&fields)),
        })
    }
}

impl RowRule {
    /// Puts the rules in the places of their columns. Key columns are required.
    fn placed(rules: Vec<ColumnRule>, fields: &[(String, TargetType)], key: &[usize]) -> Self {
        let mut columns: Vec<Option<ColumnRule>> = fields.iter().map(|_| None).collect();
        for mut rule in rules {
            let place = fields.iter().position(|(name, _)| *name == rule.name);
            if let Some(place) = place {
                rule.is_required |= key.contains(&place);
                if let Some(slot) = columns.get_mut(place) {
                    *slot = Some(rule);
                }
            }
        }
        Self { columns }
    }
}

/// A table is a folder: its name must be one, and must not look like another folder of the lake.
fn refuse_name(text: &MappingText, name: &str, span: &Range<usize>) -> Result<()> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    if !name.is_empty() && !name.starts_with('_') && name.chars().all(is_plain) {
        return Ok(());
    }
    let problem = format!(
        "the table name {name:?} must be of letters, digits, - and _, and not begin with _"
    );
    Err(text.problem(span, problem))
}

/// Columns of each row that a source row may give.
fn row_sections(section: &TableSection) -> Vec<RowSections<'_>> {
    let common = in_order(&section.columns);
    if section.rows.is_empty() {
        return vec![common];
    }
    let row = |own: &'_ BTreeMap<String, Spanned<NamedColumn>>| {
        let mut columns = common.clone();
        columns.retain(|(name, _, _)| !own.contains_key(*name));
        columns
    };
    section
        .rows
        .iter()
        .map(|own| {
            let mut columns = row(own);
            columns.extend(in_order(own));
            columns
        })
        .collect()
}

fn in_order(columns: &BTreeMap<String, Spanned<NamedColumn>>) -> RowSections<'_> {
    let columns = columns.iter();
    let mut all: RowSections<'_> = columns
        .map(|(name, column)| (name.as_str(), &column.get_ref().0, column.span()))
        .collect();
    all.sort_by_key(|(_, _, span)| span.start);
    all
}

/// Columns of all rows, in the order in which they appear.
fn fields(
    text: &MappingText,
    span: &Range<usize>,
    rows: &[Vec<ColumnRule>],
) -> Result<Vec<(String, TargetType)>> {
    let mut fields: Vec<(String, TargetType)> = Vec::new();
    for rule in rows.iter().flatten() {
        let known = fields.iter().find(|(name, _)| *name == rule.name);
        match known {
            None => fields.push((rule.name.clone(), rule.reader.target)),
            Some((_, target)) if *target == rule.reader.target => {}
            Some(_) => {
                let problem = format!(
                    "column {:?} has different types in the rows of the table",
                    rule.name
                );
                return Err(text.problem(span, problem));
            }
        }
    }
    if fields.is_empty() {
        return Err(text.problem(
            span,
            "the table has no columns: write [tables.NAME.columns]",
        ));
    }
    Ok(fields)
}

fn place(
    text: &MappingText,
    fields: &[(String, TargetType)],
    column: &Spanned<String>,
) -> Result<usize> {
    let wanted = column.get_ref();
    let place = fields.iter().position(|(name, _)| name == wanted);
    place.ok_or_else(|| {
        let near = nearest(wanted, fields.iter().map(|(name, _)| name.as_str()));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
        let problem = format!("the table has no column {wanted:?}{hint}");
        text.problem(&column.span(), problem)
    })
}

fn refuse_no_time(
    text: &MappingText,
    field: Option<&(String, TargetType)>,
    written: &Spanned<String>,
) -> Result<()> {
    if field.is_some_and(|(_, target)| target.is_time()) {
        return Ok(());
    }
    let problem =
        "partition_by needs a column of type timestamp or date, whose months divide the table";
    Err(text.problem(&written.span(), problem))
}

fn sort(
    text: &MappingText,
    fields: &[(String, TargetType)],
    written: &[Spanned<String>],
) -> Result<Vec<(usize, bool)>> {
    let key = |entry: &Spanned<String>| {
        let words: Vec<&str> = entry.get_ref().split_whitespace().collect();
        let is_descending = match words.as_slice() {
            [_, word] if word.eq_ignore_ascii_case("desc") => true,
            [_] => false,
            [_, word] if word.eq_ignore_ascii_case("asc") => false,
            _ => {
                let problem = format!(
                    "{:?} is not a sort key: write \"column\" or \"column desc\"",
                    entry.get_ref()
                );
                return Err(text.problem(&entry.span(), problem));
            }
        };
        let name = words.first().copied().unwrap_or_default().to_owned();
        let column = Spanned::new(entry.span(), name);
        Ok((place(text, fields, &column)?, is_descending))
    };
    written.iter().map(key).collect()
}

fn only_if(
    text: &MappingText,
    fields: &[(String, TargetType)],
    section: &TableSection,
) -> Result<Vec<usize>> {
    let Some(written) = &section.only_if else {
        return Ok(Vec::new());
    };
    let columns = written.get_ref().all().iter();
    columns
        .map(|column| place(text, fields, &Spanned::new(written.span(), column.clone())))
        .collect()
}

fn schema(fields: &[(String, TargetType)]) -> Schema {
    let fields = fields.iter().map(|(name, target)| {
        let field = Field::new(name, target.data_type(), true);
        match target {
            TargetType::Duration => {
                field.with_metadata([("unit".to_owned(), "seconds".to_owned())].into())
            }
            _ => field,
        }
    });
    Schema::new(fields.collect::<Vec<_>>())
}
