//! Errors of object stores in the words of their users.

use super::store_failure::may_pass;
use crate::error::Error;

/// Error of a store in one line, which ends with a suggestion.
pub(crate) fn store_error(label: &str, error: &object_store::Error) -> Error {
    let problem = match error {
        object_store::Error::NotFound { .. } => {
            "not found: check the bucket or host and the path".to_owned()
        }
        _ if is_refused(error) => format!(
            "access denied: check the credentials in the environment ({})",
            root_cause(error)
        ),
        _ if is_denied(error) => "no permission to read it".to_owned(),
        _ if may_pass(error) => {
            return Error::Unavailable {
                location: label.to_owned(),
                problem: root_cause(error),
            };
        }
        _ => root_cause(error),
    };
    Error::location(label, problem)
}

fn is_refused(error: &object_store::Error) -> bool {
    use object_store::Error::{PermissionDenied, Unauthenticated};
    // Listing a bucket returns these two as generic errors.
    let text = error.to_string();
    matches!(error, PermissionDenied { .. } | Unauthenticated { .. })
        || text.contains("403 Forbidden")
        || text.contains("401 Unauthorized")
}

fn is_denied(error: &object_store::Error) -> bool {
    causes(error).any(|cause| {
        let io = cause.downcast_ref::<std::io::Error>();
        io.is_some_and(|io| io.kind() == std::io::ErrorKind::PermissionDenied)
    })
}

fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

/// Top-level message and root cause of an error, on one line.
fn root_cause(error: &object_store::Error) -> String {
    let bottom = causes(error).last().map(ToString::to_string);
    let top = error.to_string();
    let text = match bottom {
        Some(bottom) if !top.contains(&bottom) => format!("{top}: {bottom}"),
        _ => top,
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
