//! JSON of any shape.

use std::sync::Arc;

use futures::TryStreamExt;
use serde::de::IgnoredAny;

use super::events::{ChunkBody, ChunkSender, FileLayout, LayoutForm, SourceChunk, SourceEvent};
use super::file_bytes::{failed, head, uncompressed};
use super::listed_rows::{FoundRows, ListedRows};
use super::record_cutter::RecordCutter;
use super::source_file::SourceFile;
use super::text_encoding::decoded_rows;
use crate::archive::ingest::mapping::SourceForm;
use crate::error::{Error, Result};
use crate::json::{DocumentSurvey, JsonProblem, ListPath};
use crate::tables::{RowPlace, row_place};
use crate::text_files::TextChunks;

/// Bytes of a chunk of objects.
const CHUNK: usize = 512 << 10;

/// Bytes whose lines tell that there is an object a line.
const LOOKED_AT: usize = 1 << 20;

/// Lines among these that are looked at.
const LINES: usize = 100;

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
        None => told_shape(file, form, has_lines).await?,
    };
    let layout = FileLayout {
        file: out.file,
        label: file.label.clone(),
        form: LayoutForm::Json,
        is_typed: false,
    };
    out.send(SourceEvent::File(Arc::new(layout))).await?;
    let text = text(file, form).await?;
    match shape {
        RowShape::Lines => lines(file, text, out).await,
        RowShape::Documents(path) => documents(file, text, path, out).await,
    }
}

async fn text(file: &SourceFile, form: &SourceForm) -> Result<TextChunks> {
    decoded_rows(file, uncompressed(file).await?, form).await
}

/// Looks at the first document, which may be most of the file: the rows are read by another opening.
async fn told_shape(file: &SourceFile, form: &SourceForm, has_lines: bool) -> Result<RowShape> {
    let begin = head(file, text(file, form).await?, LOOKED_AT).await?;
    let lines = HeadLines::new(&begin.bytes, begin.is_whole);
    let is_one_line = lines.begins_with_object;
    let has_lines = has_lines || lines.are_objects;
    let mut survey = DocumentSurvey::new();
    let place = match surveyed(file, begin.stream, &mut survey).await? {
        None => row_place(&survey.found(), false, has_lines),
        // A broken first line is one of many.
        Some(_) if has_lines => return Ok(RowShape::Lines),
        // A broken row of the first list hides what is behind it, but not the list.
        Some(problem) => match row_place(&survey.found(), false, false) {
            list @ RowPlace::List(_) => list,
            _ => return Err(placed(file, &problem)),
        },
    };
    Ok(match place {
        RowPlace::Lists => RowShape::Documents(ListPath::new(Vec::new())),
        RowPlace::List(path) | RowPlace::EmptyList(path) => RowShape::Documents(path),
        RowPlace::Documents(_) if has_lines || is_one_line => RowShape::Lines,
        RowPlace::Documents(_) => RowShape::Documents(ListPath::new(Vec::new())),
        RowPlace::Unclear(paths) => return Err(unclear(file, &paths)),
    })
}

/// Surveys the first document of a text; returns the problem that it has.
async fn surveyed(
    file: &SourceFile,
    mut text: TextChunks,
    survey: &mut DocumentSurvey,
) -> Result<Option<JsonProblem>> {
    while let Some(chunk) = text.try_next().await.map_err(|error| failed(file, error))? {
        match survey.feed(&chunk) {
            Ok(false) => tokio::task::yield_now().await,
            Ok(true) => break,
            Err(problem) => return Ok(Some(problem)),
        }
    }
    Ok(survey.end())
}

/// What the first lines of a file are.
struct HeadLines {
    /// The first one is an object.
    begins_with_object: bool,
    /// More than half of at least three are objects: the other ones are broken.
    are_objects: bool,
}

impl HeadLines {
    fn new(head: &[u8], is_whole: bool) -> Self {
        let mut lines: Vec<&[u8]> = head.split(|byte| *byte == b'\n').collect();
        if !is_whole && lines.len() > 1 {
            lines.pop();
        }
        lines.retain(|line| !line.trim_ascii().is_empty());
        let is_object = |line: &&&[u8]| {
            let begins = line.trim_ascii_start().starts_with(b"{");
            begins && serde_json::from_slice::<IgnoredAny>(line).is_ok()
        };
        let begins_with_object = lines.first().is_some_and(|line| is_object(&line));
        let objects = lines.iter().take(LINES).filter(is_object).count();
        let looked_at = lines.len().min(LINES);
        Self {
            begins_with_object,
            are_objects: looked_at > 2 && objects * 2 > looked_at,
        }
    }
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
    let mut rows = ListedRows::new(path);
    while let Some(chunk) = text.try_next().await.map_err(|error| failed(file, error))? {
        let added = rows.add(&chunk);
        added.map_err(|problem| placed(file, &problem))?;
        if rows.waiting_bytes() >= CHUNK {
            send(rows.take_all_but_last(), file, out).await?;
        }
        tokio::task::yield_now().await;
    }
    let rest = rows.finish();
    send(rest.map_err(|problem| placed(file, &problem))?, file, out).await
}

async fn send(found: FoundRows, file: &SourceFile, out: &ChunkSender) -> Result<()> {
    for problem in &found.mended {
        let note = format!(
            "{}, line {}: {}; the rows before and behind are whole and were read",
            file.label, problem.line, problem.what
        );
        out.send(SourceEvent::Note(note)).await?;
    }
    let FoundRows { text, rows, .. } = found;
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

fn placed(file: &SourceFile, problem: &JsonProblem) -> Error {
    let place = format!("{}, line {}", file.label, problem.line);
    Error::location(place, problem.what.clone())
}
