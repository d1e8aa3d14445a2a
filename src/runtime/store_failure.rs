//! Failures of object stores that may pass by themselves.

use std::error::Error as StdError;
use std::io::ErrorKind;

use crate::error::Error;

/// True if the same may work later: a store that could not be reached, timed out, or said that it is busy (429) or
/// broken (5xx). False for what is missing, forbidden or wrong, and for local files.
pub(crate) fn may_pass(error: &(dyn StdError + 'static)) -> bool {
    let mut causes = causes(error);
    let store = causes.find(|cause| {
        let is_known = matches!(
            cause.downcast_ref::<Error>(),
            Some(Error::Unavailable { .. })
        );
        is_known || cause.is::<object_store::Error>()
    });
    match store.map(|cause| (cause, cause.downcast_ref::<object_store::Error>())) {
        None => false,
        Some((_, None)) => true,
        Some((_, Some(object_store::Error::Generic { store, .. })))
            if *store == "LocalFileSystem" =>
        {
            false
        }
        Some((cause, Some(object_store::Error::Generic { .. }))) => {
            self::causes(cause).skip(1).any(is_passing)
        }
        Some((_, Some(_))) => false,
    }
}

/// `error` and what it comes from, outermost first.
fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn StdError + 'static) = *error;
        // An error of the system that wraps another one leaves it out of its sources.
        let system = error.downcast_ref::<std::io::Error>();
        match system.and_then(std::io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}

fn is_passing(cause: &(dyn StdError + 'static)) -> bool {
    if let Some(system) = cause.downcast_ref::<std::io::Error>() {
        return matches!(
            system.kind(),
            ErrorKind::TimedOut
                | ErrorKind::ConnectionRefused
                | ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::NotConnected
                | ErrorKind::UnexpectedEof
        );
    }
    is_of_connection(cause) || is_passing_status(&cause.to_string())
}

#[cfg(feature = "cloud")]
fn is_of_connection(cause: &(dyn StdError + 'static)) -> bool {
    use object_store::client::{HttpError, HttpErrorKind};

    let kind = cause.downcast_ref::<HttpError>().map(HttpError::kind);
    kind.is_some_and(|kind| kind != HttpErrorKind::Unknown)
}

#[cfg(not(feature = "cloud"))]
fn is_of_connection(_cause: &(dyn StdError + 'static)) -> bool {
    false
}

/// True for a status of 5xx, 429 or 408. The type that has the status is private to `object_store`.
fn is_passing_status(text: &str) -> bool {
    let status = text.split_once("status code: ").map(|(_, rest)| rest);
    let digits = status.and_then(|rest| rest.get(..3));
    match digits.and_then(|digits| digits.parse::<u16>().ok()) {
        Some(status) => status >= 500 || status == 429 || status == 408,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use datafusion::error::DataFusionError;

    use super::*;

    fn generic(store: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        let error = object_store::Error::Generic {
            store,
            source: source.into(),
        };
        let error = DataFusionError::ObjectStore(Box::new(error));
        Error::from(error.context("while reading"))
    }

    #[test]
    fn only_busy_and_unreachable_stores_are_asked_again() {
        let status = |code: &str| {
            generic(
                "S3",
                format!("Server returned non-2xx status code: {code}: "),
            )
        };
        for passing in [
            "500 Internal Server Error",
            "503 Slow Down",
            "429 Too Many",
            "408 x",
        ] {
            assert!(may_pass(&status(passing)), "{passing}");
        }
        for lasting in [
            "400 Bad Request",
            "403 Forbidden",
            "301 Moved",
            "404 Not Found",
        ] {
            assert!(!may_pass(&status(lasting)), "{lasting}");
        }
        let refused = || std::io::Error::from(ErrorKind::ConnectionRefused);
        assert!(may_pass(&generic("S3", refused())));
        assert!(!may_pass(&generic("LocalFileSystem", refused())));
        assert!(!may_pass(&Error::Sql(
            "503 in the text: status code: 503".to_owned()
        )));
        let missing = object_store::Error::NotFound {
            path: "a".to_owned(),
            source: "status code: 500".into(),
        };
        assert!(!may_pass(&Error::from(DataFusionError::ObjectStore(
            Box::new(missing)
        ))));
    }

    #[test]
    fn errors_of_the_system_around_a_store_are_looked_into() {
        let inner = object_store::Error::Generic {
            store: "S3",
            source: "Server returned non-2xx status code: 502 Bad Gateway: ".into(),
        };
        let outer = Error::io("out.csv", std::io::Error::other(inner));
        assert!(may_pass(&outer));
    }
}
