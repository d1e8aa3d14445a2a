//! Resolves a location that is one table to the places of its files.

use std::collections::BTreeSet;

use datafusion::catalog::Session;
use object_store::ObjectStoreExt;
use url::Url;

use crate::error::{Error, Result};

use super::globbing;
use super::kind::partition_key;
use super::listing::{store_of, store_path};
use super::location::DataLocation;
use super::path_glob::PathGlob;
use super::source::FilePattern;

/// Place of a location without a glob.
pub(crate) fn whole(location: &DataLocation) -> FilePattern {
    FilePattern::whole(location.url.clone())
}

/// Places of the one table at `location`.
///
/// A glob in the last part of the path stays a glob, so that files added later are found. A glob in
/// a folder's name is resolved now.
///
/// # Errors
/// If the glob matches nothing.
pub(crate) async fn resolve(
    session: &dyn Session,
    location: &DataLocation,
) -> Result<Vec<FilePattern>> {
    match &location.glob {
        None => Ok(vec![folder_or_file(session, location).await?]),
        Some(glob) if !glob.contains(['/', '=']) && !glob.contains("**") => {
            let mut place = whole(location);
            place.glob = Some(glob.clone());
            Ok(vec![place])
        }
        Some(glob) => across_folders(session, location, glob).await,
    }
}

/// A remote name without a trailing slash may be a file or a folder; a request to the store
/// decides.
async fn folder_or_file(session: &dyn Session, location: &DataLocation) -> Result<FilePattern> {
    let is_known = location.is_local() || !location.can_list() || location.is_folder();
    if is_known {
        return Ok(whole(location));
    }
    let store = store_of(session, &location.text, &location.url)?;
    let path = store_path(&location.text, &location.url)?;
    match store.head(&path).await {
        Err(object_store::Error::NotFound { .. }) => {
            Ok(FilePattern::whole(folder_url(&location.url)))
        }
        _ => Ok(whole(location)),
    }
}

async fn across_folders(
    session: &dyn Session,
    location: &DataLocation,
    glob: &str,
) -> Result<Vec<FilePattern>> {
    let store = store_of(session, &location.text, &location.url)?;
    let root = store_path(&location.text, &location.url)?;
    let matches = globbing::matches(store.as_ref(), &location.text, &root, glob).await?;
    let last = glob.rsplit('/').next().filter(|last| *last != "**");
    let mut places = BTreeSet::new();
    for (path, is_folder) in matches {
        let mut folders: Vec<&str> = path.split('/').collect();
        let name = if is_folder {
            None
        } else {
            folders.pop();
            Some(last.unwrap_or("*").to_owned())
        };
        // Folders `key=value` above the files stay columns, so the place of the table is above them.
        let is_plain = |folder: &&str| partition_key(folder).is_none();
        let plain = folders.iter().rposition(is_plain).map_or(0, |at| at + 1);
        let is_chosen = plain < folders.len();
        places.insert((folders[..plain].join("/"), name, is_chosen));
    }
    if places.is_empty() {
        return Err(Error::location(&location.text, "no data file matches"));
    }
    let selection = PathGlob::new(&location.text, root, glob)?;
    let place = |(folder, glob, is_chosen): (String, Option<String>, bool)| -> Result<FilePattern> {
        Ok(FilePattern {
            url: child(&location.url, &folder, "/")?,
            glob,
            selection: is_chosen.then(|| selection.clone()),
        })
    };
    places.into_iter().map(place).collect()
}

/// Returns the URL with a trailing slash.
pub(crate) fn folder_url(url: &Url) -> Url {
    let mut folder = url.clone();
    if !folder.path().ends_with('/') {
        folder.set_path(&format!("{}/", url.path()));
    }
    folder
}

/// URL of `relative` (a path in a store, not yet percent-encoded) below `folder`.
pub(crate) fn child(folder: &Url, relative: &str, slash: &str) -> Result<Url> {
    let mut url = folder.clone();
    {
        let Ok(mut segments) = url.path_segments_mut() else {
            return Err(Error::location(folder.as_str(), "is not a folder URL"));
        };
        let parts = relative.split('/').filter(|part| !part.is_empty());
        segments.pop_if_empty().extend(parts);
    }
    if !slash.is_empty() && !url.path().ends_with('/') {
        url.set_path(&format!("{}{slash}", url.path()));
    }
    Ok(url)
}
