//! From a [`TableSource`] to a table that DataFusion can scan.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig};

use crate::error::{Error, Result};

use super::kind::{FileName, Kind};
use super::listing::{DataFile, data_files, listing_url, store_of};
use super::source::TableSource;
use super::{formats, partitions, schema};

/// Reads what is needed of the files of `source` and makes the table.
///
/// # Errors
/// When there is no data file, or the files cannot be read as one table.
pub(crate) async fn build(
    session: &dyn Session,
    source: &TableSource,
) -> Result<Arc<dyn TableProvider>> {
    let files = list(session, source).await?;
    let (kind, ending) = kind_of(source, &files)?;
    let format = formats::create(session, source, kind)?;
    let partition_columns = partitions::columns(source, &files)?;
    let schema = match &source.schema {
        Some(declared) => Arc::clone(declared),
        None => schema::infer(session, source, &format, kind, &files).await?,
    };
    check_names(source, &schema, &partition_columns)?;
    listing_table(session, source, format, &ending, schema, partition_columns)
}

fn listing_table(
    session: &dyn Session,
    source: &TableSource,
    format: Arc<dyn FileFormat>,
    ending: &str,
    schema: SchemaRef,
    partition_columns: Vec<(String, DataType)>,
) -> Result<Arc<dyn TableProvider>> {
    let urls = source
        .places
        .iter()
        .map(|place| listing_url(place, ending))
        .collect::<Result<Vec<_>>>()?;
    let options = ListingOptions::new(format)
        .with_file_extension("")
        .with_table_partition_cols(partition_columns)
        .with_file_sort_order(source.sort_order.clone());
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_schema(schema);
    let cache = session
        .runtime_env()
        .cache_manager
        .get_file_statistic_cache();
    Ok(partitions::provider(
        ListingTable::try_new(config)?.with_cache(cache),
    ))
}

async fn list(session: &dyn Session, source: &TableSource) -> Result<Vec<DataFile>> {
    let mut files = Vec::new();
    for place in &source.places {
        let store = store_of(session, &source.label, &place.url)?;
        files.extend(data_files(store.as_ref(), &source.label, place).await?);
    }
    Ok(files)
}

/// One kind for all files of a table, and the ending their names share.
fn kind_of(source: &TableSource, files: &[DataFile]) -> Result<(Kind, String)> {
    let mut seen: Option<(&DataFile, FileName<'_>)> = None;
    for file in files {
        let Some(parsed) = FileName::parse(&file.name) else {
            continue;
        };
        match &seen {
            None => seen = Some((file, parsed)),
            Some((_, first)) if first.ending == parsed.ending => {}
            Some((other, _)) => {
                return Err(Error::location(
                    &source.label,
                    format!(
                        "files of one table must be of one kind, but there are {:?} and {:?}: \
                         name those to read with a glob (*.csv)",
                        other.name, file.name
                    ),
                ));
            }
        }
    }
    match (source.kind, seen) {
        (Some(kind), Some((_, parsed))) => Ok((kind, parsed.ending.to_owned())),
        (None, Some((_, parsed))) => Ok((parsed.kind, parsed.ending.to_owned())),
        (Some(kind), None) if !files.is_empty() => Ok((kind, String::new())),
        (kind, None) => Err(no_files(source, kind, files)),
    }
}

fn no_files(source: &TableSource, _kind: Option<Kind>, files: &[DataFile]) -> Error {
    let problem = match files.first() {
        Some(file) => format!(
            "{:?} is not a data file by its name: say its format",
            file.name
        ),
        None => "no data file (.parquet, .csv, .tsv, .ndjson) there".to_owned(),
    };
    Error::location(&source.label, problem)
}

/// A column of the files with the name of a partition folder would be there twice.
fn check_names(
    source: &TableSource,
    schema: &SchemaRef,
    partitions: &[(String, DataType)],
) -> Result<()> {
    for (name, _) in partitions {
        if schema.field_with_name(name).is_ok() {
            return Err(Error::location(
                &source.label,
                format!("column {name:?} is both in the files and in the folder names ({name}=..)"),
            ));
        }
    }
    Ok(())
}
