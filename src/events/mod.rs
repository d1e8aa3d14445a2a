//! Event logs: what happened to each ticket, as table functions.
//!
//! Texts of events become numbers (`coding`, `vocabulary`), events of one ticket come together
//! (`stream`) and are put in order (`ticket`), and a walk along them gives the ticket's facts
//! (`facts`, `columns`). `relation`, `node` and `operator` are the way from SQL to there.

mod arguments;
mod clock_rows;
mod clocks;
mod coding;
mod columns;
mod conditions;
mod details;
mod fact_rows;
mod facts;
mod input;
mod measure;
mod node;
mod operator;
mod page;
mod product;
mod relation;
mod sla;
mod sla_clock;
mod sla_columns;
mod stream;
mod ticket;
mod tickets;
mod vocabulary;
mod working;

pub(crate) use node::Planner;
pub(crate) use page::all_functions;
pub(crate) use relation::{EventRelations, takes_events};
