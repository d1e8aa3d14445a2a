//! Runtime services of queries: memory, temporary files, all-or-nothing writes, progress.

mod all_or_nothing;
pub(crate) mod memory;
mod scan_progress;
mod scratch;
mod staging;

pub use all_or_nothing::AllOrNothing;
pub use scan_progress::ScanProgress;
pub use scratch::{ScratchFiles, ScratchFolder, StagedFile};
