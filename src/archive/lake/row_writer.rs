//! Writes the rows of a plan as sorted files of a Delta table, in parallel.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::compute::{SortOptions, cast, partition};
use datafusion::common::runtime::SpawnedTask;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{LexOrdering, Partitioning, PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::prelude::{DataFrame, SessionContext};
use datafusion::scalar::ScalarValue;
use futures::TryStreamExt;

use crate::delta::{
    ChangeKind, CommitOutcome, CommitRequest, DataFileWriter, DeltaFile, DeltaLocation,
    DeltaSnapshot, DeltaTableLayout, DeltaTableWriter, WrittenFile, delta_schema,
};
use crate::error::{Error, Result};

/// Bytes at which a file is closed and the next begins.
pub(super) const FILE_BYTES: usize = 256 << 20;

/// Meaning of a write for the rows that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WriteMode {
    /// Add the rows.
    Append,
    /// Take the place of all rows.
    Overwrite,
    /// Take the place of the rows with the same values in the partition columns.
    OverwritePartitions,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WrittenRows {
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    /// The version that has the rows; `None` if the same run has written them before.
    pub(crate) version: Option<u64>,
}

/// Attempts before a writer gives up: each fails only because another writer has changed rows.
pub(super) const ATTEMPTS: usize = 20;

/// Writes the rows of `frame` to the Delta table at `location`, which is created if it is not there.
///
/// `application` names the run: one that has committed does nothing the second time.
///
/// # Errors
/// If the query fails, a column has no type in Delta, or the store refuses.
pub(crate) async fn write_table(
    context: &SessionContext,
    location: &DeltaLocation,
    frame: DataFrame,
    partition_columns: Vec<String>,
    mode: WriteMode,
    application: Option<(String, i64)>,
) -> Result<WrittenRows> {
    let layout = DeltaTableLayout {
        schema: delta_schema(&location.label, frame.schema().as_arrow())?,
        partition_columns,
        sort_columns: Vec::new(),
        bloom_columns: Vec::new(),
    };
    check_partitions(location, &layout)?;
    let plan = frame.create_physical_plan().await?;
    for _ in 0..ATTEMPTS {
        let writer = DeltaTableWriter::open(location.clone(), layout.clone()).await?;
        let added = write_files(context, &writer, Arc::clone(&plan)).await?;
        let removed = match writer.base() {
            Some(base) => replaced_files(base, mode, &added).await?,
            None => Vec::new(),
        };
        let (rows, bytes) = totals(&added);
        let request = CommitRequest {
            added,
            kind: if mode == WriteMode::Append {
                ChangeKind::Append
            } else {
                ChangeKind::Replace
            },
            removed,
            applications: application.clone().into_iter().collect(),
        };
        let version = match writer.commit(request).await? {
            CommitOutcome::Committed(version) => Some(version),
            CommitOutcome::AlreadyThere => None,
            // The next attempt is based on what is there now.
            CommitOutcome::Outdated(_) => continue,
        };
        return Ok(WrittenRows {
            rows,
            bytes,
            version,
        });
    }
    Err(outrun(location))
}

/// Other writers were faster each time.
pub(super) fn outrun(location: &DeltaLocation) -> Error {
    let problem = format!("other writers have changed it {ATTEMPTS} times meanwhile: run it again");
    Error::location(&location.label, problem)
}

/// Files whose rows the new ones take the place of.
async fn replaced_files(
    base: &DeltaSnapshot,
    mode: WriteMode,
    added: &[WrittenFile],
) -> Result<Vec<String>> {
    let files = base.files().await?;
    let partitions: Vec<&[ScalarValue]> = added.iter().map(WrittenFile::partition).collect();
    let is_replaced = |file: &&DeltaFile| match mode {
        WriteMode::Append => false,
        WriteMode::Overwrite => true,
        WriteMode::OverwritePartitions => {
            let values = file.partition_values.as_slice();
            partitions
                .iter()
                .any(|partition| is_same_partition(partition, values))
        }
    };
    let replaced = files.iter().filter(is_replaced);
    Ok(replaced.map(|file| file.log_path.clone()).collect())
}

/// An empty text and NULL are one folder in Delta.
fn is_same_partition(new: &[ScalarValue], old: &[ScalarValue]) -> bool {
    let is_none = |value: &ScalarValue| {
        value.is_null() || value.try_as_str().flatten().is_some_and(str::is_empty)
    };
    new.len() == old.len()
        && new.iter().zip(old).all(|(new, old)| {
            let as_new = old.cast_to(&new.data_type());
            (is_none(new) && is_none(old)) || as_new.is_ok_and(|old| old == *new)
        })
}

fn check_partitions(location: &DeltaLocation, layout: &DeltaTableLayout) -> Result<()> {
    for name in &layout.partition_columns {
        if layout.schema.field_with_name(name).is_err() {
            let problem = format!("there is no column {name:?} to partition by");
            return Err(Error::location(&location.label, problem));
        }
    }
    if layout.partition_columns.len() >= layout.schema.fields().len() {
        let problem = "every column names folders: the files need one that does not";
        return Err(Error::location(&location.label, problem));
    }
    Ok(())
}

pub(super) fn totals(files: &[WrittenFile]) -> (u64, u64) {
    let rows = files.iter().map(|file| file.rows).sum();
    (rows, files.iter().map(WrittenFile::size).sum())
}

/// Writes the rows of `plan` as files for `writer`, each sorted as the table is, one partition of the table by one
/// thread. The files have the same rows whatever the number of threads is.
///
/// # Errors
/// If the plan fails or the store refuses; what was written is deleted.
pub(super) async fn write_files(
    context: &SessionContext,
    writer: &DeltaTableWriter,
    plan: Arc<dyn ExecutionPlan>,
) -> Result<Vec<WrittenFile>> {
    let sorted = sorted_by_partition(context, writer, plan)?;
    let partitions = sorted.properties().output_partitioning().partition_count();
    let has_failed = Arc::new(AtomicBool::new(false));
    let writing = (0..partitions).map(|partition| {
        let rows = sorted.execute(partition, context.task_ctx());
        let files = PartitionFiles::new(writer.clone());
        // Encoding takes most of the time, and each task has a thread of its own for it.
        SpawnedTask::spawn(files.write_all(rows, Arc::clone(&has_failed)))
    });
    let writing: Vec<_> = writing.collect();
    let (mut files, mut failure) = (Vec::new(), None);
    for task in writing {
        match task.join().await {
            Ok((done, outcome)) => {
                files.extend(done);
                failure = failure.or_else(|| outcome.err());
            }
            Err(_) => {
                let unexpected = Error::location("lake", "writing rows ended unexpectedly");
                failure = failure.or(Some(unexpected));
            }
        }
    }
    match failure {
        None => Ok(files),
        Some(error) => {
            writer.discard(&files).await;
            Err(error)
        }
    }
}

/// `plan` with all rows of a partition of the table in one partition of the plan, sorted.
fn sorted_by_partition(
    context: &SessionContext,
    writer: &DeltaTableWriter,
    plan: Arc<dyn ExecutionPlan>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let layout = writer.layout();
    let column = |name: &String| -> Result<Arc<dyn PhysicalExpr>> {
        Ok(Arc::new(Column::new_with_schema(name, &plan.schema())?))
    };
    let folders = layout.partition_columns.iter().map(column);
    let folders = folders.collect::<Result<Vec<_>>>()?;
    let sorted = |expr: Arc<dyn PhysicalExpr>, descending: bool| PhysicalSortExpr {
        expr,
        options: SortOptions {
            descending,
            nulls_first: false,
        },
    };
    let mut keys: Vec<PhysicalSortExpr> = Vec::new();
    keys.extend(folders.iter().cloned().map(|folder| sorted(folder, false)));
    for key in &layout.sort_columns {
        keys.push(sorted(column(&key.name)?, key.is_descending));
    }
    // Rows that tie in these stand by key, so that equal rows give equal files whatever the number of threads is.
    let has_order = !layout.sort_columns.is_empty();
    for name in layout.bloom_columns.iter().filter(|_| has_order) {
        keys.push(sorted(column(name)?, false));
    }
    let Some(ordering) = LexOrdering::new(keys) else {
        return Ok(plan);
    };
    let threads = context.state().config().target_partitions();
    let divided: Arc<dyn ExecutionPlan> = if folders.is_empty() {
        plan
    } else {
        Arc::new(RepartitionExec::try_new(
            plan,
            Partitioning::Hash(folders, threads),
        )?)
    };
    Ok(Arc::new(
        SortExec::new(ordering, divided).with_preserve_partitioning(true),
    ))
}

/// Files of one stream of rows that are sorted by partition.
struct PartitionFiles {
    writer: DeltaTableWriter,
    open: Option<(Vec<ScalarValue>, DataFileWriter)>,
    done: Vec<WrittenFile>,
}

impl PartitionFiles {
    fn new(writer: DeltaTableWriter) -> Self {
        Self {
            writer,
            open: None,
            done: Vec::new(),
        }
    }

    /// Writes all rows, unless other streams fail meanwhile; returns the files that are whole.
    async fn write_all(
        mut self,
        rows: datafusion::error::Result<SendableRecordBatchStream>,
        has_failed: Arc<AtomicBool>,
    ) -> (Vec<WrittenFile>, Result<()>) {
        let outcome = self.write_rows(rows, &has_failed).await;
        if outcome.is_err() {
            has_failed.store(true, Ordering::Relaxed);
        }
        if let Some((_, file)) = self.open.take() {
            file.abandon().await;
        }
        (self.done, outcome)
    }

    async fn write_rows(
        &mut self,
        rows: datafusion::error::Result<SendableRecordBatchStream>,
        has_failed: &AtomicBool,
    ) -> Result<()> {
        let mut rows = rows?;
        while let Some(batch) = rows.try_next().await? {
            if has_failed.load(Ordering::Relaxed) {
                return Ok(());
            }
            self.write(&batch).await?;
        }
        self.close().await
    }

    async fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let folders = &self.writer.layout().partition_columns;
        if folders.is_empty() {
            return self.append(Vec::new(), batch).await;
        }
        let columns: Vec<ArrayRef> = folders
            .iter()
            .filter_map(|name| batch.column_by_name(name).cloned())
            .collect();
        let columns = self.in_table_types(columns)?;
        let runs = partition(&columns).map_err(DataFusionError::from)?;
        for run in runs.ranges() {
            let values = columns
                .iter()
                .map(|column| ScalarValue::try_from_array(column, run.start));
            let values = values.collect::<datafusion::error::Result<Vec<_>>>()?;
            self.append(values, &batch.slice(run.start, run.len()))
                .await?;
        }
        Ok(())
    }

    fn in_table_types(&self, columns: Vec<ArrayRef>) -> Result<Vec<ArrayRef>> {
        let layout = self.writer.layout();
        let columns = layout.partition_columns.iter().zip(columns);
        let columns = columns.map(|(name, column)| {
            let field = layout.schema.field_with_name(name)?;
            cast(&column, field.data_type())
        });
        let columns = columns.collect::<Result<Vec<_>, _>>();
        Ok(columns.map_err(DataFusionError::from)?)
    }

    async fn append(&mut self, values: Vec<ScalarValue>, rows: &RecordBatch) -> Result<()> {
        let is_other = |open: &(Vec<ScalarValue>, DataFileWriter)| {
            open.0 != values || open.1.bytes() >= FILE_BYTES
        };
        if self.open.as_ref().is_some_and(is_other) {
            self.close().await?;
        }
        let file = match &mut self.open {
            Some((_, file)) => file,
            closed @ None => {
                let file = self.writer.file(&values)?;
                &mut closed.insert((values, file)).1
            }
        };
        file.write(rows).await
    }

    async fn close(&mut self) -> Result<()> {
        if let Some((_, file)) = self.open.take() {
            self.done.push(file.finish().await?);
        }
        Ok(())
    }
}
