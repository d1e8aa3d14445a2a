//! The only maker of a [`SessionContext`]: every setting that keeps an answer right is made here,
//! once, with its reason.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::dataframe::DataFrame;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::error::{Error, Result};
use crate::{exec, functions, sql, tables};

/// How to open an [`Engine`].
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Locations whose files become tables: paths, globs or object-store URLs.
    pub data: Vec<String>,
    /// A `deskql.toml`.
    pub config: Option<PathBuf>,
    /// Threads (and partitions) a query uses; all cores when absent.
    pub threads: Option<usize>,
    /// Bytes a query may hold before it spills or fails; unbounded when absent.
    pub memory_limit: Option<usize>,
    /// Where spilled data goes; the system's temporary folder when absent.
    pub temp_dir: Option<PathBuf>,
}

/// A session over the user's tables.
pub struct Engine {
    context: SessionContext,
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
    pub async fn open(settings: Settings) -> Result<Self> {
        let mut config = SessionConfig::new()
            .with_information_schema(true)
            .with_option_extension(functions::Options::default());
        if let Some(threads) = settings.threads {
            config = config.with_target_partitions(threads);
        }
        let runtime = RuntimeEnvBuilder::new().build_arc()?;
        let mut state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(Arc::clone(&runtime))
            .with_default_features()
            .build();
        functions::register_all(&mut state)?;
        for rule in exec::analyzer_rules() {
            state.add_analyzer_rule(rule);
        }
        let context = SessionContext::new_with_state(state);
        tables::register(&context, &settings.data, settings.config.as_deref()).await?;
        Ok(Self { context })
    }

    /// Plans one SQL statement in deskql's dialect.
    ///
    /// # Errors
    /// When the text is not SQL, holds more than one statement, or names unknown things.
    pub async fn sql(&self, text: &str) -> Result<DataFrame> {
        let statements = sql::parse(text)?;
        let [statement] = statements.as_slice() else {
            return Err(Error::Sql(format!(
                "expected one SQL statement, found {}",
                statements.len()
            )));
        };
        sql::plan(&self.context, statement).await
    }

    /// The session itself, for embedding programs.
    #[must_use]
    pub fn context(&self) -> &SessionContext {
        &self.context
    }
}
