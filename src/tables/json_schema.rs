//! Columns of JSON files: where their rows are, and the types of all values.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::Session;
use datafusion::common::runtime::SpawnedTask;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::DataFusionError;
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStore;

use super::file_errors::{label, one_line};
use super::json_shape::{RowPlace, place};
use super::listing::{DataFile, store_error};
use super::schema::{concurrency, not_empty, store};
use super::source::TableSource;
use crate::error::{Error, Result};
use crate::json::{
    DocumentSurvey, JsonProblem, ListPath, ObservedFields, RowSplitter, text_chunks,
};

/// What the files of a JSON table hold.
#[derive(Debug)]
pub(super) struct JsonColumns {
    pub(super) schema: SchemaRef,
    /// List that holds the rows.
    pub(super) path: ListPath,
    /// Each row is a line whose values are of the columns' types already.
    pub(super) is_plain_lines: bool,
    /// What the user should know about where the rows were found.
    pub(super) note: Option<String>,
}

/// Files that are read for their columns.
#[derive(Clone)]
struct JsonFiles<'a> {
    source: &'a TableSource,
    store: Arc<dyn ObjectStore>,
    compression: FileCompressionType,
    concurrency: usize,
}

/// Reads all rows of `files` and returns their columns.
///
/// # Errors
/// If a file cannot be read or is not JSON, or it is not clear what the rows are.
pub(super) async fn infer(
    session: &dyn Session,
    source: &TableSource,
    compression: FileCompressionType,
    files: &[DataFile],
) -> Result<JsonColumns> {
    let filled = not_empty(source, files)?;
    let files = JsonFiles {
        source,
        store: store(session, source)?,
        compression,
        concurrency: concurrency(session),
    };
    let (path, note) = match &source.json_list {
        Some(path) => (path.clone(), None),
        None => files.row_place(&filled).await?,
    };
    let (fields, is_lines) = files.fields(&filled, &path).await?;
    Ok(JsonColumns {
        schema: Arc::new(Schema::new(fields.types())),
        is_plain_lines: is_lines && path.is_document() && !fields.has_json_text(),
        path,
        note,
    })
}

