//! What can go wrong: what the user did, where, and what to do about it.

use std::path::PathBuf;

use datafusion::error::DataFusionError;

/// The result of anything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong. The text of each variant is one line for the user.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A location given with `--data` (or in SQL or the config file) gave no table.
    #[error("{location}: {problem}")]
    Location {
        /// The path, glob or URL as the user wrote it.
        location: String,
        /// What is wrong with it and what to do.
        problem: String,
    },
    /// A config file has a wrong key or value.
    #[error("{}:{line}: {problem}", path.display())]
    Config {
        /// The config file.
        path: PathBuf,
        /// One-based line of the offending key.
        line: usize,
        /// What is wrong and what to do.
        problem: String,
    },
    /// The SQL text cannot be run as written.
    #[error("{0}")]
    Sql(String),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The command line asks for something that cannot be done.
    #[error("{0}")]
    Usage(String),
    /// The query ran longer than `--timeout`.
    #[error("stopped after {0} s (--timeout)")]
    Timeout(f64),
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// Planning or running the query failed.
    #[error(transparent)]
    Query(Box<DataFusionError>),
}

impl Error {
    /// A problem with the file or folder at `path`.
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::Io {
            path: path.into(),
            source,
        }
    }

    /// A problem with a location the user named.
    pub fn location(location: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Location {
            location: location.into(),
            problem: problem.into(),
        }
    }
}

impl From<DataFusionError> for Error {
    fn from(error: DataFusionError) -> Self {
        match error {
            DataFusionError::External(inner) if inner.is::<Self>() => match inner.downcast() {
                Ok(own) => *own,
                Err(other) => Self::Query(Box::new(DataFusionError::External(other))),
            },
            other => Self::Query(Box::new(other)),
        }
    }
}

/// Lets `?` work inside DataFusion's own traits.
impl From<Error> for DataFusionError {
    fn from(error: Error) -> Self {
        match error {
            Error::Query(inner) => *inner,
            other => Self::External(Box::new(other)),
        }
    }
}
