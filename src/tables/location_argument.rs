//! `--data LOCATION` and `--data NAME=LOCATION`.

use std::path::Path;

use super::location::DataLocation;
use crate::error::{Error, Result};

/// What follows `--data`.
#[derive(Debug)]
pub(super) struct DataArgument {
    /// Name of the one table at the location; without it, what the location holds are tables by their own names.
    pub(super) name: Option<String>,
    pub(super) location: DataLocation,
}

impl DataArgument {
    /// Parses `text`. A path that exists, or a glob that may match, is a path even if it has a `=`: `year=2026/`.
    ///
    /// # Errors
    /// If the location is not there or is malformed.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let Some((name, rest)) = named(text) else {
            let location = DataLocation::parse(text, None)?;
            return Ok(Self {
                name: None,
                location,
            });
        };
        if rest.is_empty() {
            let problem = format!("name a location behind the table: {name}=PATH");
            return Err(Error::location(text, problem));
        }
        Ok(Self {
            name: Some(name.to_owned()),
            location: DataLocation::parse(rest, None)?,
        })
    }
}

/// `text` of `--data`, so that it names the same after the working folder has changed.
///
/// # Errors
/// If there is no working folder.
pub(crate) fn absolute_location(text: &str) -> std::io::Result<String> {
    let (name, location) = match named(text) {
        Some((name, location)) => (Some(name), location),
        None => (None, text),
    };
    if location.is_empty() || location == "-" || location.contains("://") {
        return Ok(text.to_owned());
    }
    let path = std::path::absolute(location)?;
    Ok(match name {
        Some(name) => format!("{name}={}", path.display()),
        None => path.display().to_string(),
    })
}

/// Splits `NAME=LOCATION`.
fn named(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once('=')?;
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '));
    (is_name && !is_path(text, name)).then_some((name, rest))
}

/// True if there is a file or folder whose name begins with `name=` as the text does.
fn is_path(text: &str, name: &str) -> bool {
    if Path::new(text).exists() {
        return true;
    }
    let begins = format!("{name}=");
    let is_glob = text.contains(['*', '?', '[']);
    let entries = std::fs::read_dir(".").into_iter().flatten().flatten();
    let mut names = entries.map(|entry| entry.file_name());
    is_glob && names.any(|name| name.to_string_lossy().starts_with(&begins))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_stand_before_the_location() {
        for (text, expected) in [
            ("tickets=export/a.csv", Some(("tickets", "export/a.csv"))),
            (
                "old tickets=s3://bucket/year=2026/",
                Some(("old tickets", "s3://bucket/year=2026/")),
            ),
            ("t=", Some(("t", ""))),
            ("s3://bucket/year=2026/a.csv", None),
            ("lake/year=2026/", None),
            ("./year=2026", None),
            ("=a.csv", None),
            ("a.csv", None),
        ] {
            assert_eq!(named(text), expected, "{text}");
        }
    }
}
