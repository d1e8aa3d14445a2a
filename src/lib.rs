//! deskql: an SQL engine for customer-service analytics on Apache DataFusion.
//!
//! [`Engine`] turns archives of tickets, events and surveys into SQL tables and answers questions
//! over them; [`functions`] holds the KPI functions (NPS, CSAT, FCR, response times, churn, ..),
//! which any other DataFusion session can register too.

pub mod bench;
pub mod catalogue;
pub mod cli;
mod correctness;
mod engine;
mod error;
mod events;
pub mod exec;
pub mod functions;
pub mod generate;
pub mod output;
pub mod queries;
pub mod settings;
mod shell;
pub mod sla;
pub mod sql;
mod sql_type;
pub mod tables;
mod terminal;
mod text;
pub mod time;

pub use engine::{Engine, Settings};
pub use error::{Error, Result};
