//! Refuses pointers of Git LFS, which stand where the data have not been fetched.

use datafusion::catalog::Session;
use futures::{StreamExt, TryStreamExt};
use object_store::{ObjectStore, ObjectStoreExt};

use super::file_errors::label;
use super::listing::{DataFile, store_error};
use super::schema::{concurrency, store};
use super::source::TableSource;
use crate::error::{Error, Result};

/// How a pointer begins. It would else be a CSV file of one column.
const BEGINNING: &[u8] = b"version https://git-lfs.github.com/spec/v1";

/// A pointer is shorter, by the specification of Git LFS.
const LONGEST: u64 = 1024;

/// What to do about a pointer.
pub(crate) const PROBLEM: &str =
    "a Git LFS pointer, not the file itself: run git lfs pull in its folder";

/// True if the bytes of a file are a pointer.
pub(crate) fn is_pointer(bytes: &[u8]) -> bool {
    bytes.starts_with(BEGINNING)
}

/// Refuses files of which one is a pointer.
///
/// # Errors
/// If one is, or a small file cannot be read.
pub(super) async fn refuse(
    session: &dyn Session,
    source: &TableSource,
    files: &[DataFile],
) -> Result<()> {
    let may_be = |file: &&DataFile| (BEGINNING.len() as u64..LONGEST).contains(&file.meta.size);
    let small: Vec<&DataFile> = files.iter().filter(may_be).collect();
    if small.is_empty() {
        return Ok(());
    }
    let store = store(session, source)?;
    let store: &dyn ObjectStore = store.as_ref();
    futures::stream::iter(small)
        .map(|file| refuse_file(store, source, file))
        .boxed() // https://github.com/rust-lang/rust/issues/64552
        .buffered(concurrency(session))
        .try_collect()
        .await
}

async fn refuse_file(store: &dyn ObjectStore, source: &TableSource, file: &DataFile) -> Result<()> {
    let range = 0..BEGINNING.len() as u64;
    let start = store.get_range(&file.meta.location, range).await;
    let start = start.map_err(|error| store_error(&label(source, file), &error))?;
    if is_pointer(&start) {
        return Err(Error::location(label(source, file), PROBLEM));
    }
    Ok(())
}
