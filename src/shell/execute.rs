//! Runs one statement and takes what it gives.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::UInt64Type;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execute_stream;
use futures::TryStreamExt;

use super::held::Held;
use crate::Engine;
use crate::error::Result;
use crate::parser::Statement;
use crate::planner::yielding;
use crate::runtime::ScanProgress;
use crate::sql::Hint;
use crate::sql::Units;
use crate::terminal::{Progress, Target};

/// What a statement gave.
#[derive(Debug)]
pub(super) enum Outcome {
    /// A result to look at.
    Rows(Held),
    /// A result of so many rows that went into this file.
    Saved(usize, PathBuf),
    /// `COPY` and `INSERT` wrote so many rows.
    Written(u64),
    /// It took effect: `CREATE`, `DROP`, `SET`.
    Done,
}

/// Where a result goes instead of the screen.
pub(super) type Saving = Option<(Target, PathBuf)>;

/// Plans and runs `statement`; what it probably does not mean comes with what it gave.
///
/// # Errors
/// When it cannot be planned, run, or written into the file.
pub(super) async fn run(
    engine: Arc<Engine>,
    statement: Statement,
    saving: Saving,
    progress: Progress,
) -> Result<(Outcome, Vec<Hint>)> {
    let frame = engine.plan(&statement).await?;
    let plan = frame.logical_plan();
    let writes = matches!(plan, LogicalPlan::Copy(_) | LogicalPlan::Dml(_));
    if frame.schema().fields().is_empty() {
        return Ok((Outcome::Done, Vec::new()));
    }
    let (hints, units) = (engine.hints(&frame), engine.units(&frame));
    let context = Arc::new(frame.task_ctx());
    let plan = yielding(frame.create_physical_plan().await?)?;
    progress.watch(|| ScanProgress::of(&plan));
    let stream = execute_stream(plan, context)?;
    let outcome = match saving {
        _ if writes => count(stream).await,
        Some((target, path)) => save(stream, target, path).await,
        None => hold(stream, units).await,
    };
    progress.clear();
    Ok((outcome?, hints))
}

async fn hold(mut stream: SendableRecordBatchStream, units: Units) -> Result<Outcome> {
    let mut held = Held::new(units.mark(&stream.schema()));
    while let Some(batch) = stream.try_next().await? {
        held.push(&batch);
    }
    Ok(Outcome::Rows(held))
}

async fn save(
    mut stream: SendableRecordBatchStream,
    mut target: Target,
    path: PathBuf,
) -> Result<Outcome> {
    let mut writer = target.writer(&stream.schema())?;
    let mut rows = 0;
    while let Some(batch) = stream.try_next().await? {
        rows += batch.num_rows();
        writer.write(&batch).map_err(|error| target.named(error))?;
    }
    writer.finish().map_err(|error| target.named(error))?;
    drop(writer);
    target.finish()?;
    Ok(Outcome::Saved(rows, path))
}

/// `COPY` and `INSERT` answer with one row that says how many rows they wrote.
async fn count(mut stream: SendableRecordBatchStream) -> Result<Outcome> {
    let mut rows = 0;
    while let Some(batch) = stream.try_next().await? {
        if let Some(counts) = batch.column(0).as_primitive_opt::<UInt64Type>() {
            rows += counts.iter().flatten().sum::<u64>();
        }
    }
    Ok(Outcome::Written(rows))
}
