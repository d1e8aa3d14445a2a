//! Reads the footers of local Parquet files ahead, in several threads.
//!
//! Read one by one, each footer is a round trip through the store's thread pool, which takes longer
//! than reading it from the page cache. This module puts them into the session's footer cache,
//! where every reader of the files looks first.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use datafusion::catalog::Session;
use datafusion::datasource::physical_plan::parquet::metadata::CachedParquetMetaData;
use datafusion::execution::cache::cache_manager::{CachedFileMetadataEntry, FileMetadataCache};
use object_store::ObjectMeta;
use object_store::local::LocalFileSystem;
use parquet::DecodeResult;
use parquet::file::metadata::{
    PageIndexPolicy, ParquetMetaData, ParquetMetaDataPushDecoder, RowGroupMetaData,
};
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use tokio::sync::oneshot;

use super::checked_footer;
use crate::runtime::caught;

/// Number of bytes of the first read at the end of a file; most footers fit.
const TAIL: u64 = 64 << 10;

/// A read that takes longer than this has waited for I/O, so another thread may run meanwhile.
const PATIENCE: Duration = Duration::from_millis(2);

/// Puts the footers of `files`, which are local Parquet files, into the session's cache.
///
/// A file that cannot be read is skipped: the reader that needs it reports the error.
pub(crate) async fn read_ahead(session: &dyn Session, files: Vec<ObjectMeta>) {
    let cache = session
        .runtime_env()
        .cache_manager
        .get_file_metadata_cache();
    let is_new = |meta: &ObjectMeta| {
        let known = cache.get(&meta.location);
        !known.is_some_and(|known| known.is_valid_for(meta))
    };
    let files: Vec<ObjectMeta> = files.into_iter().filter(is_new).collect();
    if files.len() < 2 {
        return;
    }
    let execution = &session.config_options().execution;
    let threads = std::thread::available_parallelism()
        .map_or(1, NonZeroUsize::get)
        .min(files.len());
    let (done, all_done) = oneshot::channel();
    let queue = Arc::new(FooterQueue {
        limit: execution.meta_fetch_concurrency.get().max(threads),
        files,
        cache,
        store: LocalFileSystem::new(),
        next: AtomicUsize::new(0),
        threads: AtomicUsize::new(0),
        _done: done,
    });
    let _stop = FooterQueueGuard(Arc::downgrade(&queue));
    for _ in 0..threads {
        queue.add_thread();
    }
    drop(queue);
    // The last thread drops the queue and the sender in it.
    all_done.await.ok();
}

/// Files that are not read yet.
struct FooterQueue {
    files: Vec<ObjectMeta>,
    cache: Arc<FileMetadataCache>,
    store: LocalFileSystem,
    next: AtomicUsize,
    threads: AtomicUsize,
    limit: usize,
    _done: oneshot::Sender<()>,
}

/// Stops the threads when their result is no longer awaited.
struct FooterQueueGuard(Weak<FooterQueue>);

impl Drop for FooterQueueGuard {
    fn drop(&mut self) {
        if let Some(queue) = self.0.upgrade() {
            queue.next.store(queue.files.len(), Ordering::Relaxed);
        }
    }
}

impl FooterQueue {
    fn add_thread(self: &Arc<Self>) {
        if self.threads.fetch_add(1, Ordering::Relaxed) >= self.limit {
            return;
        }
        let queue = Arc::clone(self);
        // If no thread starts, fewer footers are read ahead.
        let _ = std::thread::Builder::new().spawn(move || queue.work());
    }

    fn work(self: &Arc<Self>) {
        while let Some(meta) = self.take() {
            let started = Instant::now();
            if let Some(footer) = self.footer(meta) {
                let footer = Arc::new(CachedParquetMetaData::new(Arc::new(footer)));
                let entry = CachedFileMetadataEntry::new(meta.clone(), footer);
                self.cache.put(&meta.location, entry);
            }
            if started.elapsed() > PATIENCE {
                self.add_thread();
            }
        }
    }

    fn take(&self) -> Option<&ObjectMeta> {
        self.files.get(self.next.fetch_add(1, Ordering::Relaxed))
    }

    fn footer(&self, meta: &ObjectMeta) -> Option<ParquetMetaData> {
        let path = self.store.path_to_filesystem(&meta.location).ok()?;
        let mut file = File::open(path).ok()?;
        is_still(meta, &file)?;
        // The reader that needs a damaged footer says so.
        let footer = caught(|| decode(&mut file, meta.size)).ok().flatten()?;
        checked_footer::check(&footer, meta.size).ok()?;
        Some(footer)
    }
}

/// `None` if the file was replaced after the listing: its footer would not match the cache entry.
fn is_still(meta: &ObjectMeta, file: &File) -> Option<()> {
    let now = file.metadata().ok()?;
    let modified: DateTime<Utc> = now.modified().ok()?.into();
    (now.len() == meta.size && modified == meta.last_modified).then_some(())
}

