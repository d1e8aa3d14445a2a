//! Results that are compressed or go to an object store: visible when they are whole, as files are.

use std::io::{self, Write};
use std::path::Path as LocalPath;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::common::parsers::CompressionTypeVariant;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::file_format::write::ObjectWriterBuilder;
use datafusion::execution::object_store::ObjectStoreRegistry;
use object_store::path::Path;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::runtime::Handle;
use url::Url;

use crate::error::{Error, Result};
use crate::runtime::{ScratchFiles, StagedObjects, StagingStores};
use crate::tables;

type SharedWriter = Arc<Mutex<Option<Box<dyn AsyncWrite + Send + Unpin>>>>;

/// One object that is being written.
pub(super) struct StoredOutput {
    name: String,
    staging: Arc<StagedObjects>,
    writer: SharedWriter,
}

impl std::fmt::Debug for StoredOutput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredOutput")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// True if `path` is the URL of an object, not a local file.
pub(super) fn is_url(path: &LocalPath) -> bool {
    path.to_str().is_some_and(|text| text.contains("://"))
}

impl StoredOutput {
    /// Starts the object at `path`, a local path or a URL, with this compression of DataFusion's.
    pub(super) fn create(
        path: &LocalPath,
        compression: Option<&str>,
        scratch: &ScratchFiles,
    ) -> Result<Self> {
        let name = path.display().to_string();
        let refused = |problem: String| Error::location(&name, problem);
        let url = if is_url(path) {
            Url::parse(&name).map_err(|error| refused(error.to_string()))?
        } else {
            let whole = std::path::absolute(path).map_err(|error| Error::io(path, error))?;
            Url::from_file_path(whole).map_err(|()| refused("is not a path".to_owned()))?
        };
        let location =
            Path::from_url_path(url.path()).map_err(|error| refused(error.to_string()))?;
        if location.as_ref().is_empty() || url.path().ends_with('/') {
            return Err(refused("is a folder: name a file in it".to_owned()));
        }
        let staging = Arc::new(StagedObjects::new(scratch.clone()));
        let stores = StagingStores::new(tables::object_stores(), Arc::clone(&staging));
        let store = stores.get_store(&url)?;
        let compression =
            compression.map_or(Ok(CompressionTypeVariant::UNCOMPRESSED), str::parse)?;
        let compression = FileCompressionType::from(compression);
        let writer = ObjectWriterBuilder::new(compression, &location, store).build()?;
        Ok(Self {
            name,
            staging,
            writer: Arc::new(Mutex::new(Some(writer))),
        })
    }

    /// A handle for writing.
    pub(super) fn sink(&self) -> Box<dyn Write + Send> {
        Box::new(StoredSink(Arc::clone(&self.writer)))
    }

    /// Completes the object and makes it visible.
    pub(super) fn finish(self) -> Result<()> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mut writer) = writer.take() else {
            return Ok(());
        };
        wait(async {
            match writer.shutdown().await {
                Ok(()) => self.staging.commit().await.map_err(Error::from),
                Err(error) => {
                    self.staging.abort().await;
                    Err(failed(&self.name, &error))
                }
            }
        })
    }
}

/// The error of a writer, which may wrap one of ours.
fn failed(name: &str, error: &io::Error) -> Error {
    Error::location(name, bottom(error))
}

fn bottom(error: &io::Error) -> String {
    let mut next: &dyn std::error::Error = error;
    while let Some(source) = next.source() {
        next = source;
    }
    next.to_string()
}

/// Waits for `work` on a thread that runs a task.
fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::task::block_in_place(|| Handle::current().block_on(work))
}

struct StoredSink(SharedWriter);

impl Write for StoredSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut writer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match writer.as_mut() {
            Some(writer) => wait(writer.write(bytes)),
            None => Err(io::Error::from(io::ErrorKind::BrokenPipe)),
        }
    }

    /// Nobody reads the object before it is whole, and a flush would end a block of the compression.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
