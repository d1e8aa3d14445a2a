//! A table in a box for people. NULL prints as NULL, numbers stand on the right.
//!
//! Into a pipe or a file every row and column is printed in full. On a terminal long text wraps,
//! columns of the middle are left out when the rest cannot fit, and rows after the first
//! [`TERMINAL_ROWS`] are counted only; a last line says what was left out.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::{Fields, SchemaRef};
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Width};
use unicode_width::UnicodeWidthStr;

use super::layout::{self, Column, Layout};
use super::text::{TextBatch, can_wrap, is_right_aligned, nested_options, printable};
use super::{Writer, io_failed};
use crate::error::Result;

/// Rows that a terminal gets to see.
const TERMINAL_ROWS: usize = 1000;
/// Straight lines, none between rows.
const BORDERS: &str = "││──├─┼┤│    ┬┴┌┐└┘";

/// How a table is shown by someone who says himself how many rows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fit {
    /// The width to fit into; none shows every column as wide as it is.
    pub width: Option<usize>,
    /// What to do to see the columns that are left out.
    pub more: &'static str,
}

pub(super) struct Table {
    fields: Fields,
    sink: Box<dyn Write + Send>,
    terminal: Option<usize>,
    most: usize,
    more: &'static str,
    rows: Vec<Vec<String>>,
    seen: usize,
}

impl Table {
    pub(super) fn new(
        schema: &SchemaRef,
        sink: Box<dyn Write + Send>,
        terminal: Option<usize>,
    ) -> Self {
        Self {
            fields: schema.fields().clone(),
            sink,
            terminal,
            most: terminal.map_or(usize::MAX, |_| TERMINAL_ROWS),
            more: "use --output FILE or --format csv for all",
            rows: Vec::new(),
            seen: 0,
        }
    }

    pub(super) fn fitted(schema: &SchemaRef, sink: Box<dyn Write + Send>, fit: Fit) -> Self {
        Self {
            most: usize::MAX,
            more: fit.more,
            ..Self::new(schema, sink, fit.width)
        }
    }

    fn columns(&self) -> Vec<Column> {
        let widest = |index: usize, name: &str| {
            let cells = self.rows.iter().map(|row| width(&row[index]));
            cells.max().unwrap_or(0).max(width(name)).max(1)
        };
        let column = |(index, field): (usize, &arrow::datatypes::FieldRef)| Column {
            width: widest(index, &printable(field.name())),
            can_wrap: can_wrap(field.data_type()),
        };
        self.fields.iter().enumerate().map(column).collect()
    }

    fn render(&self) -> String {
        let columns = self.columns();
        let layout = layout::fit(&columns, self.terminal.unwrap_or(usize::MAX));
        let names: Vec<String> = self
            .fields
            .iter()
            .map(|field| printable(field.name()))
            .collect();
        let mut table = comfy_table::Table::new();
        table.load_preset(BORDERS);
        if self.terminal.is_some() {
            // Without a width of its own the crate would ask the terminal again.
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(u16::MAX);
        } else {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
        table.set_header(self.cells(&layout, &names));
        for row in &self.rows {
            table.add_row(self.cells(&layout, row));
        }
        if self.terminal.is_some() {
            constrain(&mut table, &layout);
        }
        table.to_string()
    }

    fn cells(&self, layout: &Layout, row: &[String]) -> Vec<Cell> {
        let mut cells: Vec<Cell> = Vec::with_capacity(layout.widths.len() + 1);
        for (place, &(index, _)) in layout.widths.iter().enumerate() {
            if layout.gap == Some(place) {
                cells.push(Cell::new("…"));
            }
            let right = is_right_aligned(self.fields[index].data_type());
            let side = if right {
                CellAlignment::Right
            } else {
                CellAlignment::Left
            };
            cells.push(Cell::new(&row[index]).set_alignment(side));
        }
        if layout.gap == Some(layout.widths.len()) {
            cells.push(Cell::new("…"));
        }
        cells
    }

    /// What the terminal does not show, if anything.
    fn left_out(&self) -> Option<String> {
        let room = self.terminal?;
        let shown = layout::fit(&self.columns(), room).widths.len();
        let mut parts = Vec::new();
        if self.rows.len() < self.seen {
            parts.push(format!("first {} of {} rows", self.rows.len(), self.seen));
        }
        if shown < self.fields.len() {
            parts.push(format!("{shown} of {} columns", self.fields.len()));
        }
        (!parts.is_empty()).then(|| format!("{} shown; {}", parts.join(", "), self.more))
    }
}

impl Writer for Table {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.seen += batch.num_rows();
        let wanted = batch.num_rows().min(self.most - self.rows.len());
        let nested = nested_options();
        let mut values = TextBatch::new(batch, &self.fields, &nested)?;
        let mut text = String::new();
        for row in 0..wanted {
            let mut cells = Vec::with_capacity(self.fields.len());
            for column in 0..self.fields.len() {
                cells.push(printable(
                    values.value(row, column, &mut text)?.unwrap_or("NULL"),
                ));
            }
            self.rows.push(cells);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        let mut text = self.render();
        text.push('\n');
        if let Some(note) = self.left_out() {
            text.push_str(&note);
            text.push('\n');
        }
        self.sink.write_all(text.as_bytes()).map_err(io_failed)?;
        self.sink.flush().map_err(io_failed)
    }
}

fn constrain(table: &mut comfy_table::Table, layout: &Layout) {
    let mut widths: Vec<usize> = layout.widths.iter().map(|&(_, width)| width).collect();
    if let Some(place) = layout.gap {
        widths.insert(place, 1);
    }
    for (column, width) in table.column_iter_mut().zip(widths) {
        let padded = u16::try_from(width + 2).unwrap_or(u16::MAX);
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(padded)));
    }
}

/// The width of the widest line.
fn width(text: &str) -> usize {
    text.lines().map(UnicodeWidthStr::width).max().unwrap_or(0)
}
