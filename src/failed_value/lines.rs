//! Converts the number of a row to the line of a text file, or the row group of a Parquet file.

use bytes::Bytes;
use datafusion::common::Result;
use datafusion::datasource::physical_plan::parquet::metadata::DFParquetMetadata;
use datafusion::datasource::physical_plan::{CsvSource, JsonSource, ParquetSource};
use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStoreExt;

use super::files::OneFile;
use crate::json::{JsonRowSource, ListPath, RowSplitter};

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
    if let Some(csv) = source.downcast_ref::<CsvSource>() {
        let line = line_of(
            chunks(file, state).await?,
            row,
            RecordLineCounter::of_csv(csv),
        )
        .await?;
        return Ok(format!("line {line}"));
    }
    if source.is::<JsonSource>() {
        let line = line_of(
            chunks(file, state).await?,
            row,
            RecordLineCounter::default(),
        )
        .await?;
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

/// The text of a file, uncompressed.
pub(super) async fn chunks(
    file: &OneFile,
    state: &SessionState,
) -> Result<BoxStream<'static, Result<Bytes>>> {
    let store = state
        .runtime_env()
        .object_store(&file.config.object_store_url)?;
    let got = store.get(&file.file.object_meta.location).await?;
    let stream = got.into_stream().map_err(DataFusionError::from).boxed();
    file.config.file_compression_type.convert_stream(stream)
}

async fn line_of(
    mut chunks: BoxStream<'static, Result<Bytes>>,
    row: u64,
    mut records: RecordLineCounter,
) -> Result<u64> {
    let wanted = row + u64::from(records.has_header);
    while let Some(chunk) = chunks.try_next().await? {
        for byte in chunk {
            if let Some((record, line)) = records.feed(byte)
                && record == wanted
            {
                return Ok(line);
            }
        }
    }
    datafusion::common::exec_err!("the file has fewer rows")
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

/// Counts the records of a text file and the lines that they start on. Empty lines are not records.
#[derive(Debug, Default)]
pub(super) struct RecordLineCounter {
    has_header: bool,
    quote: Option<u8>,
    escape: Option<u8>,
    comment: Option<u8>,
    record: u64,
    line: u64,
    is_quoted: bool,
    is_escaped: bool,
    is_comment: bool,
    is_inside: bool,
}

impl RecordLineCounter {
    pub(super) fn of_csv(source: &CsvSource) -> Self {
        Self {
            has_header: source.has_header(),
            quote: Some(source.quote()),
            escape: source.escape(),
            comment: source.comment(),
            ..Self::default()
        }
    }

    /// The record that begins with this byte, counted from zero, and its line, counted from one.
    fn feed(&mut self, byte: u8) -> Option<(u64, u64)> {
        let is_end = byte == b'\n' && !self.is_quoted;
        let is_blank = matches!(byte, b'\n' | b'\r');
        let mut begun = None;
        if !self.is_inside && !self.is_comment && !is_blank {
            self.is_comment = Some(byte) == self.comment;
            self.is_inside = !self.is_comment;
            begun = self.is_inside.then_some((self.record, self.line + 1));
            self.record += u64::from(self.is_inside);
        }
        if self.is_inside {
            if self.is_escaped {
                self.is_escaped = false;
            } else if Some(byte) == self.escape && self.is_quoted && self.escape != self.quote {
                self.is_escaped = true;
            } else if Some(byte) == self.quote {
                self.is_quoted = !self.is_quoted;
            }
        }
        if byte == b'\n' {
            self.line += 1;
        }
        if is_end || (self.is_comment && byte == b'\n') {
            (self.is_inside, self.is_comment) = (false, false);
        }
        begun
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(mut records: RecordLineCounter, text: &str) -> Vec<u64> {
        let begun = text.bytes().filter_map(|byte| records.feed(byte));
        begun.map(|(_, line)| line).collect()
    }

    #[test]
    fn records_may_take_several_lines() {
        let csv = || RecordLineCounter {
            quote: Some(b'"'),
            comment: Some(b'#'),
            ..RecordLineCounter::default()
        };
        assert_eq!(lines(csv(), "a,b\n1,\"x\ny\"\n\n# no\n2,z"), [1, 2, 6]);
        assert_eq!(
            lines(csv(), "a\r\n\"say \"\"so\n\"\"\"\r\n3\r\n"),
            [1, 2, 4]
        );
        assert_eq!(
            lines(RecordLineCounter::default(), "{}\n\n{\"a\":\"\\\"\"}\n{}"),
            [1, 3, 4]
        );
    }
}
