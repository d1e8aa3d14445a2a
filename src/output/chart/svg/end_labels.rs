//! Labels right of the plot area, at the ends of the lines that they name.

use super::apart::apart;
use super::frame::ChartFrame;
use super::markup::{SvgMarkup, TextAnchor, widest};
use super::overlays::PlacedOverlays;
use super::{CELL, LINE, WIDTH, signs};
use crate::output::chart::axis::as_place;
use crate::output::chart::points::{ChartPlot, ChartSeries};
use crate::output::numbers::{decimals, readable};

/// Widest label.
const WIDEST: f64 = 18.0 * CELL;
/// From the plot area to the sign of a series.
const SIGN: f64 = 19.0;
/// Least distance of two labels.
const DISTANCE: f64 = LINE - 1.0;

/// A text at the height of a value.
#[derive(Debug)]
struct EndLabel {
    value: f64,
    text: String,
    /// Position of the series whose sign stands before it, among several.
    series: Option<usize>,
}

/// Labels of a chart.
#[derive(Debug)]
pub(super) struct EndLabels(Vec<EndLabel>);

impl EndLabels {
    /// Names of several series or the last value of a single one, the words of the goal, and the limits.
    pub(super) fn new(plot: &ChartPlot, overlays: &PlacedOverlays<'_>) -> Self {
        let mut labels = Vec::new();
        let mut add = |value: f64, text: String, series: Option<usize>| {
            labels.push(EndLabel {
                value,
                text,
                series,
            });
        };
        match plot.series.as_slice() {
            [only] => {
                let digits = decimals(plot.values());
                if let Some(last) = last_value(only) {
                    add(last, readable(last, digits), None);
                }
            }
            several => {
                for (position, series) in several.iter().enumerate() {
                    if let Some(last) = last_value(series) {
                        add(last, series.name.clone(), Some(position));
                    }
                }
            }
        }
        if let Some((level, words)) = overlays.goal {
            add(level, words.to_owned(), None);
        }
        if let Some([low, centre, high]) = overlays.limits {
            add(low, "lower limit".to_owned(), None);
            add(centre, "centre".to_owned(), None);
            add(high, "upper limit".to_owned(), None);
        }
        Self(labels)
    }

    /// From the plot area to the texts.
    fn start(&self) -> f64 {
        if self.0.iter().any(|label| label.series.is_some()) {
            SIGN + 11.0
        } else {
            14.0
        }
    }

    /// Room that they need right of the plot area.
    pub(super) fn width(&self) -> f64 {
        let texts = self.0.iter().map(|label| label.text.as_str());
        self.start() + widest(texts, WIDEST)
    }

    /// Height of the plot area beside which all of them fit.
    pub(super) fn height(&self) -> f64 {
        as_place(self.0.len()) * DISTANCE
    }

    pub(super) fn draw(&self, out: &mut SvgMarkup, frame: &ChartFrame) {
        let wanted: Vec<f64> = self.0.iter().map(|label| frame.y(label.value)).collect();
        let placed = apart(&wanted, DISTANCE, [frame.top, frame.bottom]);
        out.group("grid", |out| {
            for (from, to) in wanted.iter().zip(&placed) {
                // A label that was moved is led back to its line.
                if (from - to).abs() > 4.0 {
                    let line = [[frame.right + 2.0, *from], [frame.right + 12.0, *to]];
                    out.polyline(&line, 1.0, "");
                }
            }
        });
        for (label, y) in self.0.iter().zip(&placed) {
            if let Some(series) = label.series {
                let at = [frame.right + SIGN, *y];
                out.group(&signs::class(series), |out| signs::draw(out, series, at));
            }
        }
        out.group("label", |out| {
            for (label, y) in self.0.iter().zip(&placed) {
                let x = frame.right + self.start();
                out.text(
                    [x, *y],
                    TextAnchor::Start,
                    &label.text,
                    (WIDTH - x).min(WIDEST),
                );
            }
        });
    }
}

fn last_value(series: &ChartSeries) -> Option<f64> {
    series.points.iter().rev().find_map(|(_, value)| *value)
}
