//! The shipped queries: each one runs, equals its snapshot and its twin in plain SQL, reads the columns
//! that its header declares, and is consistent.

mod cases;
mod figures;
mod plans;
mod snapshots;
mod twins;

use std::path::{Path, PathBuf};

use deskql::{Engine, EngineSettings};
use deskql::{NamedQuery, QueryLibrary};

use crate::support::answers::{Rows, rows};
use cases::Given;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sample() -> PathBuf {
    root().join("sample-data")
}

async fn open_sample() -> Engine {
    open_with_policies(&sample()).await
}

/// A desk with the policies that the twins assume.
async fn open_with_policies(data: &Path) -> Engine {
    let settings = EngineSettings {
        data: vec![data.display().to_string()],
        config: Some(root().join("tests/support/policies.toml")),
        ..EngineSettings::default()
    };
    Engine::open(settings).await.unwrap()
}

fn shipped() -> QueryLibrary {
    QueryLibrary::open(&[]).unwrap()
}

/// Answer of a query with these parameters.
async fn answer(engine: &Engine, query: &NamedQuery, given: &Given) -> Result<Rows, String> {
    let statement = query.bind(given).map_err(|error| error.to_string())?;
    let frame = engine.plan(&statement).await;
    let frame = frame.map_err(|error| error.to_string())?;
    let batches = frame.collect().await.map_err(|error| error.to_string())?;
    Ok(batches.iter().flat_map(rows).collect())
}

/// A query and its parameters as a command line.
fn call(query: &NamedQuery, given: &Given) -> String {
    let given = given
        .iter()
        .map(|(name, value)| format!(" --param {name}={value}"));
    format!("deskql run {}{}", query.name, given.collect::<String>())
}
