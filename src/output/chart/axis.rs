//! The x axis: time, numbers or names.

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike};

use super::choice::ResolvedChart;
use super::column_values::{instants, numbers, texts};
use crate::error::Result;
use crate::output::numbers::{decimals, readable};

/// Type of the x axis and format of its labels.
#[derive(Debug)]
pub(super) enum ChartAxis {
    /// Microseconds of local time in the column's zone.
    Time(TimeLabelPrecision),
    /// Number with this many decimals.
    Number(usize),
    /// Names in the order of their first row; a place is the index of a name.
    Names(Vec<String>),
}

/// Precision that the label of an instant needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TimeLabelPrecision {
    Month,
    Day,
    Minute,
    Second,
}

/// Reads the axis, and the place of each row on it; `None` if x is NULL.
pub(super) fn read(choice: &ResolvedChart) -> Result<(ChartAxis, Vec<Option<f64>>)> {
    let Some(column) = &choice.x else {
        let places = (1..=choice.rows).map(|row| Some(as_place(row)));
        return Ok((ChartAxis::Number(0), places.collect()));
    };
    if column.is_time() {
        let instants = instants(&column.values)?;
        let detail = instants
            .iter()
            .flatten()
            .filter_map(|&t| micros_to_datetime(t))
            .map(TimeLabelPrecision::needed_for);
        let detail = detail.max().unwrap_or(TimeLabelPrecision::Month);
        #[expect(
            clippy::cast_precision_loss,
            reason = "microseconds of a place on the screen"
        )]
        let places = instants.iter().map(|t| t.map(|t| t as f64));
        return Ok((ChartAxis::Time(detail), places.collect()));
    }
    if column.is_number() {
        let places = numbers(&column.values)?;
        let digits = decimals(places.iter().flatten().copied());
        let finite = places
            .into_iter()
            .map(|place| place.filter(|x| x.is_finite()));
        return Ok((ChartAxis::Number(digits), finite.collect()));
    }
    let mut names = indexmap::IndexSet::new();
    let mut places = Vec::with_capacity(choice.rows);
    for name in texts(&column.values)? {
        places.push(Some(as_place(names.insert_full(name).0)));
    }
    Ok((ChartAxis::Names(names.into_iter().collect()), places))
}

#[expect(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
pub(super) fn as_place(position: usize) -> f64 {
    position as f64
}

impl ChartAxis {
    /// Label of a place, for a bar.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "places of time and names were whole numbers"
    )]
    pub(super) fn label(&self, place: f64) -> String {
        match self {
            Self::Time(detail) => {
                micros_to_datetime(place as i64).map_or_else(String::new, |t| detail.text(t))
            }
            Self::Number(decimals) => readable(place, *decimals),
            Self::Names(names) => names.get(place as usize).cloned().unwrap_or_default(),
        }
    }
}

impl TimeLabelPrecision {
    fn needed_for(at: NaiveDateTime) -> Self {
        if at.second() > 0 || at.nanosecond() > 0 {
            Self::Second
        } else if at.hour() > 0 || at.minute() > 0 {
            Self::Minute
        } else if at.day() > 1 {
            Self::Day
        } else {
            Self::Month
        }
    }

    pub(super) fn text(self, at: NaiveDateTime) -> String {
        let format = match self {
            Self::Month => "%Y-%m",
            Self::Day => "%Y-%m-%d",
            Self::Minute => "%Y-%m-%d %H:%M",
            Self::Second => "%Y-%m-%d %H:%M:%S",
        };
        at.format(format).to_string()
    }
}

pub(super) fn micros_to_datetime(microseconds: i64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp_micros(microseconds).map(|at| at.naive_utc())
}
