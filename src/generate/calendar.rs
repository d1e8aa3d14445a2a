//! Simulated two years of the desk: hours at which customers write and agents work.
//!
//! Times inside the generator are whole seconds since [`START`]; a [`CumulativeHourlyRate`]
//! converts them to an amount of demand or of staffed time and back, by table lookup over the hours
//! of the window.

use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Weekday};
use chrono_tz::{America::New_York, Tz};

/// Seconds since [`START`]; negative before the window.
pub(super) type SimulationSeconds = i64;

/// 2024-01-01T00:00 in New York, in seconds of the Unix epoch.
pub(super) const START: i64 = 1_704_085_200;
/// Length of the window: 731 days, up to 2026-01-01T00:00 in New York. Later events are not
/// generated.
pub(super) const END: SimulationSeconds = 731 * DAY;
/// Later than any generated time.
pub(super) const NEVER: SimulationSeconds = i64::MAX / 4;
pub(super) const HOUR: SimulationSeconds = 3_600;
pub(super) const DAY: SimulationSeconds = 24 * HOUR;
/// Number of calendar months in the window.
pub(super) const MONTHS: usize = 24;

const HOURS: usize = 731 * 24;

/// Demand by local hour on a working day.
const HOURLY: [f64; 24] = [
    0.10, 0.07, 0.05, 0.04, 0.05, 0.09, 0.22, 0.48, 0.95, 1.45, 1.62, 1.50, 1.28, 1.36, 1.45, 1.38,
    1.18, 0.88, 0.58, 0.44, 0.38, 0.32, 0.24, 0.16,
];
/// Demand by day of the week, from Monday.
const DAILY: [f64; 7] = [1.22, 1.14, 1.07, 1.04, 0.93, 0.34, 0.28];
/// Demand by month, from January: low in summer, high in autumn.
const MONTHLY: [f64; 12] = [
    1.08, 0.98, 1.00, 0.99, 0.96, 0.93, 0.86, 0.89, 1.05, 1.09, 1.13, 0.95,
];
/// Public holidays that fall on working days, as (month, day) of 2024 and of 2025.
const HOLIDAYS: [[(u32, u32); 7]; 2] = [
    [
        (1, 1),
        (5, 27),
        (7, 4),
        (9, 2),
        (11, 28),
        (12, 24),
        (12, 25),
    ],
    [
        (1, 1),
        (5, 26),
        (7, 4),
        (9, 1),
        (11, 27),
        (12, 24),
        (12, 25),
    ],
];

/// Local time at a moment.
pub(super) fn local(at: SimulationSeconds) -> DateTime<Tz> {
    DateTime::from_timestamp(START.saturating_add(at), 0)
        .unwrap_or_default()
        .with_timezone(&New_York)
}

/// Moment of a local time; the first one if that local time occurs twice.
pub(super) fn moment(date: NaiveDate, hour: u32, minute: u32) -> SimulationSeconds {
    date.and_hms_opt(hour, minute, 0)
        .and_then(|time| time.and_local_timezone(New_York).earliest())
        .map_or(NEVER, |time| time.timestamp() - START)
}

fn is_holiday(time: &DateTime<Tz>) -> bool {
    let days = HOLIDAYS[usize::from(time.year() != 2024)];
    days.contains(&(time.month(), time.day()))
}

fn demand(time: &DateTime<Tz>) -> f64 {
    let holiday = if is_holiday(time) { 0.3 } else { 1.0 };
    let weekday = time.weekday().num_days_from_monday() as usize;
    let hour = HOURLY[time.hour() as usize];
    // Demand at night is the same on weekends and on other days.
    let hour = if weekday >= 5 {
        0.6 * hour + 0.25
    } else {
        hour
    };
    hour * DAILY[weekday] * MONTHLY[time.month0() as usize] * holiday
}

/// Share of the desk that is at work: all of it from 8 to 18 on working days, a late shift, and one
/// or two volunteers at night and on Sundays (replies out of hours are rare, but exist).
fn staffed(time: &DateTime<Tz>) -> f64 {
    let hour = time.hour();
    let quiet = is_holiday(time) || time.weekday() == Weekday::Sun;
    match hour {
        9..=16 if quiet => 0.10,
        9..=16 if time.weekday() == Weekday::Sat => 0.25,
        _ if quiet || time.weekday() == Weekday::Sat => 0.02,
        8..=17 => 1.0,
        7 | 18 | 19 => 0.5,
        20..=22 => 0.12,
        _ => 0.02,
    }
}

/// Staffing of the urgent roster, which never closes but is slower outside working hours.
fn on_call(time: &DateTime<Tz>) -> f64 {
    staffed(time).max(0.35)
}

/// Cumulative sum of a positive rate for every hour of the window.
#[derive(Clone, Debug)]
pub(super) struct CumulativeHourlyRate {
    cumulative: Arc<[f64]>,
}

