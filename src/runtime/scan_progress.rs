//! Progress of the scans of a running plan.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig};
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use object_store::local::LocalFileSystem;

/// Leaves of a plan, whose metrics are read while it runs.
#[derive(Debug, Clone)]
pub struct ScanProgress {
    scans: Vec<Arc<dyn ExecutionPlan>>,
    total: Option<usize>,
}

impl ScanProgress {
    /// Collects the scans of `plan`, which may be running already.
    #[must_use]
    pub fn for_plan(plan: &Arc<dyn ExecutionPlan>) -> Self {
        let mut scans = Vec::new();
        collect(plan, &mut scans);
        let total = scans.iter().map(rows_of).sum();
        Self { scans, total }
    }

    /// Number of rows that the scans have returned so far.
    #[must_use]
    pub fn rows(&self) -> usize {
        let rows = |scan: &Arc<dyn ExecutionPlan>| scan.metrics()?.output_rows();
        self.scans.iter().filter_map(rows).sum()
    }

    /// Number of bytes that the scans have read so far; `None` if no format counts them.
    #[must_use]
    pub fn bytes(&self) -> Option<usize> {
        let bytes = |scan: &Arc<dyn ExecutionPlan>| {
            let counted = scan.metrics()?.sum_by_name("bytes_scanned")?;
            Some(counted.as_usize())
        };
        self.scans.iter().filter_map(bytes).reduce(|a, b| a + b)
    }

    /// Local files that the scans read.
    #[must_use]
    pub fn local_files(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = self.scans.iter().flat_map(local_files_of).collect();
        files.sort();
        files.dedup();
        files
    }

    /// Number of rows that all scans hold before any filter; `None` if the files do not record it.
    #[must_use]
    pub fn total(&self) -> Option<usize> {
        self.total.filter(|&total| total > 0)
    }
}

fn collect(plan: &Arc<dyn ExecutionPlan>, scans: &mut Vec<Arc<dyn ExecutionPlan>>) {
    let children = plan.children();
    if children.is_empty() {
        scans.push(Arc::clone(plan));
    }
    for child in children {
        collect(child, scans);
    }
}

fn local_files_of(scan: &Arc<dyn ExecutionPlan>) -> Vec<PathBuf> {
    let disk = LocalFileSystem::new();
    let source = scan.downcast_ref::<DataSourceExec>();
    let config = source.and_then(|source| source.data_source().downcast_ref::<FileScanConfig>());
    let local =
        config.filter(|config| config.object_store_url == ObjectStoreUrl::local_filesystem());
    let groups = local.iter().flat_map(|config| config.file_groups.iter());
    groups
        .flat_map(FileGroup::iter)
        .filter_map(|file| disk.path_to_filesystem(&file.object_meta.location).ok())
        .collect()
}

fn rows_of(scan: &Arc<dyn ExecutionPlan>) -> Option<usize> {
    let whole = StatisticsArgs::new();
    let statistics = StatisticsContext::new()
        .compute(scan.as_ref(), &whole)
        .ok()?;
    statistics.num_rows.get_value().copied()
}
