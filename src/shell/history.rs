//! The history file.

use std::path::PathBuf;

use reedline::{FileBackedHistory, History, HistoryItem, SearchDirection, SearchQuery};

use super::input::{self, InputPiece};
use crate::error::{Error, Result};

/// Number of inputs in the history.
const CAPACITY: usize = 10_000;

/// `deskql/history` in the XDG state folder; `None` without a home folder.
pub(super) fn default_file() -> Option<PathBuf> {
    let named = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    // The specification says that relative paths are ignored.
    let state = named.filter(|folder| folder.is_absolute()).or_else(|| {
        let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty())?;
        Some(home.join(".local/state"))
    })?;
    Some(state.join("deskql/history"))
}

/// Opens the history in `file`, or one in memory only.
///
/// # Errors
/// When the file cannot be read or created.
pub(super) fn open(file: Option<PathBuf>) -> Result<FileBackedHistory> {
    let failed = |path: PathBuf| {
        move |error: reedline::ReedlineError| Error::Usage(format!("{}: {error}", path.display()))
    };
    match file.filter(|file| !file.as_os_str().is_empty()) {
        Some(file) => FileBackedHistory::with_file(CAPACITY, file.clone()).map_err(failed(file)),
        None => FileBackedHistory::new(CAPACITY).map_err(failed(PathBuf::from("history"))),
    }
}

/// The last `count` inputs, oldest first, with their numbers.
pub(super) fn last(history: &dyn History, count: usize) -> Vec<(usize, String)> {
    let query = SearchQuery::everything(SearchDirection::Forward, None);
    let items: Vec<HistoryItem> = history.search(query).unwrap_or_default();
    let skipped = items.len().saturating_sub(count);
    let numbered = items.into_iter().enumerate().skip(skipped);
    numbered
        .map(|(index, item)| (index + 1, item.command_line))
        .collect()
}

/// The last input that is SQL, for a session that has run none yet.
pub(super) fn last_sql(history: &dyn History) -> Option<String> {
    let query = SearchQuery::everything(SearchDirection::Backward, None);
    let items = history.search(query).unwrap_or_default();
    items.into_iter().find_map(|item| {
        let text = item.command_line;
        let mut pieces = input::cut(&text).pieces.into_iter();
        pieces.find_map(|piece| match piece {
            InputPiece::Sql(range) => Some(text[range].trim().to_owned()),
            InputPiece::Command(_) => None,
        })
    })
}

/// Adds an input that does not come from the line editor, such as one from the text editor.
pub(super) fn add(history: &mut dyn History, text: &str) {
    // The shell also works without a history.
    drop(history.save(HistoryItem::from_command_line(text)));
    history.sync().ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_inputs_come_with_their_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/history");
        let mut history = open(Some(file.clone())).unwrap();
        for text in ["SELECT 1;", "SELECT\n2;", "\\d"] {
            add(&mut history, text);
        }
        drop(history);
        let history = open(Some(file)).unwrap();
        assert_eq!(
            last(&history, 2),
            [(2, "SELECT\n2;".to_owned()), (3, "\\d".to_owned())]
        );
        assert_eq!(last_sql(&history).as_deref(), Some("SELECT\n2;"));
    }
}
