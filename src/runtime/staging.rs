//! Object stores whose new objects become visible together, after a statement has succeeded.
//!
//! On local disk an object is a file under a temporary name; elsewhere it is a multipart upload
//! that is not completed yet, which no reader can see.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreRegistry;
use futures::FutureExt;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, UploadPart,
};
use url::Url;

use super::staged_objects::{PendingObject, StagedObjects};
use super::target_folder::writing_failed;

type StoreResult<T> = object_store::Result<T>;

/// Object store registry of a session, wrapped for one statement.
#[derive(Debug)]
pub(crate) struct StagingStores {
    inner: Arc<dyn ObjectStoreRegistry>,
    staging: Arc<StagedObjects>,
}

impl StagingStores {
    pub(crate) fn new(inner: Arc<dyn ObjectStoreRegistry>, staging: Arc<StagedObjects>) -> Self {
        Self { inner, staging }
    }
}

impl ObjectStoreRegistry for StagingStores {
    fn register_store(
        &self,
        url: &Url,
        store: Arc<dyn ObjectStore>,
    ) -> Option<Arc<dyn ObjectStore>> {
        self.inner.register_store(url, store)
    }

    fn get_store(&self, url: &Url) -> Result<Arc<dyn ObjectStore>> {
        Ok(Arc::new(StagingStore {
            inner: self.inner.get_store(url)?,
            is_local: url.scheme() == "file",
            staging: Arc::clone(&self.staging),
        }))
    }
}

/// Object store that passes reads through and stages writes.
#[derive(Debug)]
struct StagingStore {
    inner: Arc<dyn ObjectStore>,
    is_local: bool,
    staging: Arc<StagedObjects>,
}

impl StagingStore {
    fn stage_file(&self, location: &Path) -> StoreResult<PendingObject> {
        let target = LocalFileSystem::new().path_to_filesystem(location)?;
        let staged = self.staging.stage(&target);
        staged.map_err(|source| io_failed(&target, &source))
    }

    async fn upload(&self, location: &Path) -> StoreResult<Box<dyn MultipartUpload>> {
        let options = PutMultipartOptions::default();
        self.inner.put_multipart_opts(location, options).await
    }
}

#[async_trait]
impl ObjectStore for StagingStore {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> StoreResult<PutResult> {
        if options.mode != PutMode::Overwrite || !options.attributes.is_empty() {
            return self.inner.put_opts(location, payload, options).await;
        }
        if self.is_local {
            let mut staged = self.staging.noted(self.stage_file(location))?;
            self.staging
                .noted(write_to(&mut staged, location, &payload))?;
            return Ok(self.staging.push(location, staged));
        }
        let pending = match self.upload(location).await {
            Ok(mut upload) => {
                self.staging.noted(upload.put_part(payload).await)?;
                PendingObject::Upload(upload)
            }
            Err(
                object_store::Error::NotSupported { .. }
                | object_store::Error::NotImplemented { .. },
            ) => PendingObject::Payload(Arc::clone(&self.inner), location.clone(), payload),
            Err(other) => return self.staging.noted(Err(other)),
        };
        Ok(self.staging.push(location, pending))
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        _options: PutMultipartOptions,
    ) -> StoreResult<Box<dyn MultipartUpload>> {
        let pending = if self.is_local {
            self.stage_file(location)
        } else {
            self.upload(location).await.map(PendingObject::Upload)
        };
        let pending = self.staging.noted(pending)?;
        Ok(Box::new(StagedUpload {
            location: location.clone(),
            pending: Some(pending),
            staging: Arc::clone(&self.staging),
        }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> StoreResult<GetResult> {
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, StoreResult<Path>>,
    ) -> BoxStream<'static, StoreResult<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, StoreResult<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> StoreResult<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> StoreResult<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

impl fmt::Display for StagingStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// Upload that stays staged after it is complete, until its statement succeeds.
#[derive(Debug)]
struct StagedUpload {
    location: Path,
    pending: Option<PendingObject>,
    staging: Arc<StagedObjects>,
}

#[async_trait]
impl MultipartUpload for StagedUpload {
    fn put_part(&mut self, payload: PutPayload) -> UploadPart {
        match &mut self.pending {
            // Written synchronously: parts arrive in order, and a part is one buffer at most.
            Some(staged @ (PendingObject::File(_) | PendingObject::InFolder(_))) => {
                let written = write_to(staged, &self.location, &payload);
                futures::future::ready(self.staging.noted(written)).boxed()
            }
            Some(PendingObject::Upload(upload)) => {
                let (part, staging) = (upload.put_part(payload), Arc::clone(&self.staging));
                part.map(move |result| staging.noted(result)).boxed()
            }
            Some(PendingObject::Payload(..)) | None => {
                futures::future::ready(Err(finished_already())).boxed()
            }
        }
    }

    async fn complete(&mut self) -> StoreResult<PutResult> {
        let pending = self.pending.take().ok_or_else(finished_already)?;
        Ok(self.staging.push(&self.location, pending))
    }

    async fn abort(&mut self) -> StoreResult<()> {
        match self.pending.take() {
            Some(PendingObject::Upload(mut upload)) => upload.abort().await,
            _ => Ok(()),
        }
    }
}

fn write_to(pending: &mut PendingObject, location: &Path, payload: &PutPayload) -> StoreResult<()> {
    let mut write = || match pending {
        PendingObject::File(staged) => write_all(&mut staged.handle()?, payload),
        PendingObject::InFolder(file) => write_all(file, payload),
        PendingObject::Upload(_) | PendingObject::Payload(..) => Ok(()),
    };
    let target = || std::path::PathBuf::from(format!("/{location}"));
    write().map_err(|source| io_failed(&target(), &source))
}

fn write_all(file: &mut File, payload: &PutPayload) -> io::Result<()> {
    payload.iter().try_for_each(|bytes| file.write_all(bytes))
}

fn io_failed(path: &std::path::Path, source: &io::Error) -> object_store::Error {
    object_store::Error::Generic {
        store: "LocalFileSystem",
        source: Box::new(writing_failed(path, source)),
    }
}

fn finished_already() -> object_store::Error {
    object_store::Error::Generic {
        store: "staging",
        source: "the upload is already finished".into(),
    }
}
