//! State of a shell: tables, display settings, the last result.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::catalog::{SharedShellCatalog, ShellCatalog, ShellColumn};
use super::command::{ExpandedMode, ShellRowLimit};
use super::execute::{self, OutputRedirect, StatementOutcome};
use super::held::RetainedResult;
use super::options::ShellOptions;
use super::pager::Pager;
use super::phrases::{seconds, tag};
use super::print;
use super::style::TerminalCapabilities;
use crate::Engine;
use crate::error::{Error, Result};
use crate::output::ResultFormat;
use crate::output::chart::ChartSpec;
use crate::parser::Statement;
use crate::queries::{self, NamedQuery};
use crate::runtime::ScratchFiles;
use crate::sql;
use crate::terminal::{
    ExecutionLimits, InterruptibleRunner, OutputTarget, QueryProgressBar, note, wording,
};

/// Result of a command: the shell continues or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShellControlFlow {
    Stay,
    Quit,
}

/// Display settings of results.
#[derive(Debug)]
pub(super) struct DisplaySettings {
    pub(super) format: ResultFormat,
    pub(super) expanded: ExpandedMode,
    pub(super) rows: ShellRowLimit,
    pub(super) has_times: bool,
    pub(super) pages: bool,
    pub(super) has_hints: bool,
    /// Shows every digit instead of rounded values.
    pub(super) is_exact: bool,
}

/// A running shell.
pub(super) struct ShellSession {
    pub(super) engine: Arc<Engine>,
    pub(super) runner: InterruptibleRunner,
    progress: QueryProgressBar,
    scratch: ScratchFiles,
    pub(super) looks: TerminalCapabilities,
    pub(super) catalog: SharedShellCatalog,
    pub(super) pager: Option<Pager>,
    pub(super) display: DisplaySettings,
    /// File of the next result; `None` for the screen.
    pub(super) output: Option<PathBuf>,
    last: Option<RetainedResult>,
    last_statement: String,
    /// Suggested chart of the last result, if known.
    pub(super) hint: Option<ChartSpec>,
    edited: PathBuf,
    is_quiet: bool,
}

impl ShellSession {
    /// Opens the tables.
    ///
    /// # Errors
    /// When a table cannot be opened, or Ctrl-C stops it.
    pub(super) fn open(options: ShellOptions, looks: TerminalCapabilities) -> Result<Self> {
        // The time limit applies to statements: a slow store does not prevent the start.
        let mut runner = InterruptibleRunner::start_for_shell(ExecutionLimits {
            timeout: None,
            ..options.limits
        })?;
        let settings = options.settings;
        let opened = runner.run(move || async move {
            let engine = Engine::open(settings).await?;
            let catalog = ShellCatalog::load(&engine).await;
            Ok((engine, catalog))
        });
        let (engine, known) = opened?;
        runner.limit(options.limits.timeout);
        let catalog = SharedShellCatalog::default();
        catalog.set(known);
        let pager = Pager::from_env();
        Ok(Self {
            engine: Arc::new(engine),
            runner,
            progress: QueryProgressBar::new(options.is_quiet),
            scratch: options.scratch,
            looks,
            catalog,
            display: DisplaySettings {
                format: options.format,
                expanded: ExpandedMode::default(),
                rows: match options.rows {
                    None => ShellRowLimit::default(),
                    Some(None) => ShellRowLimit::All,
                    Some(Some(most)) => ShellRowLimit::Most(most),
                },
                has_times: true,
                pages: pager.is_some(),
                has_hints: options.has_hints && !options.is_quiet,
                is_exact: options.is_exact,
            },
            pager,
            output: None,
            last: None,
            last_statement: String::new(),
            hint: None,
            edited: PathBuf::new(),
            is_quiet: options.is_quiet,
        })
    }

