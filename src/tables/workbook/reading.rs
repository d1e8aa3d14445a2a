//! Reads the sheets of a workbook as tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use calamine::{Data, Reader, SheetType, SheetVisible};
use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::MemTable;
use object_store::ObjectStoreExt;

use super::cell_kinds::{CellKinds, CellValue};
use super::columns::SheetColumn;
use super::sheet::{self, OpenWorkbook, SheetRow, cell_name};
use crate::error::{Error, Result};
use crate::tables::csv_header;
use crate::tables::header_names::HeaderNames;
use crate::tables::listing::{store_error, store_of, store_path};
use crate::tables::notes::TableNotes;
use crate::tables::source::TableSource;
use crate::text::nearest;

/// Reads the source's sheet, or the first visible one that has cells.
pub(super) async fn table(
    session: &dyn Session,
    source: &TableSource,
) -> Result<Arc<dyn TableProvider>> {
    let (mut workbook, names) = opened(session, source).await?;
    for name in names {
        let rows = filled_rows(source, &mut workbook, &name)?;
        if !rows.is_empty() || source.sheet.is_some() {
            let reading = SheetReading {
                source,
                name: &name,
            };
            return reading.table(session, &mut workbook, &rows);
        }
    }
    Err(no_cells(source))
}

/// Names of the visible sheets that have cells.
pub(super) async fn filled_sheets(
    session: &dyn Session,
    source: &TableSource,
) -> Result<Vec<String>> {
    let (mut workbook, names) = opened(session, source).await?;
    let mut filled = Vec::new();
    for name in names {
        if !filled_rows(source, &mut workbook, &name)?.is_empty() {
            filled.push(name);
        }
    }
    if filled.is_empty() {
        return Err(no_cells(source));
    }
    Ok(filled)
}

fn no_cells(source: &TableSource) -> Error {
    Error::location(&source.label, "no visible sheet has cells")
}

fn filled_rows(
    source: &TableSource,
    workbook: &mut OpenWorkbook,
    name: &str,
) -> Result<Vec<SheetRow>> {
    let rows = sheet::rows(workbook, name);
    rows.map_err(|problem| Error::location(&source.label, format!("sheet {name:?} {problem}")))
}

/// The workbook, and the names of the wanted sheet or of the visible ones.
async fn opened(
    session: &dyn Session,
    source: &TableSource,
) -> Result<(OpenWorkbook, Vec<String>)> {
    let bytes = bytes(session, source).await?;
    let wrong = |problem: String| Error::location(&source.label, problem);
    let workbook = sheet::open(bytes).map_err(wrong)?;
    let names = sheet_names(&workbook, source.sheet.as_deref()).map_err(wrong)?;
    Ok((workbook, names))
}

async fn bytes(session: &dyn Session, source: &TableSource) -> Result<Bytes> {
    let Some(place) = source.places.first() else {
        return Err(Error::location(
            &source.label,
            "no place to look for the workbook",
        ));
    };
    let store = store_of(session, &source.label, &place.url)?;
    let path = store_path(&source.label, &place.url)?;
    let failed = |error: object_store::Error| store_error(&source.label, &error);
    let got = store.get(&path).await.map_err(failed)?;
    got.bytes().await.map_err(failed)
}

/// The wanted sheet, or the visible ones.
fn sheet_names(workbook: &OpenWorkbook, wanted: Option<&str>) -> Result<Vec<String>, String> {
    let sheets = workbook.sheets_metadata().iter();
    let sheets: Vec<_> = sheets
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .collect();
    let Some(wanted) = wanted else {
        let visible = sheets
            .iter()
            .filter(|sheet| sheet.visible == SheetVisible::Visible);
        return Ok(visible.map(|sheet| sheet.name.clone()).collect());
    };
    let is_it = |name: &str| name == wanted || name.eq_ignore_ascii_case(wanted);
    match sheets.iter().find(|sheet| is_it(&sheet.name)) {
        Some(sheet) => Ok(vec![sheet.name.clone()]),
        None => {
            let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
            let hint = nearest(wanted, names.iter().copied())
                .map(|near| format!("; did you mean {near:?}?"))
                .unwrap_or_default();
            Err(format!(
                "no sheet {wanted:?}; there is {}{hint}",
                names.join(", ")
            ))
        }
    }
}

/// One sheet of a workbook.
#[derive(Clone, Copy)]
struct SheetReading<'a> {
    source: &'a TableSource,
    name: &'a str,
}

impl SheetReading<'_> {
    fn problem(self, problem: &str) -> Error {
        Error::location(
            &self.source.label,
            format!("sheet {:?}: {problem}", self.name),
        )
    }

    fn table(
        self,
        session: &dyn Session,
        workbook: &mut OpenWorkbook,
        rows: &[SheetRow],
    ) -> Result<Arc<dyn TableProvider>> {
        let first = self.header_row(rows);
        let Some((header, rows)) = rows.get(first..).and_then(<[SheetRow]>::split_first) else {
            return Err(self.problem("has no header: it has fewer rows than are skipped"));
        };
        let columns = self.columns(workbook, header, rows)?;
        let texts: Vec<String> = columns
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
        if !said.is_empty() {
            let (label, name) = (&self.source.label, self.name);
            let note = format!("{label}, sheet {name:?}: {}", said.join("; "));
            TableNotes::add(session.config(), note);
        }
        let arrays = self.arrays(&columns, &names, rows)?;
        let fields = names.iter().zip(&arrays);
        let fields = fields.map(|(name, array)| Field::new(name, array.data_type().clone(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options)
            .map_err(datafusion::error::DataFusionError::from)?;
        Ok(Arc::new(MemTable::try_new(schema, vec![vec![batch]])?))
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

    /// Columns of the table: all between the first and the last that are filled somewhere.
    fn columns(
        self,
        workbook: &mut OpenWorkbook,
        header: &SheetRow,
        rows: &[SheetRow],
    ) -> Result<Vec<u32>> {
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
        let all = std::iter::once(header).chain(rows);
        let cells = all.flat_map(|row| row.cells.iter().map(|(column, _)| *column));
        let (least, most) = cells.fold((u32::MAX, 0), |(least, most), column| {
            (least.min(column), most.max(column))
        });
        Ok((least..=most).collect())
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
            Err(_) if self.source.null_errors.contains(name) => Ok(None),
            Err(error) => Err(self.problem(&format!(
                "cell {} is {error}: correct it, or say columns.{name} = {{ invalid = \"null\" }} for the table in \
                 deskql.toml",
                cell_name(row, column)
            ))),
        }
    }
}

/// The text of a cell; empty if it is not filled.
fn header_text(row: &SheetRow, column: u32) -> String {
    let found = row.cells.binary_search_by_key(&column, |(at, _)| *at);
    let cell = found.ok().and_then(|index| row.cells.get(index));
    cell.map_or_else(String::new, |(_, cell)| {
        CellValue::from_cell(cell).map_or_else(|error| error, |value| value.text())
    })
}
