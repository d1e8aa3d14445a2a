//! deskql: an SQL engine for customer-service analytics on Apache DataFusion.
//!
//! An [`Engine`] registers archives of tickets, events and surveys as tables and answers SQL over them, with KPI
//! functions (NPS, CSAT, first contact resolution, response times, churn and more) that are exact:
//!
//! ```
//! use deskql::{Engine, EngineSettings, Result};
//!
//! #[tokio::main]
//! async fn main() -> Result<()> {
//!     let engine = Engine::open(EngineSettings {
//!         data: vec!["sample-data".to_owned()],
//!         ..EngineSettings::default()
//!     })
//!     .await?;
//!     let execution = engine
//!         .run("SELECT kind, count(score) AS answers FROM surveys GROUP BY kind ORDER BY kind")
//!         .await?;
//!     let rows: usize = execution.collect().await?.iter().map(|batch| batch.num_rows()).sum();
//!     assert_eq!(rows, 3);
//!     Ok(())
//! }
//! ```
//!
//! - [`Engine::run`] plans a statement; the [`StatementExecution`] streams its rows, counts them, can be cancelled
//!   and may have a time-out.
//! - [`Engine::run_named`] does the same with a query from a file ([`QueryLibrary`]).
//! - [`SessionStateBuilderExt`] installs the functions, with the rules over plans that they need, into a
//!   `SessionContext` of another program's.
//!
//! The functions are described in `docs/functions.md`, the KPIs in `docs/kpis.md`.

mod archive;
mod bench;
mod catalogue;
mod cli;
mod delta;
mod encoding;
mod engine;
mod error;
mod event_log;
mod export;
mod failed_value;
mod functions;
mod generate;
mod insight;
#[doc(hidden)]
pub mod internal;
mod json;
mod output;
mod parser;
mod planner;
mod queries;
mod report;
mod runtime;
mod settings;
mod shell;
mod sla;
mod sql;
mod sql_type;
mod table_arguments;
mod tables;
mod terminal;
mod text;
mod text_files;
mod time;

pub use engine::{
    Engine, EngineSettings, SessionStateBuilderExt, StatementCanceller, StatementExecution,
    StatementKind, session_config,
};
pub use error::{Error, Result};
pub use functions::FunctionPage;
pub use queries::{NamedQuery, ParameterType, QueryLibrary, QueryOrigin, QueryParameter};
pub use runtime::{ScanProgress, ScratchFiles};
pub use sql::{ColumnUnits, QueryHint, Statement, parse};
