//! Text columns read from Parquet as the dictionaries that they are stored as.
//!
//! A column of a few values (channel, team, status) costs four bytes a row instead of sixteen, and
//! whatever depends on its value alone is worked out once per dictionary. Tables keep their plain
//! text types: only a scan whose reader knows what to do with a dictionary is rewritten.

mod expression;
mod footer;
mod reader;
mod scan;

use arrow::datatypes::DataType;

pub(super) use scan::{restored, with_dictionaries};

/// The type of a text column read as a dictionary.
pub(super) fn dictionary_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}
