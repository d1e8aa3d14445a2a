//! Runs one statement and takes what it gives.

use std::path::PathBuf;
use std::sync::Arc;

use super::held::Held;
use crate::Engine;
use crate::engine::{StatementExecution, StatementKind};
use crate::error::Result;
use crate::parser::Statement;
use crate::sql::Hint;
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
    let mut execution = engine.execute(&statement).await?;
    if execution.kind() == StatementKind::Command {
        return Ok((Outcome::Done, Vec::new()));
    }
    let hints = execution.hints();
    progress.watch(|| execution.scan_progress());
    let outcome = match saving {
        _ if execution.kind() == StatementKind::Write => {
            execution.count().await.map(Outcome::Written)
        }
        Some((target, path)) => save(execution, target, path).await,
        None => hold(execution).await,
    };
    progress.clear();
    Ok((outcome?, hints))
}

async fn hold(mut execution: StatementExecution) -> Result<Outcome> {
    let mut held = Held::new(execution.units().mark(&execution.schema()));
    while let Some(batch) = execution.next_batch().await? {
        held.push(&batch);
    }
    Ok(Outcome::Rows(held))
}

async fn save(
    mut execution: StatementExecution,
    mut target: Target,
    path: PathBuf,
) -> Result<Outcome> {
    let mut writer = target.writer(&execution.schema())?;
    let mut rows = 0;
    while let Some(batch) = execution.next_batch().await? {
        rows += batch.num_rows();
        writer.write(&batch).map_err(|error| target.named(error))?;
    }
    writer.finish().map_err(|error| target.named(error))?;
    drop(writer);
    target.finish()?;
    Ok(Outcome::Saved(rows, path))
}
