//! Bars of a chart in their order, those of a waterfall among them, and the texts of their values.

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
    /// Where it begins: 0, or the end of the step before.
    pub(super) from: f64,
}

impl ChartBar {
    /// Where it ends.
    pub(super) fn to(&self) -> f64 {
        self.from + self.value.unwrap_or_default()
    }
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
                from: 0.0,
            });
        }
    }
    if plot.series.len() > 1 {
        places.sort_by(|a, _, b, _| f64::from_bits(*a).total_cmp(&f64::from_bits(*b)));
    }
    places.into_values().flatten().collect()
}

/// The bars of a waterfall, at most `most` of them: each begins where the one before ended, what would be too many is
/// one, and the last is their sum.
pub(super) fn steps(plot: &ChartPlot, most: usize) -> Vec<ChartBar> {
    let mut steps = bars(plot);
    let most = most.saturating_sub(1).max(2);
    if steps.len() > most {
        let others = steps.split_off(most - 1);
        let value = others.iter().filter_map(|bar| bar.value).sum();
        steps.push(sum_bar(format!("{} others", others.len()), value));
    }
    let mut sum = 0.0;
    for step in &mut steps {
        step.from = sum;
        sum = step.to();
    }
    steps.push(sum_bar("sum".to_owned(), sum));
    steps
}

/// A bar that no row has.
fn sum_bar(label: String, value: f64) -> ChartBar {
    // What is left of adding binary fractions would show as many decimals.
    const ROUNDED: f64 = 1e9;
    ChartBar {
        label,
        place: f64::INFINITY,
        series: 0,
        value: Some((value * ROUNDED).round() / ROUNDED),
        from: 0.0,
    }
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
