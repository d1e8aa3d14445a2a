//! Tables in the style of the result tables, within the width of a terminal.

use comfy_table::{Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, Table, Width};

use super::fit::{self, FittedColumn};
use super::one_line;
use super::page::TerminalPage;
use crate::text;

/// Straight lines, none between rows, as of result tables.
const BORDERS: &str = "││──├─┼┤│    ┬┴┌┐└┘";
/// Longer texts in cells are cut: a table shows many rows beside each other.
const LONGEST_CELL: usize = 160;

/// A table to be fitted.
#[derive(Debug, Default)]
pub(super) struct TerminalTable {
    columns: Vec<TableHead>,
    rows: Vec<Vec<TintedText>>,
}

#[derive(Debug)]
struct TableHead {
    name: String,
    kind: CellKind,
    rank: usize,
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellKind {
    /// On one line, to the right.
    Number,
    /// A few words that stay on one line.
    Words,
    /// Text that wraps.
    Text,
}

/// A text, and its colour where there are colours. The colour says nothing that the text does not.
#[derive(Debug, Clone)]
pub(super) struct TintedText {
    text: String,
    tint: Option<Color>,
}

impl TintedText {
    pub(super) fn plain(text: &str) -> Self {
        Self::tinted(text, None)
    }

    pub(super) fn tinted(text: &str, tint: Option<Color>) -> Self {
        Self {
            text: text::cut(&one_line(text), Some(LONGEST_CELL)),
            tint,
        }
    }
}

impl TerminalTable {
    /// Adds a column; that with the highest `rank` is left out first if the table is too wide.
    pub(super) fn column(mut self, name: &str, kind: CellKind, rank: usize) -> Self {
        self.columns.push(TableHead {
            name: one_line(name),
            kind,
            rank,
        });
        self
    }

    pub(super) fn row(&mut self, cells: Vec<TintedText>) {
        self.rows.push(cells);
    }

    /// Leaves out the columns that are empty in every row.
    pub(super) fn without_empty_columns(mut self) -> Self {
        let has_text = |column: usize| {
            self.rows
                .iter()
                .any(|row| row.get(column).is_some_and(|cell| !cell.text.is_empty()))
        };
        let kept: Vec<bool> = (0..self.columns.len()).map(has_text).collect();
        let mut flags = kept.iter();
        self.columns
            .retain(|_| flags.next().copied().unwrap_or(true));
        for row in &mut self.rows {
            let mut flags = kept.iter();
            row.retain(|_| flags.next().copied().unwrap_or(true));
        }
        self
    }

    /// Prints the table, and the names of the columns that did not fit. One without rows is left out.
    pub(super) fn write(&self, page: &mut TerminalPage) {
        if self.rows.is_empty() || self.columns.is_empty() {
            return;
        }
        let columns: Vec<FittedColumn> =
            (0..self.columns.len()).map(|at| self.fitted(at)).collect();
        let widths = fit::fit(&columns, page.width);
        page.finished(&self.drawn(&widths, page.color));
        let is_shown = |at: usize| widths.iter().any(|(column, _)| *column == at);
        let names = self
            .columns
            .iter()
            .enumerate()
            .filter(|(at, _)| !is_shown(*at));
        let names: Vec<&str> = names.map(|(_, head)| head.name.as_str()).collect();
        if !names.is_empty() {
            page.remark(&format!("Too narrow to show: {}.", names.join(", ")));
        }
    }

    fn fitted(&self, at: usize) -> FittedColumn {
        let head = &self.columns[at];
        let cells = self
            .rows
            .iter()
            .filter_map(|row| row.get(at))
            .map(|cell| cell.text.as_str());
        FittedColumn::new(
            cells.chain([head.name.as_str()]),
            head.kind == CellKind::Text,
            head.rank,
        )
    }

    fn drawn(&self, widths: &[(usize, usize)], color: bool) -> String {
        let mut table = Table::new();
        table.load_preset(BORDERS);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        // Without an explicit width the crate would query the terminal.
        table.set_width(u16::MAX);
        if color {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        let side = |at: usize| match self.columns[at].kind {
            CellKind::Number => CellAlignment::Right,
            CellKind::Words | CellKind::Text => CellAlignment::Left,
        };
        table.set_header(
            widths
                .iter()
                .map(|(at, _)| Cell::new(&self.columns[*at].name).set_alignment(side(*at))),
        );
        for row in &self.rows {
            let cell = |at: usize| {
                let found = row
                    .get(at)
                    .cloned()
                    .unwrap_or_else(|| TintedText::plain(""));
                let cell = Cell::new(found.text).set_alignment(side(at));
                match found.tint {
                    Some(tint) if color => cell.fg(tint),
                    _ => cell,
                }
            };
            table.add_row(widths.iter().map(|(at, _)| cell(*at)));
        }
        for (column, (_, width)) in table.column_iter_mut().zip(widths) {
            let padded = u16::try_from(width + 2).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(padded)));
        }
        table.to_string()
    }
}
