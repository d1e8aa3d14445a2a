//! Parts of a time that a pattern finds in a text, and their combination.

use chrono::{DateTime, Datelike, NaiveDate, Weekday};

use super::clock::{ParsedTimeOfDay, of_half};
use super::written::{ParsedTime, TimeParseError};
use super::zone_text::ParsedZone;

/// Parts that have been read so far. A part that is read twice must have the same value both times.
#[derive(Debug, Default)]
pub(super) struct TimeParts<'a> {
    pub(super) year: Option<i32>,
    pub(super) month: Option<u32>,
    pub(super) day: Option<u32>,
    pub(super) day_of_year: Option<u32>,
    pub(super) iso_year: Option<i32>,
    pub(super) iso_week: Option<u32>,
    pub(super) weekday: Option<Weekday>,
    pub(super) hour: Option<u32>,
    pub(super) half_hour: Option<u32>,
    pub(super) is_pm: Option<bool>,
    pub(super) minute: Option<u32>,
    pub(super) second: Option<u32>,
    pub(super) nanos: Option<u32>,
    pub(super) second_of_day: Option<u32>,
    pub(super) julian_day: Option<i32>,
    pub(super) epoch: Option<i64>,
    pub(super) zone: Option<ParsedZone<'a>>,
}

/// Stores a part; `None` if it contradicts an earlier value.
pub(super) fn put<T: PartialEq + Copy>(part: &mut Option<T>, value: T) -> Option<()> {
    let is_new = part.is_none_or(|known| known == value);
    *part = Some(value);
    is_new.then_some(())
}

impl TimeParts<'_> {
    /// Combines the parts into a time.
    ///
    /// # Errors
    /// If they do not make a date, or the date or time does not exist.
    pub(super) fn resolved(&self) -> Result<ParsedTime, TimeParseError> {
        if let Some(epoch) = self.epoch {
            let instant = DateTime::from_timestamp(epoch, self.nanos.unwrap_or(0));
            let instant = instant.ok_or(TimeParseError::Calendar)?.naive_utc();
            return Ok(ParsedTime {
                date: Some(instant.date()),
                time: Some(instant.time()),
                offset: Some(0),
            });
        }
        let mut date = self.date()?;
        if self.iso_week.is_none() && self.weekday.is_some_and(|day| day != date.weekday()) {
            return Err(TimeParseError::Calendar);
        }
        let time = match self.clock()? {
            Some(clock) => {
                let (time, is_next_day) = clock.resolved()?;
                if is_next_day {
                    date = date.succ_opt().ok_or(TimeParseError::Calendar)?;
                }
                Some(time)
            }
            None => None,
        };
        let wall = date.and_time(time.unwrap_or_default());
        let offset = match self.zone {
            Some(zone) => Some(zone.offset_at(wall).ok_or(TimeParseError::Form)?),
            None => None,
        };
        let date = Some(date);
        Ok(ParsedTime { date, time, offset })
    }

    /// Date; the first day of the period if it is longer than a day.
    fn date(&self) -> Result<NaiveDate, TimeParseError> {
        let date = match (self.julian_day, self.iso_year, self.year) {
            (Some(day), ..) => NaiveDate::from_num_days_from_ce_opt(day - 1_721_425),
            (None, Some(year), _) => match (self.iso_week, self.day_of_year) {
                (Some(week), _) => {
                    NaiveDate::from_isoywd_opt(year, week, self.weekday.unwrap_or(Weekday::Mon))
                }
                (None, Some(_)) => None,
                (None, None) => NaiveDate::from_isoywd_opt(year, 1, Weekday::Mon),
            },
            (None, None, Some(year)) => match (self.month, self.day, self.day_of_year) {
                (None, None, Some(day)) => NaiveDate::from_yo_opt(year, day),
                (None, Some(_), _) => return Err(TimeParseError::Form),
                (month, day, _) => {
                    NaiveDate::from_ymd_opt(year, month.unwrap_or(1), day.unwrap_or(1))
                }
            },
            (None, None, None) => return Err(TimeParseError::Form),
        };
        date.ok_or(TimeParseError::Calendar)
    }

    fn clock(&self) -> Result<Option<ParsedTimeOfDay>, TimeParseError> {
        if let Some(second) = self.second_of_day {
            return Ok(Some(ParsedTimeOfDay {
                hour: second / 3_600,
                minute: second / 60 % 60,
                second: second % 60,
                nanos: self.nanos.unwrap_or(0),
            }));
        }
        let hour = match (self.hour, self.half_hour) {
            // Exports write `13:20 PM` and, with the wrong code, `01:20 PM`.
            (Some(hour @ 1..=12), _) => match self.is_pm {
                Some(is_pm) => of_half(hour, is_pm)?,
                None => hour,
            },
            (Some(hour), _) if self.is_pm.is_some_and(|is_pm| is_pm != (hour > 12)) => {
                return Err(TimeParseError::Calendar);
            }
            (Some(hour), _) => hour,
            // Without AM or PM, an hour of the 12-hour format is AM.
            (None, Some(hour)) => of_half(hour, self.is_pm.unwrap_or(false))?,
            (None, None) if self.minute.is_none() && self.second.is_none() => return Ok(None),
            (None, None) => 0,
        };
        Ok(Some(ParsedTimeOfDay {
            hour,
            minute: self.minute.unwrap_or(0),
            second: self.second.unwrap_or(0),
            nanos: self.nanos.unwrap_or(0),
        }))
    }
}

pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(crate) const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Month with an English name, whole or of three letters (`Sept` too).
pub(super) fn month_named(name: &str) -> Option<u32> {
    if name.eq_ignore_ascii_case("sept") {
        return Some(9);
    }
    let at = place_of(name, &MONTHS)?;
    u32::try_from(at + 1).ok()
}

/// Weekday with an English name, whole or of three letters.
pub(super) fn weekday_named(name: &str) -> Option<Weekday> {
    place_of(name, &WEEKDAYS).and_then(weekday_at)
}

/// Weekday `days` days after Monday.
pub(super) fn weekday_at(days: usize) -> Option<Weekday> {
    let days = u8::try_from(days).ok()?;
    Weekday::try_from(days).ok()
}

fn place_of(name: &str, names: &[&str]) -> Option<usize> {
    names.iter().position(|known| {
        let short = &known[..3];
        name.eq_ignore_ascii_case(known) || name.eq_ignore_ascii_case(short)
    })
}