/// Decodes what the Parquet reader would read itself: the footer and, if present, the page index,
/// except the column index if every row group has a single page.
fn decode(file: &mut File, size: u64) -> Option<ParquetMetaData> {
    let decoder = ParquetMetaDataPushDecoder::try_new(size).ok()?;
    let mut decoder = decoder.with_page_index_policy(PageIndexPolicy::Skip);
    let tail = size.saturating_sub(TAIL)..size;
    let bytes = read(file, &tail)?;
    decoder.push_range(tail.clone(), bytes.clone()).ok()?;
    let footer = finish(decoder, file)?;
    let are_pages = footer.row_groups().iter().all(is_a_page);
    let decoder = ParquetMetaDataPushDecoder::try_new_with_metadata(size, footer).ok()?;
    let mut decoder = decoder.with_column_index_policy(if are_pages {
        PageIndexPolicy::Skip
    } else {
        PageIndexPolicy::Optional
    });
    decoder.push_range(tail, bytes).ok()?;
    let footer = finish(decoder, file)?;
    Some(if are_pages && footer.offset_index().is_some() {
        with_empty_column_index(footer)
    } else {
        footer
    })
}

/// Supplies the byte ranges that the decoder requests until it is done.
fn finish(mut decoder: ParquetMetaDataPushDecoder, file: &mut File) -> Option<ParquetMetaData> {
    loop {
        match decoder.try_decode().ok()? {
            DecodeResult::Data(footer) => return Some(footer),
            DecodeResult::NeedsData(ranges) => {
                for range in ranges {
                    let bytes = read(file, &range)?;
                    decoder.push_range(range, bytes).ok()?;
                }
            }
            DecodeResult::Finished => return None,
        }
    }
}

/// Default maximum number of rows in one page of common writers.
const PAGE: i64 = 20_000;

/// True if a row group has only one page, so that its column index repeats the statistics of the
/// footer; parsing the index is a fifth of all work on small files.
fn is_a_page(group: &RowGroupMetaData) -> bool {
    group.num_rows() <= PAGE
}

/// Adds an empty column index, since readers would try to load a missing one again and again.
fn with_empty_column_index(footer: ParquetMetaData) -> ParquetMetaData {
    let groups = footer.row_groups().iter();
    let nothing = groups.map(|group| vec![ColumnIndexMetaData::NONE; group.num_columns()]);
    let nothing = nothing.collect();
    let footer = footer.into_builder();
    footer.set_column_index(Some(nothing)).build()
}

fn read(file: &mut File, range: &Range<u64>) -> Option<Bytes> {
    let length = usize::try_from(range.end.checked_sub(range.start)?).ok()?;
    file.seek(SeekFrom::Start(range.start)).ok()?;
    let mut bytes = vec![0; length];
    file.read_exact(&mut bytes).ok()?;
    Some(bytes.into())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use object_store::ObjectStoreExt;

    use super::*;
    use crate::{Engine, EngineSettings};

    fn write(path: &Path, rows: i64) {
        let values: arrow::array::ArrayRef =
            Arc::new(arrow::array::Int64Array::from_iter_values(0..rows));
        let batch = arrow::array::RecordBatch::try_from_iter([("n", values)]).unwrap();
        let file = File::create(path).unwrap();
        let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
    }

    #[test]
    fn values_of_pages_are_known_where_a_row_group_has_several() {
        let folder = tempfile::tempdir().unwrap();
        for (rows, has_index) in [(20_000, false), (20_001, true)] {
            let path = folder.path().join("pages.parquet");
            write(&path, rows);
            let mut file = File::open(&path).unwrap();
            let size = file.metadata().unwrap().len();
            let footer = decode(&mut file, size).unwrap();
            let chunk = footer.row_group(0).column(0);
            assert_eq!(footer.file_metadata().num_rows(), rows);
            assert!(footer.offset_index().is_some() && chunk.statistics().is_some());
            let index = &footer.column_index().unwrap()[0][0];
            assert_eq!(matches!(index, ColumnIndexMetaData::NONE), !has_index);
        }
    }

    #[tokio::test]
    async fn what_is_not_as_listed_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let mut metas = Vec::new();
        for name in ["a", "b", "broken", "gone", "replaced"] {
            let path = folder.path().join(format!("{name}.parquet"));
            write(&path, 10);
            if name == "broken" {
                std::fs::write(&path, "PAR1 and no more").unwrap();
            }
            let location = object_store::path::Path::from_absolute_path(&path).unwrap();
            metas.push(LocalFileSystem::new().head(&location).await.unwrap());
        }
        std::fs::remove_file(folder.path().join("gone.parquet")).unwrap();
        write(&folder.path().join("replaced.parquet"), 100_000);
        let engine = Engine::open(EngineSettings::default()).await.unwrap();
        let state = engine.context().state();
        read_ahead(&state, metas.clone()).await;
        let cache = state.runtime_env().cache_manager.get_file_metadata_cache();
        let known: Vec<bool> = metas
            .iter()
            .map(|meta| cache.get(&meta.location).is_some())
            .collect();
        assert_eq!(known, [true, true, false, false, false]);
    }
}
