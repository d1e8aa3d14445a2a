//! Globs over an object store: files, and folders of files, that match.

use std::collections::BTreeMap;

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore};

use crate::error::Result;

use super::listing::store_error;
use super::path_glob::PathGlob;

/// Data files below `root` that match `glob`, and matching folders that hold data files, as paths
/// relative to `root`; `true` marks a folder.
pub(crate) async fn matches(
    store: &dyn ObjectStore,
    label: &str,
    root: &Path,
    glob: &str,
) -> Result<BTreeMap<String, bool>> {
    let glob = PathGlob::new(label, root.clone(), glob)?;
    let prefix = Some(root).filter(|root| !root.as_ref().is_empty());
    let objects: Vec<ObjectMeta> = store
        .list(prefix)
        .try_collect()
        .await
        .map_err(|error| store_error(label, &error))?;
    let mut found = BTreeMap::new();
    for object in objects {
        if let Some((path, is_folder)) = glob.matched(&object.location) {
            found.insert(path, is_folder);
        }
    }
    Ok(found)
}
