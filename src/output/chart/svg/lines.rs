//! Lines over an axis: band, overlays, lines with their signs, and labels at their ends.

use super::end_labels::EndLabels;
use super::frame::{ChartFrame, FrameNeeds};
use super::key::{self, KeyEntry, KeySwatch};
use super::markup::{Position, SvgMarkup};
use super::overlays::PlacedOverlays;
use super::thinning::{thinned, thinned_ends};
use super::{ChartShapes, annotations, signs};
use crate::output::chart::ChartOverlays;
use crate::output::chart::axis::as_place;
use crate::output::chart::points::{ChartPlot, ChartSeries};

/// Width of a line.
const STROKE: f64 = 2.5;
/// Distance of signs along a line.
const SIGN_DISTANCE: f64 = 45.0;
/// A single line has a sign at each point if it has at most this many.
const FEW_POINTS: usize = 31;
/// Half of the width of a band that is at a single place.
const HALF_PLACE: f64 = 4.0;

type Point = (f64, Option<f64>);

pub(super) fn draw(plot: &ChartPlot, overlays: &ChartOverlays, id: &str) -> ChartShapes {
    let overlays = PlacedOverlays::new(plot, overlays);
    let labels = EndLabels::new(plot, &overlays);
    let has_annotations = !overlays.annotations.is_empty();
    let frame = ChartFrame::new(
        plot,
        FrameNeeds {
            values: &overlays.values(),
            last_place: overlays.last_place(),
            above: if has_annotations {
                annotations::HEIGHT
            } else {
                0.0
            },
            right: labels.width(),
            height: labels.height(),
        },
    );
    let hatch = format!("{id}-hatch");
    let mut out = SvgMarkup::default();
    let is_hatched = overlays.unfinished(&mut out, &frame, plot, &hatch);
    if let [only] = plot.series.as_slice() {
        out.group("band", |out| band(out, &frame, only));
    }
    frame.grid(&mut out);
    frame.axes(&mut out);
    overlays.levels(&mut out, &frame);
    annotations::draw(&mut out, &frame, &overlays.annotations);
    for (position, series) in plot.series.iter().enumerate() {
        let line = SeriesLine {
            series,
            position,
            count: plot.series.len(),
            unfinished_from: overlays.unfinished_from,
        };
        out.group(&signs::class(position), |out| line.draw(out, &frame));
    }
    out.group("mark", |out| {
        for (place, value) in plot.series.iter().flat_map(|series| &series.marks) {
            signs::mark(out, [frame.x(*place), frame.y(*value)]);
        }
    });
    labels.draw(&mut out, &frame);
    let hatch = is_hatched.then_some(hatch);
    key::below(out, frame.end(), &entries(plot, hatch))
}

/// What the areas and signs are, followed by the notes.
fn entries(plot: &ChartPlot, hatch: Option<String>) -> Vec<KeyEntry> {
    let mut entries = Vec::new();
    let mut add = |swatch: KeySwatch, words: String| entries.push(KeyEntry { swatch, words });
    if matches!(plot.series.as_slice(), [only] if !only.interval.is_empty()) {
        add(KeySwatch::Band, plot.interval_names.join(" to "));
    }
    let marks: usize = plot.series.iter().map(|series| series.marks.len()).sum();
    if marks > 0 {
        add(
            KeySwatch::Mark,
            format!("{} ({marks})", mark_words(&plot.mark_name)),
        );
    }
    if let Some(id) = hatch {
        add(KeySwatch::Unfinished(id), "not finished yet".to_owned());
    }
    entries.extend(plot.notes.iter().map(KeyEntry::note));
    entries
}

