//! Buckets of local time: the hour, day, week, .. that contains a local time.

use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Weekday};

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// The length of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LocalTruncGrain {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl LocalTruncGrain {
    /// The grain called `name`, in any case.
    ///
    /// # Errors
    /// When there is no such grain; the message lists all.
    pub(crate) fn named(name: &str) -> Result<Self, String> {
        Ok(match name.trim().to_ascii_lowercase().as_str() {
            "minute" => Self::Minute,
            "hour" => Self::Hour,
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Month,
            "quarter" => Self::Quarter,
            "year" => Self::Year,
            _ => {
                return Err(format!(
                    "no grain is called '{name}'; write 'minute', 'hour', 'day', 'week', 'month', \
                     'quarter' or 'year'"
                ));
            }
        })
    }

    /// True if buckets begin at midnight, so that a date identifies a bucket.
    pub(crate) fn is_of_days(self) -> bool {
        !matches!(self, Self::Minute | Self::Hour)
    }
}

/// Weekday of a name such as `'sunday'` or `'sun'`, in any case.
///
/// # Errors
/// When no weekday has that name.
pub(crate) fn weekday(name: &str) -> Result<Weekday, String> {
    match Weekday::from_str(name.trim()) {
        Ok(day) => Ok(day),
        Err(_) => Err(format!(
            "no day of the week is called '{name}'; write 'monday', 'sunday', .."
        )),
    }
}

/// Finds the bucket of a local time in ticks, and caches the last one.
#[derive(Debug, Clone)]
pub(crate) struct LocalTimeBuckets {
    grain: LocalTruncGrain,
    week_start: Weekday,
    ticks_per_second: i64,
    start: i64,
    end: i64,
    days: i32,
}

impl LocalTimeBuckets {
    pub(crate) fn new(grain: LocalTruncGrain, week_start: Weekday, ticks_per_second: i64) -> Self {
        Self {
            grain,
            week_start,
            ticks_per_second,
            start: 0,
            end: 0,
            days: 0,
        }
    }

    /// First tick of the bucket of `local`; `None` outside the calendar.
    #[inline]
    pub(crate) fn start(&mut self, local: i64) -> Option<i64> {
        self.find(local)?;
        Some(self.start)
    }

    /// First day of the bucket of `local`, in days since 1970; `None` outside the calendar.
    #[inline]
    pub(crate) fn first_day(&mut self, local: i64) -> Option<i32> {
        self.find(local)?;
        Some(self.days)
    }

    /// First tick of the bucket after that of `local`; `None` outside the calendar.
    pub(crate) fn end(&mut self, local: i64) -> Option<i64> {
        self.find(local)?;
        Some(self.end)
    }

    /// True if buckets begin at midnight.
    pub(crate) fn is_of_days(&self) -> bool {
        self.grain.is_of_days()
    }

    #[inline]
    fn find(&mut self, local: i64) -> Option<()> {
        if self.start <= local && local < self.end {
            Some(())
        } else {
            self.seek(local)
        }
    }

    #[cold]
    fn seek(&mut self, local: i64) -> Option<()> {
        let second = local.div_euclid(self.ticks_per_second);
        let (start, end) = match self.grain {
            LocalTruncGrain::Minute => whole(second, 60),
            LocalTruncGrain::Hour => whole(second, HOUR),
            LocalTruncGrain::Day => whole(second, DAY),
            grain => {
                let day = DateTime::from_timestamp(second, 0)?.date_naive();
                let (first, next) = days(grain, self.week_start, day)?;
                (seconds(first), seconds(next))
            }
        };
        let ticks = |second: i64| second.checked_mul(self.ticks_per_second);
        self.days = i32::try_from(start.div_euclid(DAY)).ok()?;
        (self.start, self.end) = (ticks(start)?, ticks(end)?);
        Some(())
    }
}

fn whole(second: i64, length: i64) -> (i64, i64) {
    let start = second.div_euclid(length) * length;
    (start, start.saturating_add(length))
}

fn seconds(day: NaiveDate) -> i64 {
    day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp()
}

/// First day of the bucket that contains `day`, and first day of the next bucket.
fn days(
    grain: LocalTruncGrain,
    week_start: Weekday,
    day: NaiveDate,
) -> Option<(NaiveDate, NaiveDate)> {
    if grain == LocalTruncGrain::Week {
        let first = day - chrono::Duration::days(day.weekday().days_since(week_start).into());
        return Some((first, first.checked_add_days(Days::new(7))?));
    }
    let (month, length) = match grain {
        LocalTruncGrain::Month => (day.month0(), 1),
        LocalTruncGrain::Quarter => (day.month0() / 3 * 3, 3),
        _ => (0, 12),
    };
    let first = NaiveDate::from_ymd_opt(day.year(), month + 1, 1)?;
    Some((first, first.checked_add_months(Months::new(length))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(grain: &str, week_start: &str, date: &str) -> String {
        let week_start = weekday(week_start).unwrap();
        let mut buckets =
            LocalTimeBuckets::new(LocalTruncGrain::named(grain).unwrap(), week_start, 1);
        let noon = seconds(date.parse().unwrap()) + DAY / 2;
        let day = buckets.first_day(noon).unwrap();
        let first = DateTime::from_timestamp(i64::from(day) * DAY, 0).unwrap();
        first.date_naive().to_string()
    }

    #[test]
    fn weeks_start_on_the_day_asked_for() {
        // 2026-03-29 is a Sunday.
        assert_eq!(start("week", "monday", "2026-03-29"), "2026-03-23");
        assert_eq!(start("week", "SUN", "2026-03-29"), "2026-03-29");
        assert_eq!(start("week", "Saturday", "2026-03-29"), "2026-03-28");
        assert_eq!(start("WEEK", "thu", "1969-12-31"), "1969-12-25");
        assert!(weekday("someday").unwrap_err().contains("'someday'"));
    }

    #[test]
    fn months_quarters_and_years() {
        assert_eq!(start("day", "mon", "2024-02-29"), "2024-02-29");
        assert_eq!(start("month", "mon", "2024-02-29"), "2024-02-01");
        assert_eq!(start("quarter", "mon", "2026-06-30"), "2026-04-01");
        assert_eq!(start("quarter", "mon", "2026-12-31"), "2026-10-01");
        assert_eq!(start("year", "mon", "1969-12-31"), "1969-01-01");
        assert!(
            LocalTruncGrain::named("fortnight")
                .unwrap_err()
                .contains("'week'")
        );
    }

    #[test]
    fn the_bucket_before_is_not_taken_for_another() {
        let mut buckets = LocalTimeBuckets::new(LocalTruncGrain::Month, Weekday::Mon, 1_000);
        let ticks = |date: &str| seconds(date.parse().unwrap()) * 1_000;
        for (at, first) in [
            (ticks("2026-03-01") - 1, "2026-02-01"),
            (ticks("2026-03-01"), "2026-03-01"),
            (ticks("2026-04-01") - 1, "2026-03-01"),
            (ticks("2026-02-01"), "2026-02-01"),
        ] {
            assert_eq!(buckets.start(at), Some(ticks(first)));
        }
        assert_eq!(buckets.start(i64::MAX), None);
    }
}
