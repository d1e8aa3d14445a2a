//! Expectations of a table: key, time, references, scales and the like.

use std::collections::BTreeMap;

/// Expectations of one table.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct TableExpectations {
    /// Columns that together occur once; empty if none are known.
    pub(crate) key: Vec<String>,
    /// True if the key is guessed from names.
    pub(crate) is_key_guess: bool,
    /// Column that dates the rows.
    pub(crate) time: Option<String>,
    /// Columns without NULL.
    pub(crate) required: Vec<String>,
    pub(crate) pairs: Vec<StartEndPair>,
    pub(crate) references: Vec<ColumnReference>,
    pub(crate) allowed: Vec<AllowedValues>,
    pub(crate) scales: Vec<ColumnScale>,
    /// Share of NULL that is an error when passed, by column.
    pub(crate) null_limits: BTreeMap<String, f64>,
}

/// A start, and an end that does not lie before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StartEndPair {
    pub(crate) start: String,
    pub(crate) end: String,
    pub(crate) is_guess: bool,
}

/// A column whose values are in another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnReference {
    pub(crate) column: String,
    pub(crate) table: String,
    pub(crate) target: String,
    pub(crate) is_guess: bool,
}

/// The values of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AllowedValues {
    pub(crate) column: String,
    pub(crate) values: Vec<String>,
    pub(crate) is_guess: bool,
}

/// The scale of a column, or its scales by the value of another column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ColumnScale {
    pub(crate) column: String,
    /// The other column, and the value for which each range holds.
    pub(crate) by: Option<String>,
    pub(crate) ranges: Vec<(Option<String>, f64, f64)>,
    pub(crate) is_guess: bool,
}
