//! Values of cells and the type that holds all of a column.

use calamine::{Data, ExcelDateTime};
use chrono::{NaiveDate, NaiveDateTime, Timelike};
use datafusion::arrow::datatypes::{DataType, TimeUnit};

/// Value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CellValue {
    Whole(i64),
    Number(f64),
    Truth(bool),
    /// A date, or a date with a time of day.
    Time(NaiveDateTime),
    /// A time of day or a length of time, in milliseconds.
    Length(i64),
    Text(String),
}

/// Filled cell that has no value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum UnreadableCell {
    /// An error such as `#N/A`.
    Error(String),
    /// A whole number, most likely an id, whose last digits are not known: numbers of cells come as doubles.
    RoundedNumber(f64),
}

/// Whole numbers below are exact in a double: 2^53.
const FIRST_INEXACT: f64 = 9_007_199_254_740_992.0;

/// Whole numbers from here on are no ids of 64 bits: 2^63.
const FIRST_BEYOND_INTEGERS: f64 = 9_223_372_036_854_775_808.0;

impl CellValue {
    /// The value of a filled cell.
    pub(super) fn from_cell(cell: &Data) -> Result<Self, UnreadableCell> {
        Ok(match cell {
            Data::Int(value) => Self::Whole(*value),
            Data::Float(value) => Self::number(*value)?,
            Data::Bool(value) => Self::Truth(*value),
            Data::DateTime(value) => Self::time(*value),
            Data::DateTimeIso(text) => match text.parse::<NaiveDateTime>() {
                Ok(time) => Self::Time(time),
                Err(_) => match text.parse::<NaiveDate>() {
                    Ok(date) => Self::Time(date.and_time(chrono::NaiveTime::MIN)),
                    Err(_) => Self::Text(text.clone()),
                },
            },
            Data::DurationIso(text) | Data::String(text) => Self::Text(text.clone()),
            Data::Error(error) => return Err(UnreadableCell::Error(error.to_string())),
            Data::Empty => Self::Text(String::new()),
        })
    }

    fn number(value: f64) -> Result<Self, UnreadableCell> {
        let size = value.abs();
        if value.fract() != 0.0 || size >= FIRST_BEYOND_INTEGERS {
            return Ok(Self::Number(value));
        }
        if size >= FIRST_INEXACT {
            return Err(UnreadableCell::RoundedNumber(value));
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the value is whole and small"
        )]
        Ok(Self::Whole(value as i64))
    }

    /// Numbers are times by the format of their cells. Below one day there is no date.
    fn time(value: ExcelDateTime) -> Self {
        const DAY: f64 = 86_400_000.0;
        let days = value.as_f64();
        if value.is_duration() || (0.0..1.0).contains(&days) {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a spreadsheet's times are small"
            )]
            return Self::Length((days * DAY).round() as i64);
        }
        let (year, month, day, hour, minute, second, millisecond) = value.to_ymd_hms_milli();
        let date = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into());
        let time = date.and_then(|date| {
            let (hour, minute, second) = (hour.into(), minute.into(), second.into());
            date.and_hms_milli_opt(hour, minute, second, millisecond.into())
        });
        // The 29th of February 1900, which spreadsheets have, is none.
        time.map_or(Self::Number(days), Self::Time)
    }

    /// The value as text, without loss.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Whole(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::Truth(value) => value.to_string(),
            Self::Time(time) if is_date(*time) => time.date().to_string(),
            Self::Time(time) => time.format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
            Self::Length(milliseconds) => {
                let sign = if *milliseconds < 0 { "-" } else { "" };
                let rest = milliseconds.unsigned_abs();
                let seconds = rest / 1000;
                let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
                let fraction = match rest % 1000 {
                    0 => String::new(),
                    thousandths => format!(".{thousandths:03}"),
                };
                format!(
                    "{sign}{hours:02}:{minutes:02}:{:02}{fraction}",
                    seconds % 60
                )
            }
            Self::Text(text) => text.clone(),
        }
    }
}

fn is_date(time: NaiveDateTime) -> bool {
    time.time() == chrono::NaiveTime::MIN
}

/// Kinds of the values of a column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct CellKinds(u8);

impl CellKinds {
    const WHOLE: u8 = 1;
    const NUMBER: u8 = 1 << 1;
    const TRUTH: u8 = 1 << 2;
    const DATE: u8 = 1 << 3;
    const TIME: u8 = 1 << 4;
    const LENGTH: u8 = 1 << 5;
    const TEXT: u8 = 1 << 6;
    const MILLIS: u8 = 1 << 7;

