//! Heat maps and cohort tables: a row for each series, a column for each place, a shade and a value for each cell.

use super::key::{self, KeyEntry, KeySwatch};
use super::markup::{SvgMarkup, TextAnchor, cut, text_width, widest};
use super::{CELL, ChartShapes, LINE, WIDTH};
use crate::output::chart::axis::as_place;
use crate::output::chart::heat_values::HeatMap;
use crate::output::chart::paint::ClampedCanvas;
use crate::output::chart::points::ChartPlot;
use crate::output::numbers::readable;

const MOST_ROWS: usize = 60;
const SHADES: usize = 5;
const ROW: f64 = 26.0;
/// Between cells, and between the labels and the cells.
const CELL_GAP: f64 = 1.0;
const GAP: f64 = 8.0;
/// Narrowest column, and the widest.
const NARROWEST: f64 = 8.0;
const WIDEST: f64 = 90.0;

pub(super) fn draw(plot: &ChartPlot, room: ClampedCanvas) -> ChartShapes {
    let mut map = HeatMap::new(plot);
    let mut notes: Vec<KeyEntry> = plot.notes.iter().map(KeyEntry::note).collect();
    if let Some(unit) = plot.unit {
        notes.insert(0, KeyEntry::note(format!("in {unit}")));
    }
    if map.rows.len() > MOST_ROWS {
        let note = room.cut_note(MOST_ROWS, map.rows.len(), "lines");
        notes.push(KeyEntry::note(note));
        map.rows.truncate(MOST_ROWS);
    }
    let left = widest(map.rows.iter().map(|row| row.name), WIDTH / 3.0) + GAP;
    let most = most_columns(WIDTH - left);
    if map.places.len() > most {
        let note = room.cut_note(most, map.places.len(), "columns");
        notes.push(KeyEntry::note(note));
        map.places.truncate(most);
        map.rows
            .iter_mut()
            .for_each(|row| row.values.truncate(most));
    }
    let cells = HeatCells::new(&map, left);
    let mut out = SvgMarkup::default();
    cells.labels(&mut out, plot);
    for shade in 0..SHADES {
        let class = format!("shade-{shade}");
        out.group(&class, |out| cells.shaded(out, shade));
    }
    if !cells.writes {
        notes.splice(0..0, cells.legend());
    }
    let bottom = LINE + as_place(map.rows.len()) * ROW;
    key::below(out, bottom, &notes)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few dozen columns"
)]
fn most_columns(width: f64) -> usize {
    (width / NARROWEST) as usize
}

/// Where the cells stand, and what is in them.
struct HeatCells<'a> {
    map: &'a HeatMap<'a>,
    left: f64,
    /// Width of a column.
    column: f64,
    /// True if the values are written in their cells.
    writes: bool,
    /// All values, in their order.
    sorted: Vec<f64>,
}

impl<'a> HeatCells<'a> {
    fn new(map: &'a HeatMap<'a>, left: f64) -> Self {
        let fair = (WIDTH - left) / as_place(map.places.len().max(1));
        let column = fair.min(WIDEST);
        let text = map
            .texts()
            .map(|text| text_width(&text))
            .fold(0.0, f64::max);
        let values = map.rows.iter().flat_map(|row| &row.values).flatten();
        let mut sorted: Vec<f64> = values.copied().collect();
        sorted.sort_by(f64::total_cmp);
        Self {
            map,
            left,
            column,
            writes: text + CELL / 2.0 <= column,
            sorted,
        }
    }

    /// Fifth of the values that `value` is in; equal values are in the same one.
    fn shade(&self, value: f64) -> usize {
        let below = self.sorted.partition_point(|other| *other < value);
        let upto = self.sorted.partition_point(|other| *other <= value);
        ((below + upto) * SHADES / (2 * self.sorted.len().max(1))).min(SHADES - 1)
    }

    fn x(&self, column: usize) -> f64 {
        self.left + as_place(column) * self.column
    }

    /// Names of the rows, and of the columns that have room.
    fn labels(&self, out: &mut SvgMarkup, plot: &ChartPlot) {
        out.group("label", |out| {
            for (y, row) in self.map.rows.iter().enumerate() {
                let at = [0.0, row_middle(y)];
                out.text(at, TextAnchor::Start, row.name, self.left - GAP);
            }
            let mut free = 0.0;
            for (column, place) in self.map.places.iter().enumerate() {
                let full = plot.x.label(*place);
                let most = self.column.max(16.0 * CELL);
                let width = text_width(&cut(&full, most));
                let wanted = self.x(column) + self.column / 2.0;
                let middle = wanted.min(WIDTH - width / 2.0);
                if middle - width / 2.0 >= free {
                    out.text([middle, LINE / 2.0], TextAnchor::Middle, &full, most);
                    free = middle + width / 2.0 + CELL;
                }
            }
        });
    }

    /// The cells of one shade.
    fn shaded(&self, out: &mut SvgMarkup, shade: usize) {
        let rows = self.map.rows.iter().enumerate();
        let cells = rows.flat_map(|(y, row)| {
            let values = row.values.iter().enumerate();
            values.filter_map(move |(x, value)| Some((x, y, (*value)?)))
        });
        let own: Vec<(usize, usize, f64)> = cells
            .filter(|(_, _, value)| self.shade(*value) == shade)
            .collect();
        for (x, y, _) in &own {
            let corner = [self.x(*x), row_middle(*y) - ROW / 2.0 + CELL_GAP];
            let size = [self.column - CELL_GAP, ROW - CELL_GAP];
            out.rectangle(corner, size, None);
        }
        if self.writes {
            out.group("label", |out| {
                for (x, y, value) in own {
                    let at = [
                        self.x(x) + self.column / 2.0,
                        row_middle(y) + CELL_GAP / 2.0,
                    ];
                    let text = readable(value, self.map.decimals);
                    out.text(at, TextAnchor::Middle, &text, self.column);
                }
            });
        }
    }

    /// The least and the greatest value of each shade.
    fn legend(&self) -> Vec<KeyEntry> {
        let entry = |shade: usize| {
            let own = self
                .sorted
                .iter()
                .filter(|value| self.shade(**value) == shade);
            let own: Vec<f64> = own.copied().collect();
            let text = |value: f64| readable(value, self.map.decimals);
            let (low, high) = (text(*own.first()?), text(*own.last()?));
            let words = if low == high {
                low
            } else {
                format!("{low} to {high}")
            };
            Some(KeyEntry {
                swatch: KeySwatch::Shade(shade),
                words,
            })
        };
        (0..SHADES).filter_map(entry).collect()
    }
}

fn row_middle(row: usize) -> f64 {
    LINE + (as_place(row) + 0.5) * ROW
}
