//! Type inference for the text values of a column.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use datafusion::arrow::compute::kernels::cast_utils::string_to_datetime;
use datafusion::arrow::datatypes::{DataType, TimeUnit};

use crate::time::text;

/// Kinds of values seen in a column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ObservedValueKinds(u32);

impl ObservedValueKinds {
    const BOOLEAN: u32 = 1;
    const INTEGER: u32 = 1 << 1;
    const FLOAT: u32 = 1 << 2;
    const DATE: u32 = 1 << 3;
    const NAIVE: u32 = 1 << 4;
    const ZONED: u32 = 1 << 5;
    const MILLIS: u32 = 1 << 6;
    const MICROS: u32 = 1 << 7;
    const NANOS: u32 = 1 << 8;
    const TEXT: u32 = 1 << 9;
    /// Time that arrow's CSV reader does not support.
    const OTHER_FORM: u32 = 1 << 10;
    /// Time that does not fit 64 bits of nanoseconds.
    const FAR: u32 = 1 << 11;

    /// Number with a decimal comma: `4,5`.
    const COMMA: u32 = 1 << 12;
    /// Number whose comma may also stand between thousands: `1,234`.
    const COMMA_OR_GROUP: u32 = 1 << 13;
    /// Number that is not written as the reader takes it.
    const WRITTEN: u32 = 1 << 14;
    /// Number whose point may also stand between thousands: `1.234`.
    const POINT_OR_GROUP: u32 = 1 << 15;
    /// Whole number that a DOUBLE may not hold to its last digit.
    const LONG: u32 = 1 << 16;

    /// The largest whole number such that a DOUBLE holds all smaller ones.
    const EXACT: u64 = 1 << 53;

    /// Column that is text regardless of its values.
    pub(crate) fn text() -> Self {
        Self(Self::TEXT)
    }

    /// True if no further value can change the type.
    pub(crate) fn is_text(self) -> bool {
        self.0 & Self::TEXT != 0
    }

    /// Records a value that is not NULL.
    pub(crate) fn add(&mut self, value: &str) {
        if !self.is_text() {
            self.0 |= classify(value);
        }
    }

    /// Records a number that is `plain` when it is written with a point and without separators.
    pub(crate) fn add_number(&mut self, plain: &str, is_changed: bool) {
        self.add(plain);
        if is_changed {
            self.0 |= Self::WRITTEN;
        }
    }

    /// The kinds of a column whose commas are decimal ones; `None` if it has other values, or only such as `1,234`,
    /// whose comma may mean thousands.
    pub(crate) fn with_decimal_commas(self) -> Option<Self> {
        let others = self.0 & !(Self::INTEGER | Self::COMMA | Self::COMMA_OR_GROUP);
        let is_certain = self.0 & Self::COMMA != 0 && others == 0;
        is_certain.then_some(Self(Self::FLOAT | Self::WRITTEN))
    }

    /// True if the column has whole numbers and such as `1,234` only, whose comma may be of either kind.
    pub(crate) fn has_doubtful_commas(self) -> bool {
        let others = self.0 & !(Self::INTEGER | Self::COMMA_OR_GROUP);
        self.0 & Self::COMMA_OR_GROUP != 0 && others == 0
    }

    /// True if the column has whole numbers and such as `1.234` only, whose point may be of either kind.
    pub(crate) fn has_doubtful_points(self) -> bool {
        let others = self.0 & !(Self::INTEGER | Self::LONG | Self::POINT_OR_GROUP);
        self.0 & Self::POINT_OR_GROUP != 0 && others == 0
    }

    /// True if the column is text since some of its numbers have fractions and others are whole ones that
    /// a DOUBLE would round.
    pub(crate) fn would_be_rounded(self) -> bool {
        let others = self.0 & !(Self::INTEGER | Self::LONG | Self::POINT_OR_GROUP | Self::FLOAT);
        self.0 & Self::LONG != 0 && self.has_fractions() && others == 0
    }

    fn has_fractions(self) -> bool {
        self.0 & (Self::FLOAT | Self::POINT_OR_GROUP) != 0
    }

