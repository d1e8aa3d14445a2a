//! The tables that a plan reads, as scans of their own.

use std::sync::Arc;

use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::Result;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::execution::SessionState;
use datafusion::logical_expr::expr_rewriter::unnormalize_cols;
use datafusion::logical_expr::{LogicalPlan, TableScan};
use datafusion::physical_plan::ExecutionPlan;

/// The scans of `plan`, those of its subqueries too.
///
/// # Errors
/// If the plan cannot be walked.
pub(crate) fn table_scans(plan: &LogicalPlan) -> Result<Vec<TableScan>> {
    let mut scans = Vec::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            scans.push(scan.clone());
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(scans)
}

/// The operators that read a scan of an optimized plan: the columns, files and row groups that are left.
///
/// # Errors
/// If the table's files cannot be listed.
pub(crate) async fn scan_plan(
    state: &SessionState,
    scan: &TableScan,
) -> Result<Arc<dyn ExecutionPlan>> {
    let provider = source_as_provider(&scan.source)?;
    // As the physical planner does it: tables know their columns without the name of the table.
    let filters = unnormalize_cols(scan.filters.clone());
    provider
        .scan(state, scan.projection.as_ref(), &filters, None)
        .await
}
