//! A value of a column, and why a text is none.

use std::borrow::Cow;

/// Value of a column. Times are microseconds since 1970, lengths of time seconds, decimals whole numbers of their
/// last digit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum IngestValue<'a> {
    Null,
    Text(Cow<'a, str>),
    Whole(i64),
    Double(f64),
    Decimal(i128),
    Truth(bool),
    /// Days since 1970.
    Date(i32),
}

impl IngestValue<'_> {
    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The same value, which borrows its text.
    pub(crate) fn borrowed(&self) -> IngestValue<'_> {
        match self {
            Self::Null => IngestValue::Null,
            Self::Text(text) => IngestValue::Text(Cow::Borrowed(text)),
            Self::Whole(value) => IngestValue::Whole(*value),
            Self::Double(value) => IngestValue::Double(*value),
            Self::Decimal(value) => IngestValue::Decimal(*value),
            Self::Truth(value) => IngestValue::Truth(*value),
            Self::Date(value) => IngestValue::Date(*value),
        }
    }

    /// The same value without a borrowed text.
    pub(crate) fn into_owned(self) -> IngestValue<'static> {
        match self {
            Self::Null => IngestValue::Null,
            Self::Text(text) => IngestValue::Text(Cow::Owned(text.into_owned())),
            Self::Whole(value) => IngestValue::Whole(value),
            Self::Double(value) => IngestValue::Double(value),
            Self::Decimal(value) => IngestValue::Decimal(value),
            Self::Truth(value) => IngestValue::Truth(value),
            Self::Date(value) => IngestValue::Date(value),
        }
    }
}

/// Characters of a value that a reason shows.
const MOST_SHOWN: usize = 60;

/// Why a value is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ValueMisfit {
    /// The value, shortened; `None` if there is none.
    pub(crate) value: Option<String>,
    /// Its fault in words, the same for all values with it.
    pub(crate) fault: Cow<'static, str>,
}

impl ValueMisfit {
    pub(crate) fn new(value: &str, fault: impl Into<Cow<'static, str>>) -> Self {
        let mut shown: String = value.chars().take(MOST_SHOWN).collect();
        if shown.len() < value.len() {
            shown.push_str("..");
        }
        Self {
            value: Some(shown),
            fault: fault.into(),
        }
    }

    /// There is no value.
    pub(crate) fn missing() -> Self {
        Self {
            value: None,
            fault: Cow::Borrowed("a value is required"),
        }
    }
}
