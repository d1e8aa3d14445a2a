//! Declared calendar: versions of regular hours and special days in a time zone.

use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::hours::{DAY, OpenSpan, WeekHours, merge};
use super::special::SpecialDays;
use crate::time::zone;
use crate::time::zone::{LocalTimeConverter, ZoneRules};

/// Hours that are in force from an instant on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScheduleVersion {
    /// Seconds since 1970 in UTC; `None` for hours without a start.
    pub from: Option<i64>,
    /// Time zone of the hours.
    #[serde(serialize_with = "write_zone", deserialize_with = "read_zone")]
    pub zone: Tz,
    /// Regular hours.
    pub week: WeekHours,
    /// Days that differ from the hours of their weekday.
    pub special: SpecialDays,
}

/// Versions of a calendar in order of time.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Vec<ScheduleVersion>", into = "Vec<ScheduleVersion>")]
pub struct CalendarSchedule {
    versions: Vec<ScheduleVersion>,
    /// Zone of each version.
    zones: Vec<Arc<ZoneRules>>,
}

impl TryFrom<Vec<ScheduleVersion>> for CalendarSchedule {
    type Error = String;

    fn try_from(versions: Vec<ScheduleVersion>) -> Result<Self, String> {
        Self::new(versions)
    }
}

impl From<CalendarSchedule> for Vec<ScheduleVersion> {
    fn from(schedule: CalendarSchedule) -> Self {
        schedule.versions
    }
}

impl CalendarSchedule {
    /// Sorts the versions. The first of them also applies to all time before it.
    ///
    /// # Errors
    /// If there is no version, or two take effect at one instant.
    pub fn new(mut versions: Vec<ScheduleVersion>) -> Result<Self, String> {
        versions.sort_by_key(|version| version.from);
        if versions.is_empty() {
            return Err("a calendar needs hours".to_owned());
        }
        let twice = versions
            .windows(2)
            .find(|pair| pair[0].from == pair[1].from);
        match twice.map(|pair| pair[0].from.and_then(|at| DateTime::from_timestamp(at, 0))) {
            None => Ok(Self {
                zones: versions
                    .iter()
                    .map(|version| zone::from_tz(version.zone))
                    .collect(),
                versions,
            }),
            Some(None) => Err("two versions have no effective date".to_owned()),
            Some(Some(at)) => Err(format!("two versions take effect at {at}")),
        }
    }

    /// Versions, in order.
    #[must_use]
    pub fn versions(&self) -> &[ScheduleVersion] {
        &self.versions
    }

    /// Open spans of a day of UTC (days since 1970), in seconds from its midnight.
    ///
    /// An instant is open if the version in force at it has its local date and time open. Gaps and
    /// folds need no further rule: a local time that is skipped does not exist, and one that occurs
    /// twice is open twice.
    pub(crate) fn open_on(&self, day: i64) -> Vec<OpenSpan> {
        let midnight = day * DAY;
        let mut spans = Vec::new();
        for (place, (version, zone)) in self.versions.iter().zip(&self.zones).enumerate() {
            let from = match place {
                0 => i64::MIN,
                _ => version.from.unwrap_or(i64::MIN),
            };
            let to = self.versions.get(place + 1).and_then(|next| next.from);
            let from = from.max(midnight);
            let to = to.unwrap_or(i64::MAX).min(midnight + DAY);
            if from < to {
                version.open_within(zone, &(from..to), &mut spans);
            }
        }
        for span in &mut spans {
            span.opens -= midnight;
            span.closes -= midnight;
        }
        merge(&mut spans);
        spans
    }
}

impl ScheduleVersion {
    /// Adds the open spans within `range`, which is a day of instants at most.
    fn open_within(&self, zone: &ZoneRules, range: &Range<i64>, spans: &mut Vec<OpenSpan>) {
        for shown in &zone.spans()[zone.index_at(range.start)..] {
            let (from, to) = (shown.start.max(range.start), shown.end.min(range.end));
            if from >= to {
                break;
            }
            let first_date = (from + shown.offset).div_euclid(DAY);
            let last_date = (to + shown.offset - 1).div_euclid(DAY);
            for date in first_date..=last_date {
                let midnight = date * DAY - shown.offset;
                for span in self.hours_on(date) {
                    let opens = (midnight + span.opens).max(from);
                    let closes = (midnight + span.closes).min(to);
                    if opens < closes {
                        spans.push(OpenSpan { opens, closes });
                    }
                }
            }
        }
    }

    /// Hours of a date, in days since 1970.
    fn hours_on(&self, date: i64) -> Vec<OpenSpan> {
        match date_of(date) {
            Some(date) => self.special.hours(date, &self.week).spans().to_vec(),
            None => Vec::new(),
        }
    }
}

fn write_zone<S: Serializer>(zone: &Tz, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(zone.name())
}

fn read_zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
    let name = String::deserialize(deserializer)?;
    name.parse().map_err(serde::de::Error::custom)
}

fn date_of(days: i64) -> Option<NaiveDate> {
    let (count, epoch) = (Days::new(days.unsigned_abs()), NaiveDate::default());
    if days < 0 {
        epoch.checked_sub_days(count)
    } else {
        epoch.checked_add_days(count)
    }
}

/// First instant at which the local time in `zone` is `date` plus `seconds`, or the end of the gap
/// if that local time is skipped; in seconds since 1970.
#[must_use]
pub(crate) fn instant(zone: Tz, date: NaiveDate, seconds: i64) -> i64 {
    let local = date.and_time(NaiveTime::MIN).and_utc().timestamp() + seconds;
    let mut clock = LocalTimeConverter::new(zone::from_tz(zone), 1);
    // `None` only far beyond all valid dates.
    clock.not_before(local).unwrap_or(local)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn midnight(zone: &str, date: &str) -> String {
        let date = NaiveDate::parse_from_str(date, "%Y-%m-%d").unwrap();
        let at = instant(zone.parse().unwrap(), date, 0);
        DateTime::from_timestamp(at, 0).unwrap().to_rfc3339()
    }

    #[test]
    fn days_begin_where_clocks_first_show_them() {
        let shown = [
            (
                "America/New_York",
                "2026-01-15",
                "2026-01-15T05:00:00+00:00",
            ),
            // Local time went from 24:00 to 01:00.
            (
                "America/Santiago",
                "2019-09-08",
                "2019-09-08T04:00:00+00:00",
            ),
            // Local time went back from 01:00 to 00:00, so midnight occurred twice.
            ("America/Havana", "2026-11-01", "2026-11-01T04:00:00+00:00"),
            // A date that did not exist.
            ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00+00:00"),
            ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00+00:00"),
        ];
        for (zone, date, at) in shown {
            assert_eq!(midnight(zone, date), at, "{zone} {date}");
        }
    }
}
