//! The files at the output of a step.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreRegistry;
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use url::Url;

use crate::error::{Error, Result};
use crate::tables::is_hidden;

/// Files by their paths in the store, each with its size and its version.
pub(super) type FileStamps = BTreeMap<String, String>;

/// Place in an object store, the local file system among them.
#[derive(Debug)]
pub(super) struct StoredPlace {
    label: String,
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) path: Path,
}

/// Size and version of a file: equal texts mean that nobody has written it meanwhile.
pub(super) fn stamp(meta: &ObjectMeta) -> String {
    let tag = meta.e_tag.as_deref().unwrap_or("-");
    format!("{} {} {tag}", meta.size, meta.last_modified.to_rfc3339())
}

/// The size in a stamp.
pub(super) fn size(stamp: &str) -> u64 {
    let digits = stamp.split(' ').next().unwrap_or_default();
    digits.parse().unwrap_or(0)
}

impl StoredPlace {
    /// The place that `text`, a path or URL, names.
    ///
    /// # Errors
    /// If it is neither, or of a store that is not known.
    pub(super) fn find(stores: &dyn ObjectStoreRegistry, text: &str) -> Result<Self> {
        let refused = |problem: String| Error::location(text, problem);
        let url = if text.contains("://") {
            Url::parse(text).map_err(|error| refused(format!("is not a URL: {error}")))?
        } else {
            let whole = std::path::absolute(text).map_err(|error| Error::io(text, error))?;
            Url::from_file_path(whole).map_err(|()| refused("is not a path".to_owned()))?
        };
        let path = Path::from_url_path(url.path()).map_err(|error| refused(error.to_string()))?;
        Ok(Self {
            label: text.to_owned(),
            store: stores.get_store(&url)?,
            path,
        })
    }

    /// The file, or the files below the folder, at the place; none if there is nothing.
    ///
    /// # Errors
    /// If the store cannot list them.
    pub(super) async fn files(&self) -> Result<FileStamps> {
        match self.store.head(&self.path).await {
            Ok(meta) => {
                return Ok(FileStamps::from([(
                    meta.location.to_string(),
                    stamp(&meta),
                )]));
            }
            Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(self.failed(error)),
        }
        let listed: Result<Vec<ObjectMeta>, _> =
            self.store.list(Some(&self.path)).try_collect().await;
        let listed = match listed {
            Err(object_store::Error::NotFound { .. }) => Vec::new(),
            other => other.map_err(|error| self.failed(error))?,
        };
        let visible = listed.into_iter().filter(|meta| {
            let inner = meta.location.prefix_match(&self.path);
            inner.is_some_and(|mut parts| !parts.any(|part| is_hidden(part.as_ref())))
        });
        Ok(visible
            .map(|meta| (meta.location.to_string(), stamp(&meta)))
            .collect())
    }

    pub(super) fn failed(&self, error: object_store::Error) -> Error {
        Error::from(
            datafusion::error::DataFusionError::ObjectStore(Box::new(error)).context(&self.label),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::object_stores;

    #[tokio::test]
    async fn files_and_folders_are_listed_without_hidden_ones() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("out/k=1")).unwrap();
        std::fs::write(at("out/k=1/a.csv"), "abc").unwrap();
        std::fs::write(at("out/_SUCCESS"), "").unwrap();
        std::fs::write(at("one.csv"), "abcd").unwrap();
        let stores = object_stores();
        for (name, sizes) in [
            ("out", vec![3]),
            ("out/", vec![3]),
            ("one.csv", vec![4]),
            ("none", vec![]),
        ] {
            let text = format!("{}/{name}", folder.path().display());
            let files = StoredPlace::find(stores.as_ref(), &text)
                .unwrap()
                .files()
                .await
                .unwrap();
            let found: Vec<u64> = files.values().map(|stamp| size(stamp)).collect();
            assert_eq!(found, sizes, "{name}");
        }
    }
}
