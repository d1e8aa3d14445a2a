//! Errors and panics of a statement that a damaged file causes.

use arrow::error::ArrowError;
use datafusion::error::DataFusionError;

use crate::error::Error;
use crate::runtime::{DecodedFiles, ExpectedPanics, PanicPayload, ScanProgress, damaged_file};

/// A reader panics over some damaged files. Any other panic goes on.
pub(super) fn panicked(panic: PanicPayload, scans: Option<ScanProgress>) -> Error {
    match damaged(scans, DecodedFiles::All) {
        Some(error) => error,
        None => std::panic::resume_unwind(panic),
    }
}

/// A panic in a task of the plan comes as an error of the task; errors of the reader name no file.
pub(super) fn explained(error: Error, scans: Option<ScanProgress>) -> Error {
    let Error::Query(inner) = &error else {
        return error;
    };
    let may_be_any = matches!(inner.find_root(), DataFusionError::ParquetError(_))
        || inner.to_string().contains(" panicked");
    let damaged = if may_be_any {
        damaged(scans, DecodedFiles::All)
    } else if is_of_arrow_file(inner) {
        damaged(scans, DecodedFiles::Arrow)
    } else {
        None
    };
    damaged.unwrap_or(error)
}

fn damaged(scans: Option<ScanProgress>, which: DecodedFiles) -> Option<Error> {
    let files = scans?.local_files();
    let file = damaged_file(&files, which)?;
    ExpectedPanics::keep();
    let problem = "damaged, copy it again (its values cannot be decoded)";
    Some(Error::location(file.display().to_string(), problem))
}

/// True for an error that the reader of Arrow files may have given, which names none.
fn is_of_arrow_file(error: &DataFusionError) -> bool {
    match error.find_root() {
        DataFusionError::ArrowError(inner, _) => matches!(
            inner.as_ref(),
            ArrowError::IpcError(_) | ArrowError::ParseError(_)
        ),
        _ => false,
    }
}
