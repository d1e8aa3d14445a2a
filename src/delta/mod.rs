//! Delta Lake tables: the only module that knows the Delta kernel.
//!
//! The kernel reads and writes the log; data files are read by DataFusion and written by [`DataFileWriter`], so that
//! the rest of deskql sees plain Parquet. What the protocol leaves to the writer is here as well: conflicts of
//! concurrent commits, files that no version needs, and that a commit is on the disk when it is reported.

mod change;
mod column_names;
mod commit;
mod conflicts;
mod data_files;
mod durable;
mod errors;
mod file_statistics;
mod kernel_store;
mod layout;
mod log_store;
mod removed_files;
mod snapshot;
mod table_writer;
mod unfinished_writes;
mod vacuum;

pub(crate) use change::{ChangeKind, CommitOutcome, CommitRequest};
pub(crate) use column_names::ColumnNames;
pub(crate) use data_files::{DataFileWriter, WrittenFile};
pub(crate) use file_statistics::ColumnBounds;
pub(crate) use layout::{DeltaTableLayout, SortColumn, delta_schema};
pub(crate) use log_store::DeltaLocation;
pub(crate) use snapshot::{DeltaFile, DeltaSnapshot, TableVersion};
pub(crate) use table_writer::{DeltaTableWriter, existing};
pub(crate) use vacuum::ObsoleteFiles;
