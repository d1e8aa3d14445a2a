//! Messages for the user and the texts of errors.

use std::io::{ErrorKind, IsTerminal, Write};

use datafusion::error::DataFusionError;

use super::fitting::fitted;
use crate::error::{Error, Result};
use crate::sql;

/// `error` as one line; its place in the SQL may follow on two more lines.
pub(crate) fn wording(error: &Error) -> String {
    let Error::Query(inner) = error else {
        return error.to_string();
    };
    match inner.find_root() {
        DataFusionError::ResourcesExhausted(text) => exhausted(text),
        _ => sql::explain(inner, None),
    }
}

/// Consumer that ran out of memory, and a remedy; `text` is DataFusion's report of the memory pool.
fn exhausted(text: &str) -> String {
    if !text.contains(" for the total memory pool") {
        return text.lines().next().unwrap_or_default().to_owned();
    }
    let consumer = text.split(" for ").nth(1).unwrap_or_default();
    let what = if consumer.contains("Join") {
        "a join"
    } else if consumer.contains("Aggregate") || consumer.contains("Group") {
        "an aggregation"
    } else if consumer.contains("Sort") || consumer.contains("TopK") {
        "a sort"
    } else {
        "the query"
    };
    format!("{what} needs more memory: raise --memory-limit or lower --threads")
}

/// Writes a message to standard error, fitted to its width if that is a terminal; a closed standard
/// error is ignored.
pub(crate) fn note(message: &str) {
    let size = terminal_size::terminal_size_of(std::io::stderr());
    let message = match size {
        Some((width, _)) if width.0 > 0 => fitted(message, width.0.into()),
        _ => message.to_owned(),
    };
    drop(writeln!(std::io::stderr(), "{message}"));
}

/// Writes `text` to standard output; a closed pipe is no error.
pub(crate) fn print(text: &str) -> Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Error::io("standard output", error))
        }
        _ => Ok(()),
    }
}

/// Width of the terminal in characters; `None` for a pipe, where lines have no limit.
pub(crate) fn width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(std::io::stdout())?;
    Some(usize::from(width.0))
}

/// True if the cursor of the terminal can be moved, as a line editor requires.
pub(crate) fn has_cursor() -> bool {
    std::env::var("TERM").map_or(cfg!(windows), |term| term != "dumb")
}

/// True if standard output may have colours, by `NO_COLOR` (<https://no-color.org>) and `TERM`.
pub(crate) fn has_colours() -> bool {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    has_cursor() && !no_color && std::io::stdout().is_terminal()
}
