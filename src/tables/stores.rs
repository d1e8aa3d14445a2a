//! Which object stores a URL can name.

use crate::error::{Error, Result};
use crate::nearest::nearest;

const SCHEMES: [&str; 11] = [
    "s3", "s3a", "gs", "az", "azure", "adl", "abfs", "abfss", "http", "https", "file",
];

/// Refuses a URL of a kind that no store answers for.
pub(crate) fn check_scheme(text: &str, scheme: &str) -> Result<()> {
    let scheme = scheme.to_ascii_lowercase();
    if !SCHEMES.contains(&scheme.as_str()) {
        let hint = nearest(&scheme, SCHEMES)
            .map(|near| format!("; did you mean {near}://?"))
            .unwrap_or_default();
        return Err(Error::location(
            text,
            format!("{scheme}:// is not known: use s3, gs, az, http(s) or file{hint}"),
        ));
    }
    if scheme != "file" && cfg!(not(feature = "cloud")) {
        return Err(Error::location(
            text,
            format!("{scheme}:// needs a deskql built with the Cargo feature `cloud`"),
        ));
    }
    Ok(())
}
