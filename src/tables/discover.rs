//! Discovers the tables at a location.

use std::collections::BTreeSet;

use datafusion::catalog::Session;
use object_store::path::Path;
use object_store::{ListResult, ObjectStore};
use url::Url;

use crate::error::{Error, Result};

use super::kind::{FileName, is_hidden, partition_key};
use super::listing::{store_error, store_of, store_path};
use super::location::DataLocation;
use super::places::{child, folder_url};
use super::source::{FilePattern, TableSource};
use super::workbook::is_workbook;

/// Table found at a location.
#[derive(Debug)]
pub(crate) struct DiscoveredTable {
    pub(crate) name: String,
    pub(crate) source: TableSource,
}

/// Finds the tables at `location`.
///
/// # Errors
/// If the location has no data file, or two tables of the same name.
pub(crate) async fn discover(
    session: &dyn Session,
    location: &DataLocation,
) -> Result<Vec<DiscoveredTable>> {
    let store = store_of(session, &location.text, &location.url)?;
    if let Some(glob) = &location.glob {
        return matching(store.as_ref(), location, glob).await;
    }
    if location.is_local() && !location.is_folder() || !location.can_list() {
        return Ok(vec![single_file(location)?]);
    }
    let path = store_path(&location.text, &location.url)?;
    if !location.is_folder() && is_object(store.as_ref(), &path).await {
        return Ok(vec![single_file(location)?]);
    }
    in_folder(store.as_ref(), location, &path).await
}

async fn is_object(store: &dyn ObjectStore, path: &Path) -> bool {
    use object_store::ObjectStoreExt;
    path.filename().and_then(FileName::parse).is_some() && store.head(path).await.is_ok()
}

fn single_file(location: &DataLocation) -> Result<DiscoveredTable> {
    let path = store_path(&location.text, &location.url)?;
    let name = path.filename().unwrap_or_default();
    let stem = FileName::parse(name).map(|parsed| parsed.stem);
    let stem = stem.or_else(|| {
        let (stem, _) = name.rsplit_once('.').filter(|_| is_workbook(name))?;
        Some(stem)
    });
    let Some(stem) = stem else {
        return Err(Error::location(
            &location.text,
            "not a data file by its name: expected .parquet, .csv, .tsv, .json, .ndjson or \
             .jsonl (.gz or .zst may follow), .arrow or .xlsx",
        ));
    };
    Ok(DiscoveredTable {
        name: stem.to_owned(),
        source: TableSource::new(&location.text, FilePattern::whole(location.url.clone())),
    })
}

async fn in_folder(
    store: &dyn ObjectStore,
    location: &DataLocation,
    path: &Path,
) -> Result<Vec<DiscoveredTable>> {
    let listed = list(store, location, path).await?;
    let folder = folder_url(&location.url);
    if listed.common_prefixes.iter().any(is_partition) {
        return Ok(vec![partitioned_root(location, path, &listed, folder)?]);
    }
    let mut found = Vec::new();
    for object in &listed.objects {
        let name = object.location.filename().unwrap_or_default();
        if let Some(parsed) = FileName::parse(name).filter(|_| !is_hidden(name)) {
            found.push(table(location, parsed.stem, child(&folder, name, "")?));
        }
    }
    for prefix in &listed.common_prefixes {
        let name = prefix.filename().unwrap_or_default();
        if !is_hidden(name) && holds_data(&list(store, location, prefix).await?) {
            let stem = FileName::parse(name).map_or(name, |parsed| parsed.stem);
            found.push(table(location, stem, child(&folder, name, "/")?));
        }
    }
    if found.is_empty() {
        return Err(Error::location(&location.text, nothing_here(&listed)));
    }
    Ok(found)
}

/// Table of a folder that directly holds `year=2026/`: the folder itself is the table.
fn partitioned_root(
    location: &DataLocation,
    path: &Path,
    listed: &ListResult,
    folder: Url,
) -> Result<DiscoveredTable> {
    let stray = listed.objects.iter().find_map(|object| {
        let name = object.location.filename().unwrap_or_default();
        (!is_hidden(name) && FileName::parse(name).is_some()).then(|| name.to_owned())
    });
    if let Some(stray) = stray {
        return Err(Error::location(
            &location.text,
            format!("holds partition folders (key=value) and beside them {stray:?}: move the file"),
        ));
    }
    let name = path.filename().unwrap_or_default();
    let stem = FileName::parse(name).map_or(name, |parsed| parsed.stem);
    if stem.is_empty() {
        return Err(Error::location(
            &location.text,
            "holds partition folders (key=value) but has no name to call the table by",
        ));
    }
    Ok(table(location, stem, folder))
}

async fn matching(
    store: &dyn ObjectStore,
    location: &DataLocation,
    glob: &str,
) -> Result<Vec<DiscoveredTable>> {
    let root = store_path(&location.text, &location.url)?;
    let matches = super::globbing::matches(store, &location.text, &root, glob).await?;
    let mut found = Vec::new();
    for (relative, is_folder) in &matches {
        let name = relative.rsplit('/').next().unwrap_or(relative);
        let stem = FileName::parse(name).map_or(name, |parsed| parsed.stem);
        let slash = if *is_folder { "/" } else { "" };
        found.push(table(
            location,
            stem,
            child(&location.url, relative, slash)?,
        ));
    }
    if found.is_empty() {
        return Err(Error::location(
            &location.text,
            "no data file matches: check the pattern and the folder before it",
        ));
    }
    Ok(found)
}

fn table(location: &DataLocation, name: &str, url: Url) -> DiscoveredTable {
    let label = if url == folder_url(&location.url) {
        location.text.clone()
    } else {
        super::label_of(&url)
    };
    DiscoveredTable {
        name: name.to_owned(),
        source: TableSource::new(label, FilePattern::whole(url)),
    }
}

pub(crate) async fn list(
    store: &dyn ObjectStore,
    location: &DataLocation,
    path: &Path,
) -> Result<ListResult> {
    let prefix = Some(path).filter(|path| !path.as_ref().is_empty());
    store
        .list_with_delimiter(prefix)
        .await
        .map_err(|error| store_error(&location.text, &error))
}

fn is_partition(path: &Path) -> bool {
    path.filename().and_then(partition_key).is_some()
}

fn holds_data(listed: &ListResult) -> bool {
    let file = |name: &str| !is_hidden(name) && FileName::parse(name).is_some();
    listed.common_prefixes.iter().any(is_partition)
        || listed
            .objects
            .iter()
            .any(|object| object.location.filename().is_some_and(file))
}

fn nothing_here(listed: &ListResult) -> String {
    let names: BTreeSet<&str> = listed
        .common_prefixes
        .iter()
        .chain(listed.objects.iter().map(|object| &object.location))
        .filter_map(Path::filename)
        .collect();
    let expected = "no data file (NAME.parquet, .csv, .tsv, .ndjson) and no folder of them";
    if names.is_empty() {
        return format!("{expected}: the folder is empty");
    }
    let shown: Vec<&str> = names.into_iter().take(3).collect();
    format!("{expected}; it holds {}", shown.join(", "))
}
