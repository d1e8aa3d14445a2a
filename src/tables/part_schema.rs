//! Compares the columns of files that are parts of one table by their names.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::datasource::file_format::FileFormat;
use futures::StreamExt;
use object_store::ObjectStore;

use super::kind::{DataFileFormat, DataFileKind};
use super::listing::{DataFile, store_of};
use super::source::TableSource;
use super::widen::value_type;
use super::{build, csv_schema, footers, formats, source_files};
use crate::error::Result;

/// True if the files of `source` have the same columns: of the same types in Parquet and Arrow, in the same order in
/// CSV. Rows of JSON leave out what is not known, so that their files go by their names alone. Files that cannot be
/// read do not count: the table fails over them.
///
/// # Errors
/// If the files cannot be listed.
pub(super) async fn is_one_table(session: &dyn Session, source: &TableSource) -> Result<bool> {
    let files = source_files::list(session, source).await?;
    let Ok((kind, _)) = build::kind_of(source, &files) else {
        return Ok(false);
    };
    if kind.format == DataFileFormat::Json {
        return Ok(true);
    }
    let Some(place) = source.places.first() else {
        return Ok(false);
    };
    footers::read_ahead(session, build::local_parquet(source, &files).collect()).await;
    let store = store_of(session, &source.label, &place.url)?;
    let reader = PartReader {
        session,
        source,
        store,
        kind,
    };
    let files = files.iter().filter(|file| file.meta.size > 0);
    let columns: Vec<Option<Vec<String>>> = futures::stream::iter(files)
        .map(|file| reader.columns(file))
        .boxed()
        .buffered(
            session
                .config_options()
                .execution
                .meta_fetch_concurrency
                .get(),
        )
        .collect()
        .await;
    let mut columns = columns.into_iter().flatten();
    let Some(first) = columns.next() else {
        return Ok(false);
    };
    Ok(columns.all(|other| other == first))
}

struct PartReader<'a> {
    session: &'a dyn Session,
    source: &'a TableSource,
    store: Arc<dyn ObjectStore>,
    kind: DataFileKind,
}

impl PartReader<'_> {
    /// Columns of a file as texts that are equal if the columns are; `None` if it cannot be read.
    async fn columns(&self, file: &DataFile) -> Option<Vec<String>> {
        if self.kind.format.is_delimited() {
            let options = formats::csv(self.session, self.source, self.kind).ok()?;
            let header = csv_schema::header_of(self.source, options, &self.store, file).await;
            return Some(
                header
                    .ok()?
                    .iter()
                    .map(|name| name.to_lowercase())
                    .collect(),
            );
        }
        let format = formats::create(self.session, self.source, self.kind).ok()?;
        let schema = self.schema(&format, file).await?;
        let columns = schema.fields().iter().map(|field| {
            let name = field.name().to_lowercase();
            format!("{name} {}", value_type(field.data_type()))
        });
        let mut columns: Vec<String> = columns.collect();
        columns.sort();
        Some(columns)
    }

    async fn schema(&self, format: &Arc<dyn FileFormat>, file: &DataFile) -> Option<SchemaRef> {
        let objects = std::slice::from_ref(&file.meta);
        let schema = format.infer_schema(self.session, &self.store, objects);
        schema.await.ok()
    }
}
