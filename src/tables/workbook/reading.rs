//! Finds the sheets of a workbook.

use std::sync::Arc;

use bytes::Bytes;
use calamine::{Reader, SheetType, SheetVisible};
use datafusion::catalog::{Session, TableProvider};
use object_store::ObjectStoreExt;
use url::Url;

use super::sheet::{self, OpenWorkbook, SheetRow};
use super::sheet_table::SheetReading;
use super::{SheetForm, SheetRecords};
use crate::error::{Error, Result};
use crate::tables::listing::{store_error, store_of, store_path};
use crate::tables::source::{FilePattern, TableSource};
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

/// Reads the rows of the wanted sheet, or of the first visible one that has cells.
pub(super) fn records(bytes: Bytes, form: &SheetForm) -> Result<SheetRecords> {
    // The bytes are here already: the place is not looked at.
    let place = Url::parse("memory:///workbook.xlsx")
        .map_err(|error| Error::location(&form.label, error.to_string()))?;
    let mut source = TableSource::new(&form.label, FilePattern::whole(place));
    source.sheet.clone_from(&form.sheet);
    source.skip = form.skip;
    source.header = form.header;
    let (mut workbook, names) = opened_bytes(bytes, &source)?;
    for name in names {
        let rows = filled_rows(&source, &mut workbook, &name)?;
        if !rows.is_empty() || source.sheet.is_some() {
            let reading = SheetReading {
                source: &source,
                name: &name,
            };
            return reading.records(&mut workbook, &rows);
        }
    }
    Err(no_cells(&source))
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
    opened_bytes(bytes(session, source).await?, source)
}

fn opened_bytes(bytes: Bytes, source: &TableSource) -> Result<(OpenWorkbook, Vec<String>)> {
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
