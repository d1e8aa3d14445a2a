//! Plot area of a line chart: scales, ticks and base line.

use super::markup::{SvgMarkup, TextAnchor, text_width, widest};
use super::{CELL, LINE, WIDTH};
use crate::output::chart::bounds::{place_bounds, value_bounds};
use crate::output::chart::points::ChartPlot;
use crate::output::chart::ticks::{self, AxisTick};
use crate::output::numbers::readable;

/// Parts into which ticks divide y; rounding may add one at each end.
const PARTS: usize = 4;
/// Height of the plot area.
const HEIGHT: f64 = 230.0;
/// Between a label and the plot area.
const GAP: f64 = 8.0;
/// From the plot area to the labels below it.
const BELOW: f64 = 9.0;
/// Widest label below the axis.
const WIDEST_LABEL: f64 = 20.0 * CELL;

/// What the plot area leaves room for.
#[derive(Debug, Clone, Copy)]
pub(super) struct FrameNeeds<'a> {
    /// Values that are visible beside those of the series.
    pub(super) values: &'a [f64],
    /// Least last place of the axis.
    pub(super) last_place: f64,
    pub(super) above: f64,
    pub(super) right: f64,
    /// Least height of the plot area.
    pub(super) height: f64,
}

/// Plot area, with the values and places at its edges.
#[derive(Debug)]
pub(super) struct ChartFrame {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    x: [f64; 2],
    y: [f64; 2],
    y_ticks: Vec<AxisTick>,
    x_ticks: Vec<AxisTick>,
    /// What has to be said of y: its unit, and that it does not begin at zero.
    y_words: String,
}

impl ChartFrame {
    pub(super) fn new(plot: &ChartPlot, needs: FrameNeeds<'_>) -> Self {
        let (low, high) = value_bounds(plot, needs.values);
        let (low, high, y_ticks) = y_ticks(low, high);
        let labels = y_ticks.iter().map(|tick| tick.label.as_str());
        // Digits are wider than the average letter.
        let left = widest(labels, WIDTH / 4.0) * 1.08 + GAP;
        let right = WIDTH - needs.right.max(GAP);
        let [first, last] = place_bounds(plot);
        let x = [first, last.max(needs.last_place)];
        let y_words = y_words(plot, &y_ticks);
        let words = if y_words.is_empty() { 0.0 } else { LINE };
        // Half of the highest label extends above the area.
        let top = words + needs.above + LINE / 2.0;
        Self {
            left,
            right,
            top,
            bottom: top + HEIGHT.max(needs.height),
            x,
            y: [low, high],
            y_ticks,
            x_ticks: x_ticks(plot, x, right - left),
            y_words,
        }
    }

    pub(super) fn x(&self, place: f64) -> f64 {
        scaled(place, self.x, [self.left, self.right])
    }

    pub(super) fn y(&self, value: f64) -> f64 {
        scaled(value, self.y, [self.bottom, self.top])
    }

    pub(super) fn grid(&self, out: &mut SvgMarkup) {
        out.group("grid", |out| {
            for tick in &self.y_ticks {
                let y = self.y(tick.at);
                out.line([self.left, y], [self.right, y], 1.0, "");
            }
        });
    }

    /// Base line, zero line and all labels of both axes.
    pub(super) fn axes(&self, out: &mut SvgMarkup) {
        let labels = self.labels_below();
        out.group("axis", |out| {
            let [low, high] = self.y;
            let zero = if low < 0.0 && high > 0.0 {
                self.y(0.0)
            } else {
                self.bottom
            };
            out.line([self.left, zero], [self.right, zero], 1.5, "");
            for (x, ..) in &labels {
                out.line([*x, self.bottom], [*x, self.bottom + 5.0], 1.5, "");
            }
        });
        out.group("label", |out| {
            for tick in &self.y_ticks {
                let at = [self.left - GAP, self.y(tick.at)];
                out.text(at, TextAnchor::End, &tick.label, self.left);
            }
            for (_, middle, label) in &labels {
                let at = [*middle, self.bottom + BELOW + LINE / 2.0];
                out.text(at, TextAnchor::Middle, label, WIDEST_LABEL);
            }
            let at = [0.0, LINE / 2.0];
            out.text(at, TextAnchor::Start, &self.y_words, WIDTH);
        });
    }

    /// Height of what is drawn, with the labels below.
    pub(super) fn end(&self) -> f64 {
        self.bottom + BELOW + LINE
    }

    /// Places, middles and texts of the labels of x: the last one in any case, and those that touch no other.
    fn labels_below(&self) -> Vec<(f64, f64, &str)> {
        let width = |label: &str| text_width(label).min(WIDEST_LABEL);
        let placed = self.x_ticks.iter().map(|tick| {
            let (x, half) = (self.x(tick.at), width(&tick.label) / 2.0);
            let most = WIDTH - half;
            (x, x.min(most).max(half.min(most)), tick.label.as_str())
        });
        let placed: Vec<(f64, f64, &str)> = placed.collect();
        let start = |(_, middle, label): &(f64, f64, &str)| middle - width(label) / 2.0;
        let last = placed.last().map_or(0.0, start);
        let mut free = f64::NEG_INFINITY;
        let mut kept = Vec::new();
        for (index, label) in placed.iter().enumerate() {
            let end = start(label) + width(label.2) + CELL;
            let is_last = index + 1 == placed.len();
            if start(label) >= free && (is_last || end <= last) {
                kept.push(*label);
                free = end;
            }
        }
        kept
    }
}

/// Place of `value`, which lies between the ends of `from`, between those of `to`.
fn scaled(value: f64, from: [f64; 2], to: [f64; 2]) -> f64 {
    let [value, first, last] = [value, from[0], from[1]].map(halved);
    let share = (value - first) / (last - first);
    // Ends that are too near to each other for a difference.
    let share = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.5
    };
    to[0] + share * (to[1] - to[0])
}

/// Half of `value`: the difference of two halves is never infinite.
pub(super) fn halved(value: f64) -> f64 {
    value / 2.0
}

/// Round bounds and ticks; the bounds themselves if they are too far apart or too near to each other for round ones.
fn y_ticks(low: f64, high: f64) -> (f64, f64, Vec<AxisTick>) {
    let round = ticks::numbers(low, high, PARTS);
    if !round.2.is_empty() && round.2.iter().all(|tick| tick.at.is_finite()) {
        return round;
    }
    let ends = [low, high].map(|at| AxisTick {
        at,
        label: readable(at, 2),
    });
    (low, high, ends.to_vec())
}

fn y_words(plot: &ChartPlot, ticks: &[AxisTick]) -> String {
    let first = ticks.first().filter(|tick| tick.at > 0.0);
    let last = ticks.last().filter(|tick| tick.at < 0.0);
    let words = [
        plot.unit.map(|unit| format!("in {unit}")),
        first.map(|tick| format!("axis begins at {}", tick.label)),
        last.map(|tick| format!("axis ends at {}", tick.label)),
    ];
    let words: Vec<String> = words.into_iter().flatten().collect();
    words.join(", ")
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "cells of the plot area"
)]
fn x_ticks(plot: &ChartPlot, [low, high]: [f64; 2], width: f64) -> Vec<AxisTick> {
    let points = plot.series.iter().flat_map(|series| &series.points);
    let mut places = points.map(|(place, _)| *place);
    if let Some(first) = places.next()
        && places.all(|place| place.total_cmp(&first).is_eq())
    {
        return vec![AxisTick {
            at: first,
            label: plot.x.label(first),
        }];
    }
    ticks::along(&plot.x, low, high, (width / CELL).max(1.0) as usize)
}
