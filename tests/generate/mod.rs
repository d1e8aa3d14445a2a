//! The synthetic desk: its bytes, its truth and the effects it promises.

mod bytes;
mod clean;
mod command;
mod dirty;
mod docs;
mod effects;
mod facts;
mod folder;

use std::path::{Path, PathBuf};

use deskql::Engine;
use deskql::internal::generate::{GenerateOptions, GenerateSummary, run};

use crate::support::data::{open, rows};

/// The tables of a desk, by name.
const TABLES: [&str; 9] = [
    "agents",
    "customers",
    "incidents",
    "onboarding",
    "outreach",
    "subscriptions",
    "surveys",
    "ticket_events",
    "tickets",
];

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data")
}

async fn open_sample() -> Engine {
    open(&[&sample()]).await.unwrap()
}

fn generate(options: &GenerateOptions) -> GenerateSummary {
    run(options, |_| Ok(())).unwrap()
}

/// The numbers in the only row of an answer.
async fn numbers(engine: &Engine, sql: &str) -> Vec<f64> {
    let rows = rows(engine, sql).await;
    assert_eq!(rows.len(), 1, "{sql}");
    let cells = rows[0].split('|').map(str::parse);
    cells
        .collect::<Result<_, _>>()
        .unwrap_or_else(|_| panic!("{sql}: {rows:?}"))
}
