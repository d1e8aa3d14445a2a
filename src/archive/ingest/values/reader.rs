//! Reads the texts of one column as values of its type.

use std::borrow::Cow;

use super::ingest_value::{IngestValue, ValueMisfit};
use super::lengths::DurationTextUnit;
use super::numbers;
use super::target_type::TargetType;
use super::times::TimeReader;
use crate::tables::NumberReader;
use crate::time::zone::LocalTimeConverter;

/// Words for true and false, in lower case.
#[derive(Debug, Default)]
pub(crate) struct TruthWords {
    pub(crate) yes: Vec<String>,
    pub(crate) no: Vec<String>,
}

/// Words that mean true and false where a column says none.
const YES: [&str; 5] = ["true", "t", "yes", "y", "1"];
const NO: [&str; 5] = ["false", "f", "no", "n", "0"];

impl TruthWords {
    fn read(&self, text: &str) -> Option<bool> {
        let has = |words: &[String]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
        let is_usual = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
        if has(&self.yes) {
            Some(true)
        } else if has(&self.no) {
            Some(false)
        } else if is_usual(&YES) {
            Some(true)
        } else {
            is_usual(&NO).then_some(false)
        }
    }
}

/// Least and greatest value of a number.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct NumberBounds {
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
}

impl NumberBounds {
    fn has(self, value: f64) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }

    fn fault(self) -> String {
        match (self.min, self.max) {
            (Some(min), Some(max)) => format!("expected a number from {min} to {max}"),
            (Some(min), None) => format!("expected a number of at least {min}"),
            (None, Some(max)) => format!("expected a number of at most {max}"),
            (None, None) => "expected a number".to_owned(),
        }
    }
}

/// Reads texts as values of one type.
#[derive(Debug)]
pub(crate) struct ValueReader {
    pub(crate) target: TargetType,
    pub(crate) times: TimeReader,
    pub(crate) truth: TruthWords,
    /// Form of numbers that have other marks than a point.
    pub(crate) numbers: Option<NumberReader>,
    pub(crate) bounds: NumberBounds,
    pub(crate) unit: DurationTextUnit,
}

impl ValueReader {
    /// The value of a text, which is not empty. `clock` is one of [`TimeReader::clock`]; `is_typed` as there.
    ///
    /// # Errors
    /// The fault of the text.
    #[inline]
    pub(crate) fn read<'a>(
        &self,
        text: Cow<'a, str>,
        clock: Option<&mut LocalTimeConverter>,
        is_typed: bool,
    ) -> Result<IngestValue<'a>, ValueMisfit> {
        if self.target == TargetType::Text {
            return Ok(IngestValue::Text(text));
        }
        let text = text.trim();
        if text.is_empty() {
            return Ok(IngestValue::Null);
        }
        match self.target {
            TargetType::Timestamp => {
                let instant = self.times.instant(text, clock, is_typed);
                instant.map(IngestValue::Whole)
            }
            TargetType::Date => {
                let date = self.times.date(text, clock, is_typed);
                date.map(IngestValue::Date)
            }
            TargetType::Boolean => {
                let truth = self.truth.read(text).map(IngestValue::Truth);
                truth.ok_or_else(|| self.misfit(text))
            }
            _ => self.number(text),
        }
    }

    fn number(&self, written: &str) -> Result<IngestValue<'static>, ValueMisfit> {
        let plain = match &self.numbers {
            None => Cow::Borrowed(written),
            Some(form) => match form.plain(written) {
                Some(plain) => Cow::Owned(plain),
                None => return Err(self.misfit(written)),
            },
        };
        let (value, size) = self.parsed(&plain).ok_or_else(|| self.misfit(written))?;
        if self.bounds.has(size) {
            Ok(value)
        } else {
            Err(ValueMisfit::new(written, self.bounds.fault()))
        }
    }

    /// The value, and its size for the bounds.
    fn parsed(&self, plain: &str) -> Option<(IngestValue<'static>, f64)> {
        Some(match self.target {
            TargetType::Double => {
                let value = numbers::double(plain)?;
                (IngestValue::Double(value), value)
            }
            TargetType::Decimal(digits, scale) => {
                let scale = u8::try_from(scale).ok()?;
                let value = numbers::decimal(plain, digits, scale)?;
                let size = value as f64 / 10_f64.powi(i32::from(scale));
                (IngestValue::Decimal(value), size)
            }
            TargetType::Duration => {
                let value = self.unit.seconds(plain)?;
                (IngestValue::Whole(value), value as f64)
            }
            _ => {
                let value = numbers::whole_number(plain)?;
                (IngestValue::Whole(value), value as f64)
            }
        })
    }

    fn misfit(&self, text: &str) -> ValueMisfit {
        ValueMisfit::new(text, format!("expected {}", self.target.expectation()))
    }
}
