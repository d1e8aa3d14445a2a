//! A small line for each series, with its name and its least, greatest and last value.

use super::key::{self, KeyEntry};
use super::markup::{SvgMarkup, TextAnchor, text_width, widest};
use super::sparkline::SmallLine;
use super::{ChartShapes, LINE, WIDTH, signs};
use crate::output::chart::axis::as_place;
use crate::output::chart::paint::ClampedCanvas;
use crate::output::chart::points::{ChartPlot, ChartSeries};
use crate::output::chart::sparklines::{HEADINGS, extremes, places};

const ROW: f64 = 34.0;
const LINE_HEIGHT: f64 = 24.0;
const GAP: f64 = 14.0;

pub(super) fn draw(plot: &ChartPlot, room: ClampedCanvas) -> ChartShapes {
    let series = &plot.series[..plot.series.len().min(room.bars)];
    let mut notes = vec![KeyEntry::note("each line has its own scale")];
    if let Some(unit) = plot.unit {
        notes.push(KeyEntry::note(format!("in {unit}")));
    }
    notes.extend(plot.notes.iter().map(KeyEntry::note));
    if series.len() < plot.series.len() {
        let note = room.cut_note(series.len(), plot.series.len(), "series");
        notes.push(KeyEntry::note(note));
    }
    let rows: Vec<[String; 3]> = series.iter().map(extremes).collect();
    let left = widest(
        series.iter().map(|series| series.name.as_str()),
        WIDTH / 3.0,
    ) + GAP;
    let ends = column_ends(&rows);
    let mut out = SvgMarkup::default();
    out.group("label", |out| {
        for (end, heading) in ends.iter().zip(HEADINGS) {
            out.text([*end, LINE / 2.0], TextAnchor::End, heading, WIDTH / 6.0);
        }
        for (row, (series, texts)) in series.iter().zip(&rows).enumerate() {
            let y = middle(row);
            out.text([0.0, y], TextAnchor::Start, &series.name, left - GAP);
            for (end, text) in ends.iter().zip(texts) {
                out.text([*end, y], TextAnchor::End, text, WIDTH / 6.0);
            }
        }
    });
    let right = ends[0] - columns(&rows)[0] - GAP;
    let places = places(plot);
    for (row, series) in series.iter().enumerate() {
        let corner = [left, middle(row) - LINE_HEIGHT / 2.0];
        let values = values(series, &places);
        let line = SmallLine::new(corner, [right - left, LINE_HEIGHT], &values, &[]);
        out.group(&signs::class(row), |out| line.draw(out));
    }
    key::below(out, LINE + as_place(series.len()) * ROW, &notes)
}

fn middle(row: usize) -> f64 {
    LINE + (as_place(row) + 0.5) * ROW
}

/// Widths of the three columns of numbers.
fn columns(rows: &[[String; 3]]) -> [f64; 3] {
    [0, 1, 2].map(|column| {
        let texts = rows.iter().map(|row| row[column].as_str());
        widest(texts, WIDTH / 6.0).max(text_width(HEADINGS[column]))
    })
}

fn column_ends(rows: &[[String; 3]]) -> [f64; 3] {
    let [_, high, last] = columns(rows);
    [WIDTH - last - high - 2.0 * GAP, WIDTH - last - GAP, WIDTH]
}

/// Value of each of `places`, all in their order.
fn values(series: &ChartSeries, places: &[f64]) -> Vec<Option<f64>> {
    let mut points = series.points.iter().peekable();
    let value = |place: &f64| {
        let mut found = None;
        while let Some((_, value)) = points.next_if(|(own, _)| own.total_cmp(place).is_le()) {
            found = found.or(*value);
        }
        found
    };
    places.iter().map(value).collect()
}
