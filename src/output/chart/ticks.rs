//! Ticks of an axis: round numbers, and boundaries of calendar units.

use chrono::{Datelike, Duration, Months, NaiveDate, NaiveDateTime, NaiveTime};

use super::axis::{ChartAxis, as_place, micros_to_datetime};
use crate::output::numbers::readable;

/// Labelled place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AxisTick {
    pub(super) at: f64,
    pub(super) label: String,
}

/// Smallest of 1, 2, 2.5 and 5 times a power of ten that divides `span` into at most `most` parts.
pub(super) fn step(span: f64, most: usize) -> f64 {
    let rough = span / as_place(most.max(1));
    let power = 10_f64.powf(rough.log10().floor());
    let nice = [1.0, 2.0, 2.5, 5.0].into_iter().map(|size| size * power);
    // Small tolerance: 0.1 * 3 is not 0.3.
    let fits = |size: &f64| *size >= rough * (1.0 - 1e-9);
    nice.into_iter().find(fits).unwrap_or(10.0 * power)
}

/// Round bounds around `low` and `high`, and the ticks between them.
pub(super) fn numbers(low: f64, high: f64, most: usize) -> (f64, f64, Vec<AxisTick>) {
    let step = step(high - low, most);
    let (first, last) = ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil());
    let decimals = step_decimals(step);
    // Counted, as adding one to a multiple above 2^53 would never reach the last one.
    let multiples = (0..=most.saturating_add(1)).map(|number| first + as_place(number));
    let ticks = multiples
        .take_while(|multiple| *multiple <= last)
        .map(|multiple| AxisTick {
            at: multiple * step,
            label: readable(multiple * step, decimals),
        })
        .collect();
    (first * step, last * step, ticks)
}

fn step_decimals(step: f64) -> usize {
    (0..6)
        .find(|&decimals| {
            let shown = format!("{step:.decimals$}").parse().unwrap_or(f64::NAN);
            (shown - step).abs() <= step * 1e-9
        })
        .unwrap_or(6)
}

/// Ticks on `axis` between `low` and `high` whose labels fit side by side into `width` characters.
pub(super) fn along(axis: &ChartAxis, low: f64, high: f64, width: usize) -> Vec<AxisTick> {
    match axis {
        ChartAxis::Time(_) => times(low, high, width),
        ChartAxis::Number(_) => {
            let longest = readable(low, 0).len().max(readable(high, 0).len());
            let (_, _, ticks) = numbers(low, high, (width / (longest + 4)).max(1));
            let inside = |tick: &AxisTick| tick.at >= low && tick.at <= high;
            ticks.into_iter().filter(inside).collect()
        }
        ChartAxis::Names(names) => {
            let ticks = names.iter().enumerate().map(|(position, name)| AxisTick {
                at: as_place(position),
                label: name.clone(),
            });
            ticks.collect()
        }
    }
}

/// Distance in calendar units.
#[derive(Debug, Clone, Copy)]
enum TimeTickInterval {
    Seconds(i64),
    Days(i64),
    Months(u32),
}

const STRIDES: &[TimeTickInterval] = &[
    TimeTickInterval::Seconds(1),
    TimeTickInterval::Seconds(10),
    TimeTickInterval::Seconds(60),
    TimeTickInterval::Seconds(5 * 60),
    TimeTickInterval::Seconds(15 * 60),
    TimeTickInterval::Seconds(3600),
    TimeTickInterval::Seconds(3 * 3600),
    TimeTickInterval::Seconds(6 * 3600),
    TimeTickInterval::Days(1),
    TimeTickInterval::Days(2),
    TimeTickInterval::Days(7),
    TimeTickInterval::Days(14),
    TimeTickInterval::Months(1),
    TimeTickInterval::Months(2),
    TimeTickInterval::Months(3),
    TimeTickInterval::Months(6),
    TimeTickInterval::Months(12),
    TimeTickInterval::Months(24),
    TimeTickInterval::Months(60),
    TimeTickInterval::Months(120),
    TimeTickInterval::Months(1200),
];

impl TimeTickInterval {
    fn seconds(self) -> i64 {
        match self {
            Self::Seconds(seconds) => seconds,
            Self::Days(days) => days * 86_400,
            Self::Months(months) => i64::from(months) * 2_629_746,
        }
    }

