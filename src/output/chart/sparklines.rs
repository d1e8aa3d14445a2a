//! One row per series: its name, its course, its minimum, maximum and last value.

use ratatui_core::layout::Rect;
use ratatui_core::style::Style;
use ratatui_core::widgets::Widget;
use ratatui_widgets::sparkline::Sparkline;

use super::paint::{self, ClampedCanvas};
use super::points::{ChartPlot, ChartSeries};
use crate::output::numbers::{decimals, readable};

/// Number of steps between the lowest and the highest mark.
const LEVELS: f64 = 7.0;
pub(super) const HEADINGS: [&str; 3] = ["min", "max", "last"];

pub(super) fn draw(plot: &ChartPlot, room: ClampedCanvas) -> String {
    let mut notes = plot.notes.clone();
    let most = room.bars;
    let series = &plot.series[..plot.series.len().min(most)];
    if series.len() < plot.series.len() {
        notes.push(room.cut_note(most, plot.series.len(), "series"));
    }
    let places = places(plot);
    let rows: Vec<[String; 3]> = series.iter().map(extremes).collect();
    let name = series
        .iter()
        .map(|series| paint::width(&series.name))
        .max()
        .unwrap_or(0);
    let name = name.min(room.width / 3);
    let numbers: Vec<u16> = (0..3)
        .map(|column| {
            let cells = rows.iter().map(|row| paint::width(&row[column]));
            cells
                .chain([paint::width(HEADINGS[column])])
                .max()
                .unwrap_or(0)
        })
        .collect();
    let taken = name + 1 + numbers.iter().map(|width| width + 2).sum::<u16>();
    let line = room.width.saturating_sub(taken).max(4);
    let per_mark = places.len().div_ceil(line.into()).max(1);
    if per_mark > 1 {
        notes.push(format!("a mark is the mean of {per_mark} values"));
    }
    let marks = u16::try_from(places.len().div_ceil(per_mark)).unwrap_or(line);
    let line = line.min(marks.max(4));

    let mut buffer = room.buffer(u16::try_from(series.len()).unwrap_or(u16::MAX) + 2);
    buffer.set_stringn(0, 0, &plot.title, room.width.into(), paint::heading());
    let mut columns = |y: u16, cells: [&str; 3], style: Style| {
        let mut right = name + 1 + line;
        for (cell, width) in cells.into_iter().zip(&numbers) {
            right += width + 2;
            let start = right.saturating_sub(paint::width(cell));
            buffer.set_string(start.min(room.width - 1), y, cell, style);
        }
    };
    columns(1, HEADINGS, paint::faint());
    for (y, row) in (2..).zip(&rows) {
        columns(y, [&row[0], &row[1], &row[2]], Style::new());
    }
    for (position, of) in series.iter().enumerate() {
        let y = u16::try_from(position).unwrap_or(u16::MAX) + 2;
        buffer.set_string(0, y, paint::cut(&of.name, name), Style::new());
        let area = Rect::new(name + 1, y, line.min(room.width - name - 1), 1);
        Sparkline::default()
            .data(levels(of, &places, per_mark))
            .max(8)
            .style(Style::new().fg(paint::color(position)))
            .render(area, &mut buffer);
    }
    room.text(&buffer, &notes)
}

/// All places of x in order: the series share them, and missing values are gaps.
pub(super) fn places(plot: &ChartPlot) -> Vec<f64> {
    let points = plot.series.iter().flat_map(|series| &series.points);
    let mut places: Vec<f64> = points.map(|(place, _)| *place).collect();
    places.sort_by(f64::total_cmp);
    places.dedup_by(|a, b| a.total_cmp(b).is_eq());
    places
}

/// Height of each mark, one to eight; `None` is a gap.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a level lies between 0 and 7"
)]
fn levels(series: &ChartSeries, places: &[f64], per_mark: usize) -> Vec<Option<u64>> {
    let value_at = |place: &f64| {
        let found = series
            .points
            .iter()
            .find(|(own, _)| own.total_cmp(place).is_eq());
        found.and_then(|(_, value)| *value)
    };
    let mean = |places: &[f64]| {
        let values: Vec<f64> = places.iter().filter_map(value_at).collect();
        (!values.is_empty())
            .then(|| values.iter().sum::<f64>() / super::axis::as_place(values.len()))
    };
    let means: Vec<Option<f64>> = places.chunks(per_mark).map(mean).collect();
    let values = means.iter().flatten().copied();
    let low = values.clone().fold(f64::INFINITY, f64::min);
    let span = values.fold(f64::NEG_INFINITY, f64::max) - low;
    let level = |value: f64| {
        // A constant line is drawn in the middle.
        let share = if span > 0.0 {
            (value - low) / span
        } else {
            0.5
        };
        (share * LEVELS).round() as u64 + 1
    };
    means.into_iter().map(|value| value.map(level)).collect()
}

/// Least, greatest and last value.
pub(super) fn extremes(series: &ChartSeries) -> [String; 3] {
    let mut values = series.points.iter().filter_map(|(_, value)| *value);
    let digits = decimals(values.clone());
    let low = values.clone().fold(f64::INFINITY, f64::min);
    let high = values.clone().fold(f64::NEG_INFINITY, f64::max);
    let Some(last) = values.next_back() else {
        return ["NULL", "NULL", "NULL"].map(str::to_owned);
    };
    [low, high, last].map(|value| readable(value, digits))
}