    pub(super) fn catalog(&self) -> &SharedShellCatalog {
        &self.catalog
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Sets the file that holds a statement while the text editor is open.
    pub(super) fn edit_in(&mut self, file: PathBuf) {
        self.edited = file;
    }

    pub(super) fn edited_file(&self) -> &Path {
        &self.edited
    }

    pub(super) fn last_statement(&self) -> &str {
        &self.last_statement
    }

    pub(super) fn last(&self) -> Option<&RetainedResult> {
        self.last.as_ref()
    }

    /// Version, tables and first steps.
    pub(super) fn greeting(&self, places: &[String]) -> String {
        let version = env!("CARGO_PKG_VERSION");
        let catalog = self.catalog.get();
        let tables = catalog.tables.iter().filter(|table| table.schema.is_none());
        let what = match (tables.count(), places) {
            (0, _) => {
                "no tables; start with --data LOCATION, or SELECT * FROM 'file.parquet';".to_owned()
            }
            (1, []) => "1 table".to_owned(),
            (1, places) => format!("1 table from {}", places.join(", ")),
            (count, []) => format!("{count} tables"),
            (count, places) => format!("{count} tables from {}", places.join(", ")),
        };
        format!("deskql {version}: {what}\n\\? for help, \\q to leave")
    }

    /// Splits `text` into statements in the session's dialect.
    ///
    /// # Errors
    /// When the text is not valid SQL.
    pub(super) fn parse(&self, text: &str) -> Result<Vec<Statement>> {
        sql::parse_in(self.engine.context(), text)
    }

    /// Runs a statement and shows its result.
    ///
    /// # Errors
    /// When it fails or is stopped; the error text contains its place in the SQL.
    pub(super) fn statement(&mut self, statement: Statement) -> Result<()> {
        self.last_statement = format!("{};", statement.text());
        let script = statement.script().to_owned();
        let saving = self.saving()?;
        let is_saving = saving.is_some();
        let (engine, progress) = (Arc::clone(&self.engine), self.progress.clone());
        let tag = tag(statement.text());
        let started = Instant::now();
        let outcome = self
            .runner
            .run(move || execute::run(engine, statement, saving, progress));
        self.progress.clear();
        let time = started.elapsed();
        self.notes();
        let (outcome, hints) = outcome.map_err(|error| match error {
            Error::Interrupted => Error::Sql(format!("stopped after {}", seconds(time))),
            other => sql::located(other, &script),
        })?;
        if is_saving && matches!(outcome, StatementOutcome::Saved(..)) {
            self.output = None;
        }
        self.show(outcome, &tag, time)?;
        for hint in hints.iter().filter(|_| self.display.has_hints) {
            note(&format!("hint: {hint}"));
        }
        Ok(())
    }

    /// Says what was inferred about files since the last time.
    pub(super) fn notes(&self) {
        for line in self.engine.take_notes().iter().filter(|_| !self.is_quiet) {
            note(&format!("note: {line}"));
        }
    }

    /// Retains a result for `\last` and `\chart`, and its columns for completion.
    pub(super) fn remember(&mut self, held: RetainedResult) {
        let mut known = (*self.catalog.get()).clone();
        known.last = ShellColumn::all_of(held.schema());
        self.catalog.set(known);
        self.last = Some(held);
    }

    /// Checks that the tables have what a query needs.
    ///
    /// # Errors
    /// When a table or column is missing.
    pub(super) fn check_needs(&mut self, query: NamedQuery) -> Result<()> {
        let engine = Arc::clone(&self.engine);
        let check = move || async move { queries::check_needs(engine.context(), &query).await };
        self.runner.run(check)
    }

    fn saving(&self) -> Result<OutputRedirect> {
        let Some(path) = self.output.clone() else {
            return Ok(None);
        };
        let format = match ResultFormat::from_path(&path) {
            None if self.display.format == ResultFormat::Table => {
                return Err(unknown_format(&path));
            }
            None => Some(self.display.format),
            known => known,
        };
        let target = OutputTarget::open(format, Some(&path), &self.scratch)?;
        Ok(Some((target, path)))
    }

    /// Redirects the next result to `path`, after a check that the file can be written; the file itself
    /// stays unchanged.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn save_next_in(&mut self, path: PathBuf) -> Result<()> {
        let before = self.output.replace(path);
        if let Err(error) = self.saving() {
            self.output = before;
            return Err(error);
        }
        Ok(())
    }

    pub(super) fn has_colours(&self) -> bool {
        self.looks.has_colours
    }

    pub(super) fn has_pager(&self) -> bool {
        self.pager.is_some()
    }

    /// Reloads the names of tables and settings.
    ///
    /// # Errors
    /// When Ctrl-C stops it.
    pub(super) fn refresh(&mut self) -> Result<()> {
        let (engine, mut known) = (Arc::clone(&self.engine), (*self.catalog.get()).clone());
        let known = self.runner.run(move || async move {
            known.refresh(&engine).await;
            Ok(known)
        })?;
        self.catalog.set(known);
        Ok(())
    }

    /// Prints an error.
    pub(super) fn report(&self, error: &Error) {
        note(&format!(
            "{} {}",
            self.looks.alarm("error:"),
            wording(error)
        ));
    }

    /// Prints a remark that is not part of a result.
    pub(super) fn remark(&self, text: &str) {
        print::line(&self.looks.aside(text));
    }
}

fn unknown_format(path: &Path) -> Error {
    Error::Usage(format!(
        "{}: the extension does not say which format to write: .csv, .json, .parquet, .md and .txt do",
        path.display()
    ))
}
