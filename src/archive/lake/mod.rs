//! Tables of a lake: rows written to Delta tables, replaced by key, and their files kept few and sorted.

mod merge_queries;
mod optimize;
mod row_writer;
mod upsert;

pub(crate) use merge_queries::RowKey;
pub(crate) use optimize::{OptimizeOptions, OptimizePlan, OptimizeReport};
pub(crate) use row_writer::{WriteMode, write_table};
pub(crate) use upsert::{MergedRows, merge};
