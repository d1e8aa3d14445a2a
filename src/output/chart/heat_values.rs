//! Values of a heat map, by series and place.

use super::points::ChartPlot;
use crate::output::numbers::{decimals, readable};

/// The values by series and place.
#[derive(Debug)]
pub(super) struct HeatMap<'a> {
    pub(super) rows: Vec<HeatMapRow<'a>>,
    /// In their order.
    pub(super) places: Vec<f64>,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) decimals: usize,
}

#[derive(Debug)]
pub(super) struct HeatMapRow<'a> {
    pub(super) name: &'a str,
    pub(super) values: Vec<Option<f64>>,
}

impl<'a> HeatMap<'a> {
    pub(super) fn new(plot: &'a ChartPlot) -> Self {
        let points = plot.series.iter().flat_map(|series| &series.points);
        let mut places: Vec<f64> = points.map(|(place, _)| *place).collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        let rows = plot.series.iter().map(|series| {
            let mut values = vec![None; places.len()];
            for (place, value) in &series.points {
                if let Ok(at) = places.binary_search_by(|other| other.total_cmp(place)) {
                    values[at] = *value;
                }
            }
            HeatMapRow {
                name: &series.name,
                values,
            }
        });
        Self {
            rows: rows.collect(),
            low: plot.values().fold(f64::INFINITY, f64::min),
            high: plot.values().fold(f64::NEG_INFINITY, f64::max),
            decimals: decimals(plot.values()),
            places,
        }
    }

    /// The values as they are written.
    pub(super) fn texts(&self) -> impl Iterator<Item = String> + '_ {
        let values = self.rows.iter().flat_map(|row| &row.values).flatten();
        values.map(|value| readable(*value, self.decimals))
    }
}
