//! The folder that a `COPY` writes to: what is in it, and how new files take their place.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore};

use super::append;
use super::rules::FolderMode;
use super::task::{CopyTask, ExistingFile};
use crate::error::Error;
use crate::runtime::{StagedFolder, StagedObjects, writing_failed};
use crate::tables::{FileName, is_hidden};

/// A folder and the files that are in it before anything is written.
pub(super) struct TargetFolder<'a> {
    task: &'a CopyTask,
    store: Arc<dyn ObjectStore>,
    /// In the local file system.
    local: Option<PathBuf>,
    root: Path,
    files: Vec<ExistingFile>,
    /// The first hidden file below it, of which a `COPY` knows nothing.
    hidden: Option<String>,
}

impl<'a> TargetFolder<'a> {
    /// Lists the folder.
    pub(super) async fn open(task: &'a CopyTask, context: &Arc<TaskContext>) -> Result<Self> {
        let store = context
            .runtime_env()
            .object_store(&task.config.object_store_url)?;
        let root = task.config.table_paths[0].prefix().clone();
        let local = task.local_target();
        if let Some(path) = local.as_deref().filter(|path| path.is_file()) {
            return refuse(
                &path.display().to_string(),
                "is a file, and a folder is to be written: name another",
            );
        }
        let (files, hidden) = match &local {
            // The store's errors about a file on the way have no words for it.
            Some(path) if !path.is_dir() => (Vec::new(), None),
            _ => existing(store.as_ref(), &root).await?,
        };
        Ok(Self {
            task,
            store,
            local,
            root,
            files,
            hidden,
        })
    }

    /// Refuses what would mix with old files, or take away what no `COPY` has written.
    pub(super) async fn check(&self) -> Result<()> {
        let name = self.task.config.original_url.as_str();
        if let (Some(local), Ok(here)) = (&self.local, std::env::current_dir())
            && let Ok(local) = local.canonicalize()
            && here.starts_with(local)
        {
            return refuse(
                name,
                "the program runs in this folder, which cannot be replaced: start it elsewhere",
            );
        }
        match self.task.mode {
            FolderMode::Refuse if self.files.is_empty() => Ok(()),
            FolderMode::Refuse => {
                let partitions = if self.task.config.table_partition_cols.is_empty() {
                    ""
                } else {
                    ", OVERWRITE_PARTITIONS (the partitions that are written)"
                };
                refuse(
                    name,
                    &format!(
                        "the folder is not empty: write OVERWRITE (all of its files){partitions} or APPEND behind the target"
                    ),
                )
            }
            FolderMode::Append => append::check(self.task, &self.store, &self.files).await,
            FolderMode::OverwritePartitions => {
                self.check_overwrite(name)?;
                append::check(self.task, &self.store, &self.files).await
            }
            FolderMode::Overwrite => self.check_overwrite(name),
        }
    }

    fn check_overwrite(&self, name: &str) -> Result<()> {
        let foreign = self.files.iter().find(|file| {
            let last = file.inner.rsplit('/').next().unwrap_or_default();
            FileName::parse(last).is_none()
        });
        // In a store hidden objects stay where they are.
        let hidden = self.hidden.as_ref().filter(|_| self.local.is_some());
        match foreign.map(|file| &file.inner).or(hidden) {
            Some(inner) => refuse(
                name,
                &format!(
                    "{inner} in it is not a data file, so the folder is not replaced: remove it, or name another folder"
                ),
            ),
            None => Ok(()),
        }
    }

    /// What is written, until it is whole.
    pub(super) fn staging(&self) -> Result<StagedObjects> {
        let scratch = self.task.scratch.clone();
        let Some(local) = &self.local else {
            return Ok(StagedObjects::new(scratch));
        };
        let folder = StagedFolder::create(&scratch, local);
        let folder =
            folder.map_err(|error| DataFusionError::from(writing_failed(local, &error)))?;
        Ok(StagedObjects::in_folder(scratch, folder))
    }

    /// Makes new files visible, and takes away those whose place they take.
    pub(super) async fn commit(self, staging: &StagedObjects) -> Result<()> {
        let written = self.written_folders(&staging.locations());
        let is_replaced = |inner: &str| match self.task.mode {
            FolderMode::Overwrite => true,
            FolderMode::OverwritePartitions => written
                .iter()
                .any(|folder| inner.starts_with(folder.as_str())),
            FolderMode::Refuse | FolderMode::Append => false,
        };
        if self.task.mode == FolderMode::Refuse
            && !existing(self.store.as_ref(), &self.root)
                .await?
                .0
                .is_empty()
        {
            staging.abort().await;
            return refuse(
                &self.task.config.original_url,
                "another program has written into the folder meanwhile; nothing is written",
            );
        }
        staging.commit().await?;
        if let Some(local) = &self.local {
            let folder = staging.take_folder().ok_or_else(|| {
                DataFusionError::Internal("the folder is committed already".to_owned())
            })?;
            let committed = folder.commit(|inner| !is_replaced(&with_slashes(inner)));
            return committed.map_err(|error| writing_failed(local, &error).into());
        }
        let old = self.files.iter().filter(|file| is_replaced(&file.inner));
        let old: Vec<_> = old.map(|file| Ok(file.meta.location.clone())).collect();
        let deleted = self.store.delete_stream(futures::stream::iter(old).boxed());
        deleted.try_collect::<Vec<_>>().await?;
        Ok(())
    }

    /// Folders of new files below the root, each with a `/` at its end.
    fn written_folders(&self, locations: &BTreeSet<Path>) -> BTreeSet<String> {
        let inner = locations
            .iter()
            .filter_map(|location| inner(&self.root, location));
        inner
            .filter_map(|inner| {
                inner
                    .rsplit_once('/')
                    .map(|(folder, _)| format!("{folder}/"))
            })
            .collect()
    }
}

fn refuse<T>(location: &str, problem: &str) -> Result<T> {
    Err(Error::location(location, problem).into())
}

/// The visible files below `root`, and the first hidden one that is more than a mark beside data.
async fn existing(
    store: &dyn ObjectStore,
    root: &Path,
) -> Result<(Vec<ExistingFile>, Option<String>)> {
    let metas: Vec<ObjectMeta> = store.list(Some(root)).try_collect().await?;
    let (mut files, mut hidden) = (Vec::new(), None);
    for meta in metas {
        let Some(inner) = inner(root, &meta.location).filter(|inner| !inner.is_empty()) else {
            continue;
        };
        if !inner.split('/').any(is_hidden) {
            files.push(ExistingFile { inner, meta });
        } else if !is_mark(&inner) {
            hidden.get_or_insert(inner);
        }
    }
    files.sort_by(|one, other| one.inner.cmp(&other.inner));
    Ok((files, hidden))
}

/// True for what programs leave beside data, and make again: checksums, signs of success, folders' views.
fn is_mark(inner: &str) -> bool {
    let name = inner.rsplit('/').next().unwrap_or_default();
    let is_checksum = name.starts_with('.') && name.ends_with(".crc");
    is_checksum
        || matches!(
            name,
            "_SUCCESS" | "_metadata" | "_common_metadata" | ".DS_Store"
        )
}

fn inner(root: &Path, location: &Path) -> Option<String> {
    let parts = location.prefix_match(root)?;
    let parts: Vec<String> = parts.map(|part| part.as_ref().to_owned()).collect();
    Some(parts.join("/"))
}

fn with_slashes(path: &std::path::Path) -> String {
    let parts = path.iter().map(|part| part.to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}
