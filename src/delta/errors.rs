//! Errors of the Delta kernel in the words of this project.

use delta_kernel::KernelError;
use delta_kernel::history_manager::error::{LogHistoryError, NearestTimestamp};

use crate::error::Error;
use crate::runtime::store_error;

/// What a table is whose first run has not come to its commit.
pub(super) const NO_VERSION: &str = "the Delta table has no version yet: the run that creates it has not finished, or \
                                     was stopped (_delta_log is empty); run it again";

/// `error` of the kernel about the table `label`, in one line.
pub(super) fn kernel_problem(label: &str, error: KernelError) -> Error {
    let problem = match error {
        KernelError::Backtraced { source, .. } => return kernel_problem(label, *source),
        KernelError::ObjectStore(error) => return store_error(label, &error),
        KernelError::IOError(error) => return Error::io(label, error),
        KernelError::FileNotFound(file) => {
            format!(
                "{} of the Delta table is missing: restore it, or read an older version",
                last_part(&file)
            )
        }
        KernelError::EmptyLog | KernelError::MissingMetadataAndProtocol => NO_VERSION.to_owned(),
        KernelError::MissingVersion(version) => format!(
            "version {version} of the Delta table is not there: its log has been cleaned up, or the version is yet to come"
        ),
        KernelError::StartVersionNotFound { earliest, .. } => {
            format!("the oldest version of the Delta table that can be read is {earliest}")
        }
        KernelError::LogHistory(error) => history_problem(&error),
        KernelError::Unsupported(what) => {
            format!(
                "the Delta table needs what deskql does not have: {}",
                plain(&what)
            )
        }
        KernelError::MalformedJson(error) => format!(
            "the log of the Delta table is damaged (line {}, column {}): restore the file, or read an older version",
            error.line(),
            error.column()
        ),
        KernelError::Arrow(error) => damaged(&error.to_string()),
        KernelError::Parquet(error) => damaged(&error.to_string()),
        other => damaged(&other.to_string()),
    };
    Error::location(label, problem)
}

/// Error of a table for which no thread can be started.
pub(super) fn without_threads(label: &str) -> Error {
    Error::location(
        label,
        "no thread can be started to read the log: too many are running",
    )
}

fn damaged(reason: &str) -> String {
    format!(
        "the log of the Delta table cannot be read ({}): restore it, or read an older version",
        plain(reason)
    )
}

fn history_problem(error: &LogHistoryError) -> String {
    match error {
        LogHistoryError::TimestampOutOfRange {
            nearest_timestamp, ..
        } => match nearest_timestamp {
            NearestTimestamp::Earliest(millis) | NearestTimestamp::Latest(millis) => format!(
                "the Delta table has no version of that time: the oldest that can be read is of {}",
                instant(*millis)
            ),
            _ => "the Delta table has no version of that time".to_owned(),
        },
        other => damaged(&other.to_string()),
    }
}

/// `millis` since 1970 as people write an instant.
pub(super) fn instant(millis: i64) -> String {
    chrono::DateTime::from_timestamp_millis(millis).map_or_else(
        || format!("{millis} ms"),
        |time| time.format("%Y-%m-%d %H:%M:%S%.3f UTC").to_string(),
    )
}

/// The text without the words that say which layer it is from, on one line.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    let known = [
        "Generic delta kernel error: ",
        "Generic error: ",
        "Arrow error: ",
        "Arrow: ",
        "Json error: ",
        "Parquet argument error: ",
        "Parquet error: ",
    ];
    let mut rest = line.as_str();
    while let Some(inner) = known.iter().find_map(|prefix| rest.strip_prefix(prefix)) {
        rest = inner;
    }
    rest.trim_end_matches('.').to_owned()
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
