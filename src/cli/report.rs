//! What the program says on standard error, and the exit code that goes with it.

use std::io::Write;
use std::process::ExitCode;

use clap::CommandFactory;
use datafusion::error::DataFusionError;

use super::args::Cli;
use crate::error::{Error, Result};
use crate::sql;

/// Prints one line about `error` and gives the exit code: 1 failed, 2 usage, 130 Ctrl-C.
pub(crate) fn failure(error: &Error) -> ExitCode {
    note(&format!("deskql: {}", wording(error)));
    ExitCode::from(code(error))
}

fn wording(error: &Error) -> String {
    let Error::Query(inner) = error else {
        return error.to_string();
    };
    match inner.find_root() {
        DataFusionError::ResourcesExhausted(text) => exhausted(text),
        _ => sql::explain(inner, None),
    }
}

/// What ran out of memory, and what helps there; `text` is DataFusion's account of the pool.
fn exhausted(text: &str) -> String {
    if !text.contains(" for the total memory pool") {
        return text.lines().next().unwrap_or_default().to_owned();
    }
    let consumer = text.split(" for ").nth(1).unwrap_or_default();
    if consumer.contains("Join") {
        return "a join needs more memory: raise --memory-limit, lower --threads, or join by \
                sorting with SET datafusion.optimizer.prefer_hash_join = false"
            .to_owned();
    }
    let what = if consumer.contains("Aggregate") || consumer.contains("Group") {
        "an aggregation"
    } else if consumer.contains("Sort") || consumer.contains("TopK") {
        "a sort"
    } else {
        "the query"
    };
    format!("{what} needs more memory: raise --memory-limit or lower --threads")
}

fn code(error: &Error) -> u8 {
    match error {
        Error::Usage(_) => 2,
        Error::Interrupted => 130,
        _ => 1,
    }
}

/// Writes a line to standard error; a closed standard error is no reason to stop.
pub(crate) fn note(line: &str) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

/// How to start, for someone who typed nothing but the program's name.
pub(crate) fn short_help() -> Result<()> {
    Cli::command()
        .print_help()
        .map_err(|source| Error::io("standard output", source))
}
