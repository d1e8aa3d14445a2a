//! Lower bound of a query over Parquet files: the time to decode its columns.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::datatypes::{DataType, Field, Schema};
use datafusion::error::DataFusionError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use serde::Deserialize;

use crate::error::{Error, Result};

/// Rows of a batch, as in queries.
const BATCH: usize = 8192;

/// Columns to decode.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct ParquetDecodeRequest {
    /// Parquet files of one table.
    pub files: Vec<PathBuf>,
    /// Its columns.
    pub columns: Vec<String>,
}

/// A file and one of its row groups.
type FileRowGroup = (usize, usize);

/// Decodes with this many threads, each of which takes one row group after another; returns the number
/// of rows.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn decode(what: &ParquetDecodeRequest, threads: usize) -> Result<usize> {
    let opened = what.files.iter().map(|path| open(path));
    let opened: Vec<ArrowReaderMetadata> = opened.collect::<Result<_>>()?;
    let groups = opened.iter().enumerate();
    let parts: Vec<FileRowGroup> = groups
        .flat_map(|(file, opened)| {
            (0..opened.metadata().num_row_groups()).map(move |group| (file, group))
        })
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut rows = 0;
        while let Some((file, group)) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            rows += part(
                &what.files[*file],
                opened[*file].clone(),
                *group,
                &what.columns,
            )?;
        }
        Ok(rows)
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let counts = workers.into_iter().map(|worker| {
            let panicked = |_| Error::Usage("decoding panicked".to_owned());
            worker.join().map_err(panicked)?
        });
        counts.sum()
    })
}

/// Text is read as views, which is fastest and the same as in queries.
fn open(path: &Path) -> Result<ArrowReaderMetadata> {
    let file = File::open(path).map_err(|source| Error::io(path, source))?;
    let options = ArrowReaderOptions::new();
    let stored = ArrowReaderMetadata::load(&file, options.clone()).map_err(failed)?;
    let fields = stored
        .schema()
        .fields()
        .iter()
        .map(|field| match field.data_type() {
            DataType::Utf8 => Arc::new(Field::clone(field).with_data_type(DataType::Utf8View)),
            _ => Arc::clone(field),
        });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    ArrowReaderMetadata::try_new(Arc::clone(stored.metadata()), options.with_schema(schema))
        .map_err(failed)
}

fn part(
    path: &Path,
    opened: ArrowReaderMetadata,
    group: usize,
    columns: &[String],
) -> Result<usize> {
    let file = File::open(path).map_err(|source| Error::io(path, source))?;
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, opened);
    let names = columns.iter().map(String::as_str);
    let mask = ProjectionMask::columns(builder.parquet_schema(), names);
    let reader = builder
        .with_projection(mask)
        .with_row_groups(vec![group])
        .with_batch_size(BATCH)
        .build()
        .map_err(failed)?;
    let mut rows = 0;
    for batch in reader {
        rows += batch.map_err(DataFusionError::from)?.num_rows();
    }
    Ok(rows)
}

fn failed(error: parquet::errors::ParquetError) -> Error {
    DataFusionError::from(error).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_group_is_decoded_once() {
        let what = |columns: &[&str]| ParquetDecodeRequest {
            files: vec![
                "sample-data/tickets.parquet".into(),
                "sample-data/tickets.parquet".into(),
            ],
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
        };
        let once = decode(&what(&["channel", "created_at"]), 1).unwrap();
        assert!(once > 0 && once.is_multiple_of(2));
        assert_eq!(decode(&what(&["channel"]), 3).unwrap(), once);
    }

    #[test]
    fn a_missing_file_is_named() {
        let what = ParquetDecodeRequest {
            files: vec!["none.parquet".into()],
            columns: Vec::new(),
        };
        assert!(
            decode(&what, 1)
                .unwrap_err()
                .to_string()
                .starts_with("none.parquet: ")
        );
    }
}