    /// True if the numbers of the column must be rewritten before they are read.
    pub(crate) fn has_written_numbers(self) -> bool {
        self.0 & Self::WRITTEN != 0 && self.data_type().is_numeric()
    }

    /// Merges the kinds of two files.
    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Type that holds every value seen. A column without values is text.
    pub(crate) fn data_type(self) -> DataType {
        let units = Self::MILLIS | Self::MICROS | Self::NANOS;
        let rest = units | Self::OTHER_FORM | Self::FAR | Self::WRITTEN;
        let mut kinds = self.0 & !(rest | Self::LONG | Self::POINT_OR_GROUP);
        if self.has_fractions() {
            kinds |= Self::FLOAT;
        }
        match kinds {
            _ if self.would_be_rounded() => DataType::Utf8,
            Self::BOOLEAN => DataType::Boolean,
            Self::INTEGER => DataType::Int64,
            Self::FLOAT => DataType::Float64,
            _ if kinds == Self::INTEGER | Self::FLOAT => DataType::Float64,
            Self::DATE => DataType::Date32,
            Self::ZONED => DataType::Timestamp(self.unit(), Some("UTC".into())),
            Self::NAIVE => DataType::Timestamp(self.unit(), None),
            _ if kinds == Self::NAIVE | Self::DATE => DataType::Timestamp(self.unit(), None),
            _ => DataType::Utf8,
        }
    }

    /// True if the column has times or numbers that must be read as text first, since arrow's reader does
    /// not support all of their forms.
    pub(crate) fn is_read_as_text(self) -> bool {
        let has_times = self.0 & Self::OTHER_FORM != 0 && self.data_type().is_temporal();
        has_times || self.has_written_numbers()
    }

    fn unit(self) -> TimeUnit {
        let is_far = self.0 & Self::FAR != 0;
        if self.0 & Self::NANOS != 0 && !is_far {
            TimeUnit::Nanosecond
        } else if self.0 & (Self::MICROS | Self::NANOS) != 0 {
            TimeUnit::Microsecond
        } else if self.0 & Self::MILLIS != 0 {
            TimeUnit::Millisecond
        } else {
            TimeUnit::Second
        }
    }
}

fn classify(value: &str) -> u32 {
    match value.as_bytes() {
        [b'0'..=b'9' | b'-' | b'.', ..] => number_or_time(value),
        [b' ', ..] | [b'A'..=b'Z' | b'a'..=b'z', _, _, ..] => written_time(value)
            .or_else(|| word(value))
            .unwrap_or(ObservedValueKinds::TEXT),
        _ => word(value).unwrap_or(ObservedValueKinds::TEXT),
    }
}

fn word(value: &str) -> Option<u32> {
    match value.as_bytes() {
        _ if value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false") => {
            Some(ObservedValueKinds::BOOLEAN)
        }
        b"NaN" | b"nan" | b"inf" => Some(ObservedValueKinds::FLOAT),
        _ => None,
    }
}

fn number_or_time(value: &str) -> u32 {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let whole = digits.split(['.', 'e', 'E']).next().unwrap_or_default();
    // 0123 is a code, not a number: as a number it would lose its zero.
    let is_code = whole.len() > 1 && whole.starts_with('0');
    if digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.is_empty() {
        return if is_code || value.parse::<i64>().is_err() {
            ObservedValueKinds::TEXT
        } else if digits
            .parse()
            .is_ok_and(|whole: u64| whole <= ObservedValueKinds::EXACT)
        {
            ObservedValueKinds::INTEGER
        } else {
            ObservedValueKinds::INTEGER | ObservedValueKinds::LONG
        };
    }
    if value.len() >= 10 && value.as_bytes()[4] == b'-' {
        return date_or_time(value)
            .or_else(|| written_time(value))
            .unwrap_or(ObservedValueKinds::TEXT);
    }
    let is_number = digits
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    // 1e400 would be infinite.
    let is_float = !is_code && is_number && value.parse().is_ok_and(f64::is_finite);
    if is_float && may_be_grouped(digits, '.') {
        return ObservedValueKinds::POINT_OR_GROUP;
    }
    let is_long = whole.parse().map_or(whole.len() > 15, |whole: u64| {
        whole > ObservedValueKinds::EXACT
    });
    if is_float && is_long && !value.contains(['e', 'E']) {
        return ObservedValueKinds::FLOAT | ObservedValueKinds::LONG;
    }
    if is_float || value == "-inf" {
        return ObservedValueKinds::FLOAT;
    }
    decimal_comma(digits)
        .or_else(|| written_time(value))
        .unwrap_or(ObservedValueKinds::TEXT)
}

