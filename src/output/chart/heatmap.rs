//! Heat maps: a line for each series, a column for each place of x, and a shade for each value.

use ratatui_core::buffer::Buffer;
use ratatui_core::style::Style;

use super::heat_values::HeatMap;
use super::paint::{self, ClampedCanvas};
use super::points::ChartPlot;
use crate::output::numbers::readable;

/// From the lowest quarter of the range of values to the highest.
const SHADES: [&str; 4] = ["░", "▒", "▓", "█"];
/// Cells of a place where nothing is written.
const WIDEST_CELL: u16 = 4;

pub(super) fn draw(plot: &ChartPlot, room: ClampedCanvas) -> String {
    let mut map = HeatMap::new(plot);
    let mut notes = plot.notes.clone();
    let most = if room.all {
        map.rows.len()
    } else {
        usize::from(room.height.saturating_sub(3)).max(1)
    };
    if map.rows.len() > most {
        notes.push(room.cut_note(most, map.rows.len(), "lines"));
        map.rows.truncate(most);
    }
    let layout = HeatMapLayout::new(&mut map, plot, room, &mut notes);
    notes.insert(0, map.legend());
    let lines = u16::try_from(map.rows.len()).unwrap_or(u16::MAX);
    let mut buffer = room.buffer(lines + 2);
    buffer.set_stringn(0, 0, &plot.title, room.width.into(), paint::heading());
    for (y, row) in (1..).zip(&map.rows) {
        buffer.set_string(0, y, paint::cut(row.name, layout.left - 1), Style::new());
        for (column, value) in row.values.iter().enumerate() {
            layout.cell(&mut buffer, y, column, *value, &map);
        }
    }
    layout.labels(&mut buffer, lines + 1, &map, plot);
    room.text(&buffer, &notes)
}

impl HeatMap<'_> {
    /// The shade of a value, by its quarter of the range.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of four shades"
    )]
    fn shade(&self, value: f64) -> &'static str {
        let range = self.high - self.low;
        let share = if range > 0.0 {
            (value - self.low) / range
        } else {
            1.0
        };
        SHADES[((share * 4.0) as usize).min(3)]
    }

    /// The ends of each quarter.
    fn legend(&self) -> String {
        let text = |value: f64| readable(value, self.decimals);
        if self.high <= self.low {
            return format!("{} {}", SHADES[3], text(self.low));
        }
        let quarter = (self.high - self.low) / 4.0;
        let ends = (1..).zip(SHADES).map(|(number, shade)| {
            format!(
                "{shade} to {}",
                text(self.low + quarter * f64::from(number))
            )
        });
        let ends: Vec<String> = ends.collect();
        format!("from {}: {}", text(self.low), ends.join(", "))
    }
}

/// Where the cells stand.
struct HeatMapLayout {
    left: u16,
    /// Of one place.
    cell: u16,
    /// True if the values are written beside their shades.
    writes: bool,
}

impl HeatMapLayout {
    /// Drops the last places of `map` if there is no room for all.
    fn new(
        map: &mut HeatMap<'_>,
        plot: &ChartPlot,
        room: ClampedCanvas,
        notes: &mut Vec<String>,
    ) -> Self {
        let names = map.rows.iter().map(|row| paint::width(row.name));
        let left = names.max().unwrap_or(0).min(room.width / 3) + 1;
        let most = usize::from(room.width - left);
        if map.places.len() > most {
            notes.push(room.cut_note(most, map.places.len(), "columns"));
            map.places.truncate(most);
            map.rows
                .iter_mut()
                .for_each(|row| row.values.truncate(most));
        }
        let places = u16::try_from(map.places.len()).unwrap_or(u16::MAX).max(1);
        let fair = (room.width - left) / places;
        let text = map.texts().map(|text| paint::width(&text)).max();
        // A space before each value, and its shade behind it.
        let written = text.unwrap_or(0) + 2;
        let labels = map
            .places
            .iter()
            .map(|place| paint::width(&plot.x.label(*place)));
        let label = labels.max().unwrap_or(0) + 1;
        let writes = fair >= written;
        let cell = if writes {
            fair.min(written.max(label))
        } else {
            fair.min(WIDEST_CELL)
        };
        Self { left, cell, writes }
    }

    fn x(&self, column: usize) -> u16 {
        self.left
            + u16::try_from(column)
                .unwrap_or(u16::MAX)
                .saturating_mul(self.cell)
    }

    fn cell(
        &self,
        buffer: &mut Buffer,
        y: u16,
        column: usize,
        value: Option<f64>,
        map: &HeatMap<'_>,
    ) {
        let Some(value) = value else { return };
        let (x, shade) = (self.x(column), map.shade(value));
        let style = Style::new().fg(paint::color(0));
        if self.writes {
            let text = readable(value, map.decimals);
            let end = x + self.cell - 1;
            buffer.set_string(end - paint::width(&text), y, text, Style::new());
            buffer.set_string(end, y, shade, style);
        } else {
            buffer.set_string(x, y, shade.repeat(self.cell.into()), style);
        }
    }

    /// Draws the labels of the places that have room, at the ends of written values and at the beginning of shades.
    fn labels(&self, buffer: &mut Buffer, y: u16, map: &HeatMap<'_>, plot: &ChartPlot) {
        let mut free = 0;
        for (column, place) in map.places.iter().enumerate() {
            let label = paint::cut(&plot.x.label(*place), buffer.area.width / 3);
            let width = paint::width(&label);
            let x = if self.writes {
                (self.x(column) + self.cell - 1).saturating_sub(width)
            } else {
                self.x(column)
            };
            if x >= free && x + width <= buffer.area.width {
                buffer.set_string(x, y, &label, paint::faint());
                free = x + width + 1;
            }
        }
    }
}
