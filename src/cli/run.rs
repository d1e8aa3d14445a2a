//! One-shot SQL: runs every statement in order and prints the results one after another.

use std::sync::atomic::Ordering;

use super::global_args::GlobalArgs;
use super::script::{self, QueryArgs, SqlSource};
use super::standard_input;
use crate::engine::{StatementExecution, StatementKind};
use crate::error::{Error, Result};
use crate::parser::Statement;
use crate::queries::{self, NamedQuery, ScriptParameters};
use crate::runtime::ScratchFiles;
use crate::terminal::{OutputTarget, QueryProgressBar, note, run_until_stopped, wording};
use crate::{Engine, EngineSettings, sql};

/// The statements of a run in order, each with its source, or with what is wrong with its SQL.
type ParsedScript = Vec<(SqlSource, Result<Statement>)>;

/// Runs the statements of `sources`. Everything is parsed before anything runs, so that a syntax error
/// in the last statement does not cost the time of those before it.
pub(crate) fn run(global: &GlobalArgs, args: &QueryArgs, sources: Vec<SqlSource>) -> Result<()> {
    if sources.contains(&SqlSource::Stdin) && standard_input::is_read(&global.data) {
        return Err(Error::Usage(
            "standard input has the data of --data -: give the SQL with -c, or with -f FILE"
                .to_owned(),
        ));
    }
    let parameters = ScriptParameters::read(&args.params)?;
    let (memory_limit, keeps_going) = (global.memory_limit, args.keep_going);
    let read = move || {
        let mut script = Vec::new();
        for source in sources {
            let statements = script::parse(&source, memory_limit, keeps_going)?;
            script.extend(statements.into_iter().map(|one| (source.clone(), one)));
        }
        bound(&parameters, script)
    };
    start(global, None, args.keep_going, read)
}

/// `script` with the values of its placeholders.
fn bound(parameters: &ScriptParameters, script: ParsedScript) -> Result<ParsedScript> {
    let statements = script.iter().filter_map(|(_, one)| one.as_ref().ok());
    let statements: Vec<Statement> = statements.cloned().collect();
    let is_whole = statements.len() == script.len();
    let mut bound = parameters.bind(&statements, is_whole)?.into_iter();
    let statements = script.into_iter().map(|(source, one)| match one {
        Ok(statement) => (source, Ok(bound.next().unwrap_or(statement))),
        unparsed => (source, unparsed),
    });
    Ok(statements.collect())
}

/// Runs one named query; `statement` has its parameters bound.
pub(crate) fn named(global: &GlobalArgs, query: NamedQuery, statement: Statement) -> Result<()> {
    let source = SqlSource::Text(statement.text().to_owned());
    start(global, Some(query), false, move || {
        Ok(vec![(source, Ok(statement))])
    })
}

/// `read` returns the statements; it may wait for standard input, so Ctrl-C must stop it too.
fn start(
    global: &GlobalArgs,
    query: Option<NamedQuery>,
    keeps_going: bool,
    read: impl FnOnce() -> Result<ParsedScript> + Send + 'static,
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
        keeps_going,
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

/// True if the whole run ends, not only a statement.
fn is_broken_off(error: &Error) -> bool {
    match error {
        Error::Interrupted | Error::Timeout(_) | Error::Usage(_) => true,
        Error::Io { source, .. } => source.kind() == std::io::ErrorKind::BrokenPipe,
        _ => false,
    }
}

/// A run over all statements.
struct ScriptJob {
    target: OutputTarget,
    progress: QueryProgressBar,
    is_quiet: bool,
    gives_hints: bool,
    keeps_going: bool,
}

impl ScriptJob {
    async fn run(
        mut self,
        mut settings: EngineSettings,
        query: Option<NamedQuery>,
        read: impl FnOnce() -> Result<ParsedScript>,
    ) -> Result<()> {
        let script = read()?;
        // Dropped after the engine, which reads the file in it.
        let _standard_input = standard_input::take(&mut settings)?;
        let engine = Engine::open(settings).await?;
        self.notes(&engine);
        if let Some(query) = &query {
            queries::check_needs(engine.context(), query).await?;
        }
        let mut failed = 0_usize;
        let all = script.len();
        for (source, parsed) in script {
            let done = match parsed {
                Ok(statement) => self
                    .statement(&engine, &statement)
                    .await
                    .map_err(|error| source.named(sql::located(error, statement.script()))),
                Err(unparsed) => Err(unparsed),
            };
            match done {
                Err(error) if self.keeps_going && !is_broken_off(&error) => {
                    self.progress.clear();
                    note(&format!("deskql: {}", wording(&error)));
                    failed += 1;
                }
                done => done?,
            }
        }
        if failed > 0 {
            return Err(Error::Sql(format!("{failed} of {all} statements failed")));
        }
        self.target.finish()
    }

    async fn statement(&mut self, engine: &Engine, statement: &Statement) -> Result<()> {
        let planned = engine.execute(statement).await;
        self.notes(engine);
        let mut execution = planned?.with_sql_types();
        if execution.kind() == StatementKind::Command {
            return Ok(());
        }
        self.progress.watch(|| execution.scan_progress());
        let result = match execution.kind() {
            StatementKind::Write => self.count(&mut execution).await,
            _ => self.print(&mut execution).await,
        };
        self.progress.clear();
        if self.gives_hints {
            // A query that fails over the answers of other surveys gets that hint too.
            let mut hints = execution.hints_from_data(engine.context()).await;
            if result.is_ok() {
                hints.splice(0..0, execution.hints());
            }
            for hint in hints {
                note(&format!("hint: {hint}"));
            }
        }
        result.map_err(|error| self.target.with_output_name(error))
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
