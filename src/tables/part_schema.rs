//! Compares the columns of files that are parts of one table by their names.

use std::collections::BTreeSet;
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

/// Records of a JSON file that are looked at here: only names of columns are compared.
const JSON_RECORDS: &str = "1000";

/// True if the files of `source` have the same columns: of the same types in Parquet and Arrow, in the same order in
/// CSV. JSON files leave out what is not known, so one common column is enough. Files that cannot be read do not
/// count: the table fails over them.
///
/// # Errors
/// If the files cannot be listed.
pub(super) async fn is_one_table(session: &dyn Session, source: &TableSource) -> Result<bool> {
    let files = source_files::list(session, source).await?;
    let Ok((kind, _)) = build::kind_of(source, &files) else {
        return Ok(false);
    };
    let Some(place) = source.places.first() else {
        return Ok(false);
    };
    footers::read_ahead(session, build::local_parquet(source, &files).collect()).await;
    let store = store_of(session, &source.label, &place.url)?;
    let mut sampled = source.clone();
    if kind.format == DataFileFormat::Json {
        let limit = (
            "format.schema_infer_max_rec".to_owned(),
            JSON_RECORDS.to_owned(),
        );
        sampled.options.push(limit);
    }
    let reader = PartReader {
        session,
        source: &sampled,
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
    Ok(columns.all(|other| is_alike(kind.format, &first, &other)))
}

fn is_alike(format: DataFileFormat, first: &[String], other: &[String]) -> bool {
    if format != DataFileFormat::Json {
        return first == other;
    }
    let first: BTreeSet<&String> = first.iter().collect();
    other.iter().any(|column| first.contains(column))
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
            let header = csv_schema::header(self.source, options, &self.store, file).await;
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
            match self.kind.format {
                DataFileFormat::Json => name,
                _ => format!("{name} {}", value_type(field.data_type())),
            }
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
