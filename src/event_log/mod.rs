//! Event logs: what happened to each ticket, as table functions.
//!
//! Texts of events become numbers (`coding`, `vocabulary`), events of one ticket come together
//! (`stream`) and are put in order (`ticket`), and a walk along them gives the ticket's facts
//! (`facts`, `columns`). `relation`, `node` and `operator` are the way from SQL to there.

mod arguments;
mod business_time;
mod clock_rows;
mod clocks;
mod coding;
mod columns;
mod conditions;
mod fact_rows;
mod facts;
mod function_names;
mod input;
mod measure;
mod node;
mod operator;
mod pages;
mod relation;
mod sla;
mod sla_clock;
mod sla_columns;
mod stream;
mod table_function;
mod ticket;
mod ticket_attributes;
mod ticket_rows;
mod tickets;
mod vocabulary;

pub(crate) use node::EventTablePlanner;
pub(crate) use pages::pages;
pub(crate) use relation::{EventRelationPlanner, takes_events};

use datafusion::logical_expr::ScalarUDF;

/// The functions that plans of this module call and nobody writes.
pub(crate) fn functions() -> Vec<ScalarUDF> {
    let mut all = coding::functions().to_vec();
    all.push(sla_clock::function());
    all
}

#[cfg(test)]
mod tests;
