//! Runs one statement and takes what it gives.

use std::path::PathBuf;
use std::sync::Arc;

use super::held::RetainedResult;
use crate::Engine;
use crate::engine::{StatementExecution, StatementKind};
use crate::error::Result;
use crate::parser::Statement;
use crate::sql::QueryHint;
use crate::terminal::{OutputTarget, QueryProgressBar};

/// What a statement gave.
#[derive(Debug)]
pub(super) enum StatementOutcome {
    /// A result to look at.
    Rows(RetainedResult),
    /// A result of so many rows that went into this file.
    Saved(usize, PathBuf),
    /// `COPY` and `INSERT` wrote so many rows.
    Written(u64),
    /// It took effect: `CREATE`, `DROP`, `SET`.
    Done,
}

/// Where a result goes instead of the screen.
pub(super) type OutputRedirect = Option<(OutputTarget, PathBuf)>;

/// Plans and runs `statement`; what it probably does not mean comes with what it gave.
///
/// # Errors
/// When it cannot be planned, run, or written into the file.
pub(super) async fn run(
    engine: Arc<Engine>,
    statement: Statement,
    saving: OutputRedirect,
    progress: QueryProgressBar,
) -> Result<(StatementOutcome, Vec<QueryHint>)> {
    let mut execution = engine.execute(&statement).await?;
    if execution.kind() == StatementKind::Command {
        return Ok((StatementOutcome::Done, Vec::new()));
    }
    let hints = execution.hints();
    progress.watch(|| execution.scan_progress());
    let outcome = match saving {
        _ if execution.kind() == StatementKind::Write => {
            execution.count().await.map(StatementOutcome::Written)
        }
        Some((target, path)) => save(execution, target, path).await,
        None => collect_result(execution).await,
    };
    progress.clear();
    Ok((outcome?, hints))
}

async fn collect_result(mut execution: StatementExecution) -> Result<StatementOutcome> {
    let mut held = RetainedResult::new(execution.units().mark(&execution.schema()));
    while let Some(batch) = execution.next_batch().await? {
        held.push(&batch);
    }
    Ok(StatementOutcome::Rows(held))
}

async fn save(
    mut execution: StatementExecution,
    mut target: OutputTarget,
    path: PathBuf,
) -> Result<StatementOutcome> {
    let mut writer = target.writer(&execution.schema())?;
    let mut rows = 0;
    while let Some(batch) = execution.next_batch().await? {
        rows += batch.num_rows();
        writer
            .write(&batch)
            .map_err(|error| target.with_output_name(error))?;
    }
    writer
        .finish()
        .map_err(|error| target.with_output_name(error))?;
    drop(writer);
    target.finish()?;
    Ok(StatementOutcome::Saved(rows, path))
}
