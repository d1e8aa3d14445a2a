//! Instants and dates from text.

use std::sync::Arc;

use super::ingest_value::ValueMisfit;
use super::iso_time::WrittenInstant;
use crate::time::text::{self, TimeParseError, TimePattern, TimePatternDialect, advice};
use crate::time::zone::{LocalTimeConverter, ZoneRules};

/// Ticks of a second.
const MICROS: i64 = 1_000_000;

/// Microseconds of a day.
const DAY: i64 = 86_400 * MICROS;

/// A way to write times.
#[derive(Debug)]
pub(crate) enum TimeForm {
    /// Forms that allow one meaning only.
    Iso,
    /// Counts since 1970.
    Epoch,
    Pattern(TimePattern),
}

impl TimeForm {
    /// The form that is written `text`: `iso`, `epoch` or a pattern.
    ///
    /// # Errors
    /// A line for the user if it is none.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("iso") {
            return Ok(Self::Iso);
        }
        if text.eq_ignore_ascii_case("epoch") {
            return Ok(Self::Epoch);
        }
        let pattern = TimePattern::try_new(text, TimePatternDialect::Spreadsheet)?;
        if let Some(part) = pattern.only_written() {
            return Err(format!(
                "the pattern '{text}' has {part}, which can be written but not read"
            ));
        }
        if pattern.is_of_clock() {
            return Err(format!("the pattern '{text}' has no date"));
        }
        Ok(Self::Pattern(pattern))
    }

    fn read(&self, written: &str) -> Result<WrittenInstant, TimeParseError> {
        let parsed = match self {
            Self::Iso => match WrittenInstant::read(written.as_bytes()) {
                Some(read) => return Ok(read),
                None => text::read(written)?,
            },
            Self::Epoch => {
                let instant = text::from_epoch(written).ok_or(TimeParseError::Form)?;
                return Ok(WrittenInstant {
                    local: instant.and_utc().timestamp_micros(),
                    offset: Some(0),
                });
            }
            Self::Pattern(pattern) => pattern.read(written)?,
        };
        let wall = parsed.wall().ok_or(TimeParseError::Form)?;
        Ok(WrittenInstant {
            local: wall.and_utc().timestamp_micros(),
            offset: parsed.offset,
        })
    }
}

/// Reads the times of one column.
#[derive(Debug)]
pub(crate) struct TimeReader {
    /// Tried one after another.
    pub(crate) forms: Vec<TimeForm>,
    /// Zone of times that are written without one.
    pub(crate) zone: Option<Arc<ZoneRules>>,
}

impl TimeReader {
    /// The clock of the zone, which remembers where it stands.
    pub(crate) fn clock(&self) -> Option<LocalTimeConverter> {
        let zone = self.zone.as_ref()?;
        Some(LocalTimeConverter::new(Arc::clone(zone), MICROS))
    }

    /// The instant of a text, in microseconds since 1970. `is_typed` says that the time comes from a typed value,
    /// which is written in one form whatever the column's forms.
    pub(super) fn instant(
        &self,
        written: &str,
        clock: Option<&mut LocalTimeConverter>,
        is_typed: bool,
    ) -> Result<i64, ValueMisfit> {
        let found = self.written(written, is_typed)?;
        if let Some(offset) = found.offset {
            return Ok(found.local - offset * MICROS);
        }
        let Some(clock) = clock else {
            let fault =
                "it has no zone: say timezone = \"..\" for the column, the table or the source";
            return Err(ValueMisfit::new(written, fault));
        };
        let instant = clock.instant(found.local);
        instant.ok_or_else(|| ValueMisfit::new(written, "it is too far away"))
    }

    /// The date of a text, in days since 1970: of an instant, that on the clock of the zone, or else of UTC.
    pub(super) fn date(
        &self,
        written: &str,
        clock: Option<&mut LocalTimeConverter>,
        is_typed: bool,
    ) -> Result<i32, ValueMisfit> {
        let found = self.written(written, is_typed)?;
        let local = match found.offset {
            None => Some(found.local),
            Some(offset) => {
                let instant = found.local - offset * MICROS;
                clock.map_or(Some(instant), |clock| clock.local(instant))
            }
        };
        let days = local.and_then(|local| i32::try_from(local.div_euclid(DAY)).ok());
        days.ok_or_else(|| ValueMisfit::new(written, "it is too far away"))
    }

