//! Completion candidates at the cursor: a pure function of the text, the cursor and the catalog, except
//! for file names.

mod commands;
mod files;
mod place;
mod relations;
mod scope;
mod statements;
mod tokens;

use std::ops::Range;

use reedline::{Completer, Span, Suggestion};

use super::catalog::{SharedShellCatalog, ShellCatalog};
use super::input::statement_start;
use place::CompletionContext;

/// One completion at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CompletionCandidate {
    pub(super) value: String,
    /// Description in the menu.
    pub(super) about: Option<String>,
    /// True if a space follows.
    pub(super) ends_word: bool,
}

/// Candidates, best first, and the byte range of the text that each of them replaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CompletionList {
    pub(super) range: Range<usize>,
    pub(super) all: Vec<CompletionCandidate>,
}

impl CompletionCandidate {
    fn new(value: impl Into<String>, about: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            about: Some(about.into()).filter(|about| !about.is_empty()),
            ends_word: false,
        }
    }

    fn word(value: impl Into<String>, about: impl Into<String>) -> Self {
        Self {
            ends_word: true,
            ..Self::new(value, about)
        }
    }
}

/// Completes `text` at the byte offset `cursor`.
pub(super) fn complete(text: &str, cursor: usize, catalog: &ShellCatalog) -> CompletionList {
    let start = statement_start(text, cursor);
    let before = &text[start..cursor];
    if before.trim_start().starts_with('\\') {
        return commands::complete(text, start, cursor, catalog);
    }
    match CompletionContext::at_cursor(text, start, cursor) {
        Some(place) => statements::complete(&place, catalog),
        None => CompletionList::default(),
    }
}

/// Retains candidates that begin with `typed`, ignoring case; if there are none, those that contain it.
fn matching(typed: &str, all: Vec<CompletionCandidate>) -> Vec<CompletionCandidate> {
    let typed = typed.to_lowercase();
    let name =
        |candidate: &CompletionCandidate| candidate.value.trim_start_matches('"').to_lowercase();
    let begins = |candidate: &CompletionCandidate| name(candidate).starts_with(&typed);
    let mut seen = std::collections::HashSet::new();
    let mut kept: Vec<CompletionCandidate> = if all.iter().any(begins) {
        all.into_iter().filter(begins).collect()
    } else if typed.len() > 1 {
        let has = |candidate: &CompletionCandidate| name(candidate).contains(&typed);
        all.into_iter().filter(has).collect()
    } else {
        Vec::new()
    };
    kept.retain(|candidate| seen.insert(candidate.value.clone()));
    kept
}

/// [`complete`] for the line editor.
pub(super) struct ShellCompleter {
    pub(super) catalog: SharedShellCatalog,
}

impl Completer for ShellCompleter {
    fn complete(&mut self, line: &str, cursor: usize) -> Vec<Suggestion> {
        if !line.is_char_boundary(cursor) {
            return Vec::new();
        }
        let found = complete(line, cursor, &self.catalog.get());
        let span = Span::new(found.range.start, found.range.end);
        let suggestion = |candidate: CompletionCandidate| Suggestion {
            append_whitespace: candidate.ends_word,
            value: candidate.value,
            description: candidate.about,
            span,
            ..Suggestion::default()
        };
        found.all.into_iter().map(suggestion).collect()
    }
}

#[cfg(test)]
mod tests;
