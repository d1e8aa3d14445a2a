//! Parameters of a function, and the argument types that they accept.

use arrow::datatypes::DataType;

use crate::functions::kernels::numbers::is_number;

/// Kind of argument that a parameter accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParameterKind {
    /// A column of numbers, read as stored.
    Number,
    /// A column of numbers or of booleans.
    Answer,
    /// A column of amounts; all amounts of a call get one common type.
    Amount,
    /// A column of booleans.
    Flag,
    /// A column of instants; all instants of a call get one common type.
    Instant,
    /// A column of any type that holds identifiers.
    Key,
    /// A boolean or an instant: true, or not NULL, if something has happened.
    Happened,
    /// A constant number.
    Constant,
    /// A constant text.
    Text,
    /// A constant length of time.
    Span,
    /// The name of a business calendar, constant or a column.
    Calendar,
}

/// One parameter of a function.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FunctionParameter {
    pub(crate) name: &'static str,
    pub(crate) kind: ParameterKind,
    pub(crate) optional: bool,
    /// One sentence for the documentation.
    pub(crate) meaning: &'static str,
}

impl FunctionParameter {
    pub(crate) const fn required(
        name: &'static str,
        kind: ParameterKind,
        meaning: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            optional: false,
            meaning,
        }
    }

    pub(crate) const fn optional(
        name: &'static str,
        kind: ParameterKind,
        meaning: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            optional: true,
            meaning,
        }
    }
}

/// The confidence level, the last argument of every `_detail` function.
pub(crate) const LEVEL: FunctionParameter = FunctionParameter::optional(
    "level",
    ParameterKind::Constant,
    "Confidence level of `low` and `high`, between 0 and 1; 0.95 when absent.",
);

/// Value type of a dictionary, or the type itself.
pub(crate) fn unpacked(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, values) => values,
        other => other,
    }
}

pub(super) fn is_text(data_type: &DataType) -> bool {
    matches!(
        unpacked(data_type),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

fn is_instant(data_type: &DataType) -> bool {
    matches!(
        unpacked(data_type),
        DataType::Timestamp(..) | DataType::Date32 | DataType::Date64
    )
}

pub(super) fn is_flag(data_type: &DataType) -> bool {
    *unpacked(data_type) == DataType::Boolean
}

pub(super) fn fits(kind: ParameterKind, data_type: &DataType) -> bool {
    let null = data_type.is_null();
    match kind {
        ParameterKind::Number | ParameterKind::Amount | ParameterKind::Constant => {
            null || is_number(data_type)
        }
        ParameterKind::Answer => null || is_number(data_type) || is_flag(data_type),
        ParameterKind::Flag => null || is_flag(data_type),
        ParameterKind::Happened => null || is_flag(data_type) || is_instant(data_type),
        ParameterKind::Instant => null || is_instant(data_type) || is_text(data_type),
        ParameterKind::Key => true,
        ParameterKind::Text | ParameterKind::Calendar => null || is_text(data_type),
        ParameterKind::Span => {
            null || matches!(data_type, DataType::Interval(_) | DataType::Duration(_))
                || is_text(data_type)
        }
    }
}

/// Name of a kind of argument in messages.
pub(crate) fn kind_name(kind: ParameterKind) -> &'static str {
    match kind {
        ParameterKind::Number | ParameterKind::Amount => "a number",
        ParameterKind::Answer => "a number or a boolean",
        ParameterKind::Flag => "a boolean",
        ParameterKind::Happened => "a boolean or a timestamp",
        ParameterKind::Instant => "a timestamp",
        ParameterKind::Key => "any value",
        ParameterKind::Constant => "a constant number",
        ParameterKind::Text => "a constant text",
        ParameterKind::Calendar => "the name of a calendar",
        ParameterKind::Span => "a constant INTERVAL",
    }
}
