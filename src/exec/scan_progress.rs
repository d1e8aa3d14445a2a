//! How far the scans of a running plan have come.

use std::sync::Arc;

use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};

/// The leaves of a plan, whose counters are read while it runs.
#[derive(Debug, Clone)]
pub struct ScanProgress {
    scans: Vec<Arc<dyn ExecutionPlan>>,
    total: Option<usize>,
}

impl ScanProgress {
    /// Watches `plan`, which may be running already.
    #[must_use]
    pub fn of(plan: &Arc<dyn ExecutionPlan>) -> Self {
        let mut scans = Vec::new();
        collect(plan, &mut scans);
        let total = scans.iter().map(rows_of).sum();
        Self { scans, total }
    }

    /// Rows that the scans have given so far.
    #[must_use]
    pub fn rows(&self) -> usize {
        let rows = |scan: &Arc<dyn ExecutionPlan>| scan.metrics()?.output_rows();
        self.scans.iter().filter_map(rows).sum()
    }

    /// Rows that all scans hold before any filter, when the files say so.
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

fn rows_of(scan: &Arc<dyn ExecutionPlan>) -> Option<usize> {
    let whole = StatisticsArgs::new();
    let statistics = StatisticsContext::new()
        .compute(scan.as_ref(), &whole)
        .ok()?;
    statistics.num_rows.get_value().copied()
}
