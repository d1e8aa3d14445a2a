//! Runtime services of queries: memory, temporary files, all-or-nothing writes, progress.

mod all_or_nothing;
mod buffered_rows;
mod damaged_file;
pub(crate) mod leftovers;
mod local_files;
pub(crate) mod memory;
mod opened_file;
mod pinned_scans;
mod reader_panics;
mod scan_progress;
mod scratch;
mod shared_once;
mod staged_folder;
mod staged_objects;
mod staging;
mod store_errors;
mod store_failure;
mod target_folder;

pub(crate) use all_or_nothing::{AllOrNothing, WholeSink, with_stores};
pub(crate) use buffered_rows::{BufferedRows, each_partition};
pub(crate) use damaged_file::damaged_file;
pub(crate) use local_files::LocalFiles;
pub(crate) use pinned_scans::pinned;
pub(crate) use reader_panics::{ExpectedPanics, PanicPayload, caught, caught_future};
pub use scan_progress::ScanProgress;
pub use scratch::ScratchFiles;
pub(crate) use scratch::{ScratchFolder, StagedFile};
pub(crate) use shared_once::SharedOnce;
pub(crate) use staged_folder::StagedFolder;
pub(crate) use staged_objects::StagedObjects;
pub(crate) use staging::StagingStores;
pub(crate) use store_errors::store_error;
pub(crate) use store_failure::may_pass;
pub(crate) use target_folder::writing_failed;