impl CumulativeHourlyRate {
    pub(super) fn new(rate: impl Fn(usize) -> f64) -> Self {
        let mut total = 0.0;
        let sums = std::iter::once(0.0).chain((0..HOURS).map(|hour| {
            total += rate(hour);
            total
        }));
        Self {
            cumulative: sums.collect(),
        }
    }

    /// Same distribution with another total over the window.
    pub(super) fn scaled(&self, total: f64) -> Self {
        let factor = total / self.total();
        Self {
            cumulative: self.cumulative.iter().map(|sum| sum * factor).collect(),
        }
    }

    pub(super) fn total(&self) -> f64 {
        self.cumulative[HOURS]
    }

    /// Amount from the start of the window to `at`.
    pub(super) fn at(&self, at: SimulationSeconds) -> f64 {
        let at = at.clamp(0, END - 1);
        let hour = usize::try_from(at / HOUR).unwrap_or_default();
        let (from, to) = (self.cumulative[hour], self.cumulative[hour + 1]);
        from + (to - from) * ((at % HOUR) as f64 / HOUR as f64)
    }

    /// Moment at which the amount since the start reaches `sum`; [`NEVER`] past the window.
    pub(super) fn when(&self, sum: f64) -> SimulationSeconds {
        let next = self.cumulative.partition_point(|&reached| reached <= sum);
        if next > HOURS {
            return NEVER;
        }
        let hour = next.saturating_sub(1);
        let (from, to) = (self.cumulative[hour], self.cumulative[hour + 1]);
        let part = ((sum - from) / (to - from)).clamp(0.0, 1.0);
        hour as i64 * HOUR + super::rng::round((part * HOUR as f64).floor())
    }

    /// Moment `amount` later than `at`.
    pub(super) fn after(&self, at: SimulationSeconds, amount: f64) -> SimulationSeconds {
        if at >= END {
            return NEVER;
        }
        self.when(self.at(at) + amount).max(at)
    }
}

/// Hourly rates of the desk and the starts of its months.
#[derive(Clone, Debug)]
pub(super) struct SimulationCalendar {
    /// Contacts; 1 is the amount of an average month.
    pub(super) demand: CumulativeHourlyRate,
    /// Staffed hours of the whole desk.
    pub(super) staff: CumulativeHourlyRate,
    /// Hours of the urgent roster.
    pub(super) on_call: CumulativeHourlyRate,
    /// First second of each month, and the end of the window.
    pub(super) months: Vec<SimulationSeconds>,
}

impl SimulationCalendar {
    /// `lift` returns the extra demand of an hour, as a share of its usual demand.
    pub(super) fn new(lift: impl Fn(usize) -> f64) -> Self {
        let clock = |hour: usize| local(hour as i64 * HOUR);
        let demand = CumulativeHourlyRate::new(|hour| demand(&clock(hour)) * (1.0 + lift(hour)));
        Self {
            demand: demand.scaled(MONTHS as f64),
            staff: CumulativeHourlyRate::new(|hour| staffed(&clock(hour))),
            on_call: CumulativeHourlyRate::new(|hour| on_call(&clock(hour))),
            months: (0..=MONTHS)
                .map(|month| moment(first_day(month), 0, 0))
                .collect(),
        }
    }

    /// Month of the window that contains `at`; the first one for earlier times.
    pub(super) fn month_of(&self, at: SimulationSeconds) -> usize {
        let later = self.months.partition_point(|&start| start <= at);
        later.saturating_sub(1).min(MONTHS - 1)
    }

    /// True if the phone line and the chat are open.
    pub(super) fn is_open(at: SimulationSeconds) -> bool {
        staffed(&local(at)) >= 0.25
    }
}

/// First day of month `month` of the window.
pub(super) fn first_day(month: usize) -> NaiveDate {
    let months = chrono::Months::new(u32::try_from(month).unwrap_or_default());
    NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default() + months
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn window_is_whole_local_years() {
        assert_eq!(local(0).to_rfc3339(), "2024-01-01T00:00:00-05:00");
        assert_eq!(local(END).to_rfc3339(), "2026-01-01T00:00:00-05:00");
        let calendar = SimulationCalendar::new(|_| 0.0);
        assert_eq!(calendar.months[0], 0);
        assert_eq!(calendar.months[MONTHS], END);
        // July starts in daylight saving time, one hour early.
        assert_eq!(calendar.months[6], 182 * DAY - HOUR);
    }

    #[test]
    fn rhythm_inverts() {
        let rhythm = SimulationCalendar::new(|_| 0.0).staff;
        for at in [0, 12_345, 100 * DAY + 7, END - 5] {
            assert!((rhythm.when(rhythm.at(at)) - at).abs() <= 1, "{at}");
        }
        assert_eq!(rhythm.when(rhythm.total()), NEVER);
        // Friday 17:00 plus two staffed hours: one to 18:00, then the late shift at half strength.
        let friday = moment(NaiveDate::from_ymd_opt(2024, 3, 15).unwrap(), 17, 0);
        assert_eq!(rhythm.after(friday, 2.0), friday + 3 * HOUR);
    }
}
