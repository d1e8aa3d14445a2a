//! Horizontal bars from zero, or from the end of the step before in a waterfall: labels left, values at their ends,
//! whiskers for intervals.

use super::frame::halved;
use super::key::{self, KeyEntry};
use super::markup::{Position, SvgMarkup, TextAnchor, text_width, widest};
use super::{CELL, ChartShapes, LINE, WIDTH, signs};
use crate::output::chart::ChartOverlays;
use crate::output::chart::bar_rows::{ChartBar, value_texts};
use crate::output::chart::paint::ClampedCanvas;
use crate::output::chart::points::ChartPlot;

/// Height of a row, and of its bar.
const ROW: f64 = 26.0;
const THICKNESS: f64 = 17.0;
/// Height of the slot in a bar for its whisker.
const SLOT: f64 = 10.0;
/// Between the bars of two labels, if they have several.
const GROUP_GAP: f64 = 10.0;
/// Between a label, a bar and its value.
const GAP: f64 = 8.0;
const GOAL_DASHES: &str = "8 5";

/// A bar with what is drawn beside it.
struct BarRow<'a> {
    bar: ChartBar,
    /// Empty for all but the first bar of a label.
    label: String,
    series: &'a str,
    text: String,
    whisker: Option<[f64; 2]>,
    /// Its middle.
    y: f64,
}

pub(super) fn draw(
    plot: &ChartPlot,
    room: ClampedCanvas,
    overlays: &ChartOverlays,
    mut bars: Vec<ChartBar>,
) -> ChartShapes {
    let mut notes: Vec<KeyEntry> = plot.notes.iter().map(KeyEntry::note).collect();
    if let Some(unit) = plot.unit {
        notes.insert(0, KeyEntry::note(format!("in {unit}")));
    }
    if bars.len() > room.bars {
        notes.push(KeyEntry::note(room.cut_note(room.bars, bars.len(), "bars")));
        bars.truncate(room.bars);
    }
    let goal = overlays.goal.as_ref();
    let goal = goal.filter(|(level, _)| level.is_finite());
    let top = if goal.is_some() { LINE + 4.0 } else { 0.0 };
    let rows = rows(plot, bars, top);
    if rows.iter().any(|row| row.whisker.is_some()) {
        let words = plot.interval_names.join(" to ");
        notes.insert(0, KeyEntry::note(format!("thin lines: {words}")));
    }
    let layout = BarLayout::new(plot, &rows, goal.map(|(level, _)| *level));
    let bottom = rows.last().map_or(top, |row| row.y + ROW / 2.0);
    let mut out = SvgMarkup::default();
    layout.bars(&mut out, plot, &rows);
    out.group("axis", |out| {
        let zero = layout.x(0.0);
        out.line([zero, top], [zero, bottom], 1.5, "");
    });
    if let Some((level, words)) = goal {
        layout.goal(&mut out, *level, words, [top, bottom]);
    }
    layout.texts(&mut out, &rows);
    key::below(out, bottom, &notes)
}

fn rows(plot: &ChartPlot, bars: Vec<ChartBar>, top: f64) -> Vec<BarRow<'_>> {
    let texts = value_texts(&bars);
    let is_grouped = plot.series.len() > 1;
    let mut rows: Vec<BarRow<'_>> = Vec::with_capacity(bars.len());
    let mut y = top - ROW / 2.0;
    let mut last: Option<f64> = None;
    for (bar, text) in bars.into_iter().zip(texts) {
        let is_first = !is_grouped || last.is_none_or(|last| last.total_cmp(&bar.place).is_ne());
        y += ROW;
        if is_first && is_grouped && last.is_some() {
            y += GROUP_GAP;
        }
        last = Some(bar.place);
        let label = if is_first { bar.label.as_str() } else { "" };
        let text = if bar.value.is_some() {
            text
        } else {
            "no value".to_owned()
        };
        rows.push(BarRow {
            label: label.to_owned(),
            series: if is_grouped {
                &plot.series[bar.series].name
            } else {
                ""
            },
            text,
            whisker: whisker(plot, &bar),
            y,
            bar,
        });
    }
    rows
}

/// The interval of a bar, if it is certainly its own: there is one for its place, and the value lies in it.
fn whisker(plot: &ChartPlot, bar: &ChartBar) -> Option<[f64; 2]> {
    let series = plot.series.get(bar.series)?;
    let mut own = series
        .interval
        .iter()
        .filter(|(place, _)| place.total_cmp(&bar.place).is_eq());
    let (_, [low, high]) = *own.next()?;
    let value = bar.value?;
    let is_own = own.next().is_none() && (low..=high).contains(&value);
    is_own.then(|| [low, high].map(|end| bar.from + end))
}

/// Where labels end and bars begin, and how long a bar of one is.
struct BarLayout {
    /// Width of the labels.
    label: f64,
    /// Left end of the names of the series.
    series: f64,
    zero: f64,
    /// Units of length of a value of one.
    scale: f64,
    goal: Option<f64>,
}

