//! Lengths of a period, and the numbers of days and months in which periods are counted.

use chrono::{Datelike, NaiveDate};

/// Length of one period of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CalendarGrain {
    Hour,
    Day,
    /// From Monday.
    Week,
    Month,
    Quarter,
    Year,
    /// A whole number that is the period itself.
    Number,
}

/// Days from the Monday before 1970 to 1970-01-01, a Thursday.
const DAYS_AFTER_MONDAY: i64 = 3;

/// So many days that are all first days of months, or all Mondays, are so by design.
const LEAST_DAYS: usize = 4;

impl CalendarGrain {
    /// Names of the grains in SQL; the place of a name is that of [`Self::named`].
    pub(crate) const NAMES: [&'static str; 6] = ["day", "week", "month", "quarter", "year", "hour"];

    /// The grain at a place of [`Self::NAMES`].
    pub(crate) fn named(place: usize) -> Self {
        match place {
            1 => Self::Week,
            2 => Self::Month,
            3 => Self::Quarter,
            4 => Self::Year,
            5 => Self::Hour,
            _ => Self::Day,
        }
    }

    /// The grain in a sentence.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Number => "period",
        }
    }

    /// Months of a period, 0 for grains that are made of days.
    fn months(self) -> i64 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
            _ => 0,
        }
    }

    /// The period of a day, counted from 1970-01-01; `None` outside the calendar. Not of hours and numbers.
    pub(crate) fn period_of_day(self, day: i64) -> Option<i64> {
        match self {
            Self::Week => Some(day.checked_add(DAYS_AFTER_MONDAY)?.div_euclid(7)),
            Self::Month | Self::Quarter | Self::Year => {
                let date = date_of_day(day)?;
                let months = 12 * i64::from(date.year()) + i64::from(date.month0());
                Some(months.div_euclid(self.months()))
            }
            _ => Some(day),
        }
    }

    /// The first day of a period; `None` outside the calendar.
    pub(crate) fn first_day(self, period: i64) -> Option<i64> {
        match self {
            Self::Week => period.checked_mul(7)?.checked_sub(DAYS_AFTER_MONDAY),
            Self::Month | Self::Quarter | Self::Year => {
                let months = period.checked_mul(self.months())?;
                let year = i32::try_from(months.div_euclid(12)).ok()?;
                let month = u32::try_from(months.rem_euclid(12)).ok()? + 1;
                day_of_date(NaiveDate::from_ymd_opt(year, month, 1)?)
            }
            _ => Some(period),
        }
    }

    /// The grain longer than a day that days in their order seem to have: each is the first of a period, or the same
    /// weekday. Few days may be so by chance.
    pub(crate) fn of_days(days: &[i64]) -> Option<Self> {
        let mut days = days.to_vec();
        days.dedup();
        if days.len() < LEAST_DAYS {
            return None;
        }
        let starts = |grain: Self| {
            days.iter().all(|day| {
                let period = grain.period_of_day(*day);
                period.and_then(|period| grain.first_day(period)) == Some(*day)
            })
        };
        let longest = [Self::Year, Self::Quarter, Self::Month];
        let is_weekly = || days.iter().all(|day| (day - days[0]) % 7 == 0);
        longest
            .into_iter()
            .find(|grain| starts(*grain))
            .or_else(|| is_weekly().then_some(Self::Week))
    }

    /// Text of a period, such as `2025-03-10`, `2025-03` or `2025-Q1`.
    pub(crate) fn label(self, period: i64) -> String {
        let (day, hour) = match self {
            Self::Number => return period.to_string(),
            Self::Hour => (Some(period.div_euclid(24)), period.rem_euclid(24)),
            _ => (self.first_day(period), 0),
        };
        let Some(date) = day.and_then(date_of_day) else {
            return period.to_string();
        };
        match self {
            Self::Hour => format!("{date} {hour:02}:00"),
            Self::Month => date.format("%Y-%m").to_string(),
            Self::Quarter => format!("{}-Q{}", date.year(), date.month0() / 3 + 1),
            Self::Year => date.year().to_string(),
            _ => date.to_string(),
        }
    }
}

const EPOCH: NaiveDate = match NaiveDate::from_ymd_opt(1970, 1, 1) {
    Some(date) => date,
    None => NaiveDate::MIN,
};

fn date_of_day(day: i64) -> Option<NaiveDate> {
    EPOCH.checked_add_signed(chrono::Duration::try_days(day)?)
}

fn day_of_date(date: NaiveDate) -> Option<i64> {
    Some(date.signed_duration_since(EPOCH).num_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 20157 is Monday 2025-03-10; 20089, 20120, 20148 and 20179 are the first days of January to April.
    #[test]
    fn days_that_stand_for_longer_periods() {
        let months = [20_089, 20_120, 20_148, 20_179];
        assert_eq!(CalendarGrain::of_days(&months), Some(CalendarGrain::Month));
        let weeks: Vec<i64> = (0..9).map(|week| 20_158 + 7 * week).collect();
        assert_eq!(CalendarGrain::of_days(&weeks), Some(CalendarGrain::Week));
        let years = [-365, 0, 365, 730];
        assert_eq!(CalendarGrain::of_days(&years), Some(CalendarGrain::Year));
        assert_eq!(CalendarGrain::of_days(&months[..3]), None);
        assert_eq!(
            CalendarGrain::of_days(&[20_157, 20_158, 20_164, 20_171]),
            None
        );
    }

    /// 1970-01-01 is a Thursday, 2025-03-10 (day 20157) a Monday.
    #[test]
    fn periods_by_hand() {
        let week = CalendarGrain::Week;
        assert_eq!(week.period_of_day(-3), Some(0));
        assert_eq!(week.period_of_day(-4), Some(-1));
        let monday = week.period_of_day(20_157).unwrap();
        assert_eq!(week.first_day(monday), Some(20_157));
        assert_eq!(week.period_of_day(20_163), Some(monday));
        assert_eq!(week.label(monday), "2025-03-10");
        let month = CalendarGrain::Month.period_of_day(20_157);
        assert_eq!(month, Some(12 * 2_025 + 2));
        assert_eq!(CalendarGrain::Month.label(12 * 2_025 + 2), "2025-03");
        assert_eq!(CalendarGrain::Quarter.label(4 * 2_025), "2025-Q1");
        assert_eq!(CalendarGrain::Year.period_of_day(-1), Some(1_969));
        assert_eq!(CalendarGrain::Hour.label(25), "1970-01-02 01:00");
        assert_eq!(CalendarGrain::Number.label(-7), "-7");
    }

    #[test]
    fn days_beyond_the_calendar_have_no_month() {
        assert_eq!(CalendarGrain::Month.period_of_day(i64::MAX), None);
        assert_eq!(CalendarGrain::Week.period_of_day(i64::MAX), None);
        assert_eq!(CalendarGrain::Year.first_day(i64::MAX), None);
    }

    /// Each period starts on its first day, and the day before is in the period before.
    #[test]
    fn first_days_are_the_first() {
        for grain in [
            CalendarGrain::Day,
            CalendarGrain::Week,
            CalendarGrain::Month,
            CalendarGrain::Quarter,
            CalendarGrain::Year,
        ] {
            for day in (-40_000..40_000).step_by(13) {
                let period = grain.period_of_day(day).unwrap();
                let first = grain.first_day(period).unwrap();
                assert!(first <= day);
                assert_eq!(grain.period_of_day(first), Some(period));
                assert_eq!(grain.period_of_day(first - 1), Some(period - 1));
            }
        }
    }
}
