//! Table in a box for people. NULL prints as NULL, numbers are right-aligned.
//!
//! In a pipe or a file every row and column is printed in full, to the last digit. On a terminal
//! values are formatted for readability, long text wraps, columns of the middle are omitted if the
//! rest does not fit, and of many rows the first and the last are shown; a last line says what was
//! omitted.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::{FieldRef, Fields, SchemaRef};
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Width};
use unicode_width::UnicodeWidthStr;

use super::layout::{self, LayoutColumn, TableLayout};
use super::screen::{HeadTailRows, ScreenOptions};
use super::{ResultWriter, io_failed, people};
use crate::encoding::{can_wrap, is_right_aligned, is_text, printable};
use crate::error::Result;

/// Straight lines, none between rows.
const BORDERS: &str = "││──├─┼┤│    ┬┴┌┐└┘";
/// Marks of omitted columns and rows.
const MORE_COLUMNS: &str = "…";
const MORE_ROWS: &str = "⋮";

pub(super) struct TextTableWriter {
    fields: Fields,
    sink: Box<dyn Write + Send>,
    screen: Option<ScreenOptions>,
    kept: HeadTailRows,
}

/// Printed texts: names, and values column by column.
struct TableCells {
    names: Vec<String>,
    columns: Vec<Vec<String>>,
    rows: usize,
}

impl TextTableWriter {
    pub(super) fn new(
        schema: &SchemaRef,
        sink: Box<dyn Write + Send>,
        screen: Option<ScreenOptions>,
    ) -> Self {
        Self {
            fields: schema.fields().clone(),
            sink,
            screen,
            kept: HeadTailRows::new(screen.and_then(|screen| screen.rows)),
        }
    }

    fn cells(&self) -> Result<TableCells> {
        let is_exact = self.screen.is_none_or(|screen| screen.is_exact);
        let names = self.fields.iter().map(|field| printable(field.name()));
        Ok(TableCells {
            names: names.collect(),
            columns: people::columns(&self.kept.batches(), &self.fields, is_exact)?,
            rows: self.kept.rows(),
        })
    }

    fn layout(&self, cells: &TableCells) -> TableLayout {
        let widest = |index: usize| {
            let values = cells.columns[index].iter().map(|text| width(text));
            values
                .max()
                .unwrap_or(0)
                .max(width(&cells.names[index]))
                .max(1)
        };
        let column = |(index, field): (usize, &FieldRef)| LayoutColumn {
            width: widest(index),
            can_wrap: can_wrap(field.data_type()),
            word: if is_text(field.data_type()) {
                let values = cells.columns[index].iter().map(String::as_str);
                layout::unbroken_word(values.chain([cells.names[index].as_str()]))
            } else {
                // Nested values and bytes have no words.
                0
            },
        };
        let columns: Vec<LayoutColumn> = self.fields.iter().enumerate().map(column).collect();
        layout::fit(
            &columns,
            self.screen.map_or(usize::MAX, |screen| screen.width),
        )
    }

    fn render(&self, cells: &TableCells, layout: &TableLayout) -> String {
        let mut table = comfy_table::Table::new();
        table.load_preset(BORDERS);
        if self.screen.is_some() {
            // Without an explicit width the crate would query the terminal again.
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(u16::MAX);
        } else {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
        table.set_header(self.line(layout, |index| &cells.names[index]));
        for row in 0..cells.rows {
            if self.kept.gap() == Some(row) {
                table.add_row(self.line(layout, |_| MORE_ROWS));
            }
            table.add_row(self.line(layout, |index| &cells.columns[index][row]));
        }
        if self.screen.is_some() {
            constrain(&mut table, layout);
        }
        table.to_string()
    }

    fn line<'a>(&self, layout: &TableLayout, text: impl Fn(usize) -> &'a str) -> Vec<Cell> {
        let mut cells: Vec<Cell> = Vec::with_capacity(layout.widths.len() + 1);
        for (place, &(index, _)) in layout.widths.iter().enumerate() {
            if layout.gap == Some(place) {
                cells.push(Cell::new(MORE_COLUMNS));
            }
            let right = is_right_aligned(self.fields[index].data_type());
            let side = if right {
                CellAlignment::Right
            } else {
                CellAlignment::Left
            };
            cells.push(Cell::new(text(index)).set_alignment(side));
        }
        if layout.gap == Some(layout.widths.len()) {
            cells.push(Cell::new(MORE_COLUMNS));
        }
        cells
    }

    /// Note about omitted rows and columns; `None` if there are none.
    fn left_out(&self, layout: &TableLayout) -> Option<String> {
        let (shown, all) = (layout.widths.len(), self.fields.len());
        let columns = (shown < all).then(|| {
            let more = self.screen.map_or("", |screen| screen.more_columns);
            format!("{shown} of {all} columns shown; {more}")
        });
        let rows = self.kept.note();
        let rows = rows.map(|rows| format!("{rows} shown; --rows all shows all"));
        let notes: Vec<String> = rows.into_iter().chain(columns).collect();
        (!notes.is_empty()).then(|| notes.join("\n"))
    }
}

impl ResultWriter for TextTableWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.kept.add(batch);
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        let cells = self.cells()?;
        let layout = self.layout(&cells);
        let mut text = self.render(&cells, &layout);
        text.push('\n');
        if let Some(note) = self.left_out(&layout) {
            text.push_str(&note);
            text.push('\n');
        }
        self.sink.write_all(text.as_bytes()).map_err(io_failed)?;
        self.sink.flush().map_err(io_failed)
    }
}

fn constrain(table: &mut comfy_table::Table, layout: &TableLayout) {
    let mut widths: Vec<usize> = layout.widths.iter().map(|&(_, width)| width).collect();
    if let Some(place) = layout.gap {
        widths.insert(place, 1);
    }
    for (column, width) in table.column_iter_mut().zip(widths) {
        let padded = u16::try_from(width + 2).unwrap_or(u16::MAX);
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(padded)));
    }
}

/// Width of the widest line.
fn width(text: &str) -> usize {
    text.lines().map(UnicodeWidthStr::width).max().unwrap_or(0)
}
