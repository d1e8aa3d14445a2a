//! DataFusion's reader for each kind of file, with this session's and the table's options.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::catalog::Session;
use datafusion::common::config::{ConfigFileType, TableOptions};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::arrow::ArrowFormat;
use datafusion::datasource::file_format::csv::CsvFormat;
use datafusion::datasource::file_format::json::JsonFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;

use crate::error::Result;

use super::kind::{Format, Kind};
use super::source::TableSource;

/// Makes the reader for `kind`.
///
/// # Errors
/// When an option of the table is unknown to the format or has a wrong value.
pub(crate) fn create(
    session: &dyn Session,
    source: &TableSource,
    kind: Kind,
) -> Result<Arc<dyn FileFormat>> {
    let mut options = session.default_table_options();
    Ok(match kind.format {
        Format::Parquet => {
            alter(&mut options, ConfigFileType::PARQUET, source)?;
            Arc::new(ParquetFormat::default().with_options(options.parquet))
        }
        Format::Csv | Format::Tsv => {
            options.csv.has_header = Some(true);
            if kind.format == Format::Tsv {
                options.csv.delimiter = b'\t';
            }
            alter(&mut options, ConfigFileType::CSV, source)?;
            if kind.compression.is_compressed() {
                options.csv.compression = kind.compression.into();
            }
            Arc::new(CsvFormat::default().with_options(options.csv))
        }
        Format::Json => {
            alter(&mut options, ConfigFileType::JSON, source)?;
            if kind.compression.is_compressed() {
                options.json.compression = kind.compression.into();
            }
            Arc::new(JsonFormat::default().with_options(options.json))
        }
        Format::Arrow => Arc::new(ArrowFormat),
    })
}

fn alter(options: &mut TableOptions, format: ConfigFileType, source: &TableSource) -> Result<()> {
    options.set_config_format(format);
    let pairs: HashMap<String, String> = source.options.iter().cloned().collect();
    options.alter_with_string_hash_map(&pairs)?;
    Ok(())
}
