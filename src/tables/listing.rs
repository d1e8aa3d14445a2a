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
use crate::runtime::may_pass;

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