    fn format(self) -> &'static str {
        match self {
            Self::Seconds(seconds) if seconds < 60 => "%m-%d %H:%M:%S",
            Self::Seconds(_) => "%m-%d %H:%M",
            Self::Days(_) => "%Y-%m-%d",
            Self::Months(months) if months < 12 => "%Y-%m",
            Self::Months(_) => "%Y",
        }
    }

    /// Last boundary at or before `at`; weeks start on Monday.
    fn floor(self, at: NaiveDateTime) -> Option<NaiveDateTime> {
        let day = at.date();
        match self {
            Self::Seconds(stride) => {
                let second = at.and_utc().timestamp();
                micros_to_datetime((second - second.rem_euclid(stride)) * 1_000_000)
            }
            Self::Days(stride) => {
                // 1 January 0001 was a Monday.
                let past = i64::from(day.num_days_from_ce() - 1).rem_euclid(stride);
                Some((day - Duration::days(past)).and_time(NaiveTime::MIN))
            }
            Self::Months(stride) => {
                let month = u32::try_from(day.year()).ok()? * 12 + day.month0();
                let first = month - month % stride;
                let year = i32::try_from(first / 12).ok()?;
                let start = NaiveDate::from_ymd_opt(year, first % 12 + 1, 1)?;
                Some(start.and_time(NaiveTime::MIN))
            }
        }
    }

    fn next(self, at: NaiveDateTime) -> Option<NaiveDateTime> {
        match self {
            Self::Seconds(stride) => at.checked_add_signed(Duration::seconds(stride)),
            Self::Days(stride) => at.checked_add_signed(Duration::days(stride)),
            Self::Months(stride) => at.checked_add_months(Months::new(stride)),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "places of time were whole microseconds"
)]
fn times(low: f64, high: f64, width: usize) -> Vec<AxisTick> {
    let (Some(first), Some(last)) = (
        micros_to_datetime(low as i64),
        micros_to_datetime(high as i64),
    ) else {
        return Vec::new();
    };
    let seconds = (last - first).num_seconds().max(1);
    let room = i64::try_from(width).unwrap_or(i64::MAX);
    let fits = |stride: &&TimeTickInterval| {
        let label = first.format(stride.format()).to_string().len() + 2;
        (seconds / stride.seconds() + 1) * i64::try_from(label).unwrap_or(1) <= room
    };
    let Some(&stride) = STRIDES.iter().find(fits) else {
        return Vec::new();
    };
    let mut ticks = Vec::new();
    let mut next = stride.floor(first);
    while let Some(at) = next.filter(|at| *at <= last) {
        if at >= first {
            ticks.push(AxisTick {
                at: place(at),
                label: at.format(stride.format()).to_string(),
            });
        }
        next = stride.next(at);
    }
    // Readers look for the end of the data first.
    let end = last.format(stride.format()).to_string();
    if ticks.last().is_none_or(|tick| tick.label != end) {
        ticks.push(AxisTick {
            at: high,
            label: end,
        });
    }
    ticks
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a place on the screen needs no more"
)]
fn place(at: NaiveDateTime) -> f64 {
    at.and_utc().timestamp_micros() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_numbers() {
        for (span, most, wanted) in [
            (100.0, 5, 20.0),
            (100.0, 4, 25.0),
            (0.3, 3, 0.1),
            (7.0, 3, 2.5),
            (1234.0, 4, 500.0),
        ] {
            assert!((step(span, most) - wanted).abs() < 1e-9, "{span} by {most}");
        }
    }

    #[test]
    fn bounds_enclose_the_values_and_are_ticks() {
        let (low, high, ticks) = numbers(-12.0, 47.0, 5);
        assert!((low + 20.0).abs() < 1e-9 && (high - 60.0).abs() < 1e-9);
        let labels: Vec<&str> = ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(labels, ["-20", "0", "20", "40", "60"]);
    }

    #[test]
    fn time_is_labelled_at_the_turns_of_the_calendar() {
        let at = |text: &str| place(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap());
        let labels = |low: &str, high: &str, width| -> Vec<String> {
            let ticks = times(at(low), at(high), width);
            ticks.into_iter().map(|tick| tick.label).collect()
        };
        assert_eq!(
            labels("2025-01-15 00:00", "2025-12-15 00:00", 60),
            [
                "2025-03", "2025-05", "2025-07", "2025-09", "2025-11", "2025-12"
            ]
        );
        assert_eq!(
            labels("2024-03-01 00:00", "2026-03-01 00:00", 20),
            ["2025", "2026"]
        );
        assert_eq!(
            labels("2026-01-05 00:00", "2026-02-02 00:00", 72),
            [
                "2026-01-05",
                "2026-01-12",
                "2026-01-19",
                "2026-01-26",
                "2026-02-02"
            ]
        );
        assert_eq!(
            labels("2026-01-05 07:00", "2026-01-05 09:30", 60),
            ["01-05 07:00", "01-05 08:00", "01-05 09:00", "01-05 09:30"]
        );
    }
}
