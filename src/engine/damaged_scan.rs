//! Errors and panics of a statement that a damaged file causes.

use datafusion::error::DataFusionError;

use crate::error::Error;
use crate::runtime::{ExpectedPanics, PanicPayload, ScanProgress, damaged_file};

/// A reader panics over some damaged files. Any other panic goes on.
pub(super) fn panicked(panic: PanicPayload, scans: Option<ScanProgress>) -> Error {
    match damaged(scans) {
        Some(error) => error,
        None => std::panic::resume_unwind(panic),
    }
}

/// A panic in a task of the plan comes as an error of the task; errors of the reader name no file.
pub(super) fn explained(error: Error, scans: Option<ScanProgress>) -> Error {
    let Error::Query(inner) = &error else {
        return error;
    };
    let may_be_damage = matches!(inner.find_root(), DataFusionError::ParquetError(_))
        || inner.to_string().contains(" panicked");
    let damaged = may_be_damage.then(|| damaged(scans)).flatten();
    damaged.unwrap_or(error)
}

fn damaged(scans: Option<ScanProgress>) -> Option<Error> {
    let files = scans?.local_files();
    let file = damaged_file(&files)?;
    ExpectedPanics::keep();
    let problem = "damaged, copy it again (its values cannot be decoded)";
    Some(Error::location(file.display().to_string(), problem))
}
