//! Messages for values that an expression does not accept, from the errors of Arrow's and
//! DataFusion's kernels.

use arrow::datatypes::DataType;

use crate::sql_type;

/// The problem of a value, and the advice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ValueProblem {
    /// `'technical' is not an INTEGER`.
    pub(crate) what: String,
    /// `TRY_CAST gives NULL for such values`.
    pub(crate) advice: Option<String>,
    /// The value itself, if the message contains it.
    pub(crate) value: Option<String>,
}

impl ValueProblem {
    fn new(what: impl Into<String>, advice: &str) -> Self {
        Self {
            what: what.into(),
            advice: (!advice.is_empty()).then(|| advice.to_owned()),
            value: None,
        }
    }

    fn about(mut self, value: &str) -> Self {
        self.value = Some(value.to_owned());
        self
    }

    /// Problem and advice, as one line.
    pub(crate) fn into_line(self) -> String {
        match self.advice {
            Some(advice) => format!("{}; {advice}", self.what),
            None => self.what,
        }
    }
}

const LENIENT: &str = "TRY_CAST gives NULL for such values";

/// The problem in a message about a value; `None` for other messages.
pub(crate) fn problem(text: &str) -> Option<ValueProblem> {
    cast_of_text(text)
        .or_else(|| cast_of_number(text))
        .or_else(|| cast_of_time(text))
        .or_else(|| time(text))
        .or_else(|| decimal(text))
        .or_else(|| arithmetic(text))
        .or_else(|| pattern(text))
        .or_else(|| bytes(text))
}

/// Bytes that are cast to text.
fn bytes(text: &str) -> Option<ValueProblem> {
    text.starts_with("Encountered non-UTF-8 data").then(|| {
        ValueProblem::new(
            "the bytes are not UTF-8 text",
            "encode(.., 'hex') shows them, and TRY_CAST gives NULL for such values",
        )
    })
}

/// `Cannot cast string 'x' to value of Int32 type`, and the equivalents of file readers.
fn cast_of_text(text: &str) -> Option<ValueProblem> {
    let cast = text
        .strip_prefix("Cannot cast string '")
        .or_else(|| text.strip_prefix("Cannot cast value '"))
        .and_then(|rest| rest.rsplit_once("' to value of "))
        .and_then(|(value, rest)| Some((value, rest.split_once(" type")?.0)));
    let parsed = text
        .strip_prefix("failed to parse \"")
        .and_then(|rest| rest.rsplit_once("\" as "));
    let read = text
        .strip_prefix("Error while parsing value '")
        .and_then(|rest| rest.split_once("' as type '"))
        .and_then(|(value, rest)| Some((value, rest.split_once('\'')?.0)));
    let (value, wanted) = cast.or(parsed).or(read)?;
    let sql = sql_type::in_text(wanted);
    let wanted: Option<DataType> = wanted.parse().ok();
    let problem = match wanted.as_ref().and_then(range) {
        Some(_) if value.trim().is_empty() => {
            ValueProblem::new(format!("an empty text is not {}", article(&sql)), LENIENT)
        }
        Some((low, high)) => match value.trim().parse::<f64>() {
            Ok(number) if number.fract() != 0.0 => ValueProblem::new(
                format!("'{value}' is not a whole number, so not {}", article(&sql)),
                "cast it to DOUBLE or DECIMAL",
            ),
            Ok(number) if number.is_finite() => ValueProblem::new(
                format!("'{value}' does not fit in {sql} ({low} to {high})"),
                LENIENT,
            ),
            _ => ValueProblem::new(format!("'{value}' is not {}", article(&sql)), LENIENT),
        },
        None => {
            let advice = advice_for(value, wanted.as_ref());
            let sql = sized(&sql);
            ValueProblem::new(format!("'{value}' is not {}", article(&sql)), &advice)
        }
    };
    Some(problem.about(value))
}

/// A text is cast to a decimal with more digits than requested: their number would mislead.
fn sized(sql: &str) -> String {
    if sql.starts_with("DECIMAL(") {
        "DECIMAL".to_owned()
    } else {
        sql.to_owned()
    }
}

