//! Goal, limits and the unfinished stretch of a line chart.

use super::frame::ChartFrame;
use super::markup::SvgMarkup;
use crate::output::chart::ChartOverlays;
use crate::output::chart::axis::ChartAxis;
use crate::output::chart::bounds::place_bounds;
use crate::output::chart::points::ChartPlot;

const GOAL_DASHES: &str = "8 5";
const LIMIT_DASHES: &str = "3 4";

/// Overlays that the chart has a place for: those at instants need an axis of time.
#[derive(Debug)]
pub(super) struct PlacedOverlays<'a> {
    pub(super) goal: Option<(f64, &'a str)>,
    pub(super) limits: Option<[f64; 3]>,
    /// In the order of time.
    pub(super) annotations: Vec<(f64, usize)>,
    pub(super) unfinished_from: Option<f64>,
}

impl<'a> PlacedOverlays<'a> {
    pub(super) fn new(plot: &ChartPlot, overlays: &'a ChartOverlays) -> Self {
        let is_time = matches!(plot.x, ChartAxis::Time(_));
        let [first, last] = place_bounds(plot);
        // The last period extends beyond its place, which is its start.
        let end = last + last_distance(plot);
        let annotations = overlays.annotations.iter().filter(|_| is_time);
        let annotations = annotations.map(|&(at, number)| (instant(at), number));
        let mut annotations: Vec<(f64, usize)> = annotations
            .filter(|(place, _)| (first..=end).contains(place))
            .collect();
        annotations.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let goal = overlays.goal.as_ref();
        let goal = goal.filter(|(level, _)| level.is_finite());
        let limits = overlays.limits;
        Self {
            goal: goal.map(|(level, words)| (*level, words.as_str())),
            limits: limits.filter(|limits| limits.iter().all(|limit| limit.is_finite())),
            annotations,
            unfinished_from: overlays.unfinished_from.filter(|_| is_time).map(instant),
        }
    }

    /// Values that the chart has to have room for.
    pub(super) fn values(&self) -> Vec<f64> {
        let goal = self.goal.iter().map(|(level, _)| *level);
        goal.chain(self.limits.into_iter().flatten()).collect()
    }

    pub(super) fn last_place(&self) -> f64 {
        self.annotations
            .last()
            .map_or(f64::NEG_INFINITY, |(place, _)| *place)
    }

    /// Hatches the plot area from the last finished point on; `id` is that of the pattern.
    pub(super) fn unfinished(
        &self,
        out: &mut SvgMarkup,
        frame: &ChartFrame,
        plot: &ChartPlot,
        id: &str,
    ) -> bool {
        let Some(from) = self.unfinished_from else {
            return false;
        };
        let points = || plot.series.iter().flat_map(|series| &series.points);
        if !points().any(|(place, _)| *place >= from) {
            return false;
        }
        let finished = points()
            .map(|(place, _)| *place)
            .filter(|place| *place < from);
        let left = finished
            .reduce(f64::max)
            .map_or(frame.left, |place| frame.x(place));
        let size = [frame.right - left, frame.bottom - frame.top];
        out.stripes(id, "unfinished");
        out.rectangle([left, frame.top], size, Some(id));
        true
    }

    /// The dashed lines of goal and limits.
    pub(super) fn levels(&self, out: &mut SvgMarkup, frame: &ChartFrame) {
        let mut level = |class: &str, value: f64, width: f64, dashes: &str| {
            let y = frame.y(value);
            let ends = [[frame.left, y], [frame.right, y]];
            out.group(class, |out| out.line(ends[0], ends[1], width, dashes));
        };
        if let Some([low, centre, high]) = self.limits {
            level("limit", low, 1.0, LIMIT_DASHES);
            level("limit", centre, 1.0, "");
            level("limit", high, 1.0, LIMIT_DASHES);
        }
        if let Some((goal, _)) = self.goal {
            level("goal", goal, 2.0, GOAL_DASHES);
        }
    }
}

/// Distance of the last two places.
fn last_distance(plot: &ChartPlot) -> f64 {
    let points = plot.series.iter().flat_map(|series| &series.points);
    let [mut before, mut last] = [f64::NEG_INFINITY; 2];
    for &(place, _) in points {
        if place > last {
            (before, last) = (last, place);
        } else if place > before && place < last {
            before = place;
        }
    }
    if before.is_finite() {
        last - before
    } else {
        0.0
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "microseconds of a place on the screen"
)]
fn instant(microseconds: i64) -> f64 {
    microseconds as f64
}
