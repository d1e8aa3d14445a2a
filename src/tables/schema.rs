//! One schema for all files of a table.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::Session;
use datafusion::datasource::file_format::FileFormat;
use datafusion::error::DataFusionError;
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStore;

use crate::error::{Error, Result};

use super::kind::Kind;
use super::listing::{DataFile, store_of};
use super::source::TableSource;
use super::widen::{self, Conflict};

/// Reads the schema of every file and widens them to one.
///
/// # Errors
/// When a file cannot be read, or two files have columns that no type holds both of.
pub(crate) async fn infer(
    session: &dyn Session,
    source: &TableSource,
    format: &Arc<dyn FileFormat>,
    _kind: Kind,
    files: &[DataFile],
) -> Result<SchemaRef> {
    let filled: Vec<&DataFile> = files.iter().filter(|file| file.meta.size > 0).collect();
    if filled.is_empty() {
        return Err(Error::location(
            &source.label,
            "the file is empty (0 bytes)",
        ));
    }
    let Some(place) = source.places.first() else {
        return Err(Error::location(&source.label, "no place to look for files"));
    };
    let store = store_of(session, &source.label, &place.url)?;
    let concurrency = session
        .config_options()
        .execution
        .meta_fetch_concurrency
        .get();
    let schemas: Vec<(&DataFile, SchemaRef)> = futures::stream::iter(filled)
        .map(|file| {
            let store = Arc::clone(&store);
            async move { Ok::<_, Error>((file, one(session, source, format, &store, file).await?)) }
        })
        .boxed() // https://github.com/rust-lang/rust/issues/64552
        .buffered(concurrency)
        .try_collect()
        .await?;
    merge(source, &schemas)
}

async fn one(
    session: &dyn Session,
    source: &TableSource,
    format: &Arc<dyn FileFormat>,
    store: &Arc<dyn ObjectStore>,
    file: &DataFile,
) -> Result<SchemaRef> {
    let objects = std::slice::from_ref(&file.meta);
    let schema = format.infer_schema(session, store, objects).await;
    schema.map_err(|error| unreadable(source, file, &error))
}

fn unreadable(source: &TableSource, file: &DataFile, error: &DataFusionError) -> Error {
    Error::location(
        &source.label,
        format!("{}: {}", file.name, error.strip_backtrace()),
    )
}

fn merge(source: &TableSource, schemas: &[(&DataFile, SchemaRef)]) -> Result<SchemaRef> {
    let Some((first, schema)) = schemas.first() else {
        return Err(Error::location(&source.label, "no data file there"));
    };
    let mut merged = widen::Merged::new(schema, first.meta.location.as_ref());
    for (file, schema) in &schemas[1..] {
        merged
            .add(schema, file.meta.location.as_ref())
            .map_err(|conflict| conflicting(source, &conflict))?;
    }
    Ok(Arc::new(Schema::new(merged.into_fields())))
}

fn conflicting(source: &TableSource, conflict: &Conflict) -> Error {
    Error::location(
        &source.label,
        format!(
            "column {:?} is {} in {} but {} in {}: no type holds both",
            conflict.column, conflict.left.1, conflict.left.0, conflict.right.1, conflict.right.0
        ),
    )
}