    fn written(&self, written: &str, is_typed: bool) -> Result<WrittenInstant, ValueMisfit> {
        if is_typed && let Ok(found) = TimeForm::Iso.read(written) {
            return Ok(found);
        }
        let mut misfit = TimeParseError::Form;
        for form in &self.forms {
            match form.read(written) {
                Ok(found) => return Ok(found),
                Err(error) => misfit = error,
            }
        }
        Err(self.misfit(written, misfit))
    }

    fn misfit(&self, written: &str, misfit: TimeParseError) -> ValueMisfit {
        let is_plain = matches!(self.forms.as_slice(), [TimeForm::Iso]);
        let fault = match misfit {
            TimeParseError::Calendar => "it is no time of a calendar and clock".to_owned(),
            _ if is_plain => {
                let advice = advice(written, misfit, TimePatternDialect::Spreadsheet);
                format!("expected a time ({advice})")
            }
            _ => "expected a time of the form that time says".to_owned(),
        };
        ValueMisfit::new(written, fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::zone;

    fn date_text(days: i32) -> String {
        let midnight = chrono::DateTime::from_timestamp(i64::from(days) * 86_400, 0);
        midnight.unwrap().date_naive().to_string()
    }

    fn reader(forms: &[&str], zone: Option<&str>) -> TimeReader {
        TimeReader {
            forms: forms
                .iter()
                .map(|form| TimeForm::parse(form).unwrap())
                .collect(),
            zone: zone.map(|zone| zone::named(zone).unwrap()),
        }
    }

    fn instant(reader: &TimeReader, text: &str) -> Result<i64, ValueMisfit> {
        let mut clock = reader.clock();
        let instant = reader.instant(text, clock.as_mut(), false);
        instant.map(|micros| micros / MICROS)
    }

    #[test]
    fn local_times_are_of_their_zone() {
        let boston = reader(&["iso"], Some("America/New_York"));
        // 2011-11-06 01:30 was shown twice: the first one is still summer time, UTC-4.
        let summer = instant(&boston, "2011-11-06 01:30:00").unwrap();
        assert_eq!(summer, 1_320_557_400);
        assert_eq!(
            instant(&boston, "2011-11-06 02:30:00").unwrap(),
            summer + 2 * 3_600
        );
        // An offset that is written beats the zone.
        assert_eq!(
            instant(&boston, "2011-11-06T01:30:00Z").unwrap(),
            summer - 4 * 3_600
        );
    }

    #[test]
    fn forms_are_tried_in_order() {
        let both = reader(&["d/m/yyyy H:MM", "epoch"], Some("UTC"));
        assert_eq!(instant(&both, "29/2/2016 01:16").unwrap(), 1_456_708_560);
        assert_eq!(instant(&both, "1456708560").unwrap(), 1_456_708_560);
        assert_eq!(instant(&both, "1456708560000").unwrap(), 1_456_708_560);
        assert!(instant(&both, "2016-02-29 01:16:00").is_err());
        assert!(
            both.instant("2016-02-29T01:16:00", both.clock().as_mut(), true)
                .is_ok()
        );
    }

    #[test]
    fn what_is_missing_is_said() {
        let fault = |reader: &TimeReader, text: &str| instant(reader, text).unwrap_err().fault;
        let zoneless = reader(&["iso"], None);
        assert!(fault(&zoneless, "2016-02-29").contains("it has no zone"));
        assert!(fault(&zoneless, "02/03/2016").contains("give the pattern"));
        assert!(fault(&zoneless, "2016-02-30").contains("no time of a calendar"));
        assert!(TimeForm::parse("HH24:MI").is_err());
        assert!(TimeForm::parse("x").is_err());
    }

    #[test]
    fn dates_are_those_of_the_zone() {
        let reader = reader(&["iso"], Some("America/New_York"));
        let date = |text: &str| {
            let mut clock = reader.clock();
            date_text(reader.date(text, clock.as_mut(), false).unwrap())
        };
        assert_eq!(date("2024-07-01"), "2024-07-01");
        assert_eq!(date("2024-07-01T02:00:00Z"), "2024-06-30");
        assert_eq!(date("1969-12-31 23:00:00"), "1969-12-31");
    }
}
