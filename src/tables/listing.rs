//! Listing of the data files at a place.

use datafusion::catalog::Session;
use datafusion::datasource::listing::ListingTableUrl;
use datafusion::execution::object_store::ObjectStoreUrl;
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use std::sync::Arc;
use url::Url;

use crate::error::{Error, Result};
pub(crate) use crate::runtime::store_error;

use super::kind::is_hidden;
use super::managed_format;
use super::source::FilePattern;

/// Data file of a table.
#[derive(Debug, Clone)]
pub(crate) struct DataFile {
    pub(crate) meta: ObjectMeta,
    /// Folder names between the place and the file.
    pub(crate) folders: Vec<String>,
    pub(crate) name: String,
}

/// Object store of `url`.
pub(crate) fn store_of(
    session: &dyn Session,
    label: &str,
    url: &Url,
) -> Result<Arc<dyn ObjectStore>> {
    let root = ObjectStoreUrl::parse(&url[url::Position::BeforeScheme..url::Position::BeforePath])?;
    session
        .runtime_env()
        .object_store(&root)
        .map_err(|error| match Error::from(error) {
            Error::Query(inner) => Error::location(label, inner.strip_backtrace()),
            own => own,
        })
}

/// Path of `url` in its store.
pub(crate) fn store_path(label: &str, url: &Url) -> Result<Path> {
    Path::from_url_path(url.path()).map_err(|error| Error::location(label, error.to_string()))
}

/// Lists the data files at `place`, sorted by path, without hidden and empty ones.
pub(crate) async fn data_files(
    store: &dyn ObjectStore,
    label: &str,
    place: &FilePattern,
) -> Result<Vec<DataFile>> {
    let root = store_path(label, &place.url)?;
    let metas: Vec<ObjectMeta> = if place.url.path().ends_with('/') {
        store
            .list(Some(&root))
            .try_collect()
            .await
            .map_err(|error| store_error(label, &error))?
    } else {
        let meta = store.head(&root).await;
        vec![meta.map_err(|error| store_error(label, &error))?]
    };
    let mut files: Vec<DataFile> = metas
        .iter()
        .filter_map(|meta| DataFile::below(&root, meta.clone()))
        .filter(|file| file.is_wanted(place))
        .collect();
    let wanted: Vec<&Path> = files.iter().map(|file| &file.meta.location).collect();
    let listed = metas.iter().map(|meta| &meta.location);
    managed_format::refuse_nested(label, &root, listed, &wanted)?;
    files.sort_by(|a, b| a.meta.location.cmp(&b.meta.location));
    Ok(files)
}

impl DataFile {
    fn below(root: &Path, meta: ObjectMeta) -> Option<Self> {
        let mut folders: Vec<String> = meta
            .location
            .prefix_match(root)?
            .map(|part| part.as_ref().to_owned())
            .collect();
        let name = match folders.pop() {
            Some(name) => name,
            None => meta.location.filename()?.to_owned(),
        };
        Some(Self {
            meta,
            folders,
            name,
        })
    }

    /// Only `key=value` sub-folders belong to the table; plain ones may belong to other tables.
    fn is_wanted(&self, place: &FilePattern) -> bool {
        let in_partitions = self.folders.iter().all(|folder| folder.contains('='));
        let by_name = match &place.glob {
            Some(glob) => {
                glob::Pattern::new(&visible(glob)).is_ok_and(|glob| glob.matches(&self.name))
            }
            None => !place.url.path().ends_with('/') || !is_hidden(&self.name),
        };
        let is_selected = place
            .selection
            .as_ref()
            .is_none_or(|selection| selection.matches(&self.meta.location));
        in_partitions && by_name && is_selected
    }
}

/// Converts the place to the URL of DataFusion's listing table.
pub(crate) fn listing_url(place: &FilePattern, ending: &str) -> Result<ListingTableUrl> {
    let glob = match (&place.glob, place.url.path().ends_with('/')) {
        (Some(glob), _) => Some(visible(glob)),
        (None, true) => Some(visible(&format!("*{}", glob::Pattern::escape(ending)))),
        (None, false) => None,
    };
    let glob = glob
        .map(|glob| glob::Pattern::new(&glob))
        .transpose()
        .map_err(|error| Error::Sql(error.to_string()))?;
    Ok(ListingTableUrl::try_new(place.url.clone(), glob)?)
}

/// Glob that excludes hidden files (`._tickets.parquet`, `_tmp.parquet`) unless it names them.
fn visible(glob: &str) -> String {
    match glob.strip_prefix('?') {
        Some(rest) => format!("[!._]{rest}"),
        None if glob.starts_with('*') => format!("[!._]{glob}"),
        None => glob.to_owned(),
    }
}
