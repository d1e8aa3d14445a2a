//! Where a Delta table is or will be, as a user writes it.

use std::path::Path;

use datafusion::catalog::Session;
use url::Url;

use super::super::listing::store_of;
use super::super::stores::check_scheme;
use crate::delta::DeltaLocation;
use crate::error::{Error, Result};

/// The folder `text`, a path or the URL of a store; it need not exist.
///
/// # Errors
/// If it is neither, or no folder can be written there.
pub(crate) fn delta_location(session: &dyn Session, text: &str) -> Result<DeltaLocation> {
    let url = match text.split_once("://") {
        Some((scheme, _)) => {
            check_scheme(text, scheme)?;
            if matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
                let problem =
                    "tables are not written over http(s): name a folder or an object store";
                return Err(Error::location(text, problem));
            }
            Url::parse(text)
                .map_err(|error| Error::location(text, format!("is not a URL: {error}")))?
        }
        None => folder(text)?,
    };
    let store = store_of(session, text, &url)?;
    DeltaLocation::try_new(text, &url, store)
}

fn folder(text: &str) -> Result<Url> {
    let path = match (text.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => Path::new(text).to_owned(),
    };
    let path = std::path::absolute(&path).map_err(|error| Error::io(&path, error))?;
    if path.is_file() {
        return Err(Error::location(
            text,
            "is a file, and a table is a folder: name another",
        ));
    }
    Url::from_directory_path(&path)
        .map_err(|()| Error::location(text, "is not the path of a folder"))
}
