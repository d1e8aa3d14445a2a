//! A sheet as a table.

use std::collections::BTreeMap;
use std::sync::Arc;

use calamine::Data;
use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::MemTable;

use super::cell_kinds::{CellKinds, CellValue, UnreadableCell};
use super::columns::SheetColumn;
use super::sheet::{self, OpenWorkbook, SheetRow, cell_name};
use super::{SheetCell, SheetRecord, SheetRecords};
use crate::error::{Error, Result};
use crate::tables::csv_header;
use crate::tables::header_names::HeaderNames;
use crate::tables::notes::TableNotes;
use crate::tables::source::TableSource;

/// One sheet of a workbook.
#[derive(Clone, Copy)]
pub(super) struct SheetReading<'a> {
    pub(super) source: &'a TableSource,
    pub(super) name: &'a str,
}

/// Columns of a sheet and the rows that have their values.
struct SheetColumns<'r> {
    /// Places in the sheet, counted from zero.
    places: Vec<u32>,
    names: Vec<String>,
    rows: &'r [SheetRow],
    /// What was inferred, for a note.
    said: Vec<String>,
}

impl SheetReading<'_> {
    fn problem(self, problem: &str) -> Error {
        Error::location(
            &self.source.label,
            format!("sheet {:?}: {problem}", self.name),
        )
    }

    pub(super) fn table(
        self,
        session: &dyn Session,
        workbook: &mut OpenWorkbook,
        rows: &[SheetRow],
    ) -> Result<Arc<dyn TableProvider>> {
        let SheetColumns {
            places,
            names,
            rows,
            said,
        } = self.columns(workbook, rows)?;
        if !said.is_empty() {
            let (label, name) = (&self.source.label, self.name);
            let note = format!("{label}, sheet {name:?}: {}", said.join("; "));
            TableNotes::add(session.config(), note);
        }
        let arrays = self.arrays(&places, &names, rows)?;
        let fields = names.iter().zip(&arrays);
        let fields = fields.map(|(name, array)| Field::new(name, array.data_type().clone(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options)
            .map_err(datafusion::error::DataFusionError::from)?;
        Ok(Arc::new(MemTable::try_new(schema, vec![vec![batch]])?))
    }

    /// The rows with their values as text.
    pub(super) fn records(
        self,
        workbook: &mut OpenWorkbook,
        rows: &[SheetRow],
    ) -> Result<SheetRecords> {
        let SheetColumns {
            places,
            names,
            rows,
            said,
        } = self.columns(workbook, rows)?;
        let records = rows.iter().map(|row| {
            let mut cells = row.cells.iter().peekable();
            let texts = places.iter().map(|place| {
                let cell = cells.next_if(|(at, _)| at == place);
                cell.map_or(SheetCell::Empty, |(_, cell)| {
                    text_cell(row.row, *place, cell)
                })
            });
            SheetRecord {
                row: u64::from(row.row) + 1,
                cells: texts.collect(),
            }
        });
        Ok(SheetRecords {
            records: records.collect(),
            names,
            said,
        })
    }

    fn columns<'r>(
        self,
        workbook: &mut OpenWorkbook,
        rows: &'r [SheetRow],
    ) -> Result<SheetColumns<'r>> {
        match self.source.header {
            Some(false) => self.without_header(rows),
            _ => self.with_header(workbook, rows),
        }
    }

    fn with_header<'r>(
        self,
        workbook: &mut OpenWorkbook,
        rows: &'r [SheetRow],
    ) -> Result<SheetColumns<'r>> {
        let first = self.header_row(rows);
        let Some((header, rows)) = rows.get(first..).and_then(<[SheetRow]>::split_first) else {
            return Err(self.problem("has no header: it has fewer rows than are skipped"));
        };
        self.refuse_merged(workbook, header)?;
        let places = places(std::iter::once(header).chain(rows));
        let texts: Vec<String> = places
            .iter()
            .map(|column| header_text(header, *column))
            .collect();
        let HeaderNames { names, change } = HeaderNames::from_header(&texts);
        let mut said = Vec::new();
        if first > 0 && self.source.skip.is_none() {
            let row = header.row;
            said.push(format!("its header is row {} (skip = {row})", row + 1));
        }
        said.extend(change);
        Ok(SheetColumns {
            places,
            names,
            rows,
            said,
        })
    }

    /// Every row has values. The columns have the names of those of CSV files without a header.
    fn without_header(self, rows: &[SheetRow]) -> Result<SheetColumns<'_>> {
        let skip = self.source.skip.unwrap_or(0);
        let first = rows.partition_point(|row| u64::from(row.row) < skip);
        let rows = &rows[first..];
        if rows.is_empty() {
            return Err(self.problem("has no rows: it has no more than are skipped"));
        }
        let places = places(rows.iter());
        let numbers = 1..=places.len();
        Ok(SheetColumns {
            names: numbers.map(|number| format!("column_{number}")).collect(),
            places,
            rows,
            said: Vec::new(),
        })
    }

    /// Index of the header among the filled rows.
    fn header_row(self, rows: &[SheetRow]) -> usize {
        if let Some(skip) = self.source.skip {
            return rows.partition_point(|row| u64::from(row.row) < skip);
        }
        let sample = &rows[..rows.len().min(200)];
        let columns = sample
            .iter()
            .flat_map(|row| row.cells.iter().map(|(column, _)| *column));
        let (Some(least), Some(most)) = (columns.clone().min(), columns.max()) else {
            return 0;
        };
        let texts: Vec<Vec<String>> = sample
            .iter()
            .map(|row| {
                (least..=most)
                    .map(|column| header_text(row, column))
                    .collect()
            })
            .collect();
        let is_apart = |index: usize| rows[index].row > rows[index - 1].row + 1;
        csv_header::titles_above(&texts, is_apart)
    }

    /// A name over several columns leaves all but the first of them without one.
    fn refuse_merged(self, workbook: &mut OpenWorkbook, header: &SheetRow) -> Result<()> {
        for merged in sheet::merged(workbook, self.name) {
            let ((top, left), (bottom, right)) = (merged.start, merged.end);
            if (top..=bottom).contains(&header.row) && right > left {
                let (from, to) = (cell_name(top, left), cell_name(bottom, right));
                return Err(self.problem(&format!(
                    "the cells {from}:{to} of its header are merged: unmerge them, or say the number of rows above the \
                     header for the table in deskql.toml (skip = {})",
                    header.row + 1
                )));
            }
        }
        Ok(())
    }

    fn arrays(self, columns: &[u32], names: &[String], rows: &[SheetRow]) -> Result<Vec<ArrayRef>> {
        let mut filled: BTreeMap<u32, (&String, SheetColumn)> = BTreeMap::new();
        for (column, name) in columns.iter().zip(names) {
            let mut values = SheetColumn::default();
            if self.source.text_columns.contains(name) {
                values.kinds = CellKinds::text();
            }
            filled.insert(*column, (name, values));
        }
        for row in rows {
            let mut cells = row.cells.iter().peekable();
            for (column, (name, values)) in &mut filled {
                let cell = cells.next_if(|(at, _)| at == column);
                values.push(match cell {
                    Some((_, cell)) => self.value(row.row, *column, name, cell)?,
                    None => None,
                });
            }
        }
        Ok(filled.values().map(|(_, values)| values.array()).collect())
    }

    fn value(self, row: u32, column: u32, name: &str, cell: &Data) -> Result<Option<CellValue>> {
        match CellValue::from_cell(cell) {
            Ok(CellValue::Text(text)) if self.source.null_words.contains(&text) => Ok(None),
            Ok(value) => Ok(Some(value)),
            Err(UnreadableCell::RoundedNumber(value)) if self.source.doubles.contains(name) => {
                Ok(Some(CellValue::Number(value)))
            }
            Err(_) if self.source.null_errors.contains(name) => Ok(None),
            Err(UnreadableCell::Error(error)) => Err(self.problem(&format!(
                "cell {} is {error}: correct it, or say columns.{name} = {{ invalid = \"null\" }} for the table in \
                 deskql.toml",
                cell_name(row, column)
            ))),
            Err(UnreadableCell::RoundedNumber(_)) => Err(self.problem(&format!(
                "cell {} of column {name:?} is a whole number beyond 2^53, whose last digits are lost: store the \
                 column as text, or say columns.{name} = {{ type = \"float\" }} for the table in deskql.toml if they \
                 do not matter",
                cell_name(row, column)
            ))),
        }
    }
}

