//! DataFusion's reader for each kind of file, with the options of the session and the table.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::catalog::Session;
use datafusion::common::config::{ConfigFileType, CsvOptions, TableOptions};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::arrow::ArrowFormat;
use datafusion::datasource::file_format::json::JsonFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;

use crate::error::Result;
use crate::text_files::{DelimitedFormat, TextForm};

use super::arrow_format::CheckedArrowFormat;
use super::kind::{DataFileFormat, DataFileKind};
use super::parquet_format::NullSafeParquetFormat;
use super::source::TableSource;

/// Creates the reader for files that are not CSV.
///
/// # Errors
/// If an option of the table is unknown to the format or has an invalid value.
pub(crate) fn create(
    session: &dyn Session,
    source: &TableSource,
    kind: DataFileKind,
) -> Result<Arc<dyn FileFormat>> {
    let mut options = session.default_table_options();
    Ok(match kind.format {
        DataFileFormat::Parquet => {
            alter(&mut options, ConfigFileType::PARQUET, source)?;
            let stock = ParquetFormat::default().with_options(options.parquet);
            Arc::new(NullSafeParquetFormat(stock))
        }
        DataFileFormat::Csv | DataFileFormat::Tsv => {
            csv_format(csv(session, source, kind)?, TextForm::default())
        }
        DataFileFormat::Json => Arc::new(json(session, source, kind)?),
        DataFileFormat::Arrow => Arc::new(CheckedArrowFormat(ArrowFormat)),
    })
}

/// Reader for lines of JSON whose columns are known.
///
/// # Errors
/// Those of [`create`].
pub(crate) fn json(
    session: &dyn Session,
    source: &TableSource,
    kind: DataFileKind,
) -> Result<JsonFormat> {
    let mut options = session.default_table_options();
    alter(&mut options, ConfigFileType::JSON, source)?;
    if kind.compression.is_compressed() {
        options.json.compression = kind.compression.into();
    }
    Ok(JsonFormat::default().with_options(options.json))
}

/// Options of CSV or TSV files.
///
/// # Errors
/// Those of [`create`].
pub(crate) fn csv(
    session: &dyn Session,
    source: &TableSource,
    kind: DataFileKind,
) -> Result<CsvOptions> {
    let mut options = session.default_table_options();
    options.csv.has_header = Some(true);
    if kind.format == DataFileFormat::Tsv {
        options.csv.delimiter = b'\t';
    }
    alter(&mut options, ConfigFileType::CSV, source)?;
    if kind.compression.is_compressed() {
        options.csv.compression = kind.compression.into();
    }
    Ok(options.csv)
}

/// Reader for CSV files.
pub(crate) fn csv_format(options: CsvOptions, text: TextForm) -> Arc<dyn FileFormat> {
    Arc::new(DelimitedFormat::new(options, text))
}

fn alter(options: &mut TableOptions, format: ConfigFileType, source: &TableSource) -> Result<()> {
    options.set_config_format(format);
    let pairs: HashMap<String, String> = source.options.iter().cloned().collect();
    options.alter_with_string_hash_map(&pairs)?;
    Ok(())
}
