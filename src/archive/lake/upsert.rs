//! New rows of a Delta table that take the place of older ones with the same key.

use std::sync::Arc;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::error::DataFusionError;
use datafusion::prelude::{DataFrame, SessionContext};

use super::merge_queries::{MergeQueries, NEW_ROWS, OLD_ROWS, RowKey};
use super::row_writer::{ATTEMPTS, outrun, totals, write_files};
use crate::delta::{
    ChangeKind, CommitOutcome, CommitRequest, DeltaLocation, DeltaSnapshot, DeltaTableLayout,
    DeltaTableWriter, WrittenFile,
};
use crate::error::{Error, Result};
use crate::sql;
use crate::tables::DeltaTable;

/// What became of the new rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MergedRows {
    /// New rows that are in the table now.
    pub(crate) written: u64,
    /// Rows that took the place of older ones, among `written`.
    pub(crate) replaced: u64,
    /// Bytes of the new files.
    pub(crate) bytes: u64,
    /// The version that has them; `None` if nothing was to write.
    pub(crate) version: Option<u64>,
}

/// Merges `rows` into the table at `location`: a row whose key is not there is added, one that is newer replaces the
/// older, and any other is left out.
///
/// `applications` are committed with the rows.
///
/// # Errors
/// If a query fails, the store refuses, or other writers are faster each time.
pub(crate) async fn merge(
    context: &SessionContext,
    location: &DeltaLocation,
    rows: Arc<dyn TableProvider>,
    layout: &DeltaTableLayout,
    key: &RowKey,
    applications: &[(String, i64)],
) -> Result<MergedRows> {
    for _ in 0..ATTEMPTS {
        let writer = DeltaTableWriter::open(location.clone(), layout.clone()).await?;
        let base = writer.base().cloned();
        let old_schema = base.as_ref().map(|base| Arc::clone(base.schema()));
        let mut merge = RowMerge {
            context,
            queries: MergeQueries::new(writer.layout(), rows.schema(), old_schema, key),
        };
        let _new = registered(context, NEW_ROWS, Arc::clone(&rows))?;
        let repeated = merge.collected(&merge.queries.repeated_key()).await?;
        merge.queries.has_unique_keys = repeated.iter().all(|batch| batch.num_rows() == 0);
        let (added, removed, counts) = merge.files(&writer, base.as_ref()).await?;
        let (_, bytes) = totals(&added);
        if added.is_empty() && removed.is_empty() && base.is_some() {
            return Ok(MergedRows {
                bytes,
                version: None,
                ..counts
            });
        }
        let request = CommitRequest {
            added,
            removed,
            kind: ChangeKind::Replace,
            applications: applications.to_vec(),
        };
        match writer.commit(request).await? {
            CommitOutcome::Committed(version) => {
                return Ok(MergedRows {
                    bytes,
                    version: Some(version),
                    ..counts
                });
            }
            CommitOutcome::AlreadyThere => {
                return Ok(MergedRows {
                    written: 0,
                    replaced: 0,
                    bytes: 0,
                    version: None,
                });
            }
            CommitOutcome::Outdated(_) => {}
        }
    }
    Err(outrun(location))
}

/// One attempt.
struct RowMerge<'a> {
    context: &'a SessionContext,
    queries: MergeQueries<'a>,
}

/// A table of the session for as long as it is needed.
struct RegisteredTable<'a> {
    context: &'a SessionContext,
    name: &'static str,
}

impl Drop for RegisteredTable<'_> {
    fn drop(&mut self) {
        let name = TableReference::bare(self.name);
        self.context.deregister_table(name).ok();
    }
}

fn registered<'a>(
    context: &'a SessionContext,
    name: &'static str,
    table: Arc<dyn TableProvider>,
) -> Result<RegisteredTable<'a>> {
    context.register_table(TableReference::bare(name), table)?;
    Ok(RegisteredTable { context, name })
}

impl RowMerge<'_> {
    /// The files to add, those to remove, and the counts.
    async fn files(
        &self,
        writer: &DeltaTableWriter,
        base: Option<&Arc<DeltaSnapshot>>,
    ) -> Result<(Vec<WrittenFile>, Vec<String>, MergedRows)> {
        let Some(base) = base else {
            let added = self.written(writer, &self.queries.newest()).await?;
            let (written, _) = totals(&added);
            return Ok((added, Vec::new(), counted(written, 0)));
        };
        let options = self.context.state().default_table_options();
        let table = DeltaTable::try_new(Arc::clone(base), options)?.with_file_names();
        let _old = registered(self.context, OLD_ROWS, Arc::new(table))?;
        let touched = self.touched_files().await?;
        let replaced: u64 = touched.iter().map(|(_, rows)| rows).sum();
        let paths: Vec<String> = touched.into_iter().map(|(path, _)| path).collect();
        let old_rows = self.old_rows(base, &paths).await?;
        let added = self.written(writer, &self.queries.changed(&paths)).await?;
        let (all, _) = totals(&added);
        // What is written is the new rows, and the old ones of these files that stay.
        let written = (all + replaced).saturating_sub(old_rows);
        Ok((added, paths, counted(written, replaced)))
    }

    /// Files of the table with rows that are replaced, and how many of them.
    async fn touched_files(&self) -> Result<Vec<(String, u64)>> {
        let mut touched = Vec::new();
        for batch in self.collected(&self.queries.touched_files()).await? {
            let paths = cast(batch.column(0), &DataType::Utf8).map_err(DataFusionError::from)?;
            let paths = paths.as_string::<i32>();
            let rows = batch.column(1).as_primitive::<Int64Type>();
            for row in 0..batch.num_rows() {
                let count = u64::try_from(rows.value(row)).unwrap_or_default();
                touched.push((paths.value(row).to_owned(), count));
            }
        }
        Ok(touched)
    }

    /// Rows of the files at `paths`.
    async fn old_rows(&self, base: &DeltaSnapshot, paths: &[String]) -> Result<u64> {
        let files = base.files().await?;
        let touched = files.iter().filter(|file| paths.contains(&file.log_path));
        let rows = touched.map(|file| file.bounds.rows?.checked_sub(file.deleted));
        if let Some(rows) = rows.sum::<Option<u64>>() {
            return Ok(rows);
        }
        // The log need not say how many rows a file has.
        let counted = self.collected(&self.queries.count_of(paths)).await?;
        let first = counted.first().filter(|batch| batch.num_rows() == 1);
        let rows = first.map_or(0, |batch| {
            batch.column(0).as_primitive::<Int64Type>().value(0)
        });
        Ok(u64::try_from(rows).unwrap_or_default())
    }

    async fn collected(&self, text: &str) -> Result<Vec<RecordBatch>> {
        Ok(self.planned(text).await?.collect().await?)
    }

    /// Planned as statements of users are: the stock parser reads `a IS DISTINCT FROM b OR c` as `a IS DISTINCT
    /// FROM (b OR c)`.
    async fn planned(&self, text: &str) -> Result<DataFrame> {
        match sql::parse(text)?.as_slice() {
            [statement] => sql::plan(self.context, statement).await,
            _ => Err(Error::Sql("a merge is one statement".to_owned())),
        }
    }

    async fn written(&self, writer: &DeltaTableWriter, text: &str) -> Result<Vec<WrittenFile>> {
        let plan = self.planned(text).await?.create_physical_plan().await?;
        write_files(self.context, writer, plan).await
    }
}

fn counted(written: u64, replaced: u64) -> MergedRows {
    MergedRows {
        written,
        replaced,
        bytes: 0,
        version: None,
    }
}
