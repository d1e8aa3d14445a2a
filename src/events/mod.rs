//! Event logs: what happened to each ticket, as table functions.
//!
//! Texts of events become numbers (`coding`, `vocabulary`), events of one ticket come together
//! (`stream`) and are put in order (`ticket`), and a walk along them gives the ticket's facts
//! (`facts`, `columns`). `relation`, `node` and `operator` are the way from SQL to there.

mod coding;
mod columns;
mod facts;
mod input;
mod node;
mod operator;
mod page;
mod relation;
mod stream;
mod ticket;
mod vocabulary;
mod working;

pub(crate) use node::Planner;
pub(crate) use page::all_functions;
pub(crate) use relation::{EventRelations, takes_events};
