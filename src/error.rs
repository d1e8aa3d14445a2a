//! Errors of the crate: the cause, its place, and a remedy.

use std::path::PathBuf;

use datafusion::error::DataFusionError;

/// Result of all fallible functions of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Errors of the crate. The text of each variant is one line for the user.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A location given with `--data` (or in SQL or the config file) contains no table.
    #[error("{location}: {problem}")]
    Location {
        /// The path, glob or URL as the user wrote it.
        location: String,
        /// The problem and a remedy.
        problem: String,
    },
    /// An object store could not be reached or was busy: the same may work later.
    #[error("{location}: {problem}")]
    Unavailable {
        /// The URL as the user wrote it, or what needed it.
        location: String,
        /// The problem.
        problem: String,
    },
    /// A config file has a wrong key or value.
    #[error("{}:{line}: {problem}", path.display())]
    Config {
        /// The config file.
        path: PathBuf,
        /// One-based line of the offending key.
        line: usize,
        /// The problem and a remedy.
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
        /// Error of the operating system.
        source: std::io::Error,
    },
    /// The command line requests something that cannot be done.
    #[error("{0}")]
    Usage(String),
    /// Data passed a threshold of `deskql audit`, whose report is complete.
    #[error("{0}")]
    Threshold(String),
    /// The query ran longer than `--timeout`.
    #[error("stopped after {0} s (--timeout)")]
    Timeout(f64),
    /// Stopped by Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// Planning or running the query failed.
    #[error(transparent)]
    Query(Box<DataFusionError>),
}

impl Error {
    /// An error at the file or folder `path`.
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::Io {
            path: path.into(),
            source,
        }
    }

    /// An error at a location that the user named.
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
