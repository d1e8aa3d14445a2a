//! Notes about tables: what was inferred from files and may be meant otherwise.

use std::sync::{Mutex, PoisonError};

use datafusion::prelude::SessionConfig;
use indexmap::IndexMap;

/// Notes of a session, each once. It lives in the session's config, which everything that registers a
/// table has at hand.
#[derive(Debug, Default)]
pub(crate) struct TableNotes {
    /// True for those that have been taken.
    notes: Mutex<IndexMap<String, bool>>,
}

impl TableNotes {
    /// Adds a note: one line that says which file, what was inferred and which key says otherwise. A
    /// session without a list, which is one of another program, drops it.
    pub(crate) fn add(config: &SessionConfig, note: impl Into<String>) {
        if let Some(notes) = config.get_extension::<Self>() {
            let mut notes = notes.notes.lock().unwrap_or_else(PoisonError::into_inner);
            notes.entry(note.into()).or_insert(false);
        }
    }

    /// The notes that have not been taken yet.
    pub(crate) fn take(config: &SessionConfig) -> Vec<String> {
        let Some(notes) = config.get_extension::<Self>() else {
            return Vec::new();
        };
        let mut notes = notes.notes.lock().unwrap_or_else(PoisonError::into_inner);
        let unseen = notes.iter_mut().filter(|(_, is_taken)| !**is_taken);
        unseen
            .map(|(note, is_taken)| {
                *is_taken = true;
                note.clone()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn each_note_is_given_once() {
        let config = SessionConfig::new().with_extension(Arc::new(TableNotes::default()));
        TableNotes::add(&config, "a.csv: two");
        TableNotes::add(&config, "a.csv: one");
        TableNotes::add(&config, "a.csv: two");
        assert_eq!(TableNotes::take(&config), ["a.csv: two", "a.csv: one"]);
        TableNotes::add(&config, "a.csv: one");
        assert!(TableNotes::take(&config).is_empty());
        TableNotes::add(&SessionConfig::new(), "nowhere");
    }
}
