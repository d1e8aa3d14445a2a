//! Parquet files, whose rows are read as JSON objects: lists and structs are then found by paths like those of JSON.

use std::fs::File;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::json::writer::{LineDelimited, WriterBuilder};
use datafusion::common::runtime::SpawnedTask;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::events::{ChunkBody, ChunkSender, FileLayout, LayoutForm, SourceChunk, SourceEvent};
use super::file_bytes::{spooled, uncompressed};
use super::source_file::SourceFile;
use crate::error::{Error, Result};
use crate::runtime::caught;

/// Rows that are read at once.
const ROWS: usize = 4_096;

/// Sends the rows of a file; its lines are the numbers of the rows.
///
/// # Errors
/// If it cannot be read, or is damaged.
pub(super) async fn read(file: &SourceFile, out: &ChunkSender) -> Result<()> {
    let layout = FileLayout {
        file: out.file,
        label: file.label.clone(),
        form: LayoutForm::Json,
        is_typed: true,
    };
    out.send(SourceEvent::File(Arc::new(layout))).await?;
    let (local, label, out) = (local(file).await?, file.label.clone(), out.clone());
    let reading = SpawnedTask::spawn_blocking(move || {
        let sent = caught(|| send_rows(local, &label, &out));
        sent.unwrap_or_else(|_| Err(damaged(&label)))
    });
    let read = reading.join().await;
    read.ok().ok_or_else(|| damaged(&file.label))?
}

/// The file, or a copy that is gone when it is closed.
async fn local(file: &SourceFile) -> Result<File> {
    // A compressed one is no Parquet file, whatever its name.
    if let Some(local) = file.local_file().await {
        return Ok(local);
    }
    spooled(file, uncompressed(file).await?).await
}

fn send_rows(file: File, label: &str, out: &ChunkSender) -> Result<()> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(file);
    let reader = reader.and_then(|reader| reader.with_batch_size(ROWS).build());
    let mut row = 1;
    for batch in reader.ok().ok_or_else(|| damaged(label))? {
        let batch = batch.ok().ok_or_else(|| damaged(label))?;
        let rows = batch.num_rows() as u64;
        let text = as_lines(&batch).map_err(|problem| Error::location(label, problem))?;
        let chunk = SourceChunk {
            body: ChunkBody::Lines(text),
            first_line: row,
            begins_with_header: false,
        };
        out.send_blocking(SourceEvent::Chunk(chunk))?;
        row += rows;
    }
    Ok(())
}

/// The rows as JSON objects, one a line.
fn as_lines(batch: &RecordBatch) -> Result<Vec<u8>, String> {
    let mut writer = WriterBuilder::new().build::<_, LineDelimited>(Vec::new());
    let written = writer.write(batch).and_then(|()| writer.finish());
    let unwritable = |_| "has a column of a type that ingest does not read".to_owned();
    written.map_err(unwritable)?;
    Ok(writer.into_inner())
}

fn damaged(label: &str) -> Error {
    Error::location(label, "is no Parquet file, or a damaged one: is it whole?")
}
