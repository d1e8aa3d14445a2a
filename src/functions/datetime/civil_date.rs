//! Fields of the proleptic Gregorian calendar by integer arithmetic on days since 1970-01-01.
//!
//! A year of this arithmetic begins in March, so that the leap day is its last one, and 400 years are one period.

/// Days from 0000-03-01 to 1970-01-01.
const TO_MARCH_OF_YEAR_0: i64 = 719_468;
/// Days from 0001-01-01 to 1970-01-01.
const TO_YEAR_1: i64 = 719_162;
const DAYS_OF_400_YEARS: i64 = 146_097;

/// A date as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CivilDate {
    pub(super) year: i64,
    /// 1 to 12.
    pub(super) month: i64,
    /// 1 to 31.
    pub(super) day: i64,
}

impl CivilDate {
    /// The date that is `days` after 1970-01-01.
    #[inline]
    pub(super) fn from_days(days: i64) -> Self {
        let shifted = days + TO_MARCH_OF_YEAR_0;
        let period = shifted.div_euclid(DAYS_OF_400_YEARS);
        let day_of_period = shifted - period * DAYS_OF_400_YEARS;
        let leap_days = day_of_period / 1_460 - day_of_period / 36_524 + day_of_period / 146_096;
        let year_of_period = (day_of_period - leap_days) / 365;
        let day_of_year =
            day_of_period - (365 * year_of_period + year_of_period / 4 - year_of_period / 100);
        // Months from March on have 153 days in five.
        let march_month = (5 * day_of_year + 2) / 153;
        let is_next_year = march_month >= 10;
        Self {
            year: year_of_period + period * 400 + i64::from(is_next_year),
            month: march_month + if is_next_year { -9 } else { 3 },
            day: day_of_year - (153 * march_month + 2) / 5 + 1,
        }
    }
}

/// Days from 1970-01-01 to the first of January of `year`.
#[inline]
pub(super) fn first_day_of_year(year: i64) -> i64 {
    let before = year - 1;
    365 * before + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400)
        - TO_YEAR_1
}

/// Day of the year, 1 to 366.
#[inline]
pub(super) fn ordinal(days: i64) -> i64 {
    days - first_day_of_year(CivilDate::from_days(days).year) + 1
}

/// The last day of the month of `days`, in days since 1970-01-01.
#[inline]
pub(super) fn last_of_month(days: i64) -> i64 {
    let date = CivilDate::from_days(days);
    // Day 1 of this month plus 31 lies in the next one, which begins that many days earlier.
    let in_next_month = days - date.day + 32;
    in_next_month - CivilDate::from_days(in_next_month).day
}

/// ISO day of the week, 1 for Monday to 7 for Sunday. 1970-01-01 was a Thursday.
#[inline]
pub(super) fn iso_weekday(days: i64) -> i64 {
    (days + 3).rem_euclid(7) + 1
}

/// ISO week, 1 to 53: that of the Thursday of the same week.
#[inline]
pub(super) fn iso_week(days: i64) -> i64 {
    let thursday = days + 4 - iso_weekday(days);
    (ordinal(thursday) - 1) / 7 + 1
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, Days, NaiveDate};

    use super::{CivilDate, iso_week, iso_weekday, last_of_month, ordinal};

    /// Every day from year -401 to 2401, beside another library: more than one period on both sides of year 0.
    #[test]
    fn fields_are_those_of_chrono() {
        let epoch = NaiveDate::default();
        let mut date = NaiveDate::from_ymd_opt(-401, 1, 1).unwrap();
        while date.year() < 2401 {
            let days = (date - epoch).num_days();
            let expected = CivilDate {
                year: date.year().into(),
                month: date.month().into(),
                day: date.day().into(),
            };
            assert_eq!(CivilDate::from_days(days), expected);
            assert_eq!(ordinal(days), i64::from(date.ordinal()), "{date}");
            assert_eq!(iso_week(days), i64::from(date.iso_week().week()), "{date}");
            let weekday = date.weekday().number_from_monday();
            assert_eq!(iso_weekday(days), i64::from(weekday), "{date}");
            let next = date + Days::new(1);
            let is_last = last_of_month(days) == days;
            assert_eq!(is_last, next.day() == 1, "{date}");
            date = next;
        }
    }
}
