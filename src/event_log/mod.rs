//! Event logs: the events of each ticket, as table functions.
//!
//! Texts of events are encoded as numbers (`coding`, `vocabulary`), the events of one ticket are
//! collected (`stream`) and sorted (`ticket`), and processed in order to compute the ticket's facts
//! (`facts`, `columns`). `relation`, `node` and `operator` lead from SQL to the execution.

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
mod instants;
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

/// Internal functions that only plans of this module call.
pub(crate) fn functions() -> Vec<ScalarUDF> {
    let mut all = coding::functions().to_vec();
    all.push(sla_clock::function());
    all
}

#[cfg(test)]
mod tests;
