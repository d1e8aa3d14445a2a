//! The time that a statement's tables take to be read, by themselves.

use std::time::Instant;

use datafusion::physical_plan::execute_stream;
use futures::TryStreamExt;

use crate::Engine;
use crate::error::Result;
use crate::tables::{scan_plan, table_scans};

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
        let plan = scan_plan(&state, &scan).await?;
        let mut rows = execute_stream(plan, context.task_ctx())?;
        while rows.try_next().await?.is_some() {}
    }
    Ok(start.elapsed().as_secs_f64())
}
