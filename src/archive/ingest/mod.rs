//! Exports taken in: messy files as typed, checked rows of tables.
//!
//! ```text
//! sources --chunks of whole rows--> convert --typed batches, rejects--> reading --> who writes the tables
//! ```
//!
//! A [`IngestMapping`] says which tables the source rows give and how texts become values; an [`IngestSource`] is the
//! list of files; an [`IngestReading`] gives batches in order and keeps rejects and counts.

mod convert;
mod counts;
mod mapping;
mod presets;
mod reading;
mod rejects;
mod sources;
mod tables;
mod values;

pub use convert::MappedBatch;
pub use counts::{FileCounts, IngestCounts, RejectLimit};
pub use mapping::{IngestMapping, MappedTable};
pub use presets::{IngestPreset, PRESETS};
pub use reading::{IngestReading, ReadingOptions, ReadingOutcome};
pub use rejects::{RejectSummary, StagedRejects};
pub use sources::IngestSource;
pub(crate) use tables::{IngestReport, TableReport, write_tables};
