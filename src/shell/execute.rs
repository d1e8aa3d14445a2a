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

/// What became of a statement that was planned, and the hints about it, which one that fails may have
/// too.
#[derive(Debug)]
pub(super) struct StatementReport {
    pub(super) outcome: Result<StatementOutcome>,
    pub(super) hints: Vec<QueryHint>,
}

/// Plans and runs `statement`.
///
/// # Errors
/// When it cannot be planned.
pub(super) async fn run(
    engine: Arc<Engine>,
    statement: Statement,
    saving: OutputRedirect,
    progress: QueryProgressBar,
    has_hints: bool,
) -> Result<StatementReport> {
    let mut execution = engine.execute(&statement).await?.with_sql_types();
    if execution.kind() == StatementKind::Command {
        return Ok(StatementReport {
            outcome: Ok(StatementOutcome::Done),
            hints: Vec::new(),
        });
    }
    progress.watch(|| execution.scan_progress());
    let outcome = match saving {
        _ if execution.kind() == StatementKind::Write => {
            execution.count().await.map(StatementOutcome::Written)
        }
        Some((target, path)) => save(&mut execution, target, path).await,
        None => collect_result(&mut execution).await,
    };
    progress.clear();
    let mut hints = Vec::new();
    if has_hints {
        if outcome.is_ok() {
            hints.extend(execution.hints());
        }
        hints.extend(execution.hints_from_data(engine.context()).await);
    }
    Ok(StatementReport { outcome, hints })
}

async fn collect_result(execution: &mut StatementExecution) -> Result<StatementOutcome> {
    let mut held = RetainedResult::new(execution.units().mark(&execution.schema()));
    while let Some(batch) = execution.next_batch().await? {
        held.push(&batch);
    }
    Ok(StatementOutcome::Rows(held))
}

async fn save(
    execution: &mut StatementExecution,
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
