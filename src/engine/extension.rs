//! Installs deskql into sessions that other programs make.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::SessionConfig;

use super::session;
use crate::functions::{self, FurtherPages};
use crate::planner::{self, EventQueryPlanner};
use crate::settings::DeskqlOptions;
use crate::{event_log, insight, sql};

/// Installs deskql's functions, with the rules that they need, into a session of DataFusion.
///
/// ```
/// # async fn example() -> datafusion::error::Result<()> {
/// use datafusion::execution::SessionStateBuilder;
/// use datafusion::prelude::SessionContext;
/// use deskql::SessionStateBuilderExt;
///
/// let state = SessionStateBuilder::new().with_deskql()?.build();
/// let context = SessionContext::new_with_state(state);
/// let frame = context.sql("SELECT csat(score) AS csat FROM (VALUES (5), (4), (2), (1)) AS t(score)").await?;
/// let csat = frame.collect().await?;
/// # assert_eq!(csat[0].num_rows(), 1);
/// # Ok(())
/// # }
/// # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
/// ```
pub trait SessionStateBuilderExt: Sized {
    /// The session with every function of deskql, the rules over plans that give them their meaning and those
    /// that correct faults of DataFusion, the fast paths, and the settings `deskql.*`.
    ///
    /// Functions, planners, formats and a query planner that the builder has already are retained, and so are
    /// its settings: [`session_config`] has those that an [`Engine`](super::Engine) uses. Rules are replaced by
    /// DataFusion's own with deskql's in their places; add further ones afterwards.
    ///
    /// An [`Engine`](super::Engine) also reads SQL in its own dialect, registers tables from files and words
    /// errors. Here SQL is parsed as DataFusion parses it.
    ///
    /// # Errors
    /// When the session refuses a function or a rule.
    fn with_deskql(self) -> Result<Self>;
}

impl SessionStateBuilderExt for SessionStateBuilder {
    fn with_deskql(mut self) -> Result<Self> {
        let config = self.config().get_or_insert_with(session_config);
        if config.options().extensions.get::<DeskqlOptions>().is_none() {
            config
                .options_mut()
                .extensions
                .insert(session::deskql_options(None));
        }
        config.set_extension(Arc::new(FUNCTION_PAGES));
        let planner = self.query_planner();
        if planner.is_none() {
            *planner = Some(Arc::new(EventQueryPlanner));
        }
        let builder = planner::with_rules(self.with_default_features());
        let mut state = builder.build();
        functions::register_all(&mut state)?;
        insight::register_all(&mut state)?;
        planner::register(&mut state)?;
        Ok(Self::new_from_existing(state))
    }
}

/// The configuration of every session of an [`Engine`](super::Engine): UTC as the time zone, literals with a point
/// as decimals, and the other settings that keep answers right.
#[must_use]
pub fn session_config() -> SessionConfig {
    session::config(None)
}

/// Pages that SHOW FUNCTIONS lists beside the functions of the session.
const FUNCTION_PAGES: FurtherPages = FurtherPages {
    tables: || {
        let mut tables = event_log::pages();
        tables.extend(insight::table_pages());
        tables.push(sql::backlog_series_page());
        tables
    },
    equivalents: sql::equivalent_pages,
};
