//! JSON of any shape.

use std::sync::Arc;

use futures::TryStreamExt;
use serde::de::IgnoredAny;

use super::events::{
    ChunkBody, ChunkSender, FileLayout, JsonRowPlace, LayoutForm, SourceChunk, SourceEvent,
};
use super::file_bytes::{failed, head, uncompressed};
use super::record_cutter::RecordCutter;
use super::source_file::SourceFile;
use super::text_encoding::decoded;
use crate::archive::ingest::mapping::SourceForm;
use crate::error::{Error, Result};
use crate::json::{DocumentSurvey, JsonProblem, ListPath, RowSplitter};
use crate::tables::{RowPlace, row_place};
use crate::text_files::TextChunks;

/// Bytes of a chunk of objects.
const CHUNK: usize = 512 << 10;

/// Bytes that a first line may have to tell that there is an object a line.
const FIRST_LINE: usize = 1 << 20;

/// Ways to find the rows of a file.
enum RowShape {
    /// An object a line.
    Lines,
    /// Objects that follow each other, or elements of the list at the path.
    Documents(ListPath),
}

/// Sends the rows of a file; `has_lines` if its ending promises an object a line.
///
/// # Errors
/// If the text around the rows is not JSON, or it is not clear what the rows are.
pub(super) async fn read(
    file: &SourceFile,
    form: &SourceForm,
    has_lines: bool,
    out: &ChunkSender,
) -> Result<()> {
    let shape = match &form.json_list {
        Some(path) if path.is_document() && has_lines => RowShape::Lines,
        Some(path) => RowShape::Documents(path.clone()),
        None => told_shape(file, form, has_lines, out).await?,
    };
    let layout = FileLayout {
        file: out.file,
        label: file.label.clone(),
        form: LayoutForm::Json,
        is_typed: false,
    };
    out.send(SourceEvent::File(Arc::new(layout))).await?;
    let text = text(file, form, out).await?;
    match shape {
        RowShape::Lines => lines(file, text, out).await,
        RowShape::Documents(path) => documents(file, text, path, out).await,
    }
}

async fn text(file: &SourceFile, form: &SourceForm, out: &ChunkSender) -> Result<TextChunks> {
    decoded(file, uncompressed(file).await?, form, false, out).await
}

/// Looks at the first document, which may be most of the file: the rows are read by another opening.
async fn told_shape(
    file: &SourceFile,
    form: &SourceForm,
    has_lines: bool,
    out: &ChunkSender,
) -> Result<RowShape> {
    let begin = head(file, text(file, form, out).await?, FIRST_LINE).await?;
    let first = begin.bytes.split(|byte| *byte == b'\n');
    let mut filled = first.filter(|line| !line.trim_ascii().is_empty());
    let first_line = filled.next().unwrap_or_default();
    let is_object = first_line.trim_ascii_start().starts_with(b"{");
    let is_one_line = is_object && serde_json::from_slice::<IgnoredAny>(first_line).is_ok();
    let mut stream = begin.stream;
    let mut survey = DocumentSurvey::new();
    let mut problem = None;
    while let Some(chunk) = stream
        .try_next()
        .await
        .map_err(|error| failed(file, error))?
    {
        match survey.feed(&chunk) {
            Ok(false) => tokio::task::yield_now().await,
            Ok(true) => break,
            Err(found) => {
                problem = Some(found);
                break;
            }
        }
    }
    let found = match problem {
        None => survey.finish(),
        Some(problem) => Err(problem),
    };
    let place = match found {
        Ok(found) => row_place(&found, false, has_lines),
        // A broken first line is one of many.
        Err(_) if has_lines => return Ok(RowShape::Lines),
        Err(problem) => return Err(placed(file, &problem)),
    };
    Ok(match place {
        RowPlace::Lists => RowShape::Documents(ListPath::new(Vec::new())),
        RowPlace::List(path) | RowPlace::EmptyList(path) => RowShape::Documents(path),
        RowPlace::Documents(_) if has_lines || is_one_line => RowShape::Lines,
        RowPlace::Documents(_) => RowShape::Documents(ListPath::new(Vec::new())),
        RowPlace::Unclear(paths) => return Err(unclear(file, &paths)),
    })
}

fn unclear(file: &SourceFile, paths: &[ListPath]) -> Error {
    let listed: Vec<String> = paths.iter().map(ToString::to_string).collect();
    let first = listed.first().cloned().unwrap_or_default();
    file.problem(format!(
        "one object with the lists {}: say which holds the rows, as in json = {{ list = \"{first}\" }} in [source] of \
         the mapping",
        listed.join(", ")
    ))
}

async fn lines(file: &SourceFile, mut text: TextChunks, out: &ChunkSender) -> Result<()> {
    let mut cutter = RecordCutter::lines();
    while let Some(chunk) = text.try_next().await.map_err(|error| failed(file, error))? {
        cutter.add(file, &chunk, out).await?;
        tokio::task::yield_now().await;
    }
    cutter.finish(file, out).await
}

async fn documents(
    file: &SourceFile,
    mut text: TextChunks,
    path: ListPath,
    out: &ChunkSender,
) -> Result<()> {
    let mut splitter = RowSplitter::new(path);
    let mut found = FoundObjects::default();
    while let Some(chunk) = text.try_next().await.map_err(|error| failed(file, error))? {
        let fed = splitter.feed(&chunk, |row, line| {
            found.add(row, line);
            Ok(())
        });
        fed.map_err(|problem| placed(file, &problem))?;
        if found.text.len() >= CHUNK {
            found.send(out).await?;
        }
        tokio::task::yield_now().await;
    }
    splitter
        .finish()
        .map_err(|problem| placed(file, &problem))?;
    found.send(out).await
}

/// Objects that have not been sent yet.
#[derive(Default)]
struct FoundObjects {
    text: Vec<u8>,
    rows: Vec<JsonRowPlace>,
}

impl FoundObjects {
    fn add(&mut self, row: &[u8], line: u64) {
        let start = self.text.len();
        self.text.extend_from_slice(row);
        self.rows.push(JsonRowPlace {
            start,
            end: self.text.len(),
            line,
        });
    }

    async fn send(&mut self, out: &ChunkSender) -> Result<()> {
        let Self { text, rows } = std::mem::take(self);
        let Some(first) = rows.first() else {
            return Ok(());
        };
        let chunk = SourceChunk {
            first_line: first.line,
            body: ChunkBody::Objects { text, rows },
            begins_with_header: false,
        };
        out.send(SourceEvent::Chunk(chunk)).await
    }
}

fn placed(file: &SourceFile, problem: &JsonProblem) -> Error {
    let place = format!("{}, line {}", file.label, problem.line);
    Error::location(place, problem.what.clone())
}
