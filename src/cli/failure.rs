//! Error messages and exit codes.

use std::process::ExitCode;

use crate::error::Error;
use crate::runtime::may_pass;
use crate::terminal::{note, wording};

/// Prints `text` and returns the exit code of a failure.
pub(crate) fn fail_with_message(text: &str) -> ExitCode {
    note(&format!("deskql: {text}"));
    ExitCode::FAILURE
}

/// Prints one line about `error` and returns the exit code: 1 failed, 2 usage, 3 a threshold of an audit, 75 an object
/// store that may answer later, 130 Ctrl-C.
pub(crate) fn failure(error: &Error) -> ExitCode {
    note(&format!("deskql: {}", wording(error)));
    ExitCode::from(code(error))
}

fn code(error: &Error) -> u8 {
    match error {
        Error::Usage(_) => 2,
        Error::Threshold(_) => 3,
        Error::Interrupted => 130,
        // EX_TEMPFAIL of sysexits.h.
        _ if may_pass(error) => 75,
        _ => 1,
    }
}