impl JsonFiles<'_> {
    /// Path of the list that holds the rows, and what to say about it.
    async fn row_place(&self, files: &[&DataFile]) -> Result<(ListPath, Option<String>)> {
        let has_neighbours = files.len() > 1;
        let places: Vec<RowPlace> = futures::stream::iter(files.iter().copied())
            .map(|file| self.clone().survey(file, has_neighbours))
            .boxed()
            .buffered(self.concurrency)
            .try_collect()
            .await?;
        let mut documents = None;
        let mut lists: Option<(&ListPath, &DataFile)> = None;
        for (place, file) in places.iter().zip(files) {
            match place {
                RowPlace::Lists => {}
                RowPlace::Documents(hint) => documents = documents.or(Some((hint, *file))),
                RowPlace::Unclear(paths) => return Err(self.unclear(file, paths)),
                RowPlace::List(path) | RowPlace::EmptyList(path) => match lists {
                    Some((other, first)) if other != path => {
                        return Err(self.two_lists((first, other), (file, path)));
                    }
                    _ => lists = lists.or(Some((path, file))),
                },
            }
        }
        match (documents, lists) {
            (Some((_, object)), Some((path, page))) => Err(self.mixed(object, page, path)),
            (None, Some((path, _))) => Ok((path.clone(), Some(self.note(path)))),
            (Some((Some(hint), _)), None) => Ok((document(), Some(self.hint(hint)))),
            _ => Ok((document(), None)),
        }
    }

    async fn survey(self, file: &DataFile, has_neighbours: bool) -> Result<RowPlace> {
        let is_lines = [".ndjson", ".jsonl"];
        let name = file.name.to_ascii_lowercase();
        let is_lines = is_lines.iter().any(|ending| name.contains(ending));
        let mut chunks = self.chunks(file).await?;
        let mut survey = DocumentSurvey::new();
        while let Some(chunk) = chunks.try_next().await.map_err(|e| self.failed(file, e))? {
            let is_done = survey.feed(&chunk).map_err(|p| self.problem(file, &p))?;
            if is_done {
                break;
            }
        }
        let found = survey.finish().map_err(|p| self.problem(file, &p))?;
        Ok(place(&found, has_neighbours, is_lines))
    }

    /// Fields of all rows of all files, and whether each row is a line.
    async fn fields(&self, files: &[&DataFile], path: &ListPath) -> Result<(ObservedFields, bool)> {
        let read = futures::stream::iter(files.iter().copied()).map(|file| async move {
            let reading = read_fields(
                Arc::clone(&self.store),
                file.clone(),
                self.compression,
                path.clone(),
            );
            // On a thread of its own: all of a file is read.
            let read = SpawnedTask::spawn(reading).join().await;
            let read =
                read.map_err(|error| Error::from(DataFusionError::ExecutionJoin(Box::new(error))))?;
            read.map_err(|failure| match failure {
                ReadFailure::Json(problem) => self.problem(file, &problem),
                ReadFailure::Other(error) => self.failed(file, error),
            })
        });
        let mut read = read.boxed().buffered(self.concurrency);
        let (mut all, mut is_lines) = (ObservedFields::default(), true);
        while let Some((fields, are_lines)) = read.try_next().await? {
            all.merge(&fields);
            is_lines &= are_lines;
        }
        Ok((all, is_lines))
    }

    async fn chunks(
        &self,
        file: &DataFile,
    ) -> Result<futures::stream::BoxStream<'static, Result<bytes::Bytes, DataFusionError>>> {
        let chunks = text_chunks(self.store.as_ref(), &file.meta.location, self.compression);
        chunks.await.map_err(|error| self.failed(file, error))
    }

    fn failed(&self, file: &DataFile, error: DataFusionError) -> Error {
        let label = label(self.source, file);
        match error {
            DataFusionError::ObjectStore(error) => store_error(&label, &error),
            other => Error::location(label, one_line(&other)),
        }
    }

    fn problem(&self, file: &DataFile, problem: &JsonProblem) -> Error {
        let place = format!("{}, line {}", label(self.source, file), problem.line);
        Error::location(place, problem.what.clone())
    }

    fn note(&self, path: &ListPath) -> String {
        format!(
            "{}: a row is an element of the list {path}",
            self.source.label
        )
    }

    fn hint(&self, list: &ListPath) -> String {
        format!(
            "{}: each object is a row; if its list {list} holds the rows, say json = {{ list = \"{list}\" }} in \
             deskql.toml",
            self.source.label
        )
    }

    fn unclear(&self, file: &DataFile, paths: &[ListPath]) -> Error {
        let listed: Vec<String> = paths.iter().map(ToString::to_string).collect();
        let problem = format!(
            "one object with the lists {}: say which holds the rows, as in json = {{ list = \"{}\" }} for the \
             table in deskql.toml, or list = \"$\" if the object is a row",
            listed.join(", "),
            paths.first().map_or("", |_| listed[0].as_str())
        );
        Error::location(label(self.source, file), problem)
    }

    fn two_lists(&self, one: (&DataFile, &ListPath), other: (&DataFile, &ListPath)) -> Error {
        let problem = format!(
            "the rows of {} seem to be in the list {}, those of {} in {}: choose files with a glob, or say json = \
             {{ list = \"{}\" }} in deskql.toml",
            one.0.name, one.1, other.0.name, other.1, one.1
        );
        Error::location(&self.source.label, problem)
    }

    fn mixed(&self, object: &DataFile, page: &DataFile, path: &ListPath) -> Error {
        let problem = format!(
            "each object of {} seems to be a row, but {} seems to hold its rows in the list {path}: choose files \
             with a glob, or say json = {{ list = \"{path}\" }} or list = \"$\" in deskql.toml",
            object.name, page.name
        );
        Error::location(&self.source.label, problem)
    }
}

fn document() -> ListPath {
    ListPath::new(Vec::new())
}

enum ReadFailure {
    Json(JsonProblem),
    Other(DataFusionError),
}

async fn read_fields(
    store: Arc<dyn ObjectStore>,
    file: DataFile,
    compression: FileCompressionType,
    path: ListPath,
) -> Result<(ObservedFields, bool), ReadFailure> {
    let chunks = text_chunks(store.as_ref(), &file.meta.location, compression).await;
    let mut chunks = chunks.map_err(ReadFailure::Other)?;
    let mut splitter = RowSplitter::new(path);
    let mut fields = ObservedFields::default();
    while let Some(chunk) = chunks.try_next().await.map_err(ReadFailure::Other)? {
        let fed = splitter.feed(&chunk, |row, line| fields.add_row(row, line));
        fed.map_err(ReadFailure::Json)?;
        // Lets Ctrl-C through: the chunks of a local file are there at once.
        tokio::task::yield_now().await;
    }
    splitter.finish().map_err(ReadFailure::Json)?;
    Ok((fields, splitter.is_lines()))
}
