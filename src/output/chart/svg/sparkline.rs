//! Small lines without axes, as they stand in tiles and in rows of tables.

use super::frame::halved;
use super::markup::{Position, SvgMarkup, escaped, shortened};
use super::signs;
use super::thinning::thinned;
use crate::output::chart::axis::as_place;

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 28.0;
/// Room for the last point.
const MARGIN: f64 = 4.0;
const STROKE: f64 = 2.0;
const RADIUS: f64 = 3.0;
/// Dots of the stretch to an unfinished value.
const UNFINISHED_DASHES: &str = "1.5 2";
/// Least height of the band at one value.
const LEAST_BAND: f64 = 1.0;

/// An `<svg>` element without ids.
pub(in crate::output::chart) fn draw(
    values: &[Option<f64>],
    intervals: &[Option<[f64; 2]>],
    unfinished_last: bool,
    label: &str,
) -> String {
    let corner = [MARGIN, MARGIN];
    let size = [WIDTH - 2.0 * MARGIN, HEIGHT - 2.0 * MARGIN];
    let line = SmallLine::new(corner, size, values, intervals).unfinished(unfinished_last);
    let mut out = SvgMarkup::default();
    out.group("band", |out| line.band(out));
    out.group(&signs::class(0), |out| line.draw(out));
    format!(
        "<svg role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\">\n\
         {}</svg>",
        escaped(&shortened(label)),
        out.into_text()
    )
}

/// Values at equal distances inside a rectangle.
pub(super) struct SmallLine<'a> {
    corner: Position,
    size: [f64; 2],
    values: &'a [Option<f64>],
    intervals: &'a [Option<[f64; 2]>],
    unfinished_last: bool,
    low: f64,
    high: f64,
}

impl<'a> SmallLine<'a> {
    /// `intervals` are as many as `values`, or none.
    pub(super) fn new(
        corner: Position,
        size: [f64; 2],
        values: &'a [Option<f64>],
        intervals: &'a [Option<[f64; 2]>],
    ) -> Self {
        let ends = intervals.iter().flatten().flatten();
        let all = values.iter().flatten().chain(ends).copied();
        let all = all.filter(|value| value.is_finite());
        Self {
            corner,
            size,
            values,
            intervals,
            unfinished_last: false,
            low: all.clone().fold(f64::INFINITY, f64::min),
            high: all.fold(f64::NEG_INFINITY, f64::max),
        }
    }

    fn unfinished(mut self, unfinished_last: bool) -> Self {
        self.unfinished_last = unfinished_last;
        self
    }

    /// The line, points without a neighbour, and the last point.
    pub(super) fn draw(&self, out: &mut SvgMarkup) {
        let finished =
            self.values.len() - usize::from(self.unfinished_last && self.values.len() > 1);
        for stretch in self.stretches(0, finished) {
            match stretch.as_slice() {
                [only] => out.disc(*only, STROKE),
                _ => out.polyline(&thinned(stretch), STROKE, ""),
            }
        }
        if finished < self.values.len() {
            for stretch in self.stretches(finished - 1, self.values.len()) {
                if stretch.len() > 1 {
                    out.polyline(&stretch, STROKE, UNFINISHED_DASHES);
                }
            }
        }
        let last = self.values.iter().rposition(Option::is_some);
        if let Some(at) = last.and_then(|index| self.point(index)) {
            if last.is_some_and(|last| last >= finished) {
                out.ring(at, RADIUS - 0.5, 1.5);
            } else {
                out.disc(at, RADIUS);
            }
        }
    }

    /// The intervals from value to value.
    fn band(&self, out: &mut SvgMarkup) {
        let ends = |index: usize| {
            let [low, high] = self.interval(index)?;
            let (top, bottom) = (self.y(high), self.y(low));
            let missing = (LEAST_BAND - (bottom - top)).max(0.0) / 2.0;
            Some((self.x(index), [top - missing, bottom + missing]))
        };
        let ends: Vec<Option<(f64, [f64; 2])>> = (0..self.values.len()).map(ends).collect();
        for stretch in ends
            .split(Option::is_none)
            .filter(|stretch| stretch.len() > 1)
        {
            let stretch = || stretch.iter().flatten();
            let upper = stretch().map(|(x, [top, _])| [*x, *top]);
            let lower = stretch().rev().map(|(x, [_, bottom])| [*x, *bottom]);
            out.area(&upper.chain(lower).collect::<Vec<Position>>());
        }
    }

    fn interval(&self, index: usize) -> Option<[f64; 2]> {
        let ends = self.intervals.get(index).copied().flatten();
        ends.filter(|ends| ends.iter().all(|end| end.is_finite()))
    }

    /// Points between gaps, of the values from `from` to before `to`.
    fn stretches(&self, from: usize, to: usize) -> Vec<Vec<Position>> {
        let points: Vec<Option<Position>> = (from..to).map(|index| self.point(index)).collect();
        let stretches = points.split(Option::is_none);
        let full = stretches.filter(|stretch| !stretch.is_empty());
        full.map(|stretch| stretch.iter().flatten().copied().collect())
            .collect()
    }

    fn point(&self, index: usize) -> Option<Position> {
        let value = self.values.get(index).copied().flatten();
        let value = value.filter(|value| value.is_finite())?;
        Some([self.x(index), self.y(value)])
    }

    fn x(&self, index: usize) -> f64 {
        let steps = self.values.len().saturating_sub(1);
        // A single value stands at the end, where readers look for the last one.
        let share = if steps == 0 {
            1.0
        } else {
            as_place(index) / as_place(steps)
        };
        self.corner[0] + share * self.size[0]
    }

    fn y(&self, value: f64) -> f64 {
        let [value, low, high] = [value, self.low, self.high].map(halved);
        let share = (value - low) / (high - low);
        // A constant line is drawn in the middle.
        let share = if share.is_finite() { share } else { 0.5 };
        self.corner[1] + (1.0 - share) * self.size[1]
    }
}
