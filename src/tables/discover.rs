//! Discovers the tables at a location.

use std::collections::BTreeSet;

use datafusion::catalog::Session;
use object_store::ObjectStore;
use object_store::path::Path;
use url::Url;

use crate::error::{Error, Result};
use crate::runtime::store_error;

use super::folder_contents::FolderContents;
use super::kind::FileName;
use super::listing::{store_of, store_path};
use super::location::DataLocation;
use super::part_files::are_parts;
use super::places::{child, folder_url};
use super::source::{FilePattern, TableSource};
use super::workbook::is_workbook;
use super::{managed_folder, part_schema};

/// Table found at a location.
#[derive(Debug)]
pub(crate) struct DiscoveredTable {
    pub(crate) name: String,
    /// Where its files are, for messages.
    pub(crate) label: String,
    /// The reason why its files cannot be listed, if so.
    pub(crate) source: Result<TableSource>,
}

impl DiscoveredTable {
    pub(super) fn new(name: impl Into<String>, source: TableSource) -> Self {
        Self {
            name: name.into(),
            label: source.label.clone(),
            source: Ok(source),
        }
    }

    fn unreadable(name: &str, label: String, problem: impl Into<String>) -> Self {
        Self {
            name: stem(name).to_owned(),
            source: Err(Error::location(&label, problem)),
            label,
        }
    }
}

/// Finds the tables at `location`.
///
/// # Errors
/// If the location has no data file.
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
    if managed_folder::is_delta_table(session, &location.text, &location.url).await? {
        return Ok(vec![delta_table(location, &path)?]);
    }
    if !location.is_folder() && is_object(store.as_ref(), &path).await {
        return Ok(vec![single_file(location)?]);
    }
    in_folder(session, store.as_ref(), location, &path).await
}

/// Table of the folder of a Delta table.
fn delta_table(location: &DataLocation, path: &Path) -> Result<DiscoveredTable> {
    let name = path.filename().unwrap_or_default();
    if name.is_empty() {
        return Err(Error::location(
            &location.text,
            "is a Delta table but has no name to call the table by: write --data NAME=LOCATION",
        ));
    }
    Ok(table(location, name, folder_url(&location.url)))
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
    let source = TableSource::new(&location.text, FilePattern::whole(location.url.clone()));
    Ok(DiscoveredTable::new(stem, source))
}

async fn in_folder(
    session: &dyn Session,
    store: &dyn ObjectStore,
    location: &DataLocation,
    path: &Path,
) -> Result<Vec<DiscoveredTable>> {
    let contents = FolderContents::list(store, location, path).await?;
    let folder = folder_url(&location.url);
    let own_name = stem(path.filename().unwrap_or_default());
    if contents.has_partitions() {
        return Ok(vec![partitioned_root(
            location, own_name, &contents, folder,
        )?]);
    }
    let mut found = Vec::new();
    for name in &contents.folders {
        found.extend(sub_folder(store, location, path, name).await?);
    }
    let parts: Vec<FileName<'_>> = contents.data_files().collect();
    if found.is_empty()
        && contents.unreadable.is_empty()
        && !own_name.is_empty()
        && are_parts(&parts)
    {
        let whole = table(location, own_name, folder.clone());
        let is_one = match &whole.source {
            Ok(source) => part_schema::is_one_table(session, source).await?,
            Err(_) => false,
        };
        if is_one {
            return Ok(vec![whole]);
        }
    }
    for name in &contents.files {
        if let Some(parsed) = FileName::parse(name) {
            found.push(table(location, parsed.stem, child(&folder, name, "")?));
        }
    }
    let is_below = |name: &str| format!("{}/{name}", location.text.trim_end_matches('/'));
    let unreadable = contents.unreadable.iter();
    found.extend(
        unreadable
            .map(|(name, problem)| DiscoveredTable::unreadable(name, is_below(name), problem)),
    );
    if found.is_empty() {
        return Err(Error::location(&location.text, nothing_here(&contents)));
    }
    Ok(found)
}

/// Table of the sub-folder `name`, if its contents are one.
async fn sub_folder(
    store: &dyn ObjectStore,
    location: &DataLocation,
    path: &Path,
    name: &str,
) -> Result<Option<DiscoveredTable>> {
    let inside = path.clone().join(name);
    let url = child(&folder_url(&location.url), name, "/")?;
    let contents = match FolderContents::list(store, location, &inside).await {
        Ok(contents) => contents,
        Err(error) => {
            let label = super::label_of(&url);
            return Ok(Some(DiscoveredTable {
                name: stem(name).to_owned(),
                label,
                source: Err(error),
            }));
        }
    };
    // The folder of a table format is refused when it is built, with its reason.
    let is_managed = contents.may_be_managed
        && managed_folder::format_of(store, &location.url, &inside)
            .await
            .map_err(|error| store_error(&location.text, &error))?
            .is_some();
    let has_unreadable = contents
        .unreadable
        .iter()
        .any(|(name, _)| FileName::parse(name).is_some());
    let is_table = contents.is_table() || has_unreadable || is_managed;
    Ok(is_table.then(|| table(location, stem(name), url)))
}

/// Name of the table of a file or folder.
fn stem(name: &str) -> &str {
    FileName::parse(name).map_or(name, |parsed| parsed.stem)
}

/// Table of a folder that directly holds `year=2026/`: the folder itself is the table.
fn partitioned_root(
    location: &DataLocation,
    name: &str,
    contents: &FolderContents,
    folder: Url,
) -> Result<DiscoveredTable> {
    let is_data = |name: &&String| FileName::parse(name).is_some();
    if let Some(stray) = contents.files.iter().find(is_data) {
        return Err(Error::location(
            &location.text,
            format!("holds partition folders (key=value) and beside them {stray:?}: move the file"),
        ));
    }
    if name.is_empty() {
        return Err(Error::location(
            &location.text,
            "holds partition folders (key=value) but has no name to call the table by: write --data NAME=LOCATION",
        ));
    }
    Ok(table(location, name, folder))
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
    DiscoveredTable::new(name, TableSource::new(label, FilePattern::whole(url)))
}

fn nothing_here(contents: &FolderContents) -> String {
    let names = contents.folders.iter().chain(&contents.files);
    let names: BTreeSet<&str> = names.map(String::as_str).collect();
    let expected = "no data file (NAME.parquet, .csv, .tsv, .ndjson) and no folder of them";
    if names.is_empty() {
        return format!("{expected}: the folder is empty");
    }
    let shown: Vec<&str> = names.into_iter().take(3).collect();
    format!("{expected}; it holds {}", shown.join(", "))
}
