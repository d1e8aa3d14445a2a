//! One-shot SQL: runs every statement in order and prints the results one after another.

use std::sync::atomic::Ordering;

use super::global_args::GlobalArgs;
use super::script::{self, SqlSource};
use crate::engine::{StatementExecution, StatementKind};
use crate::error::Result;
use crate::parser::Statement;
use crate::queries::{self, NamedQuery};
use crate::runtime::ScratchFiles;
use crate::terminal::{OutputTarget, QueryProgressBar, note, run_until_stopped};
use crate::{Engine, EngineSettings, sql};

/// Runs the statements of `sources`. Everything is parsed before anything runs, so that a syntax error
/// in the last statement does not cost the time of those before it.
pub(crate) fn run(global: &GlobalArgs, sources: Vec<SqlSource>) -> Result<()> {
    let read = move || {
        let mut statements = Vec::new();
        for source in &sources {
            statements.extend(script::parse(source)?);
        }
        Ok(statements)
    };
    start(global, None, read)
}

/// Runs one named query; `statement` has its parameters bound.
pub(crate) fn named(global: &GlobalArgs, query: NamedQuery, statement: Statement) -> Result<()> {
    start(global, Some(query), move || Ok(vec![statement]))
}

/// `read` returns the statements; it may wait for standard input, so Ctrl-C must stop it too.
fn start(
    global: &GlobalArgs,
    query: Option<NamedQuery>,
    read: impl FnOnce() -> Result<Vec<Statement>> + Send + 'static,
) -> Result<()> {
    let scratch = ScratchFiles::default();
    let target = OutputTarget::open(global.format(), global.output.as_deref(), &scratch)?
        .showing(global.rows.0, global.exact);
    let progress = QueryProgressBar::new(global.quiet);
    let is_broken = target.broken_pipe();
    let job = ScriptJob {
        target,
        progress: progress.clone(),
        is_quiet: global.quiet,
        gives_hints: !global.quiet && !global.no_hints,
    };
    let settings = global.settings(&scratch);
    let work = move || job.run(settings, query, read);
    let outcome = run_until_stopped(global.limits(), &scratch, work);
    progress.clear();
    if outcome.is_err() && is_broken.load(Ordering::Relaxed) {
        return Ok(());
    }
    outcome
}

/// A run over all statements.
struct ScriptJob {
    target: OutputTarget,
    progress: QueryProgressBar,
    is_quiet: bool,
    gives_hints: bool,
}

impl ScriptJob {
    async fn run(
        mut self,
        settings: EngineSettings,
        query: Option<NamedQuery>,
        read: impl FnOnce() -> Result<Vec<Statement>>,
    ) -> Result<()> {
        let statements = read()?;
        let engine = Engine::open(settings).await?;
        self.notes(&engine);
        if let Some(query) = &query {
            queries::check_needs(engine.context(), query).await?;
        }
        for statement in &statements {
            let done = self.statement(&engine, statement).await;
            done.map_err(|error| sql::located(error, statement.script()))?;
        }
        self.target.finish()
    }

    async fn statement(&mut self, engine: &Engine, statement: &Statement) -> Result<()> {
        let planned = engine.execute(statement).await;
        self.notes(engine);
        let mut execution = planned?;
        if execution.kind() == StatementKind::Command {
            return Ok(());
        }
        let hints = if self.gives_hints {
            execution.hints()
        } else {
            Vec::new()
        };
        self.progress.watch(|| execution.scan_progress());
        let result = match execution.kind() {
            StatementKind::Write => self.count(&mut execution).await,
            _ => self.print(&mut execution).await,
        };
        self.progress.clear();
        result.map_err(|error| self.target.with_output_name(error))?;
        for hint in hints {
            note(&format!("hint: {hint}"));
        }
        Ok(())
    }

    /// Says what was inferred about files, also when it makes the statement fail.
    fn notes(&self, engine: &Engine) {
        for line in engine.take_notes().iter().filter(|_| !self.is_quiet) {
            note(&format!("note: {line}"));
        }
    }

    async fn print(&mut self, execution: &mut StatementExecution) -> Result<()> {
        let schema = if self.target.is_for_people() {
            execution.units().mark(&execution.schema())
        } else {
            execution.schema()
        };
        let mut writer = self.target.writer(&schema)?;
        while let Some(batch) = execution.next_batch().await? {
            if self.target.prints_early() {
                self.progress.clear();
            }
            writer.write(&batch)?;
        }
        self.progress.clear();
        writer.finish()
    }

    /// The number of written rows is not a result, so it goes to standard error.
    async fn count(&self, execution: &mut StatementExecution) -> Result<()> {
        let rows = execution.count().await?;
        self.progress.clear();
        if !self.is_quiet {
            let plural = if rows == 1 { "" } else { "s" };
            note(&format!("{rows} row{plural} written"));
        }
        Ok(())
    }
}
