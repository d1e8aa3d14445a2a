//! Files as other programs export them: delimiters, encodings, headers, quotes, workbooks.

mod bytes;
mod delimited;
mod encodings;
mod first_lines;
mod keys;
mod numbers;
pub(crate) mod package;
mod pointers;
mod quotes;
mod workbooks;

use std::path::Path;

use deskql::internal::sql;
use deskql::{Engine, EngineSettings, Error};

use crate::support::data::{open, rows};

/// The rows of a query over a file with these bytes, and the notes about it.
async fn answer(name: &str, bytes: impl AsRef<[u8]>, sql: &str) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let engine = open(&[&path]).await.unwrap();
    (rows(&engine, sql).await, notes(&engine, folder.path()))
}

/// The notes, without the folder.
fn notes(engine: &Engine, folder: &Path) -> Vec<String> {
    let folder = format!("{}/", folder.display());
    let notes = engine.take_notes().into_iter();
    notes.map(|note| note.replace(&folder, "")).collect()
}

/// The error of opening a file with these bytes, without its folder.
async fn refusal(name: &str, bytes: impl AsRef<[u8]>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let error = open(&[&path]).await.unwrap_err().to_string();
    assert!(!error.contains('\n'), "one line: {error}");
    error.replace(&format!("{}/", folder.path().display()), "")
}

/// An engine over `deskql.toml` beside a file.
async fn configured(
    folder: &Path,
    name: &str,
    bytes: impl AsRef<[u8]>,
    config: &str,
) -> deskql::Result<Engine> {
    std::fs::write(folder.join(name), bytes).unwrap();
    let path = folder.join("deskql.toml");
    std::fs::write(&path, config).unwrap();
    Engine::open(EngineSettings {
        config: Some(path),
        ..EngineSettings::default()
    })
    .await
}

/// The message of a query that fails, with the place of the value.
async fn failure(engine: &Engine, text: &str) -> String {
    let failed = match engine.sql(text).await {
        Ok(frame) => Error::from(frame.collect().await.unwrap_err()),
        Err(error) => error,
    };
    match failed {
        Error::Query(inner) => sql::explain(&inner, None),
        own => own.to_string(),
    }
}
