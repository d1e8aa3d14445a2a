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
use super::json_shape::{OtherRows, RowPlace, place};
use super::listing::{DataFile, store_error};
use super::schema::{concurrency, not_empty, store};
use super::source::TableSource;
use super::western;
use crate::error::{Error, Result};
use crate::json::{DocumentSurvey, JsonProblem, JsonText, ListPath, ObservedFields, RowSplitter};
use crate::text_files::{TextEncoding, TextProblem};

/// What the files of a JSON table hold.
#[derive(Debug)]
pub(super) struct JsonColumns {
    pub(super) schema: SchemaRef,
    /// List that holds the rows.
    pub(super) path: ListPath,
    /// Each row is a line whose values are of the columns' types already.
    pub(super) is_plain_lines: bool,
    /// Encoding of files without a byte order mark; `None` for UTF-8.
    pub(super) encoding: Option<TextEncoding>,
    /// What the user should know about where the rows were found, and about their encoding.
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
    match files.columns(&filled).await {
        Err(_)
            if source.encoding.is_none()
                && western::are_western(compression, &files.store, &filled).await =>
        {
            let source = &western::as_western(source);
            let mut columns = JsonFiles { source, ..files }.columns(&filled).await?;
            let note = match columns.note {
                Some(note) => format!("{note}; {}", western::NOTE),
                None => format!("{}: {}", source.label, western::NOTE),
            };
            columns.note = Some(note);
            Ok(columns)
        }
        read => read,
    }
}

/// What is known of the rows of files when all have been read.
struct ObservedRows {
    fields: ObservedFields,
    /// Each row is a line of UTF-8 as it stands in the file.
    is_lines: bool,
    has_inner_lists: bool,
}

impl JsonFiles<'_> {
    async fn columns(&self, filled: &[&DataFile]) -> Result<JsonColumns> {
        let source = self.source;
        let (path, place) = match &source.json_list {
            Some(path) => (path.clone(), None),
            None => self.row_place(filled).await?,
        };
        let rows = self.rows(filled, &path).await?;
        let said = if rows.has_inner_lists {
            Some(inner_lists(&path))
        } else {
            place
        };
        Ok(JsonColumns {
            schema: Arc::new(Schema::new(rows.fields.types())),
            is_plain_lines: rows.is_lines && path.is_document() && !rows.fields.has_json_text(),
            path,
            encoding: source.encoding,
            note: said.map(|said| format!("{}: {said}", source.label)),
        })
    }

    /// Path of the list that holds the rows, and what to say about it, if anything.
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
                RowPlace::Documents(other) => documents = documents.or(Some((other, *file))),
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
            (None, Some((path, _))) => {
                let said = format!("a row is an element of the list {path}");
                Ok((path.clone(), Some(said)))
            }
            (Some((Some(other), _)), None) => Ok((document(), Some(objects(other)))),
            _ => Ok((document(), None)),
        }
    }

    async fn survey(self, file: &DataFile, has_neighbours: bool) -> Result<RowPlace> {
        let is_lines = [".ndjson", ".jsonl"];
        let name = file.name.to_ascii_lowercase();
        let is_lines = is_lines.iter().any(|ending| name.contains(ending));
        let mut chunks = self.text(file).await?.chunks;
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

    /// Fields of all rows of all files.
    async fn rows(&self, files: &[&DataFile], path: &ListPath) -> Result<ObservedRows> {
        let read = futures::stream::iter(files.iter().copied()).map(|file| async move {
            let reading = FileReading {
                store: Arc::clone(&self.store),
                file: file.clone(),
                compression: self.compression,
                encoding: self.source.encoding,
                path: path.clone(),
            };
            // On a thread of its own: all of a file is read.
            let read = SpawnedTask::spawn(reading.rows()).join().await;
            let read =
                read.map_err(|error| Error::from(DataFusionError::ExecutionJoin(Box::new(error))))?;
            read.map_err(|failure| match failure {
                ReadFailure::Json(problem) => self.problem(file, &problem),
                ReadFailure::Other(error) => self.failed(file, error),
            })
        });
        let mut read = read.boxed().buffered(self.concurrency);
        let mut all = ObservedRows {
            fields: ObservedFields::default(),
            is_lines: true,
            has_inner_lists: false,
        };
        while let Some(rows) = read.try_next().await? {
            all.fields.merge(&rows.fields);
            all.is_lines &= rows.is_lines;
            all.has_inner_lists |= rows.has_inner_lists;
        }
        Ok(all)
    }

    async fn text(&self, file: &DataFile) -> Result<JsonText> {
        let (location, encoding) = (&file.meta.location, self.source.encoding);
        let text = JsonText::open(self.store.as_ref(), location, self.compression, encoding);
        text.await.map_err(|error| self.failed(file, error))
    }

    fn failed(&self, file: &DataFile, error: DataFusionError) -> Error {
        let label = label(self.source, file);
        if let Some(problem) = TextProblem::among_causes(&error) {
            return Error::location(label, problem.to_string());
        }
        match error {
            DataFusionError::ObjectStore(error) => store_error(&label, &error),
            other => Error::location(label, one_line(&other)),
        }
    }

    fn problem(&self, file: &DataFile, problem: &JsonProblem) -> Error {
        let place = format!("{}, line {}", label(self.source, file), problem.line);
        Error::location(place, problem.what.clone())
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

/// A file of which all rows are read.
struct FileReading {
    store: Arc<dyn ObjectStore>,
    file: DataFile,
    compression: FileCompressionType,
    encoding: Option<TextEncoding>,
    path: ListPath,
}

impl FileReading {
    async fn rows(self) -> Result<ObservedRows, ReadFailure> {
        let (store, location) = (self.store.as_ref(), &self.file.meta.location);
        let text = JsonText::open(store, location, self.compression, self.encoding).await;
        let JsonText {
            mut chunks,
            is_decoded,
        } = text.map_err(ReadFailure::Other)?;
        let mut splitter = RowSplitter::new(self.path);
        let mut fields = ObservedFields::default();
        while let Some(chunk) = chunks.try_next().await.map_err(ReadFailure::Other)? {
            let fed = splitter.feed(&chunk, |row, line| fields.add_row(row, line));
            fed.map_err(ReadFailure::Json)?;
            // Lets Ctrl-C through: the chunks of a local file are there at once.
            tokio::task::yield_now().await;
        }
        splitter.finish().map_err(ReadFailure::Json)?;
        Ok(ObservedRows {
            fields,
            is_lines: splitter.is_lines() && !is_decoded,
            has_inner_lists: splitter.has_inner_lists(),
        })
    }
}

fn inner_lists(path: &ListPath) -> String {
    if path.is_document() {
        return "its list holds lists, and a row is an element of one of these".to_owned();
    }
    format!("the list {path} holds lists, and a row is an element of one of these")
}

/// What to say where objects at the top are rows and others might be.
fn objects(other: &OtherRows) -> String {
    match other {
        OtherRows::Elements(list) => format!(
            "each object is a row; if its list {list} holds the rows, say json = {{ list = \"{list}\" }} in deskql.toml"
        ),
        OtherRows::Values => "the file is one object, so one row with a column for each of its keys; if its values are \
                              the rows, make them lines: jq -c 'to_entries[] | {key} + .value' FILE"
            .to_owned(),
    }
}
