//! Runtime services of queries: memory, temporary files, all-or-nothing writes, progress.

mod all_or_nothing;
pub(crate) mod memory;
mod scan_progress;
mod scratch;
mod shared_once;
mod staging;

pub(crate) use all_or_nothing::AllOrNothing;
pub use scan_progress::ScanProgress;
pub use scratch::ScratchFiles;
pub(crate) use scratch::{ScratchFolder, StagedFile};
pub(crate) use shared_once::SharedOnce;
