//! The text of a mapping, for errors with lines.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::text::toml_problem;

/// Text of a mapping and its name.
#[derive(Debug)]
pub(super) struct MappingText {
    path: PathBuf,
    pub(super) text: String,
}

impl MappingText {
    /// Text of a preset or of another source that is no file.
    pub(super) fn named(name: &str, text: &str) -> Self {
        Self {
            path: PathBuf::from(name),
            text: text.to_owned(),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read or is not UTF-8.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::io(path, source))?;
        Ok(Self {
            path: path.to_owned(),
            text,
        })
    }

    /// Error about the text at `span`.
    pub(super) fn problem(&self, span: &Range<usize>, problem: impl Into<String>) -> Error {
        Error::Config {
            path: self.path.clone(),
            line: toml_problem::line(&self.text, span.start),
            problem: problem.into(),
        }
    }

    /// Error of the TOML parser.
    pub(super) fn faulty(&self, error: &toml::de::Error) -> Error {
        let place = error.span().unwrap_or_default();
        self.problem(&place, toml_problem::wording(error.message()))
    }
}
