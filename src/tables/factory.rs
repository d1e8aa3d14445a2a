//! `CREATE EXTERNAL TABLE`.

use std::any::Any;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider, TableProviderFactory};
use datafusion::common::exec_err;
use datafusion::datasource::listing::ListingTable;
use datafusion::datasource::provider::DefaultTableFactory;
use datafusion::error::Result;
use datafusion::logical_expr::CreateExternalTable;

use crate::delta::TableVersion;
use crate::error::Error;

use super::kind::DataFileFormat;
use super::location::DataLocation;
use super::source::{PartitionColumn, TableSource};
use super::spellings::SpellingAdapters;
use super::{build, managed_folder, partitioned_table, places};

/// Formats that `STORED AS` accepts.
pub(crate) const FORMATS: [&str; 7] = ["PARQUET", "CSV", "TSV", "JSON", "NDJSON", "ARROW", DELTA];

/// Tables whose log lists their files.
const DELTA: &str = "DELTA";

/// DataFusion's words for a format that has no factory, which errors are worded by.
const UNKNOWN_FORMAT: &str = "Unable to find factory for ";

/// Builds the tables of `CREATE EXTERNAL TABLE` like those of `--data`.
///
/// A table with declared columns, or one that is read as a stream, needs none of this and is built
/// by DataFusion.
#[derive(Debug)]
pub(crate) struct ExternalTables;

#[async_trait]
impl TableProviderFactory for ExternalTables {
    async fn create(
        &self,
        state: &dyn Session,
        command: &CreateExternalTable,
    ) -> Result<Arc<dyn TableProvider>> {
        let declared = !command.schema.fields().is_empty();
        if declared || command.unbounded {
            for location in &command.locations {
                // A location that is not there is an error of the factory.
                if let Ok(location) = DataLocation::parse(location, None) {
                    refuse_delta(state, &location).await?;
                }
            }
            let command = &stock(command)?;
            let table = DefaultTableFactory::new().create(state, command).await?;
            let listing = (table.as_ref() as &dyn Any).downcast_ref::<ListingTable>();
            return match listing {
                Some(listing) => partitioned_table::provider(
                    state,
                    listing.clone(),
                    Arc::new(SpellingAdapters),
                    &[],
                ),
                None => Ok(table),
            };
        }
        let source = source(state, command).await?;
        Ok(build::build(state, source).await?)
    }
}

/// Columns cannot be declared for what has them in its log.
async fn refuse_delta(state: &dyn Session, location: &DataLocation) -> Result<()> {
    if managed_folder::is_delta_table(state, &location.text, &location.url).await? {
        let problem = "is a Delta table, which knows its columns: leave out the list of columns";
        return Err(Error::location(&location.text, problem).into());
    }
    Ok(())
}

/// `command` with the format of DataFusion's that reads the same files: it knows neither TSV nor NDJSON.
fn stock(command: &CreateExternalTable) -> Result<CreateExternalTable> {
    let mut command = command.clone();
    match DataFileFormat::named(&command.file_type) {
        Some(DataFileFormat::Tsv) => {
            "CSV".clone_into(&mut command.file_type);
            let delimiter = command.options.entry("format.delimiter".to_owned());
            delimiter.or_insert_with(|| "\t".to_owned());
        }
        Some(DataFileFormat::Json) => "JSON".clone_into(&mut command.file_type),
        Some(_) => {}
        None => return exec_err!("{UNKNOWN_FORMAT}{}", command.file_type),
    }
    Ok(command)
}

async fn source(state: &dyn Session, command: &CreateExternalTable) -> Result<TableSource> {
    let format = DataFileFormat::named(&command.file_type);
    let is_delta = command.file_type.eq_ignore_ascii_case(DELTA);
    if format.is_none() && !is_delta {
        return exec_err!("{UNKNOWN_FORMAT}{}", command.file_type);
    }
    let mut places = Vec::new();
    for location in &command.locations {
        let location = DataLocation::parse(location, None)?;
        places.extend(places::resolve(state, &location).await?);
    }
    let label = command.locations.join(", ");
    let Some(first) = places.first() else {
        return Err(Error::location(label, "no location given").into());
    };
    let mut source = TableSource::new(label, first.clone());
    source.places = places;
    source.format = format;
    source.delta = is_delta.then_some(TableVersion::Latest);
    source.sort_order.clone_from(&command.order_exprs);
    source.options = command
        .options
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    if !command.table_partition_cols.is_empty() {
        let columns = command
            .table_partition_cols
            .iter()
            .map(|name| PartitionColumn {
                name: name.clone(),
                data_type: None,
            });
        source.partitions = Some(columns.collect());
    } else if !state
        .config_options()
        .execution
        .listing_table_factory_infer_partitions
    {
        source.partitions = Some(Vec::new());
    }
    Ok(source)
}