    /// The kinds of a column that is read as text.
    pub(super) fn text() -> Self {
        Self(Self::TEXT)
    }

    pub(super) fn add(&mut self, value: &CellValue) {
        self.0 |= match value {
            CellValue::Whole(_) => Self::WHOLE,
            CellValue::Number(_) => Self::NUMBER,
            CellValue::Truth(_) => Self::TRUTH,
            CellValue::Time(time) if is_date(*time) => Self::DATE,
            CellValue::Time(time) if time.nanosecond() == 0 => Self::TIME,
            CellValue::Time(_) => Self::TIME | Self::MILLIS,
            CellValue::Length(_) => Self::LENGTH,
            CellValue::Text(_) => Self::TEXT,
        };
    }

    /// Type that holds every value: text if they are of several kinds. A length of time is one too where it has
    /// the form of a time of day, which a cast to INTERVAL reads.
    pub(super) fn data_type(self) -> DataType {
        let unit = if self.0 & Self::MILLIS == 0 {
            TimeUnit::Second
        } else {
            TimeUnit::Millisecond
        };
        let (number, time) = (Self::WHOLE | Self::NUMBER, Self::DATE | Self::TIME);
        match self.0 & !Self::MILLIS {
            Self::WHOLE => DataType::Int64,
            Self::TRUTH => DataType::Boolean,
            Self::DATE => DataType::Date32,
            kinds if kinds == Self::NUMBER || kinds == number => DataType::Float64,
            kinds if kinds == Self::TIME || kinds == time => DataType::Timestamp(unit, None),
            _ => DataType::Utf8,
        }
    }
}

#[cfg(test)]
mod tests {
    use calamine::{CellErrorType, ExcelDateTimeType};

    use super::*;

    fn time(days: f64, is_1904: bool) -> CellValue {
        CellValue::time(ExcelDateTime::new(
            days,
            ExcelDateTimeType::DateTime,
            is_1904,
        ))
    }

    #[test]
    fn numbers_are_times_by_their_format() {
        assert_eq!(time(46_083.0, false).text(), "2026-03-02");
        assert_eq!(time(44_621.0, true).text(), "2026-03-02");
        assert_eq!(time(46_083.375, false).text(), "2026-03-02T09:00:00");
        assert_eq!(time(0.25, false).text(), "06:00:00");
        let hours = ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false);
        assert_eq!(CellValue::time(hours).text(), "36:00:00");
    }

    #[test]
    fn columns_have_the_type_that_holds_all() {
        let kinds = |values: &[CellValue]| {
            let mut kinds = CellKinds::default();
            values.iter().for_each(|value| kinds.add(value));
            kinds.data_type()
        };
        let whole = CellValue::from_cell(&Data::Float(3.0)).unwrap();
        let number = CellValue::from_cell(&Data::Float(0.5)).unwrap();
        assert_eq!(whole, CellValue::Whole(3));
        assert_eq!(kinds(std::slice::from_ref(&whole)), DataType::Int64);
        assert_eq!(kinds(&[whole.clone(), number]), DataType::Float64);
        let (day, hour) = (time(46_083.0, false), time(46_083.5, false));
        assert_eq!(kinds(std::slice::from_ref(&day)), DataType::Date32);
        let seconds = DataType::Timestamp(TimeUnit::Second, None);
        assert_eq!(kinds(&[day.clone(), hour]), seconds);
        assert_eq!(kinds(&[whole, day]), DataType::Utf8);
        assert_eq!(kinds(&[]), DataType::Utf8);
        let error = CellValue::from_cell(&Data::Error(CellErrorType::NA));
        assert_eq!(error.unwrap_err(), UnreadableCell::Error("#N/A".to_owned()));
    }

    #[test]
    fn whole_numbers_are_exact_or_refused() {
        let number = |value: f64| CellValue::from_cell(&Data::Float(value));
        let exact = 9_007_199_254_740_991;
        assert_eq!(number(exact as f64), Ok(CellValue::Whole(exact)));
        assert_eq!(number(-(exact as f64)), Ok(CellValue::Whole(-exact)));
        for id in [9_007_199_254_740_992.0, -1_234_567_890_123_456_800.0, 9e18] {
            assert_eq!(number(id), Err(UnreadableCell::RoundedNumber(id)));
        }
        for measured in [9_223_372_036_854_775_808.0, 1e300, 0.5, 4e15 + 0.5] {
            assert_eq!(number(measured), Ok(CellValue::Number(measured)));
        }
    }
}