impl BarLayout {
    fn new(plot: &ChartPlot, rows: &[BarRow<'_>], goal: Option<f64>) -> Self {
        let is_grouped = plot.series.len() > 1;
        let most = if is_grouped { WIDTH / 4.0 } else { WIDTH / 3.0 };
        let label = widest(rows.iter().map(|row| row.label.as_str()), most);
        let series = label + GAP;
        let names = widest(rows.iter().map(|row| row.series), WIDTH / 5.0);
        let left = if is_grouped {
            series + names + GAP
        } else {
            series
        };
        let text = |is_below: bool| {
            let own = rows.iter().filter(|row| row.is_below() == is_below);
            widest(own.map(|row| row.text.as_str()), WIDTH / 4.0)
        };
        let ends = || rows.iter().flat_map(BarRow::ends).chain(goal);
        let lowest = ends().fold(0.0, f64::min);
        let highest = ends().fold(0.0, f64::max);
        let below = if lowest < 0.0 { text(true) + GAP } else { 0.0 };
        let length = (WIDTH - left - below - text(false) - 2.0 * GAP).max(CELL);
        let scale = halved(length) / (halved(highest) - halved(lowest));
        // Nothing but zeros.
        let scale = if scale.is_finite() { scale } else { 0.0 };
        Self {
            label,
            series,
            zero: left + below - lowest * scale,
            scale,
            goal,
        }
    }

    fn x(&self, value: f64) -> f64 {
        self.zero + value * self.scale
    }

    fn bars(&self, out: &mut SvgMarkup, plot: &ChartPlot, rows: &[BarRow<'_>]) {
        for position in 0..plot.series.len() {
            let own = rows.iter().filter(|row| row.bar.series == position);
            out.group(&signs::class(position), |out| {
                for row in own {
                    self.bar(out, row);
                }
            });
        }
        out.group("label", |out| {
            for row in rows {
                self.whisker(out, row);
            }
        });
    }

    fn bar(&self, out: &mut SvgMarkup, row: &BarRow<'_>) {
        if row.bar.value.is_none() {
            return;
        }
        let (from, to) = (row.bar.from, row.bar.to());
        let sides = [from.min(to), from.max(to)].map(|end| self.x(end));
        let corner = [sides[0], row.y - THICKNESS / 2.0];
        let Some(ends) = row.whisker.map(|ends| ends.map(|end| self.x(end))) else {
            out.rectangle(corner, [sides[1] - sides[0], THICKNESS], None);
            return;
        };
        // No colour is readable on the bar and beside it, so the whisker lies in a slot.
        let slot = [ends[0] - 3.0, ends[1] + 3.0].map(|end| end.clamp(sides[0], sides[1]));
        let bar = rectangle(sides, row.y, THICKNESS / 2.0);
        out.area_with_hole(&bar, &rectangle(slot, row.y, SLOT / 2.0));
    }

    fn whisker(&self, out: &mut SvgMarkup, row: &BarRow<'_>) {
        if let Some(ends) = row.whisker {
            let [from, to] = ends.map(|end| self.x(end));
            out.line([from, row.y], [to, row.y], 1.5, "");
            for x in [from, to] {
                let half = SLOT / 2.0 - 1.5;
                out.line([x, row.y - half], [x, row.y + half], 1.5, "");
            }
        }
    }

    fn goal(&self, out: &mut SvgMarkup, level: f64, words: &str, [top, bottom]: [f64; 2]) {
        let x = self.x(level);
        out.group("goal", |out| {
            out.line([x, top - 2.0], [x, bottom], 2.0, GOAL_DASHES);
        });
        out.group("label", |out| {
            let half = text_width(words).min(WIDTH) / 2.0;
            out.text(
                [x.clamp(half, WIDTH - half), LINE / 2.0],
                TextAnchor::Middle,
                words,
                WIDTH,
            );
        });
    }

    fn texts(&self, out: &mut SvgMarkup, rows: &[BarRow<'_>]) {
        out.group("label", |out| {
            for row in rows {
                out.text([0.0, row.y], TextAnchor::Start, &row.label, self.label);
                let series = [self.series, row.y];
                out.text(series, TextAnchor::Start, row.series, WIDTH / 5.0);
                let (at, anchor) = self.value(row);
                out.text(at, anchor, &row.text, WIDTH / 4.0);
            }
        });
    }

    /// Where the value stands: outside of its bar and of its whisker, and beside the goal.
    fn value(&self, row: &BarRow<'_>) -> (Position, TextAnchor) {
        let ends = row.ends().map(|end| self.x(end));
        let width = text_width(&row.text);
        // The line of the goal would cross it.
        let is_crossed = |from: f64, goal: f64| (from - GAP..=from + width + GAP).contains(&goal);
        let goal = self.goal.map(|level| self.x(level));
        if row.is_below() {
            let end = ends.fold(self.x(row.bar.from), f64::min);
            let crossed = goal.filter(|goal| is_crossed(end - GAP - width, *goal));
            ([crossed.unwrap_or(end) - GAP, row.y], TextAnchor::End)
        } else {
            let end = ends.fold(self.x(row.bar.from), f64::max);
            let crossed = goal.filter(|goal| is_crossed(end + GAP, *goal));
            ([crossed.unwrap_or(end) + GAP, row.y], TextAnchor::Start)
        }
    }
}

/// Corners of what lies between two sides, `half` above and below `y`.
fn rectangle([left, right]: [f64; 2], y: f64, half: f64) -> [Position; 4] {
    let (top, bottom) = (y - half, y + half);
    [[left, top], [right, top], [right, bottom], [left, bottom]]
}

impl BarRow<'_> {
    fn is_below(&self) -> bool {
        self.bar.value.is_some_and(|value| value < 0.0)
    }

    /// Where the bar and its whisker begin and end.
    fn ends(&self) -> impl Iterator<Item = f64> + '_ {
        let whisker = self.whisker.iter().flatten().copied();
        let bar = self.bar.value.map(|_| [self.bar.from, self.bar.to()]);
        bar.into_iter().flatten().chain(whisker)
    }
}
