//! Horizontal bars: labels left, values right, a zero line if there are negative values. The steps of a waterfall begin
//! where the one before ended.

use ratatui_core::buffer::Buffer;
use ratatui_core::style::Style;
use ratatui_core::symbols::{block, line};

use super::bar_rows::{ChartBar, value_texts};
use super::paint::{self, ClampedCanvas};
use super::points::ChartPlot;

/// Right half of a cell, the only partial cell for the end of a bar to the left.
const RIGHT_HALF: &str = "▐";

pub(super) fn draw(plot: &ChartPlot, room: ClampedCanvas, mut bars: Vec<ChartBar>) -> String {
    let mut notes = plot.notes.clone();
    let most = room.bars;
    if bars.len() > most {
        notes.push(room.cut_note(most, bars.len(), "bars"));
        bars.truncate(most);
    }
    let lines = u16::try_from(bars.len()).unwrap_or(u16::MAX);
    let mut buffer = room.buffer(lines + 1);
    buffer.set_stringn(0, 0, &plot.title, room.width.into(), paint::heading());
    let texts = value_texts(&bars);
    let columns = BarChartLayout::new(plot, &bars, &texts, room);
    let mut last = "";
    for (y, (bar, text)) in (1..).zip(bars.iter().zip(&texts)) {
        // A label is printed once above the bars of its series.
        let label = if bar.label == last { "" } else { &bar.label };
        last = &bar.label;
        columns.write(&mut buffer, y, label, &plot.series[bar.series].name, text);
        columns.bar(&mut buffer, y, bar);
    }
    room.text(&buffer, &notes)
}

/// Positions of labels, bars and values.
struct BarChartLayout {
    label: u16,
    series: u16,
    value: u16,
    /// First cell of the bars.
    left: u16,
    /// Number of cells on both sides of the zero line.
    below: u16,
    above: u16,
    cells_per_one: f64,
}

impl BarChartLayout {
    fn new(plot: &ChartPlot, bars: &[ChartBar], texts: &[String], room: ClampedCanvas) -> Self {
        let most = room.width / 3;
        let widest = |texts: &mut dyn Iterator<Item = u16>| texts.max().unwrap_or(0).min(most);
        let label = widest(&mut bars.iter().map(|bar| paint::width(&bar.label)));
        let series = if plot.series.len() > 1 {
            widest(&mut plot.series.iter().map(|series| paint::width(&series.name))) + 1
        } else {
            0
        };
        let value = texts
            .iter()
            .map(|text| paint::width(text))
            .max()
            .unwrap_or(0);
        let left = label + 1 + series;
        // One cell for the zero line and one before the value.
        let cells = room.width.saturating_sub(left + value + 2).max(2);
        let values = bars.iter().map(ChartBar::to);
        let lowest = values.clone().fold(0.0, f64::min).abs();
        let highest = values.fold(0.0, f64::max);
        let span = if lowest + highest > 0.0 {
            lowest + highest
        } else {
            1.0
        };
        let below = if lowest > 0.0 {
            round(f64::from(cells) * lowest / span).clamp(1, cells - 1)
        } else {
            0
        };
        let above = cells - below;
        // The smaller scale applies to both sides, so that rounding never makes a bar exceed its
        // side.
        let of = |cells: u16, size: f64| {
            if size > 0.0 {
                f64::from(cells) / size
            } else {
                f64::MAX
            }
        };
        Self {
            label,
            series,
            value,
            left,
            below,
            above,
            cells_per_one: of(below, lowest).min(of(above, highest)),
        }
    }

    fn write(&self, buffer: &mut Buffer, y: u16, label: &str, series: &str, value: &str) {
        let plain = Style::new();
        buffer.set_string(0, y, paint::cut(label, self.label), plain);
        if self.series > 0 {
            let name = paint::cut(series, self.series - 1);
            buffer.set_string(self.label + 1, y, name, plain);
        }
        let right = self.left + self.below + 1 + self.above + 1 + self.value;
        let start = right.saturating_sub(paint::width(value));
        buffer.set_string(start.min(buffer.area.width), y, value, plain);
    }

    /// A bar that does not begin at the zero line: whole cells, one at least.
    fn step(&self, buffer: &mut Buffer, y: u16, bar: &ChartBar) {
        let ends = [bar.from, bar.to()].map(|end| self.cell(end));
        let [first, last] = [ends[0].min(ends[1]), ends[0].max(ends[1])];
        let style = Style::new().fg(paint::color(bar.series));
        let cells = usize::from((last - first).max(1));
        let first = first.min(self.left + self.below + self.above);
        buffer.set_string(first, y, block::FULL.repeat(cells), style);
    }

    /// The cell that begins at `value`.
    fn cell(&self, value: f64) -> u16 {
        let zero = self.left + self.below;
        let cells = value.abs() * self.cells_per_one;
        if value < 0.0 {
            zero - round(cells.min(f64::from(self.below)))
        } else {
            zero + 1 + round(cells.min(f64::from(self.above)))
        }
    }

    fn bar(&self, buffer: &mut Buffer, y: u16, bar: &ChartBar) {
        let zero = self.left + self.below;
        buffer.set_string(zero, y, line::VERTICAL, paint::faint());
        let Some(value) = bar.value else { return };
        if bar.from.abs() > 0.0 {
            self.step(buffer, y, bar);
            return;
        }
        let style = Style::new().fg(paint::color(bar.series));
        let cells = value.abs() * self.cells_per_one;
        if value < 0.0 {
            let text = leftward(cells.min(f64::from(self.below)));
            buffer.set_string(zero - paint::width(&text), y, text, style);
        } else if value > 0.0 {
            buffer.set_string(
                zero + 1,
                y,
                rightward(cells.min(f64::from(self.above))),
                style,
            );
        }
    }
}

/// Bar in eighths of cells; a positive value is always visible.
fn rightward(cells: f64) -> String {
    const EIGHTHS: [&str; 8] = [
        "",
        block::ONE_EIGHTH,
        block::ONE_QUARTER,
        block::THREE_EIGHTHS,
        block::HALF,
        block::FIVE_EIGHTHS,
        block::THREE_QUARTERS,
        block::SEVEN_EIGHTHS,
    ];
    let eighths = usize::from(round(cells * 8.0).max(1));
    let mut bar = block::FULL.repeat(eighths / 8);
    bar.push_str(EIGHTHS[eighths % 8]);
    bar
}

fn leftward(cells: f64) -> String {
    let halves = usize::from(round(cells * 2.0).max(1));
    let end = if halves.is_multiple_of(2) {
        ""
    } else {
        RIGHT_HALF
    };
    format!("{end}{}", block::FULL.repeat(halves / 2))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "cells of a line, never negative"
)]
fn round(cells: f64) -> u16 {
    cells.round() as u16
}
