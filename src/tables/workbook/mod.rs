//! Tables from workbooks of spreadsheets (`.xlsx`): a sheet is a table.

#[cfg(feature = "excel")]
mod cell_kinds;
#[cfg(feature = "excel")]
mod columns;
#[cfg(feature = "excel")]
mod package;
#[cfg(feature = "excel")]
mod reading;
#[cfg(feature = "excel")]
mod sheet;
#[cfg(feature = "excel")]
mod sheet_table;

use std::sync::Arc;

use bytes::Bytes;
use datafusion::catalog::{Session, TableProvider};

use super::source::TableSource;
use crate::error::Result;

/// True if a file of this name is a workbook.
pub(crate) fn is_workbook(name: &str) -> bool {
    let (_, extension) = name.rsplit_once('.').unwrap_or_default();
    ["xlsx", "xlsm"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// Name of the workbook of a source; `None` if its files are none.
pub(crate) fn workbook_name(source: &TableSource) -> Option<String> {
    let place = source.places.first().filter(|place| place.glob.is_none())?;
    let name = place.url.path_segments()?.next_back()?.to_owned();
    (source.format.is_none() && is_workbook(&name)).then_some(name)
}

/// The table of one sheet: the source's, or else the first that has cells.
///
/// # Errors
/// If the workbook cannot be read, has no such sheet, or the sheet is no table.
pub(crate) async fn sheet_table(
    session: &dyn Session,
    source: &TableSource,
) -> Result<Arc<dyn TableProvider>> {
    #[cfg(feature = "excel")]
    return reading::table(session, source).await;
    #[cfg(not(feature = "excel"))]
    without_feature(session, source).await
}

/// Names of the visible sheets that have cells.
///
/// # Errors
/// If the workbook cannot be read or has no such sheet.
pub(crate) async fn filled_sheets(
    session: &dyn Session,
    source: &TableSource,
) -> Result<Vec<String>> {
    #[cfg(feature = "excel")]
    return reading::filled_sheets(session, source).await;
    #[cfg(not(feature = "excel"))]
    without_feature(session, source).await
}

/// Options of a sheet whose rows are read one by one.
#[derive(Debug, Clone, Default)]
#[cfg_attr(
    not(feature = "excel"),
    expect(dead_code, reason = "nothing reads a workbook then")
)]
pub(crate) struct SheetForm {
    /// The workbook, for messages.
    pub(crate) label: String,
    /// The sheet; by default the first visible one that has cells.
    pub(crate) sheet: Option<String>,
    /// Rows above the header; by default told from the sheet.
    pub(crate) skip: Option<u64>,
    /// False if there is no header.
    pub(crate) header: Option<bool>,
}

/// The rows of a sheet, with their values as text.
#[derive(Debug)]
pub(crate) struct SheetRecords {
    pub(crate) names: Vec<String>,
    pub(crate) records: Vec<SheetRecord>,
    /// Inferences that may be meant otherwise.
    pub(crate) said: Vec<String>,
}

/// A row of a sheet.
#[derive(Debug)]
pub(crate) struct SheetRecord {
    /// As the spreadsheet counts, from one.
    pub(crate) row: u64,
    pub(crate) cells: Vec<SheetCell>,
}

/// A cell as text: times and dates as ISO 8601 writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "excel"),
    expect(dead_code, reason = "nothing reads a workbook then")
)]
pub(crate) enum SheetCell {
    Empty,
    Text(String),
    /// An error such as `#N/A`, or a number whose last digits are lost; with the reason.
    Unreadable(String),
}

/// Reads the rows of a sheet of the workbook that is `bytes`.
///
/// # Errors
/// If it cannot be read, has no such sheet, or the sheet is no table.
pub(crate) fn sheet_records(bytes: Bytes, form: &SheetForm) -> Result<SheetRecords> {
    #[cfg(feature = "excel")]
    return reading::records(bytes, form);
    #[cfg(not(feature = "excel"))]
    {
        drop(bytes);
        Err(crate::error::Error::location(&form.label, WITHOUT_FEATURE))
    }
}

#[cfg(not(feature = "excel"))]
const WITHOUT_FEATURE: &str =
    ".xlsx needs a deskql built with the Cargo feature `excel`: save the sheet as CSV";

#[cfg(not(feature = "excel"))]
async fn without_feature<T>(_: &dyn Session, source: &TableSource) -> Result<T> {
    std::future::ready(Err(crate::error::Error::location(
        &source.label,
        WITHOUT_FEATURE,
    )))
    .await
}
