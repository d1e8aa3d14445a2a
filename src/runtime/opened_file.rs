//! A local file as it was when it was opened.

use std::fs::{File, Metadata};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use datafusion::common::runtime::SpawnedTask;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use object_store::{ObjectMeta, Result};

use crate::error::Error;

/// Number of bytes that are read at once.
const CHUNK: u64 = 1 << 20;

/// Number of bytes at both ends that tell a file that grew from one that was written anew.
const END: u64 = 4 << 10;

/// A descriptor, and what the file was like: reading says so if it is not like that any more.
///
/// A file that grows while it is read is not changed by that: lines are appended to logs all the time.
#[derive(Debug)]
pub(super) struct OpenedFile {
    file: File,
    path: PathBuf,
    size: u64,
    modified: Mutex<Option<SystemTime>>,
    ends: [Bytes; 2],
}

impl OpenedFile {
    /// Takes over a file that has been opened just now.
    pub(super) fn new(file: File, path: PathBuf) -> Result<Self> {
        let meta = file.metadata().map_err(|error| failed(&path, &error))?;
        let size = meta.len();
        Self::with_size(file, path, &meta, size)
    }

    fn with_size(file: File, path: PathBuf, meta: &Metadata, size: u64) -> Result<Self> {
        let mut opened = Self {
            size,
            modified: Mutex::new(meta.modified().ok()),
            file,
            path,
            ends: [Bytes::new(), Bytes::new()],
        };
        opened.ends = opened.ends()?;
        Ok(opened)
    }

    /// Opens the file that was listed as `meta`. With `may_grow` lines may have been appended since.
    ///
    /// # Errors
    /// If it is not there or is another file now.
    pub(super) fn open(path: PathBuf, listed: &ObjectMeta, may_grow: bool) -> Result<Self> {
        let file = File::open(&path).map_err(|error| failed(&path, &error))?;
        let meta = file.metadata().map_err(|error| failed(&path, &error))?;
        let has_grown = || may_grow && meta.len() > listed.size && is_same_file(listed, &meta);
        if !is_as_listed(listed, &meta) && !has_grown() {
            return Err(changed(&path));
        }
        Self::with_size(file, path, &meta, listed.size)
    }

    /// Reads `range`.
    ///
    /// # Errors
    /// If the file has become shorter or was written to since it was opened.
    pub(super) fn read(&self, range: &Range<u64>) -> Result<Bytes> {
        let bytes = self.bytes(range)?;
        self.check()?;
        Ok(bytes)
    }

    fn bytes(&self, range: &Range<u64>) -> Result<Bytes> {
        let length = range.end.saturating_sub(range.start);
        if range.end > self.size {
            return Err(behind_end(&self.path));
        }
        let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
        match read_at(&self.file, &mut bytes, range.start) {
            Ok(()) => Ok(bytes.into()),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Err(changed(&self.path))
            }
            Err(error) => Err(failed(&self.path, &error)),
        }
    }

    fn ends(&self) -> Result<[Bytes; 2]> {
        let length = self.size.min(END);
        let start = self.bytes(&(0..length))?;
        Ok([start, self.bytes(&(self.size - length..self.size))?])
    }

    fn check(&self) -> Result<()> {
        let meta = self.file.metadata();
        let meta = meta.map_err(|error| failed(&self.path, &error))?;
        let mut known = self.modified.lock().unwrap_or_else(PoisonError::into_inner);
        let modified = meta.modified().ok();
        if *known == modified && meta.len() >= self.size {
            return Ok(());
        }
        if meta.len() <= self.size || self.ends()? != self.ends {
            return Err(changed(&self.path));
        }
        *known = modified;
        Ok(())
    }
}

/// The footer of a file says where its parts are, and some part would lie behind the end.
pub(super) fn behind_end(path: &Path) -> object_store::Error {
    located(path, "is damaged: it refers to places behind its end")
}

