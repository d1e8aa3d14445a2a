//! Reads the files of a table one after another and in order.

use std::sync::Arc;

use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::Result;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig, FileScanConfigBuilder};
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::{SendableRecordBatchStream, SessionState};
use datafusion::logical_expr::TableScan;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};

/// One file as a table.
#[derive(Debug)]
pub(super) struct OneFile {
    pub(super) file: PartitionedFile,
    pub(super) config: FileScanConfig,
}

impl OneFile {
    /// Its rows, in order.
    pub(super) fn rows(&self, state: &SessionState) -> Result<SendableRecordBatchStream> {
        DataSourceExec::from_data_source(self.config.clone()).execute(0, state.task_ctx())
    }

    /// The name of the file, with its partition folders.
    pub(super) fn name(&self) -> String {
        let path = self.file.object_meta.location.as_ref();
        let mut parts: Vec<&str> = path.rsplit('/').collect();
        let folders = parts.iter().skip(1).take_while(|part| part.contains('='));
        let kept = 1 + folders.count();
        parts.truncate(kept);
        parts.reverse();
        parts.join("/")
    }
}

/// Source of a table scan.
#[derive(Debug)]
pub(super) enum TableScanSource {
    Files(Vec<OneFile>),
    /// Not files: its rows have no position.
    Other(Arc<dyn ExecutionPlan>),
}

/// The source of `scan`, without its filters.
pub(super) async fn of_scan(scan: &TableScan, state: &SessionState) -> Result<TableScanSource> {
    let provider = source_as_provider(&scan.source)?;
    let plan = provider
        .scan(state, scan.projection.as_ref(), &[], None)
        .await?;
    let exec = plan.downcast_ref::<DataSourceExec>();
    let config = exec.and_then(|exec| exec.data_source().downcast_ref::<FileScanConfig>());
    let Some(config) = config else {
        return Ok(TableScanSource::Other(plan));
    };
    let mut files: Vec<PartitionedFile> = config
        .file_groups
        .iter()
        .flat_map(FileGroup::iter)
        .map(|file| PartitionedFile {
            range: None,
            ..file.clone()
        })
        .collect();
    files.sort_by(|a, b| a.object_meta.location.cmp(&b.object_meta.location));
    files.dedup_by(|a, b| a.object_meta.location == b.object_meta.location);
    let alone = |file: PartitionedFile| OneFile {
        config: FileScanConfigBuilder::from(config.clone())
            .with_file_groups(vec![FileGroup::new(vec![file.clone()])])
            .with_output_partitioning(None)
            .with_limit(None)
            .with_preserve_order(true)
            .build(),
        file,
    };
    Ok(TableScanSource::Files(
        files.into_iter().map(alone).collect(),
    ))
}

/// All rows of a plan, in any order.
pub(super) fn rows_of(
    plan: Arc<dyn ExecutionPlan>,
    state: &SessionState,
) -> Result<SendableRecordBatchStream> {
    execute_stream(plan, state.task_ctx())
}