/// A filled cell as text, or why it has none.
fn text_cell(row: u32, column: u32, cell: &Data) -> SheetCell {
    match CellValue::from_cell(cell) {
        Ok(value) => SheetCell::Text(value.text()),
        Err(UnreadableCell::Error(error)) => {
            SheetCell::Unreadable(format!("cell {} is {error}", cell_name(row, column)))
        }
        Err(UnreadableCell::RoundedNumber(_)) => SheetCell::Unreadable(format!(
            "cell {} is a whole number beyond 2^53, whose last digits are lost: store the column as text",
            cell_name(row, column)
        )),
    }
}

/// Columns of the table: all between the first and the last that are filled somewhere.
fn places<'r>(rows: impl Iterator<Item = &'r SheetRow>) -> Vec<u32> {
    let cells = rows.flat_map(|row| row.cells.iter().map(|(column, _)| *column));
    let (least, most) = cells.fold((u32::MAX, 0), |(least, most), column| {
        (least.min(column), most.max(column))
    });
    (least..=most).collect()
}

/// The text of a cell; empty if it is not filled.
fn header_text(row: &SheetRow, column: u32) -> String {
    let found = row.cells.binary_search_by_key(&column, |(at, _)| *at);
    let cell = found.ok().and_then(|index| row.cells.get(index));
    cell.map_or_else(String::new, |(_, cell)| match CellValue::from_cell(cell) {
        Ok(value) => value.text(),
        Err(UnreadableCell::Error(error)) => error,
        Err(UnreadableCell::RoundedNumber(number)) => number.to_string(),
    })
}
