//! One-shot SQL: runs every statement in order and prints the results one after another.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use arrow::array::AsArray;
use arrow::datatypes::UInt64Type;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execute_stream;
use futures::TryStreamExt;

use super::args::GlobalArgs;
use super::script::{self, Source};
use crate::error::Result;
use crate::parser::Statement;
use crate::queries::{self, NamedQuery};
use crate::runtime::ScanProgress;
use crate::runtime::Scratch;
use crate::sql::Units;
use crate::sql::{self};
use crate::terminal::{Progress, Target, note, run_until_stopped};
use crate::{Engine, Settings};

/// Runs the statements of `sources`. Everything is parsed before anything runs: a typing error in
/// the last statement should not cost the time of those before it.
pub(crate) fn run(global: &GlobalArgs, sources: Vec<Source>) -> Result<()> {
    let read = move || {
        let mut statements = Vec::new();
        for source in &sources {
            statements.extend(script::parse(source)?);
        }
        Ok(statements)
    };
    start(global, None, read)
}

/// Runs one named query, whose parameters are bound in `statement`.
pub(crate) fn named(global: &GlobalArgs, query: NamedQuery, statement: Statement) -> Result<()> {
    start(global, Some(query), move || Ok(vec![statement]))
}

/// `read` gives the statements; it may wait for standard input, so Ctrl-C must end it too.
fn start(
    global: &GlobalArgs,
    query: Option<NamedQuery>,
    read: impl FnOnce() -> Result<Vec<Statement>> + Send + 'static,
) -> Result<()> {
    let scratch = Scratch::default();
    let target = Target::open(global.format(), global.output.as_deref(), &scratch)?
        .showing(global.rows.0, global.exact);
    let progress = Progress::new(global.quiet);
    let is_broken = target.broken_pipe();
    let job = Job {
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

/// One run of the program over its statements.
struct Job {
    target: Target,
    progress: Progress,
    is_quiet: bool,
    gives_hints: bool,
}

impl Job {
    async fn run(
        mut self,
        settings: Settings,
        query: Option<NamedQuery>,
        read: impl FnOnce() -> Result<Vec<Statement>>,
    ) -> Result<()> {
        let statements = read()?;
        let engine = Engine::open(settings).await?;
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
        let frame = engine.plan(statement).await?;
        let writes = matches!(
            frame.logical_plan(),
            LogicalPlan::Copy(_) | LogicalPlan::Dml(_)
        );
        if frame.schema().fields().is_empty() {
            return Ok(());
        }
        let hints = if self.gives_hints {
            engine.hints(&frame)
        } else {
            Vec::new()
        };
        let units = self.target.is_for_people().then(|| engine.units(&frame));
        let context = Arc::new(frame.task_ctx());
        let plan = frame.create_physical_plan().await?;
        self.progress.watch(|| ScanProgress::of(&plan));
        let stream = execute_stream(plan, context)?;
        let result = if writes {
            self.count(stream).await
        } else {
            self.print(stream, units).await
        };
        self.progress.clear();
        result.map_err(|error| self.target.named(error))?;
        for hint in hints {
            note(&format!("hint: {hint}"));
        }
        Ok(())
    }

    async fn print(
        &mut self,
        mut stream: SendableRecordBatchStream,
        units: Option<Units>,
    ) -> Result<()> {
        let schema = match units {
            Some(units) => units.mark(&stream.schema()),
            None => stream.schema(),
        };
        let mut writer = self.target.writer(&schema)?;
        while let Some(batch) = stream.try_next().await? {
            if self.target.prints_early() {
                self.progress.clear();
            }
            writer.write(&batch)?;
        }
        self.progress.clear();
        writer.finish()
    }

    /// `COPY` and `INSERT` answer with one row that says how many rows they wrote: not a result,
    /// so it goes to standard error.
    async fn count(&self, mut stream: SendableRecordBatchStream) -> Result<()> {
        let mut rows = 0;
        while let Some(batch) = stream.try_next().await? {
            if let Some(counts) = batch.column(0).as_primitive_opt::<UInt64Type>() {
                rows += counts.iter().flatten().sum::<u64>();
            }
        }
        self.progress.clear();
        if !self.is_quiet {
            let plural = if rows == 1 { "" } else { "s" };
            note(&format!("{rows} row{plural} written"));
        }
        Ok(())
    }
}
