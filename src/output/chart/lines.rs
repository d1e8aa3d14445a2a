//! Lines over an axis, drawn in braille dots with a sign at the points of each series.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Style};
use ratatui_core::symbols::{Marker, line};
use ratatui_core::widgets::Widget;
use ratatui_widgets::canvas::{self, Context};

use super::bounds::{place_bounds, value_bounds};
use super::paint::{self, ClampedCanvas};
use super::points::{ChartPlot, ChartSeries};
use super::ticks::{self, AxisTick};

/// Number of cells between the signs of a line.
const SIGN_DISTANCE: usize = 5;
const ZERO: &str = "┈";
/// Between the ends of an interval.
const BAND: &str = "░";
/// Beside a point that stands out.
const MARK: char = '◆';

pub(super) fn draw(mut plot: ChartPlot, room: ClampedCanvas) -> String {
    let legend = legend(&plot.series, room.width);
    let head = 1 + u16::try_from(legend.len()).unwrap_or(u16::MAX);
    let height = room.height.max(head + 6);
    // Two lines below the plot area are reserved for the axis.
    let mut notes = accompaniments(&plot);
    notes.append(&mut plot.notes);
    let rows = height - head - 2 - u16::from(!notes.is_empty());
    let frame = LinePlotArea::new(&plot, room.width, head, rows);
    let count = plot.series.len();
    let mut buffer = room.buffer(head + rows + 2);
    buffer.set_stringn(0, 0, &plot.title, room.width.into(), paint::heading());
    for (y, entries) in (1..).zip(&legend) {
        for (x, position, name) in entries {
            let sign = paint::sign(*position, count).to_string();
            buffer.set_string(*x, y, sign, Style::new().fg(paint::color(*position)));
            buffer.set_stringn(
                x + 2,
                y,
                name,
                usize::from(room.width - x - 2),
                Style::new(),
            );
        }
    }
    if let [only] = plot.series.as_slice() {
        frame.band(&mut buffer, only);
    }
    frame.axes(&mut buffer, &plot);
    frame.lines(&mut buffer, &plot.series);
    room.text(&buffer, &notes)
}

/// What the band and the signs are.
fn accompaniments(plot: &ChartPlot) -> Vec<String> {
    let mut notes = Vec::new();
    if matches!(plot.series.as_slice(), [only] if !only.interval.is_empty()) {
        notes.push(format!("{BAND} {}", plot.interval_names.join(" to ")));
    }
    let marks: usize = plot.series.iter().map(|series| series.marks.len()).sum();
    if marks > 0 {
        notes.push(format!("{MARK} {} ({marks})", plot.mark_name));
    }
    notes
}

/// Positions of the legend names: lines of (column, series, name). A single series needs no legend.
fn legend(series: &[ChartSeries], width: u16) -> Vec<Vec<(u16, usize, String)>> {
    let mut lines: Vec<Vec<(u16, usize, String)>> = Vec::new();
    if series.len() < 2 {
        return lines;
    }
    let mut x = width;
    for (position, of) in series.iter().enumerate() {
        let name = paint::cut(&of.name, (width / 2).max(4));
        let taken = paint::width(&name) + 2;
        if x + taken > width {
            lines.push(Vec::new());
            x = 0;
        }
        if let Some(line) = lines.last_mut() {
            line.push((x, position, name));
        }
        x += taken + 3;
    }
    lines
}

/// Area of the lines and the values at its edges.
struct LinePlotArea {
    area: Rect,
    x: [f64; 2],
    y: [f64; 2],
    ticks: Vec<AxisTick>,
}

impl LinePlotArea {
    fn new(plot: &ChartPlot, width: u16, top: u16, rows: u16) -> Self {
        let (low, high) = value_bounds(plot, &[]);
        let (low, high, ticks) = ticks::numbers(low, high, usize::from(rows / 3).max(2));
        let labels = ticks
            .iter()
            .map(|tick| paint::width(&tick.label))
            .max()
            .unwrap_or(0);
        let left = (labels + 2).min(width - 8);
        // The signs of several lines stand at their ends too.
        let right = if plot.series.len() > 1 { 2 } else { 0 };
        Self {
            area: Rect::new(left, top, width - left - right, rows),
            x: place_bounds(plot),
            y: [low, high],
            ticks,
        }
    }

    /// Row of a value, as in the braille grid of two by four dots per cell.
    fn row(&self, value: f64) -> u16 {
        let dots = f64::from(self.area.height) * 4.0 - 1.0;
        cell((self.y[1] - value) / (self.y[1] - self.y[0]) * dots, 4) + self.area.top()
    }

    fn column(&self, place: f64) -> u16 {
        let dots = f64::from(self.area.width) * 2.0 - 1.0;
        cell((place - self.x[0]) / (self.x[1] - self.x[0]) * dots, 2) + self.area.left()
    }

    fn axes(&self, buffer: &mut Buffer, plot: &ChartPlot) {
        let (left, bottom) = (self.area.left() - 1, self.area.bottom());
        for y in self.area.top()..bottom {
            buffer.set_string(left, y, line::VERTICAL, paint::faint());
        }
        let across = line::HORIZONTAL.repeat(self.area.width.into());
        buffer.set_string(left, bottom, format!("└{across}"), paint::faint());
        for tick in &self.ticks {
            let y = self.row(tick.at);
            let start = left.saturating_sub(paint::width(&tick.label) + 1);
            buffer.set_stringn(start, y, &tick.label, left.into(), Style::new());
            buffer.set_string(left, y, "┤", paint::faint());
        }
        if self.y[0] < 0.0 && self.y[1] > 0.0 {
            let across = ZERO.repeat(self.area.width.into());
            buffer.set_string(self.area.left(), self.row(0.0), across, paint::faint());
        }
        let ticks = ticks::along(&plot.x, self.x[0], self.x[1], self.area.width.into());
        self.labels_below(buffer, &ticks);
    }

