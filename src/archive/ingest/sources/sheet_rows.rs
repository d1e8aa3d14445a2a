//! Sheets of workbooks.

use std::sync::Arc;

use datafusion::common::runtime::SpawnedTask;

use super::events::{ChunkBody, ChunkSender, FileLayout, LayoutForm, SourceChunk, SourceEvent};
use super::file_bytes::collected;
use super::source_file::SourceFile;
use crate::archive::ingest::mapping::SourceForm;
use crate::error::Result;
use crate::tables::{SheetForm, sheet_records};
use crate::text_files::TextChunks;

/// Bytes that a workbook may have.
const MOST_BYTES: usize = 1 << 30;

/// Rows of a chunk.
const ROWS: usize = 4_096;

/// Sends the rows of one sheet.
///
/// # Errors
/// If the workbook cannot be read or the sheet is no table.
pub(super) async fn read(
    file: &SourceFile,
    bytes: TextChunks,
    form: &SourceForm,
    out: &ChunkSender,
) -> Result<()> {
    let bytes = collected(file, bytes, MOST_BYTES).await?;
    let form = SheetForm {
        label: file.label.clone(),
        sheet: form.sheet.clone(),
        skip: form.skip,
        header: form.header,
    };
    let reading = SpawnedTask::spawn_blocking(move || sheet_records(bytes, &form));
    let read = reading.join().await;
    let sheet = read
        .ok()
        .ok_or_else(|| file.problem("is a damaged workbook, save it again"))??;
    if !sheet.said.is_empty() {
        let note = format!("{}: {}", file.label, sheet.said.join("; "));
        out.send(SourceEvent::Note(note)).await?;
    }
    let layout = FileLayout {
        file: out.file,
        label: file.label.clone(),
        form: LayoutForm::Cells {
            header: sheet.names,
        },
        is_typed: true,
    };
    out.send(SourceEvent::File(Arc::new(layout))).await?;
    let mut records = sheet.records.into_iter().peekable();
    while let Some(first) = records.peek() {
        let first_line = first.row;
        let body = ChunkBody::Cells(records.by_ref().take(ROWS).collect());
        let chunk = SourceChunk {
            body,
            first_line,
            begins_with_header: false,
        };
        out.send(SourceEvent::Chunk(chunk)).await?;
    }
    Ok(())
}
