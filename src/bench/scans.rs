//! The time that a statement's tables take to be read, by themselves.

use std::time::Instant;

use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::expr_rewriter::unnormalize_cols;
use datafusion::logical_expr::{LogicalPlan, TableScan};
use datafusion::physical_plan::execute_stream;
use futures::TryStreamExt;

use crate::Engine;
use crate::error::Result;

/// Seconds of reading what `sql` reads, and of nothing else: one table after the other, the columns, files and row groups
/// that are left when its plan is optimized.
///
/// # Errors
/// If it cannot be planned, or a file cannot be read.
pub(crate) async fn scan_seconds(engine: &Engine, sql: &str) -> Result<f64> {
    let (context, state) = (engine.context(), engine.context().state());
    let frame = engine.sql(sql).await?;
    let scans = table_scans(&state.optimize(frame.logical_plan())?)?;
    let start = Instant::now();
    for scan in scans {
        let provider = source_as_provider(&scan.source)?;
        // Tables know their columns without the name of the table.
        let filters = unnormalize_cols(scan.filters);
        let plan = provider
            .scan(&state, scan.projection.as_ref(), &filters, None)
            .await?;
        let mut rows = execute_stream(plan, context.task_ctx())?;
        while rows.try_next().await?.is_some() {}
    }
    Ok(start.elapsed().as_secs_f64())
}

fn table_scans(plan: &LogicalPlan) -> Result<Vec<TableScan>> {
    let mut scans = Vec::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            scans.push(scan.clone());
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(scans)
}
