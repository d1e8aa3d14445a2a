//! The only place that creates a [`SessionContext`]: every setting that results depend on is made here
//! once, with its reason.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use datafusion::dataframe::DataFrame;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::prelude::SessionContext;

use crate::error::{Error, Result};
use crate::failed_value::FailureLocatingPlanner;
use crate::planner::EventQueryPlanner;
use crate::queries::{self, QueryLibrary};
use crate::runtime::{AllOrNothing, ScratchFiles, ScratchFolder, memory};
use crate::tables::{ConfigSource, TableNotes};
use crate::{catalogue, export, functions, sql, tables};

mod damaged_scan;
mod execution;
mod extension;
mod physical_plan;
mod session;

pub use execution::{StatementCanceller, StatementExecution, StatementKind};
pub use extension::{SessionStateBuilderExt, session_config};

/// Settings to open an [`Engine`].
#[derive(Debug, Clone, Default)]
pub struct EngineSettings {
    /// Locations of data files: paths, globs or object-store URLs.
    pub data: Vec<String>,
    /// Path of a `deskql.toml`.
    pub config: Option<PathBuf>,
    /// Path of a `deskql.toml` that nobody asked for, read if `config` is `None`: what is faulty in it is left out with
    /// a [note](Engine::take_notes).
    pub found_config: Option<PathBuf>,
    /// Folders of named queries, which override shipped ones.
    pub queries: Vec<PathBuf>,
    /// Number of threads (and partitions) of a query; `None` for all cores.
    pub threads: Option<usize>,
    /// Memory limit in bytes, above which a query spills or fails; `None` for unlimited.
    pub memory_limit: Option<usize>,
    /// Folder of spilled data; `None` for the system's temporary folder.
    pub temp_dir: Option<PathBuf>,
    /// Registry of unfinished files, for a program that may end during a query.
    pub scratch: ScratchFiles,
}

/// A session over the user's tables.
pub struct Engine {
    context: SessionContext,
    queries: Vec<PathBuf>,
    library: OnceLock<QueryLibrary>,
    /// Locations of the tables registered at the start.
    origins: BTreeMap<String, String>,
    scratch: ScratchFiles,
    /// Last field, so that it is dropped when nothing can spill any more.
    _spill: Option<ScratchFolder>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("session", &self.context.session_id())
            .finish()
    }
}

impl Engine {
    /// Opens a session and registers the tables that `settings` names.
    ///
    /// # Errors
    /// When a location holds no table, a config key is wrong or a function cannot be registered.
    pub async fn open(settings: EngineSettings) -> Result<Self> {
        let mut config =
            session::config(settings.memory_limit).with_extension(Arc::new(TableNotes::default()));
        if let Some(threads) = settings.threads {
            config = config.with_target_partitions(threads);
        }
        let spill = spill_folder(&settings)?;
        let folder = spill.as_ref().map(ScratchFolder::path);
        let runtime = tables::with_stores(RuntimeEnvBuilder::new());
        let runtime = memory::runtime(runtime, settings.memory_limit, folder)?;
        let mut rules: Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> =
            vec![Arc::new(AllOrNothing::new(settings.scratch.clone()))];
        if let Some(limit) = settings.memory_limit {
            config = memory::fit(config, limit);
            rules.push(Arc::new(memory::SpillableTop));
        }
        let planner = FailureLocatingPlanner(Arc::new(EventQueryPlanner));
        let builder = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(runtime)
            .with_query_planner(Arc::new(planner))
            .with_deskql()?;
        let (mut builder, names) = tables::with_tables(builder);
        for rule in rules {
            builder = builder.with_physical_optimizer_rule(rule);
        }
        let state = builder.build();
        let context = SessionContext::new_with_state(state);
        names.attach(&context)?;
        let listing = queries::listing(settings.queries.clone());
        let calendars = catalogue::calendars();
        let policies = catalogue::sla_policies();
        let own = [
            ("queries", listing),
            ("fast_paths", catalogue::fast_paths()),
            ("calendars", calendars),
            ("sla_policies", policies),
        ];
        catalogue::register(&context, own)?;
        let requested = settings.config.as_deref().map(ConfigSource::Requested);
        let found = settings.found_config.as_deref().map(ConfigSource::Found);
        let config = requested.or(found);
        let origins = tables::register(&context, &settings.data, config).await?;
        Ok(Self {
            context,
            queries: settings.queries,
            library: OnceLock::new(),
            origins,
            scratch: settings.scratch,
            _spill: spill,
        })
    }

