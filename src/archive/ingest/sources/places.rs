//! Locations as users write them, and the files there.

use std::sync::Arc;

use datafusion::execution::context::SessionState;
use futures::TryStreamExt;
use glob::{MatchOptions, Pattern};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use url::Url;

use super::file_names::is_data_file;
use super::source_file::{SourceFile, SourcePlace};
use crate::error::{Error, Result};
use crate::tables::{
    DataLocation, is_hidden, label_of, refuse_nested, store_error, store_of, store_path,
};

const GLOB_OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// The files at `location`, sorted by path: those of a folder at any depth whose endings are of data files, those
/// that a glob names, or the one file.
///
/// # Errors
/// If there is none, or the store cannot be read.
pub(super) async fn files(session: &SessionState, location: &str) -> Result<Vec<SourceFile>> {
    let location = DataLocation::parse(location, None)?;
    let store = store_of(session, &location.text, &location.url)?;
    let root = store_path(&location.text, &location.url)?;
    let mut objects = match &location.glob {
        None if !location.is_folder() => match store.head(&root).await {
            Ok(object) => vec![object],
            Err(object_store::Error::NotFound { .. })
                if location.can_list() && !location.is_local() =>
            {
                below(&store, &location, &root).await?
            }
            Err(error) => return Err(store_error(&location.text, &error)),
        },
        _ => below(&store, &location, &root).await?,
    };
    if objects.is_empty() {
        let problem = "no data file there: .csv, .tsv, .json, .ndjson, .jsonl, .xlsx, .parquet or .zip, also .gz \
                       and .zst";
        return Err(Error::location(&location.text, problem));
    }
    objects.sort_by(|one, other| one.location.cmp(&other.location));
    let mut files = Vec::new();
    for object in objects {
        let file = SourceFile {
            label: label(&location.url, &object.location),
            place: SourcePlace::Object {
                store: Arc::clone(&store),
                path: object.location,
                remote_bytes: Some(object.size).filter(|_| !location.is_local()),
            },
        };
        if file.name().to_ascii_lowercase().ends_with(".zip") {
            files.extend(members(file).await?);
        } else {
            files.push(file);
        }
    }
    Ok(files)
}

#[cfg(feature = "excel")]
async fn members(archive: SourceFile) -> Result<Vec<SourceFile>> {
    super::zip_members::members(archive).await
}

#[cfg(not(feature = "excel"))]
async fn members(archive: SourceFile) -> Result<Vec<SourceFile>> {
    let problem = "zip archives need a deskql built with the Cargo feature `excel`: unpack it";
    std::future::ready(Err(archive.problem(problem))).await
}

/// Files below a folder.
async fn below(
    store: &Arc<dyn ObjectStore>,
    location: &DataLocation,
    root: &Path,
) -> Result<Vec<ObjectMeta>> {
    let prefix = Some(root).filter(|root| !root.as_ref().is_empty());
    let listed = store.list(prefix).try_collect::<Vec<ObjectMeta>>().await;
    let listed = listed.map_err(|error| store_error(&location.text, &error))?;
    let glob = location.glob.as_deref().map(Pattern::new).transpose();
    let glob =
        glob.map_err(|error| Error::location(&location.text, format!("is not a glob: {error}")))?;
    let wanted: Vec<ObjectMeta> = listed
        .iter()
        .filter(|object| is_wanted(root, &object.location, glob.as_ref()))
        .cloned()
        .collect();
    let paths: Vec<&Path> = wanted.iter().map(|object| &object.location).collect();
    let all = listed.iter().map(|object| &object.location);
    refuse_nested(&location.text, root, all, &paths)?;
    Ok(wanted)
}

fn is_wanted(root: &Path, object: &Path, glob: Option<&Pattern>) -> bool {
    let Some(parts) = object.prefix_match(root) else {
        return false;
    };
    let parts: Vec<String> = parts.map(|part| part.as_ref().to_owned()).collect();
    // `_rejects` among others: what is not data begins so.
    if parts.iter().any(|part| is_hidden(part)) {
        return false;
    }
    match glob {
        Some(glob) => glob.matches_with(&parts.join("/"), GLOB_OPTIONS),
        None => parts.last().is_some_and(|name| is_data_file(name)),
    }
}

/// A file as users write it: a path, relative to the working directory if it is below, or a URL.
fn label(place: &Url, object: &Path) -> String {
    let mut url = place.clone();
    url.set_path(object.as_ref());
    label_of(&url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_folder_are_those_of_data() {
        let root = Path::from("in");
        let wanted = |path: &str, glob: Option<&str>| {
            let glob = glob.map(|glob| Pattern::new(glob).unwrap());
            is_wanted(&root, &Path::from(path), glob.as_ref())
        };
        assert!(wanted("in/2024/a.csv", None));
        assert!(!wanted("in/_rejects/a.ndjson", None) && !wanted("in/.a.csv", None));
        assert!(!wanted("in/notes.md", None) && !wanted("elsewhere/a.csv", None));
        assert!(wanted("in/a.txt", Some("*.txt")) && !wanted("in/b/a.txt", Some("*.txt")));
        assert!(wanted("in/b/c/a.txt", Some("**/*.txt")));
    }
}
