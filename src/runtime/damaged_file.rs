//! Finds the file that a query failed over.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use arrow::error::ArrowError;
use arrow::ipc::reader::{FileReader, StreamReader};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::reader_panics::caught;

/// The first of `files` that cannot be decoded; for a query that has panicked, since it reads them whole.
pub(crate) fn damaged_file(files: &[PathBuf]) -> Option<&PathBuf> {
    files.iter().find(|file| {
        let decoded = caught(|| decode(file));
        !matches!(decoded, Ok(Ok(())))
    })
}

/// Decodes a file of a format with a length before each part; text has none.
fn decode(path: &Path) -> Result<(), ArrowError> {
    let mut file = File::open(path)?;
    let mut start = [0; 6];
    let length = file.read(&mut start)?;
    file.rewind()?;
    match &start[..length] {
        [b'P', b'A', b'R', b'1', ..] => {
            let reader = ParquetRecordBatchReaderBuilder::try_new(file)?.build()?;
            drain(reader)
        }
        b"ARROW1" => drain(FileReader::try_new(file, None)?),
        [0xff, 0xff, 0xff, 0xff, ..] => drain(StreamReader::try_new(file, None)?),
        _ => Ok(()),
    }
}

fn drain<T>(mut batches: impl Iterator<Item = Result<T, ArrowError>>) -> Result<(), ArrowError> {
    batches.try_for_each(|batch| batch.map(drop))
}
