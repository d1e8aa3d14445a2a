//! Runs one statement and collects its outcome.

use std::path::PathBuf;
use std::sync::Arc;

use super::held::RetainedResult;
use crate::Engine;
use crate::engine::{StatementExecution, StatementKind};
use crate::error::Result;
use crate::parser::Statement;
use crate::sql::QueryHint;
use crate::terminal::{OutputTarget, QueryProgressBar};

/// Outcome of a statement.
#[derive(Debug)]
pub(super) enum StatementOutcome {
    /// Rows to display.
    Rows(RetainedResult),
    /// Number of rows saved to this file.
    Saved(usize, PathBuf),
    /// Number of rows that `COPY` or `INSERT` wrote.
    Written(u64),
    /// No result: `CREATE`, `DROP`, `SET`.
    Done,
}

/// Format and file of a result that does not go to the screen.
pub(super) type OutputRedirect = Option<(OutputTarget, PathBuf)>;

/// Plans and runs `statement`; returns its outcome with the hints about it.
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
