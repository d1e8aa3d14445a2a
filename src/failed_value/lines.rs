//! Converts the number of a row to the line of a text file, or the row group of a Parquet file.

use bytes::Bytes;
use datafusion::common::Result;
use datafusion::datasource::physical_plan::parquet::metadata::DFParquetMetadata;
use datafusion::datasource::physical_plan::{CsvSource, JsonSource, ParquetSource};
use datafusion::execution::SessionState;
use futures::TryStreamExt;
use futures::stream::BoxStream;

use super::files::OneFile;
use crate::json::{JsonRowSource, ListPath, RowSplitter};
use crate::text_files::{DelimitedSource, RecordMarks, TextForm, line_of_record, text_stream};

/// `tickets.csv, line 17`: position of row number `row` of `file`, counted from zero.
pub(super) async fn place(file: &OneFile, row: u64, state: &SessionState) -> String {
    let name = file.name();
    match within(file, row, state).await {
        Ok(place) => format!("{name}, {place}"),
        Err(_) => format!("{name}, row {}", row + 1),
    }
}

async fn within(file: &OneFile, row: u64, state: &SessionState) -> Result<String> {
    let source = file.config.file_source.as_ref() as &dyn std::any::Any;
    if let Some(delimited) = source.downcast_ref::<DelimitedSource>() {
        let (form, has_header) = (delimited.form(), delimited.csv().has_header());
        let record = row + u64::from(has_header);
        let line = line_of_record(chunks(file, state).await?, form.marks, record).await?;
        return Ok(format!("line {}", line + form.skip));
    }
    if let Some(csv) = source.downcast_ref::<CsvSource>() {
        let marks = RecordMarks::from_source(csv);
        let record = row + u64::from(csv.has_header());
        let line = line_of_record(chunks(file, state).await?, Some(marks), record).await?;
        return Ok(format!("line {line}"));
    }
    if source.is::<JsonSource>() {
        let line = line_of_record(chunks(file, state).await?, None, row).await?;
        return Ok(format!("line {line}"));
    }
    if let Some(json) = source.downcast_ref::<JsonRowSource>() {
        let line = line_of_json(chunks(file, state).await?, row, json.list_path()).await?;
        return Ok(format!("line {line}"));
    }
    if source.is::<ParquetSource>() {
        return row_group(file, row, state).await;
    }
    Ok(format!("row {}", row + 1))
}

/// The text of a file, from its header on.
pub(super) async fn chunks(
    file: &OneFile,
    state: &SessionState,
) -> Result<BoxStream<'static, Result<Bytes>>> {
    let store = state
        .runtime_env()
        .object_store(&file.config.object_store_url)?;
    let location = &file.file.object_meta.location;
    let compression = file.config.file_compression_type;
    let source = file.config.file_source.as_ref() as &dyn std::any::Any;
    let form = match source.downcast_ref::<DelimitedSource>() {
        Some(delimited) => delimited.form().clone(),
        None => TextForm {
            encoding: source
                .downcast_ref::<JsonRowSource>()
                .and_then(JsonRowSource::encoding),
            ..TextForm::default()
        },
    };
    text_stream(store.as_ref(), location, compression, &form).await
}

/// Line on which a row of JSON begins.
async fn line_of_json(
    mut chunks: BoxStream<'static, Result<Bytes>>,
    row: u64,
    path: &ListPath,
) -> Result<u64> {
    let mut splitter = RowSplitter::new(path.clone());
    let (mut rows, mut found) = (0, None);
    while let Some(chunk) = chunks.try_next().await? {
        let read = splitter.feed(&chunk, |_, line| {
            if rows == row {
                found = Some(line);
            }
            rows += 1;
            Ok(())
        });
        if let Some(line) = found {
            return Ok(line);
        }
        if read.is_err() {
            break;
        }
    }
    datafusion::common::exec_err!("the file has fewer rows")
}

async fn row_group(file: &OneFile, row: u64, state: &SessionState) -> Result<String> {
    let store = state
        .runtime_env()
        .object_store(&file.config.object_store_url)?;
    let metadata = DFParquetMetadata::new(store.as_ref(), &file.file.object_meta)
        .fetch_metadata()
        .await?;
    let mut before = 0_u64;
    for (number, group) in metadata.row_groups().iter().enumerate() {
        before += u64::try_from(group.num_rows()).unwrap_or_default();
        if row < before {
            return Ok(format!("row group {}, row {}", number + 1, row + 1));
        }
    }
    Ok(format!("row {}", row + 1))
}