    /// Draws labels centred below their places, the last one in any case; a label that would touch
    /// another is skipped.
    fn labels_below(&self, buffer: &mut Buffer, ticks: &[AxisTick]) {
        let (axis, y) = (self.area.bottom(), self.area.bottom() + 1);
        let placed = |tick: &AxisTick| {
            let label = paint::cut(&tick.label, self.area.width / 2);
            let width = paint::width(&label);
            let column = self.column(tick.at);
            let last_start = self.area.right().saturating_sub(width);
            let start = column.saturating_sub(width / 2).min(last_start);
            (start, start + width + 2, column, label)
        };
        let placed: Vec<_> = ticks.iter().map(placed).collect();
        let last = placed.last().map_or(0, |(start, ..)| *start);
        let mut free = 0;
        for (index, (start, end, column, label)) in placed.iter().enumerate() {
            let is_last = index + 1 == placed.len();
            if *start < free || (!is_last && *end > last) {
                continue;
            }
            buffer.set_string(*start, y, label, Style::new());
            buffer.set_string(*column, axis, "┬", paint::faint());
            free = *end;
        }
    }

    /// Shades what lies between the ends of the interval, from place to place.
    fn band(&self, buffer: &mut Buffer, series: &ChartSeries) {
        let ends: Vec<(u16, [u16; 2])> = series
            .interval
            .iter()
            .map(|(place, [low, high])| (self.column(*place), [self.row(*high), self.row(*low)]))
            .collect();
        let mut shade = |column: u16, [top, bottom]: [u16; 2]| {
            for y in top.max(self.area.top())..=bottom.min(self.area.bottom() - 1) {
                buffer.set_string(column, y, BAND, paint::faint());
            }
        };
        for &(column, rows) in &ends {
            shade(column, rows);
        }
        for pair in ends.windows(2) {
            let [(from, first), (to, last)] = [pair[0], pair[1]];
            for column in from + 1..to {
                let share = f64::from(column - from) / f64::from(to - from);
                shade(
                    column,
                    [0, 1].map(|end| between(first[end], last[end], share)),
                );
            }
        }
    }

    fn lines(&self, buffer: &mut Buffer, series: &[ChartSeries]) {
        let draw = |context: &mut Context<'_>| {
            for (position, of) in series.iter().enumerate() {
                context.marker(Marker::Braille);
                for pair in of.points.windows(2) {
                    if let [(x1, Some(y1)), (x2, Some(y2))] = *pair {
                        context.draw(&canvas::Line::new(x1, y1, x2, y2, paint::color(position)));
                    }
                }
            }
            for (position, of) in series.iter().enumerate() {
                let sign = if series.len() > 1 {
                    paint::sign(position, series.len())
                } else {
                    '•'
                };
                context.marker(Marker::Custom(sign));
                context.draw(&canvas::Points {
                    coords: &self.signed(of, position, series.len()),
                    color: paint::color(position),
                });
            }
            context.marker(Marker::Custom(MARK));
            for of in series {
                context.draw(&canvas::Points {
                    coords: &of.marks,
                    color: Color::Red,
                });
            }
        };
        let canvas = canvas::Canvas::default()
            .x_bounds(self.x)
            .y_bounds(self.y)
            .paint(draw);
        canvas.render(self.area, buffer);
        if series.len() > 1 {
            self.ends(buffer, series);
        }
    }

    /// Sign of each line beside its last value, or as near as there is a free row.
    fn ends(&self, buffer: &mut Buffer, series: &[ChartSeries]) {
        let x = self.area.right() + 1;
        let rows = self.area.top()..self.area.bottom();
        let mut taken = Vec::new();
        for (position, of) in series.iter().enumerate() {
            let last = of.points.iter().rev().find_map(|(_, value)| *value);
            let Some(wanted) = last.map(|value| self.row(value)) else {
                continue;
            };
            let free = rows.clone().filter(|row| !taken.contains(row));
            let Some(row) = free.min_by_key(|row| row.abs_diff(wanted)) else {
                return;
            };
            taken.push(row);
            let sign = paint::sign(position, series.len()).to_string();
            buffer.set_string(x, row, sign, Style::new().fg(paint::color(position)));
        }
    }

    /// Points that get a sign: isolated points, and so many of the others that the line stays
    /// visible, not at the same places in every line.
    fn signed(&self, series: &ChartSeries, position: usize, count: usize) -> Vec<(f64, f64)> {
        let points = &series.points;
        let every = (points.len() * SIGN_DISTANCE)
            .div_ceil(usize::from(self.area.width))
            .max(1);
        let first = position * every / count;
        let is_gap = |index: Option<usize>| {
            let point = index.and_then(|index| points.get(index));
            point.is_none_or(|(_, value)| value.is_none())
        };
        let wanted = |index: usize| {
            let is_alone = is_gap(index.checked_sub(1)) && is_gap(Some(index + 1));
            is_alone || (index + every - first).is_multiple_of(every)
        };
        let signed = points
            .iter()
            .enumerate()
            .filter(|(index, _)| wanted(*index));
        signed.filter_map(|(_, &(x, y))| Some((x, y?))).collect()
    }
}

/// The row at `share` of the way.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between two rows of the area"
)]
fn between(from: u16, to: u16, share: f64) -> u16 {
    (f64::from(from) + (f64::from(to) - f64::from(from)) * share).round() as u16
}

/// Cell of a dot.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "dots of the area, never negative"
)]
fn cell(dot: f64, dots: u16) -> u16 {
    dot.round() as u16 / dots
}
