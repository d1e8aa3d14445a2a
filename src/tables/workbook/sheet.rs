//! The filled cells of a sheet.

use std::borrow::Cow;
use std::io::Cursor;

use bytes::Bytes;
use calamine::{Data, Dimensions, Xlsx};
use zip::ZipArchive;

use super::package::{MOST_BYTES, uncompressed_size};
use crate::tables::git_lfs;

/// An open workbook.
pub(super) type OpenWorkbook = Xlsx<Cursor<Bytes>>;

/// Row of a sheet that has a filled cell.
#[derive(Debug)]
pub(super) struct SheetRow {
    /// Counted from zero.
    pub(super) row: u32,
    /// By column, counted from zero, in order.
    pub(super) cells: Vec<(u32, Data)>,
}

/// Opens a workbook.
///
/// # Errors
/// What is wrong with the bytes.
pub(super) fn open(bytes: Bytes) -> Result<OpenWorkbook, String> {
    if git_lfs::is_pointer(&bytes) {
        return Err(git_lfs::PROBLEM.to_owned());
    }
    let Some(size) = uncompressed_size(&bytes) else {
        let is_old = bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]);
        return Err(if is_old {
            "is protected by a password, or of an older format: save it as .xlsx without a password"
        } else {
            "is no .xlsx workbook: save it again, or as CSV"
        }
        .to_owned());
    };
    if size > MOST_BYTES {
        let limit = MOST_BYTES >> 30;
        return Err(format!(
            "has more than {limit} GiB of uncompressed cells: save its sheets as CSV or Parquet"
        ));
    }
    check_members(&bytes)?;
    calamine::Reader::new(Cursor::new(bytes))
        .map_err(|error| format!("is a damaged workbook, save it again ({error})"))
}

/// Reads every member to its end, where its checksum is compared: the reader of cells stops before, and would take
/// a flipped bit for another number.
///
/// # Errors
/// What is damaged.
fn check_members(bytes: &[u8]) -> Result<(), String> {
    let damaged = |what: &str| format!("is a damaged workbook: {what}; save it again");
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|_error| damaged("its list of members cannot be read"))?;
    for number in 0..archive.len() {
        let mut member = archive
            .by_index(number)
            .map_err(|_error| damaged("a member cannot be read"))?;
        let name = member.name().map(Cow::into_owned).unwrap_or_default();
        std::io::copy(&mut member, &mut std::io::sink())
            .map_err(|_error| damaged(&format!("{name} does not have its checksum")))?;
    }
    Ok(())
}

/// Reads the filled cells of a sheet. Formulas have the values that were computed last.
///
/// # Errors
/// What is wrong with the sheet.
pub(super) fn rows(workbook: &mut OpenWorkbook, sheet: &str) -> Result<Vec<SheetRow>, String> {
    let damaged = |error: calamine::XlsxError| format!("is damaged, save it again ({error})");
    let mut reader = workbook.worksheet_cells_reader(sheet).map_err(damaged)?;
    let mut rows: Vec<SheetRow> = Vec::new();
    while let Some(cell) = reader.next_cell().map_err(damaged)? {
        let (row, column) = cell.get_position();
        let value = Data::from(cell.get_value().clone());
        let is_blank = match &value {
            Data::Empty => true,
            Data::String(text) => text.is_empty(),
            _ => false,
        };
        if is_blank {
            continue;
        }
        match rows.last_mut() {
            Some(last) if last.row == row => last.cells.push((column, value)),
            _ => rows.push(SheetRow {
                row,
                cells: vec![(column, value)],
            }),
        }
    }
    // The order of the file need not be that of the sheet.
    for row in &mut rows {
        row.cells.sort_by_key(|(column, _)| *column);
    }
    rows.sort_by_key(|row| row.row);
    Ok(rows)
}

/// Ranges of merged cells.
pub(super) fn merged(workbook: &mut OpenWorkbook, sheet: &str) -> Vec<Dimensions> {
    workbook
        .merge_cells_by_sheet_name(sheet)
        .unwrap_or_default()
}

/// Name of a cell, such as `B7`.
pub(super) fn cell_name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let digit = (rest - 1) % 26;
        letters.push(char::from(b'A' + u8::try_from(digit).unwrap_or_default()));
        rest = (rest - 1) / 26;
    }
    let letters: String = letters.into_iter().rev().collect();
    format!("{letters}{}", row + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_the_names_that_spreadsheets_show() {
        assert_eq!(cell_name(0, 0), "A1");
        assert_eq!(cell_name(6, 25), "Z7");
        assert_eq!(cell_name(6, 26), "AA7");
        assert_eq!(cell_name(0, 16_383), "XFD1");
    }

    #[test]
    fn other_files_are_refused() {
        let problem = |bytes: &'static [u8]| open(Bytes::from_static(bytes)).err().unwrap();
        assert!(problem(b"id,status\n").contains("no .xlsx workbook"));
        assert!(problem(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1]).contains("password"));
    }
}
