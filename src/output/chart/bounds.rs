//! Ranges of the values and places that lines show.

use super::points::ChartPlot;

/// Range of y, with room for `others`. It includes zero unless that would flatten the lines.
pub(super) fn value_bounds(plot: &ChartPlot, others: &[f64]) -> (f64, f64) {
    let ends = match plot.series.as_slice() {
        [only] => only.interval.as_slice(),
        _ => &[],
    };
    let ends = ends.iter().flat_map(|(_, ends)| *ends);
    let all = plot.values().chain(ends).chain(others.iter().copied());
    let low = all.clone().fold(f64::INFINITY, f64::min);
    let high = all.fold(f64::NEG_INFINITY, f64::max);
    let (low, high) = match (low, high) {
        (low, high) if low > 0.0 && low <= high / 2.0 => (0.0, high),
        (low, high) if high < 0.0 && high >= low / 2.0 => (low, 0.0),
        bounds => bounds,
    };
    if high > low {
        return (low, high);
    }
    // A single value: the range extends to zero.
    if low.abs() > 0.0 {
        (low.min(0.0), low.max(0.0))
    } else {
        (0.0, 1.0)
    }
}

pub(super) fn place_bounds(plot: &ChartPlot) -> [f64; 2] {
    let points = plot.series.iter().flat_map(|series| &series.points);
    let places = points.map(|(place, _)| *place);
    let low = places.clone().fold(f64::INFINITY, f64::min);
    let high = places.fold(f64::NEG_INFINITY, f64::max);
    if high > low {
        [low, high]
    } else {
        [low - 1.0, low + 1.0]
    }
}