/// Shades what lies between the ends of the interval, from place to place; rows without ends interrupt it.
fn band(out: &mut SvgMarkup, frame: &ChartFrame, series: &ChartSeries) {
    let mut ends = series.interval.iter().peekable();
    let mut stretches: Vec<Vec<(f64, [f64; 2])>> = vec![Vec::new()];
    for (place, _) in &series.points {
        let own = ends.next_if(|(own, _)| own.total_cmp(place).is_eq());
        match (own, stretches.last_mut()) {
            (Some((_, [low, high])), Some(stretch)) => {
                stretch.push((frame.x(*place), [frame.y(*high), frame.y(*low)]));
            }
            (None, Some(stretch)) if !stretch.is_empty() => stretches.push(Vec::new()),
            _ => {}
        }
    }
    for stretch in stretches {
        if let [(x, [top, bottom])] = stretch.as_slice() {
            let size = [2.0 * HALF_PLACE, bottom - top];
            out.rectangle([x - HALF_PLACE, *top], size, None);
        } else if !stretch.is_empty() {
            let stretch = thinned_ends(stretch);
            let upper = stretch.iter().map(|(x, [top, _])| [*x, *top]);
            let lower = stretch.iter().rev().map(|(x, [_, bottom])| [*x, *bottom]);
            out.area(&upper.chain(lower).collect::<Vec<Position>>());
        }
    }
}

/// One line of a chart.
struct SeriesLine<'a> {
    series: &'a ChartSeries,
    position: usize,
    /// Number of lines in the chart.
    count: usize,
    unfinished_from: Option<f64>,
}

impl SeriesLine<'_> {
    fn draw(&self, out: &mut SvgMarkup, frame: &ChartFrame) {
        let points = &self.series.points;
        let from = self.unfinished_from.unwrap_or(f64::INFINITY);
        let finished = points.partition_point(|(place, _)| *place < from);
        for stretch in stretches(&points[..finished], frame) {
            let line = thinned(stretch);
            out.polyline(&line, STROKE, signs::dashes(self.position));
        }
        if finished < points.len() {
            // It begins at the last finished point.
            for stretch in stretches(&points[finished.saturating_sub(1)..], frame) {
                out.polyline(&thinned(stretch), STROKE, signs::UNFINISHED_DASHES);
            }
        }
        for at in self.signed(frame) {
            signs::draw(out, self.position, at);
        }
    }

    /// Points that get a sign: those without a neighbour, all of a short single line, and of several lines some that
    /// are not at the same places in each.
    fn signed(&self, frame: &ChartFrame) -> Vec<Position> {
        let points = &self.series.points;
        let is_gap = |index: Option<usize>| {
            let point = index.and_then(|index| points.get(index));
            point.is_none_or(|(_, value)| value.is_none())
        };
        let mut signed = Vec::new();
        let share = SIGN_DISTANCE / as_place(self.count);
        let mut free = frame.left + share * as_place(self.position);
        for (index, (place, value)) in points.iter().enumerate() {
            let Some(value) = value else { continue };
            let at = [frame.x(*place), frame.y(*value)];
            let is_alone = is_gap(index.checked_sub(1)) && is_gap(Some(index + 1));
            let is_turn = self.count > 1 && at[0] >= free;
            if is_turn {
                free = at[0] + SIGN_DISTANCE;
            }
            let is_short = self.count == 1 && points.len() <= FEW_POINTS;
            if is_alone || is_turn || is_short {
                signed.push(at);
            }
        }
        signed
    }
}

/// Lines between gaps, each of at least two points.
fn stretches(points: &[Point], frame: &ChartFrame) -> Vec<Vec<Position>> {
    let between_gaps = points.split(|(_, value)| value.is_none());
    let long = between_gaps.filter(|stretch| stretch.len() > 1);
    let on_frame = |stretch: &[Point]| {
        let points = stretch.iter();
        let placed =
            points.filter_map(|(place, value)| Some([frame.x(*place), frame.y((*value)?)]));
        placed.collect()
    };
    long.map(on_frame).collect()
}

/// "anomaly" of `is_anomaly`, "out of limits" of `is_out`.
fn mark_words(column: &str) -> String {
    match column {
        "is_out" => "out of limits".to_owned(),
        other => other.strip_prefix("is_").unwrap_or(other).replace('_', " "),
    }
}
