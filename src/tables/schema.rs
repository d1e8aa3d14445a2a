//! One schema for all files of a table.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::Session;
use datafusion::datasource::file_format::FileFormat;
use datafusion::error::DataFusionError;
use futures::{StreamExt, TryStreamExt};
use object_store::{ObjectStore, ObjectStoreExt};

use super::file_errors::{label, one_line};
use super::kind::{DataFileFormat, DataFileKind};
use super::listing::{DataFile, store_of};
use super::source::TableSource;
use super::spellings;
use super::widen::{self, ColumnTypeConflict};
use crate::error::{Error, Result};
use crate::{sql, sql_type};

/// Reads the schema of every file and widens them to one.
///
/// # Errors
/// If a file cannot be read, or no type holds the values of a column in two files.
pub(crate) async fn infer(
    session: &dyn Session,
    source: &TableSource,
    format: &Arc<dyn FileFormat>,
    kind: DataFileKind,
    files: &[DataFile],
) -> Result<SchemaRef> {
    let files = not_empty(source, files)?;
    let store = store(session, source)?;
    let schemas: Vec<SchemaRef> = futures::stream::iter(files.iter().copied())
        .map(|file| {
            let store = Arc::clone(&store);
            async move { one(session, source, format, kind, &store, file).await }
        })
        .boxed() // https://github.com/rust-lang/rust/issues/64552
        .buffered(concurrency(session))
        .try_collect()
        .await?;
    if kind.format == DataFileFormat::Arrow {
        return same(source, &files, &schemas);
    }
    merge(source, &files, &schemas)
}

/// Arrow files are read as they are: no schema adaptation takes place.
fn same(source: &TableSource, files: &[&DataFile], schemas: &[SchemaRef]) -> Result<SchemaRef> {
    let Some(first) = schemas.first() else {
        return Err(Error::location(&source.label, "no data file there"));
    };
    match schemas
        .iter()
        .position(|schema| schema.fields() != first.fields())
    {
        None => Ok(Arc::clone(first)),
        Some(other) => Err(Error::location(
            &source.label,
            format!(
                "Arrow files of one table need the same columns, but those of {} and {} differ",
                files[0].name, files[other].name
            ),
        )),
    }
}

/// The files that are not empty.
pub(super) fn not_empty<'a>(
    source: &TableSource,
    files: &'a [DataFile],
) -> Result<Vec<&'a DataFile>> {
    let filled: Vec<&DataFile> = files.iter().filter(|file| file.meta.size > 0).collect();
    match filled.is_empty() {
        true if files.len() == 1 => Err(Error::location(
            &source.label,
            "the file is empty (0 bytes)",
        )),
        true => Err(Error::location(
            &source.label,
            "all its files are empty (0 bytes)",
        )),
        false => Ok(filled),
    }
}

/// The store of a table.
pub(super) fn store(session: &dyn Session, source: &TableSource) -> Result<Arc<dyn ObjectStore>> {
    let Some(place) = source.places.first() else {
        return Err(Error::location(&source.label, "no place to look for files"));
    };
    store_of(session, &source.label, &place.url)
}

/// Number of files that are looked at together.
pub(super) fn concurrency(session: &dyn Session) -> usize {
    session
        .config_options()
        .execution
        .meta_fetch_concurrency
        .get()
}

async fn one(
    session: &dyn Session,
    source: &TableSource,
    format: &Arc<dyn FileFormat>,
    kind: DataFileKind,
    store: &Arc<dyn ObjectStore>,
    file: &DataFile,
) -> Result<SchemaRef> {
    let objects = std::slice::from_ref(&file.meta);
    match format.infer_schema(session, store, objects).await {
        Ok(schema) => Ok(schema),
        Err(DataFusionError::ObjectStore(error)) => {
            Err(super::listing::store_error(&label(source, file), &error))
        }
        Err(error) => match Error::from(error) {
            Error::Location { problem, .. } => Err(Error::location(label(source, file), problem)),
            Error::Query(error) if kind.format == DataFileFormat::Parquet => {
                Err(not_parquet(source, store.as_ref(), file, &error).await)
            }
            Error::Query(error) => Err(Error::location(label(source, file), one_line(&error))),
            other => Err(other),
        },
    }
}

/// Distinguishes a file of another format from a truncated one.
async fn not_parquet(
    source: &TableSource,
    store: &dyn ObjectStore,
    file: &DataFile,
    error: &DataFusionError,
) -> Error {
    let start = store
        .get_range(&file.meta.location, 0..4.min(file.meta.size))
        .await;
    let problem = match start {
        Ok(bytes) if bytes.as_ref() != b"PAR1" => {
            "not a Parquet file (it does not begin with PAR1)".to_owned()
        }
        _ => format!(
            "truncated or damaged Parquet, copy it again ({})",
            sql::parquet_problem(error)
        ),
    };
    Error::location(label(source, file), problem)
}

fn merge(source: &TableSource, files: &[&DataFile], schemas: &[SchemaRef]) -> Result<SchemaRef> {
    let mut merged = widen::MergedColumns::default();
    for (file, schema) in files.iter().zip(&spellings::unified(schemas)) {
        merged
            .add(schema, file.meta.location.as_ref())
            .map_err(|conflict| conflicting(source, &conflict))?;
    }
    Ok(Arc::new(Schema::new(merged.into_fields())))
}

fn conflicting(source: &TableSource, conflict: &ColumnTypeConflict) -> Error {
    let (left, right) = (&conflict.left, &conflict.right);
    Error::location(
        &source.label,
        format!(
            "column {:?} is {} in {} but {} in {}, and no type holds both",
            conflict.column,
            sql_type::name(&left.1),
            left.0,
            sql_type::name(&right.1),
            right.0
        ),
    )
}