fn advice_for(value: &str, wanted: Option<&DataType>) -> String {
    let is_number = |text: &str| text.trim().parse::<f64>().is_ok();
    let is_real = matches!(
        wanted,
        Some(
            DataType::Float32
                | DataType::Float64
                | DataType::Decimal128(..)
                | DataType::Decimal256(..)
        )
    );
    if is_real && value.matches(',').count() == 1 && is_number(&value.replace(',', ".")) {
        return format!("replace(.., ',', '.') converts it to a number, and {LENIENT}");
    }
    match wanted {
        Some(DataType::Boolean) => format!("true, false, t, f, yes, no, 1 and 0 are; {LENIENT}"),
        Some(DataType::Date32 | DataType::Date64) => {
            format!(
                "write it as 2026-01-31, or give its pattern: strptime(.., '%d/%m/%Y'); {LENIENT}"
            )
        }
        Some(DataType::Time32(_) | DataType::Time64(_)) => {
            format!("write it as 23:59:59; {LENIENT}")
        }
        _ => LENIENT.to_owned(),
    }
}

/// `Can't cast value 300 to type Int8`.
fn cast_of_number(text: &str) -> Option<ValueProblem> {
    let rest = text.strip_prefix("Can't cast value ")?;
    let (value, wanted) = rest.rsplit_once(" to type ")?;
    let sql = sql_type::in_text(wanted);
    let bounds = wanted.parse().ok().and_then(|wanted| range(&wanted));
    let bounds = bounds
        .map(|(low, high)| format!(" ({low} to {high})"))
        .unwrap_or_default();
    Some(ValueProblem::new(format!("{value} does not fit in {sql}{bounds}"), LENIENT).about(value))
}

/// `Cannot cast Timestamp(s) value 1760332632253 to Timestamp(ns): converted value exceeds the ..`.
fn cast_of_time(text: &str) -> Option<ValueProblem> {
    let rest = text.strip_prefix("Cannot cast ")?;
    let (cast, _) = rest.split_once(": converted value exceeds")?;
    let (of, wanted) = cast.rsplit_once(" to ")?;
    let value = of.rsplit_once(" value ")?.1;
    let what = format!("{value} is too large to be a {}", sql_type::in_text(wanted));
    // Seconds of this size are milliseconds since about 2001.
    let advice = match value.parse::<i64>() {
        Ok(count) if (1_000_000_000_000..10_000_000_000_000).contains(&count) => {
            "if it counts milliseconds since 1970, write epoch_ms(..)"
        }
        _ => LENIENT,
    };
    Some(ValueProblem::new(what, advice).about(value))
}

fn time(text: &str) -> Option<ValueProblem> {
    if text.starts_with("Unable to cast to Date32") {
        return Some(ValueProblem::new(
            "the text is not a DATE",
            "write it as 2026-01-31, or give its pattern: strptime(.., '%d/%m/%Y')",
        ));
    }
    if let Some(rest) = text.strip_prefix("Error parsing timestamp from '") {
        let (value, _) = rest.rsplit_once("': ")?;
        return Some(
            ValueProblem::new(
                format!("'{value}' is not a TIMESTAMP"),
                "write it as 2026-01-31 10:00:00, or give its pattern: strptime(.., '%d/%m/%Y %H:%M'); \
                 TRY_CAST gives NULL for such values",
            )
            .about(value),
        );
    }
    if let Some(rest) = text.strip_prefix("Invalid input syntax for type interval: \"") {
        let value = rest.strip_suffix('"').unwrap_or(rest);
        return Some(
            ValueProblem::new(
                format!("'{value}' is not an INTERVAL"),
                "write it as '2 days' or '1 hour 30 minutes'",
            )
            .about(value),
        );
    }
    if let Some(rest) = text.strip_prefix("Invalid timezone \"") {
        let (value, _) = rest.split_once('"')?;
        return Some(
            ValueProblem::new(
                format!("unknown time zone '{value}'"),
                "use an IANA name such as 'America/New_York'",
            )
            .about(value),
        );
    }
    if text.starts_with("Timestamp out of range") || text.contains("out of range for timestamp") {
        return Some(ValueProblem::new(
            "the result is out of range for a TIMESTAMP",
            "",
        ));
    }
    None
}

fn decimal(text: &str) -> Option<ValueProblem> {
    let (value, rest) = text
        .split_once(" is too large to store in a ")
        .or_else(|| text.split_once(" is too small to store in a "))?;
    let precision = rest.split_once(" of precision ")?.1;
    let digits: String = precision.chars().take_while(char::is_ascii_digit).collect();
    let bound = rest
        .split_once(". Max is ")
        .or_else(|| rest.split_once(". Min is "))
        .map(|(_, bound)| format!(": the largest is {}", bound.trim_start_matches('-')));
    Some(
        ValueProblem::new(
            format!(
                "{value} does not fit in a DECIMAL of {digits} digits{}",
                bound.unwrap_or_default()
            ),
            "cast to a larger DECIMAL or to DOUBLE",
        )
        .about(value),
    )
}

