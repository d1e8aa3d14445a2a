//! Bars of a chart in their order, and the texts of their values.

use super::points::ChartPlot;
use crate::output::numbers::{decimals, readable};

/// One line of the chart.
#[derive(Debug)]
pub(super) struct ChartBar {
    /// Of its place, which all series there share.
    pub(super) label: String,
    pub(super) place: f64,
    pub(super) series: usize,
    pub(super) value: Option<f64>,
}

/// Bars in the order of the labels' first rows; those of one label are adjacent.
pub(super) fn bars(plot: &ChartPlot) -> Vec<ChartBar> {
    let mut places: indexmap::IndexMap<u64, Vec<ChartBar>> = indexmap::IndexMap::new();
    for (series, of) in plot.series.iter().enumerate() {
        for &(place, value) in &of.points {
            places.entry(place.to_bits()).or_default().push(ChartBar {
                label: plot.x.label(place),
                place,
                series,
                value,
            });
        }
    }
    if plot.series.len() > 1 {
        places.sort_by(|a, _, b, _| f64::from_bits(*a).total_cmp(&f64::from_bits(*b)));
    }
    places.into_values().flatten().collect()
}

/// Values as they are written, with as few decimals as show all of them.
pub(super) fn value_texts(bars: &[ChartBar]) -> Vec<String> {
    let values = bars.iter().filter_map(|bar| bar.value);
    let digits = decimals(values);
    let text = |bar: &ChartBar| {
        bar.value
            .map_or_else(|| "NULL".to_owned(), |v| readable(v, digits))
    };
    bars.iter().map(text).collect()
}
