//! What one statement has written so far, and nobody sees yet.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use datafusion::error::{DataFusionError, Result};
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload, PutResult};

use super::scratch::{ScratchFiles, StagedFile};
use super::staged_folder::StagedFolder;
use super::target_folder::writing_failed;
use crate::error::Error;

/// Objects that one statement has written so far.
#[derive(Debug)]
pub(crate) struct StagedObjects {
    scratch: ScratchFiles,
    /// Takes the local files, if a whole folder is written.
    folder: Mutex<Option<StagedFolder>>,
    state: Mutex<StagedState>,
}

#[derive(Debug, Default)]
struct StagedState {
    pending: Vec<PendingObject>,
    locations: BTreeSet<Path>,
    /// The first error of a store, of which writers keep the text only, or nothing.
    failure: Option<object_store::Error>,
}

/// An object that is complete but not visible.
#[derive(Debug)]
pub(super) enum PendingObject {
    File(StagedFile),
    /// A file of [`StagedObjects::folder`].
    InFolder(File),
    Upload(Box<dyn MultipartUpload>),
    /// For stores that support no multipart upload (plain HTTP).
    Payload(Arc<dyn ObjectStore>, Path, PutPayload),
}

impl StagedObjects {
    pub(crate) fn new(scratch: ScratchFiles) -> Self {
        Self {
            scratch,
            folder: Mutex::default(),
            state: Mutex::default(),
        }
    }

    /// Objects of a local folder, which appear in one step.
    pub(crate) fn in_folder(scratch: ScratchFiles, folder: StagedFolder) -> Self {
        Self {
            folder: Mutex::new(Some(folder)),
            ..Self::new(scratch)
        }
    }

    /// Starts the local file `target`.
    pub(super) fn stage(&self, target: &std::path::Path) -> io::Result<PendingObject> {
        let folder = self.folder.lock().unwrap_or_else(PoisonError::into_inner);
        match folder.as_ref().and_then(|folder| folder.file(target)) {
            Some(file) => file.map(PendingObject::InFolder),
            None => self.scratch.stage(target).map(PendingObject::File),
        }
    }

    /// Locations of the complete objects.
    pub(crate) fn locations(&self) -> BTreeSet<Path> {
        self.state().locations.clone()
    }

    /// The folder, which its owner commits.
    pub(crate) fn take_folder(&self) -> Option<StagedFolder> {
        let mut folder = self.folder.lock().unwrap_or_else(PoisonError::into_inner);
        folder.take()
    }

    /// Makes all objects visible.
    pub(crate) async fn commit(&self) -> Result<()> {
        for pending in self.take() {
            match pending {
                PendingObject::File(staged) => {
                    let target = staged.target().to_owned();
                    let persisted = staged.persist();
                    persisted
                        .map_err(|error| DataFusionError::from(writing_failed(&target, &error)))?;
                }
                PendingObject::InFolder(_) => {}
                PendingObject::Upload(mut upload) => drop(upload.complete().await?),
                PendingObject::Payload(store, path, payload) => {
                    drop(store.put(&path, payload).await?);
                }
            }
        }
        Ok(())
    }

    /// Drops all objects without making them visible.
    pub(crate) async fn abort(&self) {
        for pending in self.take() {
            if let PendingObject::Upload(mut upload) = pending {
                // The statement has already failed; its own error is more useful than this one.
                upload.abort().await.ok();
            }
        }
    }

    /// Keeps the error of a store for [`Self::cause`], and gives the writer its text.
    pub(super) fn noted<T>(&self, result: object_store::Result<T>) -> object_store::Result<T> {
        result.map_err(|error| {
            let text = error.to_string();
            self.state().failure.get_or_insert(error);
            object_store::Error::Generic {
                store: "staging",
                source: text.into(),
            }
        })
    }

    /// The error of the store that `error` of a writer came from, if there was one.
    pub(crate) fn cause(&self, error: DataFusionError) -> DataFusionError {
        match self.state().failure.take() {
            Some(object_store::Error::Generic { store, source }) => {
                match source.downcast::<Error>() {
                    Ok(own) => DataFusionError::from(*own),
                    Err(source) => {
                        let inner = object_store::Error::Generic { store, source };
                        DataFusionError::ObjectStore(Box::new(inner))
                    }
                }
            }
            Some(other) => DataFusionError::ObjectStore(Box::new(other)),
            None => error,
        }
    }

    fn take(&self) -> Vec<PendingObject> {
        std::mem::take(&mut self.state().pending)
    }

    fn state(&self) -> MutexGuard<'_, StagedState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn push(&self, location: &Path, pending: PendingObject) -> PutResult {
        let mut state = self.state();
        // A file of the folder is in its place there already; thousands of them must not stay open.
        if !matches!(pending, PendingObject::InFolder(_)) {
            state.pending.push(pending);
        }
        state.locations.insert(location.clone());
        PutResult {
            e_tag: None,
            version: None,
        }
    }
}