/// Classifies a number with one comma.
fn decimal_comma(digits: &str) -> Option<u32> {
    let (whole, fraction) = digits.split_once(',')?;
    let are_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_code = whole.len() > 1 && whole.starts_with('0');
    if is_code || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    Some(if may_be_grouped(digits, ',') {
        ObservedValueKinds::COMMA_OR_GROUP
    } else {
        ObservedValueKinds::COMMA
    })
}

/// True if the separator of a number may stand between thousands.
fn may_be_grouped(digits: &str, separator: char) -> bool {
    digits.split_once(separator).is_some_and(|(whole, rest)| {
        rest.len() == 3
            && whole.len() <= 3
            && whole != "0"
            && rest.bytes().all(|b| b.is_ascii_digit())
    })
}

/// Classifies a date or time in a form that only the reader of times supports.
fn written_time(value: &str) -> Option<u32> {
    let written = text::read(value).ok()?;
    let nanos = written.time.map_or(0, |time| time.nanosecond());
    let precision = match nanos {
        0 => 0,
        nanos if nanos % 1_000_000 == 0 => ObservedValueKinds::MILLIS,
        nanos if nanos % 1_000 == 0 => ObservedValueKinds::MICROS,
        _ => ObservedValueKinds::NANOS,
    };
    let kind = match (written.time, written.offset) {
        (Some(_), Some(_)) => ObservedValueKinds::ZONED,
        (Some(_), None) => ObservedValueKinds::NAIVE,
        (None, None) => ObservedValueKinds::DATE,
        (None, Some(_)) => return None,
    };
    let date = written.date?;
    Some(kind | precision | far(date) | ObservedValueKinds::OTHER_FORM)
}

/// `FAR` if a date does not fit nanoseconds; the years at both ends count as too far.
fn far(date: NaiveDate) -> u32 {
    match date.year() {
        1678..=2261 => 0,
        _ => ObservedValueKinds::FAR,
    }
}

fn date_or_time(value: &str) -> Option<u32> {
    let date = NaiveDate::parse_from_str(value.get(..10)?, "%Y-%m-%d").ok()?;
    let far = far(date);
    let Some(time) = value.get(10..).filter(|time| !time.is_empty()) else {
        return Some(ObservedValueKinds::DATE | far);
    };
    // Hours, minutes and seconds; other forms are left to the reader of times.
    if time.len() < 9 || !matches!(time.as_bytes()[0], b' ' | b'T') || time.as_bytes()[6] != b':' {
        return None;
    }
    let rest = &time[9..];
    let fraction = rest.strip_prefix('.').map_or(0, |rest| {
        rest.bytes().take_while(u8::is_ascii_digit).count()
    });
    let precision = match fraction {
        0 => 0,
        1..=3 => ObservedValueKinds::MILLIS,
        4..=6 => ObservedValueKinds::MICROS,
        7..=9 => ObservedValueKinds::NANOS,
        _ => return None,
    };
    let zone = if fraction == 0 {
        rest
    } else {
        &rest[fraction + 1..]
    };
    NaiveTime::parse_from_str(&time[1..9], "%H:%M:%S").ok()?;
    if zone.is_empty() {
        return Some(ObservedValueKinds::NAIVE | precision | far);
    }
    string_to_datetime(&chrono::Utc, value).ok()?;
    Some(ObservedValueKinds::ZONED | precision | far)
}

#[cfg(test)]
mod tests;