/// The bytes of `range`, read as they are asked for.
pub(super) fn chunks(
    opened: Arc<OpenedFile>,
    range: Range<u64>,
) -> BoxStream<'static, Result<Bytes>> {
    let next = |(opened, rest): (Arc<OpenedFile>, Range<u64>)| async move {
        if rest.is_empty() {
            return Ok(None);
        }
        let end = rest.end.min(rest.start + CHUNK);
        let chunk = rest.start..end;
        let file = Arc::clone(&opened);
        let bytes = blocking(move || file.read(&chunk)).await?;
        Ok(Some((bytes, (opened, end..rest.end))))
    };
    stream::try_unfold((opened, range), next).boxed()
}

/// Runs `work`, which waits for the disk, beside the threads that compute.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    if tokio::runtime::Handle::try_current().is_err() {
        return work();
    }
    let joined = SpawnedTask::spawn_blocking(work).await;
    joined.map_err(|source| object_store::Error::JoinError { source })?
}

fn is_as_listed(listed: &ObjectMeta, meta: &Metadata) -> bool {
    let modified = meta.modified().ok().map(DateTime::<Utc>::from);
    meta.len() == listed.size && modified == Some(listed.last_modified)
}

/// True if the file was not replaced by another of its name; the tag of a local file begins with its number.
#[cfg(unix)]
fn is_same_file(listed: &ObjectMeta, meta: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;

    let tag = listed.e_tag.as_deref().unwrap_or_default();
    let number = tag.trim_start_matches('"').split('-').next();
    number == Some(format!("{:x}", meta.ino()).as_str())
}

#[cfg(not(unix))]
fn is_same_file(_: &ObjectMeta, _: &Metadata) -> bool {
    true
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> std::io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, offset)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => {
                bytes = &mut bytes[read..];
                offset += read as u64;
            }
        }
    }
    Ok(())
}

fn changed(path: &Path) -> object_store::Error {
    located(path, "changed while it was read: run the query again")
}

fn failed(path: &Path, error: &std::io::Error) -> object_store::Error {
    located(path, &error.to_string())
}

fn located(path: &Path, problem: &str) -> object_store::Error {
    let here = std::env::current_dir().unwrap_or_default();
    let shown = path.strip_prefix(&here).unwrap_or(path);
    object_store::Error::Generic {
        store: "LocalFiles",
        source: Box::new(Error::location(shown.display().to_string(), problem)),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn opened(path: &Path) -> OpenedFile {
        OpenedFile::new(File::open(path).unwrap(), path.to_owned()).unwrap()
    }

    #[test]
    fn what_is_written_to_a_file_that_is_read_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, vec![b'x'; 10_000]).unwrap();
        let file = opened(&path);
        assert_eq!(file.read(&(0..3)).unwrap().as_ref(), b"xxx");
        let mut log = std::fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap();
        log.write_all(b"yy").unwrap();
        assert_eq!(file.read(&(9_999..10_000)).unwrap().as_ref(), b"x");
        assert!(file.read(&(9_999..10_001)).is_err());
        log.set_len(9_000).unwrap();
        let problem = file.read(&(0..10_000)).unwrap_err().to_string();
        assert!(
            problem.contains("a.csv: changed while it was read"),
            "{problem}"
        );
        assert!(file.read(&(0..10)).is_err());
    }

    #[test]
    fn a_file_that_is_written_anew_is_not_one_that_grew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, vec![b'x'; 10_000]).unwrap();
        let file = opened(&path);
        std::fs::write(&path, vec![b'z'; 20_000]).unwrap();
        assert!(file.read(&(0..10)).is_err());
        let replaced = folder.path().join("b.csv");
        std::fs::write(&replaced, b"bbb").unwrap();
        let file = opened(&replaced);
        std::fs::rename(&path, &replaced).unwrap();
        assert_eq!(file.read(&(0..3)).unwrap().as_ref(), b"bbb");
    }
}
