//! A value of a column, and why a text is none.

use std::borrow::Cow;

/// Value of a column. Times are microseconds since 1970, lengths of time seconds, decimals whole numbers of their
/// last digit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TypedValue<'a> {
    Null,
    Text(Cow<'a, str>),
    Whole(i64),
    Double(f64),
    Decimal(i128),
    Truth(bool),
    /// Days since 1970.
    Date(i32),
}

impl TypedValue<'_> {
    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The same value, which borrows its text.
    pub(crate) fn borrowed(&self) -> TypedValue<'_> {
        match self {
            Self::Null => TypedValue::Null,
            Self::Text(text) => TypedValue::Text(Cow::Borrowed(text)),
            Self::Whole(value) => TypedValue::Whole(*value),
            Self::Double(value) => TypedValue::Double(*value),
            Self::Decimal(value) => TypedValue::Decimal(*value),
            Self::Truth(value) => TypedValue::Truth(*value),
            Self::Date(value) => TypedValue::Date(*value),
        }
    }

    /// The same value without a borrowed text.
    pub(crate) fn into_owned(self) -> TypedValue<'static> {
        match self {
            Self::Null => TypedValue::Null,
            Self::Text(text) => TypedValue::Text(Cow::Owned(text.into_owned())),
            Self::Whole(value) => TypedValue::Whole(value),
            Self::Double(value) => TypedValue::Double(value),
            Self::Decimal(value) => TypedValue::Decimal(value),
            Self::Truth(value) => TypedValue::Truth(value),
            Self::Date(value) => TypedValue::Date(value),
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
    /// What is said of it; the same for all values with one fault.
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
