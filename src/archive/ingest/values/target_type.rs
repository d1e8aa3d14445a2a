//! Types of the columns of a mapping.

use datafusion::arrow::datatypes::{DataType, TimeUnit};

use crate::text::nearest;

/// Type of a column, with the form in which it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TargetType {
    Text,
    BigInt,
    Double,
    /// Digits in all, and behind the point.
    Decimal(u8, i8),
    Boolean,
    Date,
    /// An instant: microseconds since 1970 in UTC.
    Timestamp,
    /// A length of time, in whole seconds.
    Duration,
}

/// Names for messages.
const NAMES: [&str; 8] = [
    "text",
    "int",
    "float",
    "decimal(p,s)",
    "bool",
    "date",
    "timestamp",
    "duration",
];

/// The most digits of a decimal number of 128 bits.
const MOST_DIGITS: u8 = 38;

impl TargetType {
    /// Type that is written `text`, in the words of `deskql.toml`.
    ///
    /// # Errors
    /// A line for the user if there is no such type.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let lower = text.trim().to_ascii_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        Ok(match words.join(" ").as_str() {
            "text" | "string" | "varchar" => Self::Text,
            "int" | "integer" | "bigint" => Self::BigInt,
            "float" | "number" | "double" | "double precision" => Self::Double,
            "bool" | "boolean" => Self::Boolean,
            "date" => Self::Date,
            "timestamp" | "timestamptz" | "timestamp with time zone" => Self::Timestamp,
            "duration" => Self::Duration,
            plain => return Self::decimal(plain).ok_or_else(|| unknown(text)),
        })
    }

    fn decimal(text: &str) -> Option<Self> {
        let inner = text
            .strip_prefix("decimal")
            .or_else(|| text.strip_prefix("numeric"))?;
        let inner = inner.trim().strip_prefix('(')?.strip_suffix(')')?;
        let (digits, scale) = inner.split_once(',').unwrap_or((inner, "0"));
        let digits: u8 = digits.trim().parse().ok()?;
        let scale: i8 = scale.trim().parse().ok()?;
        let fits = (1..=MOST_DIGITS).contains(&digits)
            && u8::try_from(scale).is_ok_and(|scale| scale <= digits);
        fits.then_some(Self::Decimal(digits, scale))
    }

    /// The Arrow type.
    pub(crate) fn data_type(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::BigInt | Self::Duration => DataType::Int64,
            Self::Double => DataType::Float64,
            Self::Decimal(digits, scale) => DataType::Decimal128(digits, scale),
            Self::Boolean => DataType::Boolean,
            Self::Date => DataType::Date32,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        }
    }

    /// A value of the type in words, as in "expected a whole number".
    pub(crate) fn expectation(self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::BigInt => "a whole number of 64 bits".to_owned(),
            Self::Double => "a number".to_owned(),
            Self::Decimal(digits, scale) => {
                format!("a number of at most {digits} digits, {scale} of them behind the point")
            }
            Self::Boolean => "true or false".to_owned(),
            Self::Date => "a date".to_owned(),
            Self::Timestamp => "a time".to_owned(),
            Self::Duration => "a length of time".to_owned(),
        }
    }

    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::BigInt | Self::Double | Self::Decimal(..))
    }

    pub(crate) fn is_time(self) -> bool {
        matches!(self, Self::Date | Self::Timestamp)
    }
}

fn unknown(text: &str) -> String {
    let near = nearest(text, NAMES.into_iter().chain(["bigint", "boolean"]));
    let hint = near.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
    format!("{text:?} is not a type: use {}{hint}", NAMES.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_those_of_deskql_toml() {
        for (text, expected) in [
            ("int", TargetType::BigInt),
            ("Decimal(12, 2)", TargetType::Decimal(12, 2)),
            ("decimal(5)", TargetType::Decimal(5, 0)),
            ("timestamp with time zone", TargetType::Timestamp),
        ] {
            assert_eq!(TargetType::parse(text), Ok(expected), "{text}");
        }
        for text in ["decimal(39,2)", "decimal(4,5)", "decimal(4,-1)", "intt", ""] {
            assert!(TargetType::parse(text).is_err(), "{text}");
        }
        let problem = TargetType::parse("timestam").unwrap_err();
        assert!(
            problem.ends_with("did you mean \"timestamp\"?"),
            "{problem}"
        );
    }
}
