//! Many small files of a Delta table written anew as few sorted ones, and files that nobody needs deleted.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{TimeDelta, Utc};
use datafusion::prelude::SessionContext;
use futures::StreamExt;

use super::row_writer::{FILE_BYTES, totals, write_files};
use crate::delta::{
    ChangeKind, CommitOutcome, CommitRequest, DeltaFile, DeltaLocation, DeltaSnapshot,
    DeltaTableLayout, DeltaTableWriter, ObsoleteFiles, WrittenFile, existing,
};
use crate::error::{Error, Result};
use crate::tables::DeltaTable;

/// A file of fewer bytes is small.
const SMALL_BYTES: u64 = (FILE_BYTES as u64) / 2;

/// What to do with a table.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct OptimizeOptions {
    /// Age up to which replaced files stay, for readers of older versions; `None` leaves all.
    pub(crate) retention: Option<TimeDelta>,
}

/// Files of one partition that become one or few.
#[derive(Debug, Clone)]
struct FileGroupPlan {
    partition: String,
    files: Vec<DeltaFile>,
}

/// What optimizing a table would do.
#[derive(Debug)]
pub(crate) struct OptimizePlan {
    location: DeltaLocation,
    base: Arc<DeltaSnapshot>,
    groups: Vec<FileGroupPlan>,
    obsolete: ObsoleteFiles,
}

/// What optimizing a table has done, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OptimizeReport {
    /// Partitions whose files are written anew.
    pub(crate) partitions: Vec<String>,
    pub(crate) files_before: usize,
    pub(crate) bytes_before: u64,
    /// Files that take their place; unknown before they are written.
    pub(crate) files_after: Option<usize>,
    pub(crate) bytes_after: Option<u64>,
    pub(crate) rows: u64,
    /// The new version; `None` if nothing was to do.
    pub(crate) version: Option<u64>,
    pub(crate) deleted_files: usize,
    pub(crate) deleted_bytes: u64,
}

impl OptimizePlan {
    /// Looks at the table at `location`.
    ///
    /// # Errors
    /// If there is no table, or its log cannot be read.
    pub(crate) async fn new(location: DeltaLocation, options: OptimizeOptions) -> Result<Self> {
        let Some(base) = existing(&location).await? else {
            return Err(location.without_table().await);
        };
        let files = base.files().await?;
        let mut partitions: BTreeMap<String, Vec<DeltaFile>> = BTreeMap::new();
        for file in files.iter() {
            let small = file.meta.size < SMALL_BYTES || file.deleted > 0;
            if small {
                let values = file.partition_values.iter().map(ToString::to_string);
                let columns = base.partition_columns().iter().zip(values);
                let name: Vec<String> = columns
                    .map(|(column, value)| format!("{column}={value}"))
                    .collect();
                partitions
                    .entry(name.join("/"))
                    .or_default()
                    .push(file.clone());
            }
        }
        let groups = partitions
            .into_iter()
            .filter(|(_, files)| files.len() > 1 || files.iter().any(|file| file.deleted > 0))
            .map(|(partition, files)| FileGroupPlan { partition, files });
        let obsolete = match options.retention {
            Some(retention) => ObsoleteFiles::find(&base, retention, Utc::now()).await?,
            None => ObsoleteFiles::default(),
        };
        Ok(Self {
            groups: groups.collect(),
            location,
            base,
            obsolete,
        })
    }

    /// What [`run`](Self::run) would do.
    pub(crate) fn report(&self) -> OptimizeReport {
        let files = || self.groups.iter().flat_map(|group| &group.files);
        let rows = files().filter_map(|file| file.bounds.rows?.checked_sub(file.deleted));
        OptimizeReport {
            partitions: self
                .groups
                .iter()
                .map(|group| group.partition.clone())
                .collect(),
            files_before: files().count(),
            bytes_before: files().map(|file| file.meta.size).sum(),
            rows: rows.sum(),
            deleted_files: self.obsolete.count(),
            deleted_bytes: self.obsolete.bytes(),
            ..OptimizeReport::default()
        }
    }

    /// Writes the files anew, as one version, and deletes those that are not needed any more.
    ///
    /// # Errors
    /// If the files cannot be read or written, or another writer has replaced them meanwhile.
    pub(crate) async fn run(self, context: &SessionContext) -> Result<OptimizeReport> {
        let mut report = self.report();
        if !self.groups.is_empty() {
            let layout = DeltaTableLayout {
                schema: Arc::clone(self.base.schema()),
                partition_columns: Vec::new(),
                sort_columns: Vec::new(),
                bloom_columns: Vec::new(),
            };
            let base = Some(Arc::clone(&self.base));
            let writer = DeltaTableWriter::on(self.location.clone(), base, layout).await?;
            let added = self.all_rewritten(context, &writer).await?;
            let (rows, bytes) = totals(&added);
            if rows != report.rows {
                let (expected, location) = (report.rows, &self.location.label);
                writer.discard(&added).await;
                let problem = format!(
                    "the files hold {rows} rows, and the log says {expected}: nothing was changed; the table is damaged"
                );
                return Err(Error::location(location, problem));
            }
            (report.files_after, report.bytes_after) = (Some(added.len()), Some(bytes));
            let removed = self.groups.iter().flat_map(|group| &group.files);
            let request = CommitRequest {
                added,
                removed: removed.map(|file| file.log_path.clone()).collect(),
                kind: ChangeKind::Rewrite,
                applications: Vec::new(),
            };
            report.version = match writer.commit(request).await? {
                CommitOutcome::Committed(version) => Some(version),
                CommitOutcome::AlreadyThere => None,
                CommitOutcome::Outdated(reason) => {
                    let problem = format!("{reason} while it was optimized: run it again");
                    return Err(Error::location(&self.location.label, problem));
                }
            };
        }
        self.obsolete.delete(&self.location).await?;
        Ok(report)
    }

    /// The new files of all groups. Several are written at a time: each is of one partition, which one thread writes.
    async fn all_rewritten(
        &self,
        context: &SessionContext,
        writer: &DeltaTableWriter,
    ) -> Result<Vec<WrittenFile>> {
        let has_failed = AtomicBool::new(false);
        let rewriting = self.groups.iter().map(|group| async {
            if has_failed.load(Ordering::Relaxed) {
                return Ok(Vec::new());
            }
            let written = self.rewritten(context, writer, group).await;
            has_failed.fetch_or(written.is_err(), Ordering::Relaxed);
            written
        });
        let threads = context.state().config().target_partitions();
        let rewriting = futures::stream::iter(rewriting).buffered(threads);
        let outcomes: Vec<Result<Vec<WrittenFile>>> = rewriting.collect().await;
        let (mut added, mut failure) = (Vec::new(), None);
        for outcome in outcomes {
            match outcome {
                Ok(files) => added.extend(files),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        match failure {
            None => Ok(added),
            Some(error) => {
                writer.discard(&added).await;
                Err(error)
            }
        }
    }

    async fn rewritten(
        &self,
        context: &SessionContext,
        writer: &DeltaTableWriter,
        group: &FileGroupPlan,
    ) -> Result<Vec<WrittenFile>> {
        let files = group
            .files
            .iter()
            .map(|file| file.log_path.clone())
            .collect();
        let options = context.state().default_table_options();
        let table = DeltaTable::try_new(Arc::clone(&self.base), options)?.with_files(files);
        let frame = context.read_table(Arc::new(table))?;
        let plan = frame.create_physical_plan().await?;
        write_files(context, writer, plan).await
    }
}