fn arithmetic(text: &str) -> Option<ValueProblem> {
    if text.starts_with("Divide by zero") || text == "division by zero" {
        return Some(ValueProblem::new(
            "division by zero",
            "nullif(.., 0) around the divisor gives NULL there",
        ));
    }
    if text.starts_with("Invalid arithmetic operation: !") {
        return Some(ValueProblem::new(
            "- takes a number or a length of time",
            "cast the value first",
        ));
    }
    let term = text
        .strip_prefix("Overflow happened on: ")
        .or_else(|| text.strip_prefix("Overflow happened on "))?;
    Some(ValueProblem::new(
        format!("{term} does not fit in its type"),
        "cast an argument to a larger DECIMAL or to DOUBLE first",
    ))
}

/// The multi-line error of the `regex` crate.
fn pattern(text: &str) -> Option<ValueProblem> {
    let (_, rest) = text.split_once("regex parse error: ")?;
    let rest = rest.split(" ~~~").next().unwrap_or(rest);
    let (pattern, said) = rest
        .split_once(" error: ")
        .unwrap_or((rest, "it is not complete"));
    let pattern = pattern.trim_end_matches(['^', ' ']);
    Some(
        ValueProblem::new(
            format!("'{pattern}' is not a regular expression: {said}"),
            "a backslash before a character makes it literal",
        )
        .about(pattern),
    )
}

/// Minimum and maximum of an integer type.
fn range(data_type: &DataType) -> Option<(i128, i128)> {
    Some(match data_type {
        DataType::Int8 => (i8::MIN.into(), i8::MAX.into()),
        DataType::Int16 => (i16::MIN.into(), i16::MAX.into()),
        DataType::Int32 => (i32::MIN.into(), i32::MAX.into()),
        DataType::Int64 => (i64::MIN.into(), i64::MAX.into()),
        DataType::UInt8 => (0, u8::MAX.into()),
        DataType::UInt16 => (0, u16::MAX.into()),
        DataType::UInt32 => (0, u32::MAX.into()),
        DataType::UInt64 => (0, u64::MAX.into()),
        _ => return None,
    })
}

/// `an INTEGER`, `a DATE`.
fn article(sql: &str) -> String {
    let vowel = sql.starts_with(['A', 'E', 'I', 'O']);
    format!("{} {sql}", if vowel { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_types_are_named() {
        for (text, words) in [
            (
                "Cannot cast string 'x' to value of Int32 type",
                "'x' is not an INTEGER; TRY_CAST gives NULL for such values",
            ),
            (
                "Cannot cast string '300' to value of Int8 type",
                "'300' does not fit in TINYINT (-128 to 127); TRY_CAST gives NULL for such values",
            ),
            (
                "Cannot cast string '4.5' to value of Int64 type",
                "'4.5' is not a whole number, so not a BIGINT; cast it to DOUBLE or DECIMAL",
            ),
            (
                "Cannot cast string '4,5' to value of Float64 type",
                "'4,5' is not a DOUBLE; replace(.., ',', '.') converts it to a number, and TRY_CAST gives NULL for such values",
            ),
            (
                "Can't cast value -1 to type UInt32",
                "-1 does not fit in INTEGER UNSIGNED (0 to 4294967295); TRY_CAST gives NULL for such values",
            ),
            (
                "Cannot cast Timestamp(s) value 1760332632253 to Timestamp(ns): converted value exceeds the representable i64 range",
                "1760332632253 is too large to be a TIMESTAMP; if it counts milliseconds since 1970, write epoch_ms(..)",
            ),
            (
                "12.00 is too large to store in a Decimal128 of precision 3. Max is 9.99",
                "12.00 does not fit in a DECIMAL of 3 digits: the largest is 9.99; cast to a larger DECIMAL or to DOUBLE",
            ),
            (
                "regex parse error: a( ^ error: unclosed group",
                "'a(' is not a regular expression: unclosed group; a backslash before a character makes it literal",
            ),
        ] {
            assert_eq!(problem(text).unwrap().into_line(), words);
        }
        assert_eq!(problem("no such thing"), None);
    }
}
