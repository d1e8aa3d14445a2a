//! deskql: an SQL engine for customer-service analytics on Apache DataFusion.
//!
//! [`Engine`] turns archives of tickets, events and surveys into SQL tables and answers questions
//! over them; [`functions`] holds the KPI functions (NPS, CSAT, FCR, response times, churn, ..),
//! which any other DataFusion session can register too.

pub mod bench;
pub mod catalogue;
pub mod cli;
mod engine;
mod error;
mod event_log;
mod failed_value;
pub mod functions;
pub mod generate;
pub mod output;
mod parser;
mod planner;
pub mod queries;
pub mod runtime;
pub mod settings;
mod shell;
pub mod sla;
pub mod sql;
mod sql_type;
pub mod tables;
mod terminal;
mod text;
pub mod time;

pub use engine::{
    Engine, EngineSettings, SessionStateBuilderExt, StatementCanceller, StatementExecution,
    StatementKind, session_config,
};
pub use error::{Error, Result};
