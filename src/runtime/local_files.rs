//! The local file system as an object store that notices when a file changes while it is read.
//!
//! `object_store` reads a file until it has as many bytes as the file had when it was opened: of one that became
//! shorter it goes on reading nothing, for ever. Whoever reads by the path opens it again for each range, so that
//! half of the rows may come from the file that has replaced it.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult,
    RenameOptions, Result,
};

use super::opened_file::{OpenedFile, behind_end, blocking, chunks};

/// Maximum number of files of a scan that stay open; further ones are opened as they are read.
const KEPT_OPEN: usize = 128;

/// Number of bytes from which on a range is compared with the size of its file before it is read.
const LARGE: u64 = 64 << 20;

/// Local files, and those that a scan has listed as they were then.
#[derive(Debug)]
pub(crate) struct LocalFiles {
    disk: LocalFileSystem,
    listed: HashMap<Path, ListedFile>,
    may_grow: bool,
}

#[derive(Debug)]
struct ListedFile {
    meta: ObjectMeta,
    opened: Mutex<Weak<OpenedFile>>,
    /// Keeps the file open.
    kept: Mutex<Option<Arc<OpenedFile>>>,
}

impl LocalFiles {
    /// All files, as they are when they are opened.
    pub(crate) fn new() -> Self {
        Self::listed(std::iter::empty(), true)
    }

    /// For the scan of files that were listed as `metas`: each is read as it was, also when it is replaced meanwhile.
    /// With `may_grow` lines may be appended to them.
    pub(crate) fn listed(metas: impl Iterator<Item = ObjectMeta>, may_grow: bool) -> Self {
        let listed = metas.map(|meta| {
            let file = ListedFile {
                meta: meta.clone(),
                opened: Mutex::default(),
                kept: Mutex::default(),
            };
            (meta.location, file)
        });
        Self {
            disk: LocalFileSystem::new(),
            listed: listed.collect(),
            may_grow,
        }
    }

    /// Opens the listed files now, if they are not too many. One that cannot be opened is an error when it is read.
    pub(crate) fn open_all(&self) {
        if self.listed.len() <= KEPT_OPEN {
            for file in self.listed.values() {
                let opened = self.open(file).ok();
                *file.kept.lock().unwrap_or_else(PoisonError::into_inner) = opened;
            }
        }
    }

    fn open(&self, file: &ListedFile) -> Result<Arc<OpenedFile>> {
        let mut opened = file.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(opened) = opened.upgrade() {
            return Ok(opened);
        }
        let path = self.disk.path_to_filesystem(&file.meta.location)?;
        let new = Arc::new(OpenedFile::open(path, &file.meta, self.may_grow)?);
        *opened = Arc::downgrade(&new);
        Ok(new)
    }

    async fn get_unlisted(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        // The store takes memory for a range before it reads it, however far behind the end it reaches.
        let is_large = |range: &Range<u64>| range.end.saturating_sub(range.start) > LARGE;
        if ranges.iter().any(is_large) {
            self.check_ends(location, ranges).await?;
        }
        match self.disk.get_ranges(location, ranges).await {
            Ok(read) => Ok(read),
            Err(error) => {
                self.check_ends(location, ranges).await?;
                Err(error)
            }
        }
    }

    /// Refuses ranges behind the end of a file.
    async fn check_ends(&self, location: &Path, ranges: &[Range<u64>]) -> Result<()> {
        let size = self.disk.head(location).await?.size;
        if ranges.iter().any(|range| range.end > size) {
            return Err(behind_end(&self.disk.path_to_filesystem(location)?));
        }
        Ok(())
    }

    fn get_listed(&self, file: &ListedFile, options: &GetOptions) -> Result<GetResult> {
        options.check_preconditions(&file.meta)?;
        let size = file.meta.size;
        let range = match &options.range {
            None => 0..size,
            Some(range) => range
                .as_range(size)
                .map_err(|source| object_store::Error::Generic {
                    store: "LocalFiles",
                    source: source.into(),
                })?,
        };
        let opened = self.open(file)?;
        Ok(GetResult {
            payload: GetResultPayload::Stream(chunks(opened, range.clone())),
            meta: file.meta.clone(),
            range,
            attributes: object_store::Attributes::default(),
        })
    }
}

impl fmt::Display for LocalFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.disk.fmt(f)
    }
}

#[async_trait]
impl ObjectStore for LocalFiles {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        self.disk.put_opts(location, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.disk.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        // Readers of Arrow files seek, so that they need not hold a file in memory.
        let is_arrow = matches!(location.extension(), Some("arrow" | "feather" | "ipc"));
        if is_arrow && options.range.is_none() {
            return self.disk.get_opts(location, options).await;
        }
        let is_head = options.head;
        if let Some(file) = self.listed.get(location).filter(|_| !is_head) {
            return self.get_listed(file, &options);
        }
        let mut got = self.disk.get_opts(location, options).await?;
        got.payload = match got.payload {
            GetResultPayload::File(file, path) if !is_head => {
                let opened = blocking(move || OpenedFile::new(file, path)).await?;
                let chunks = chunks(Arc::new(opened), got.range.clone());
                GetResultPayload::Stream(chunks)
            }
            other => other,
        };
        Ok(got)
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let Some(file) = self.listed.get(location) else {
            return self.get_unlisted(location, ranges).await;
        };
        let opened = self.open(file)?;
        let ranges = ranges.to_vec();
        blocking(move || ranges.iter().map(|range| opened.read(range)).collect()).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.disk.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.disk.list(prefix)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.disk.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.disk.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.disk.copy_opts(from, to, options).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.disk.rename_opts(from, to, options).await
    }
}
