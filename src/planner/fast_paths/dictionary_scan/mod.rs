//! Text columns read from Parquet as the dictionaries that they are stored as.
//!
//! A column of a few values (channel, team, status) costs four bytes a row instead of sixteen, and
//! whatever depends on its value alone is worked out once per dictionary. Tables keep their plain
//! text types: only a scan whose reader knows what to do with a dictionary is rewritten.

mod entry_expression;
mod entry_parts;
mod expression;
mod filter;
mod footer;
mod predicate_cache;
mod projection;
mod reader;
mod scan;

use arrow::array::{Array, StringArray};
use arrow::datatypes::DataType;

use super::{FastPath, Rewrite};
use crate::settings::FeatureSwitch;

pub(crate) use entry_parts::{by_entries, columns_of_parts, key_by_entries};
pub(crate) use predicate_cache::{DictionaryPredicate, DictionaryPredicateCache};
pub(crate) use scan::{DictionaryColumns, restored, restored_columns, with_dictionaries};

pub(super) const FAST_PATH: FastPath = FastPath {
    switch: FeatureSwitch {
        name: "dictionary_expressions",
        about: "Whether expressions of one text column are evaluated once for each entry of its dictionary",
    },
    explain_mark: "dictionary(",
    retire_when: "stock expressions are evaluated by the entries of dictionaries, and scans can be told to read text \
                  as dictionaries",
    rewrites: &[
        Rewrite::BeforeRequirements(projection::rewrite),
        Rewrite::Last(filter::rewrite),
    ],
};

/// The type of a text column read as a dictionary.
pub(crate) fn dictionary_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

/// True when both arrays are the same memory, which `a` keeps from being used again.
pub(crate) fn same_values(a: &StringArray, b: &StringArray) -> bool {
    a.len() == b.len()
        && a.value_data().as_ptr() == b.value_data().as_ptr()
        && a.value_offsets().as_ptr() == b.value_offsets().as_ptr()
}
