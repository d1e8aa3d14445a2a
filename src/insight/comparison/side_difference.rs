//! The parts that all comparisons of two sides have in common.

use crate::insight::statistic::StatisticCell;
use crate::insight::statistic::{StatisticField, count_field, measure_field};

/// A value on each of two sides, and their difference b − a.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SideDifference {
    pub(crate) n_a: i64,
    pub(crate) a: Option<f64>,
    pub(crate) n_b: i64,
    pub(crate) b: Option<f64>,
    /// Interval of the difference; `None` where nothing varies.
    pub(crate) interval: Option<(f64, f64)>,
    /// Two-sided p.
    pub(crate) p: Option<f64>,
}

/// The fields of a [`SideDifference`], in order.
pub(super) const FIELDS: [StatisticField; 8] = [
    count_field("n_a", "rows on side a, where `side` is false"),
    measure_field("a", "the value of side a"),
    count_field("n_b", "rows on side b, where `side` is true"),
    measure_field("b", "the value of side b"),
    measure_field("difference", "b − a"),
    measure_field("low", "lower end of the interval of the difference"),
    measure_field("high", "its upper end"),
    measure_field("p", "two-sided p, 0 to 1"),
];

impl SideDifference {
    /// b − a; `None` unless both sides have a value.
    pub(crate) fn difference(&self) -> Option<f64> {
        Some(self.b? - self.a?)
    }

    /// The values of [`FIELDS`].
    pub(super) fn cells(&self) -> Vec<StatisticCell> {
        vec![
            StatisticCell::Count(Some(self.n_a)),
            StatisticCell::Measure(self.a),
            StatisticCell::Count(Some(self.n_b)),
            StatisticCell::Measure(self.b),
            StatisticCell::Measure(self.difference()),
            StatisticCell::Measure(self.interval.map(|(low, _)| low)),
            StatisticCell::Measure(self.interval.map(|(_, high)| high)),
            StatisticCell::Measure(self.p),
        ]
    }
}

/// Interval of a difference from the intervals of both values, by the method of variance estimates recovery
/// ("square and add"): Zou and Donner, "Construction of confidence limits about effect measures", 2008.
///
/// Each side is its value, lower and upper end.
pub(super) fn square_and_add(a: (f64, f64, f64), b: (f64, f64, f64)) -> (f64, f64) {
    let difference = b.0 - a.0;
    let down = (b.0 - b.1).hypot(a.2 - a.0);
    let up = (b.2 - b.0).hypot(a.0 - a.1);
    (difference - down, difference + up)
}
