//! An error in a query file, with its line.

use std::path::Path;

use crate::error::Error;

/// An error reported before the file's name is known.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct QueryFileProblem {
    line: usize,
    text: String,
}

impl QueryFileProblem {
    pub(super) fn new(line: usize, text: impl Into<String>) -> Self {
        Self {
            line,
            text: text.into(),
        }
    }

    pub(super) fn in_file(self, path: &Path) -> Error {
        Error::Config {
            path: path.to_owned(),
            line: self.line,
            problem: self.text,
        }
    }
}
