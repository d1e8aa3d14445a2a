//! Source rows as rows of the tables of a mapping, or as rejects with a reason.

mod builders;
mod column_value;
mod converter;
mod delimited_rows;
mod file_plan;
mod json_members;
mod source_value;

pub use builders::MappedBatch;
pub(crate) use converter::{ConvertedChunk, RejectedRow};
pub(crate) use file_plan::FilePlan;