    /// Plans one SQL statement, which runs as its rows are consumed.
    ///
    /// # Errors
    /// When the text is not SQL, holds more than one statement, or refers to unknown names; the error
    /// contains the position in the text.
    pub async fn run(&self, text: &str) -> Result<StatementExecution> {
        let run = async { StatementExecution::try_new(self.sql(text).await?).await };
        run.await.map_err(|error| sql::located(error, text))
    }

    /// Like [`run`](Self::run), for a parsed statement; see [`sql::parse`].
    ///
    /// # Errors
    /// When the statement refers to unknown names.
    pub async fn execute(&self, statement: &sql::Statement) -> Result<StatementExecution> {
        StatementExecution::try_new(self.plan(statement).await?).await
    }

    /// Like [`run`](Self::run), for the named query `name`; `given` has the values of its parameters as
    /// `(name, text)`.
    ///
    /// # Errors
    /// When there is no such query, a value does not fit its parameter, or the tables lack what the query reads.
    pub async fn run_named(
        &self,
        name: &str,
        given: &[(String, String)],
    ) -> Result<StatementExecution> {
        StatementExecution::try_new(self.plan_named(name, given).await?).await
    }

    /// Plans one SQL statement in deskql's dialect, as a DataFusion [`DataFrame`].
    ///
    /// # Errors
    /// When the text is not SQL, holds more than one statement, or refers to unknown names.
    pub async fn sql(&self, text: &str) -> Result<DataFrame> {
        let statements = sql::parse_in(&self.context, text)?;
        let [statement] = statements.as_slice() else {
            return Err(Error::Sql(format!(
                "expected one SQL statement, found {}",
                statements.len()
            )));
        };
        self.plan(statement).await
    }

    /// Plans one parsed statement; see [`sql::parse`].
    ///
    /// # Errors
    /// When the statement refers to unknown names.
    pub async fn plan(&self, statement: &sql::Statement) -> Result<DataFrame> {
        let frame = sql::plan(&self.context, statement).await?;
        export::with_copy_rules(frame, &self.scratch)
    }

    /// The named queries, loaded at the first call.
    ///
    /// # Errors
    /// When a user's folder cannot be read or a file in it is invalid.
    pub fn queries(&self) -> Result<&QueryLibrary> {
        if self.library.get().is_none() {
            let library = QueryLibrary::open(&self.queries)?;
            // Another thread may have been faster; both have loaded the same.
            self.library.set(library).ok();
        }
        Ok(self.library.get_or_init(QueryLibrary::default))
    }

    /// Plans the named query `name`; `given` has the values of its parameters as `(name, text)`.
    ///
    /// # Errors
    /// When there is no such query, a value does not fit its parameter, or the tables lack what the
    /// query reads.
    pub async fn plan_named(&self, name: &str, given: &[(String, String)]) -> Result<DataFrame> {
        let query = self.queries()?.find(name)?;
        let statement = query.bind(given)?;
        queries::check_needs(&self.context, query).await?;
        self.plan(&statement).await
    }

    /// All functions that SQL can call here, with their documentation.
    #[must_use]
    pub fn functions(&self) -> Vec<functions::FunctionPage> {
        functions::function_pages(&self.context.state())
    }

    /// Location of a table of `--data` or of the config file, as the user wrote it.
    #[must_use]
    pub fn origin(&self, table: &str) -> Option<&str> {
        self.origins.get(table).map(String::as_str)
    }

    /// What was inferred about files since the last call and may be meant otherwise (a delimiter, an encoding, lines
    /// above a header), one line for each table; no note is given twice. Opening an engine gives notes, and so does a
    /// statement that names a file.
    #[must_use]
    pub fn take_notes(&self) -> Vec<String> {
        TableNotes::take(self.context.state_ref().read().config())
    }

    /// The DataFusion session, for embedding programs.
    #[must_use]
    pub fn context(&self) -> &SessionContext {
        &self.context
    }
}

/// Creates the folder of spilled data; only with a memory limit can a query spill.
fn spill_folder(settings: &EngineSettings) -> Result<Option<ScratchFolder>> {
    if settings.memory_limit.is_none() && settings.temp_dir.is_none() {
        return Ok(None);
    }
    let parent = settings.temp_dir.clone().unwrap_or_else(std::env::temp_dir);
    let folder = settings.scratch.folder(&parent);
    folder.map(Some).map_err(|source| Error::io(parent, source))
}
