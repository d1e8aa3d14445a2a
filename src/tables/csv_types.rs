//! Columns of CSV files: names from the header, types from the values.

use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::array::AsArray;
use datafusion::arrow::csv::ReaderBuilder;
use datafusion::arrow::csv::reader::{Decoder, Format};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::config::CsvOptions;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::DataFusionError;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::{ObjectStore, ObjectStoreExt};

use super::file_errors::{label, one_line};
use super::listing::{DataFile, store_error};
use super::source::TableSource;
use super::text_type::ObservedValueKinds;
use crate::error::{Error, Result};

/// Columns of one file.
#[derive(Debug)]
pub(crate) struct CsvColumns {
    pub(crate) names: Vec<String>,
    pub(crate) seen: Vec<ObservedValueKinds>,
    /// True if a value may hold a line break, so that the file must not be split at line breaks.
    pub(crate) has_line_breaks: bool,
}

/// Reads up to `limit` bytes (uncompressed) of `file` and returns its columns.
///
/// # Errors
/// If the file cannot be read, or a line has another number of fields than the header.
pub(crate) async fn columns(
    source: &TableSource,
    options: &CsvOptions,
    store: &Arc<dyn ObjectStore>,
    file: &DataFile,
    limit: usize,
) -> Result<CsvColumns> {
    let unreadable = |problem: String| Error::location(label(source, file), problem);
    let failed = |error: &DataFusionError| unreadable(one_line(error));
    let mut chunks = stream(source, options, store, file).await?;
    let head = head(&mut chunks).await.map_err(|error| failed(&error))?;
    let format = format(options).map_err(|error| failed(&error))?;
    let (header, _) = format
        .infer_schema(head.as_ref(), Some(0))
        .map_err(|error| failed(&error.into()))?;
    let names: Vec<String> = header
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    check_header(&names).map_err(unreadable)?;

    let mut counting = CsvTypeInference::new(source, &names, format, options.quote);
    let mut read = 0;
    let mut next = Some(head);
    while let Some(chunk) = next {
        read += chunk.len();
        counting.feed(&chunk).map_err(|error| failed(&error))?;
        if read >= limit {
            return Ok(counting.into_columns(names, false));
        }
        next = chunks.try_next().await.map_err(|error| failed(&error))?;
    }
    counting.finish().map_err(|error| failed(&error))?;
    Ok(counting.into_columns(names, true))
}

async fn stream(
    source: &TableSource,
    options: &CsvOptions,
    store: &Arc<dyn ObjectStore>,
    file: &DataFile,
) -> Result<BoxStream<'static, Result<Bytes, DataFusionError>>> {
    let got = store
        .get(&file.meta.location)
        .await
        .map_err(|error| store_error(&source.label, &error))?;
    let chunks = got.into_stream().map_err(DataFusionError::from).boxed();
    Ok(FileCompressionType::from(options.compression).convert_stream(chunks)?)
}

/// Reads chunks until the header line is certainly complete.
async fn head(
    chunks: &mut BoxStream<'static, Result<Bytes, DataFusionError>>,
) -> Result<Bytes, DataFusionError> {
    let mut head = Vec::new();
    while let Some(chunk) = chunks.try_next().await? {
        head.extend_from_slice(&chunk);
        if head.len() > 1 << 20 || chunk.contains(&b'\n') {
            break;
        }
    }
    Ok(Bytes::from(head))
}

fn check_header(names: &[String]) -> Result<(), String> {
    for (index, name) in names.iter().enumerate() {
        if names[..index].contains(name) {
            return Err(format!(
                "two columns are called {name:?} in the header: rename one"
            ));
        }
    }
    Ok(())
}

fn format(options: &CsvOptions) -> Result<Format, DataFusionError> {
    let mut format = Format::default()
        .with_header(options.has_header.unwrap_or(true))
        .with_delimiter(options.delimiter)
        .with_quote(options.quote)
        .with_truncated_rows(options.truncated_rows.unwrap_or(false));
    if let Some(escape) = options.escape {
        format = format.with_escape(escape);
    }
    if let Some(comment) = options.comment {
        format = format.with_comment(comment);
    }
    if let Some(terminator) = options.terminator {
        format = format.with_terminator(terminator);
    }
    if let Some(pattern) = &options.null_regex {
        let regex = regex::Regex::new(pattern)
            .map_err(|error| DataFusionError::Configuration(format!("null: {error}")))?;
        format = format.with_null_regex(regex);
    }
    Ok(format)
}

/// Reads all values as text and records their kinds.
struct CsvTypeInference {
    decoder: Decoder,
    seen: Vec<ObservedValueKinds>,
    quote: u8,
    has_quotes: bool,
    has_line_breaks: bool,
}

impl CsvTypeInference {
    fn new(source: &TableSource, names: &[String], format: Format, quote: u8) -> Self {
        let text = |name: &String| Field::new(name, DataType::Utf8, true);
        let schema: SchemaRef = Arc::new(Schema::new(names.iter().map(text).collect::<Vec<_>>()));
        let seen = names.iter().map(|name| {
            if source.text_columns.contains(name) {
                ObservedValueKinds::text()
            } else {
                ObservedValueKinds::default()
            }
        });
        Self {
            decoder: ReaderBuilder::new(schema)
                .with_format(format)
                .build_decoder(),
            seen: seen.collect(),
            quote,
            has_quotes: false,
            has_line_breaks: false,
        }
    }

    fn feed(&mut self, mut bytes: &[u8]) -> Result<(), DataFusionError> {
        self.has_quotes |= bytes.contains(&self.quote);
        while !bytes.is_empty() {
            let read = self.decoder.decode(bytes)?;
            bytes = &bytes[read..];
            if read == 0 || self.decoder.capacity() == 0 {
                self.take()?;
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), DataFusionError> {
        // An empty chunk ends the last line.
        self.decoder.decode(&[])?;
        self.take()
    }

    fn take(&mut self) -> Result<(), DataFusionError> {
        let Some(batch) = self.decoder.flush()? else {
            return Ok(());
        };
        for (column, seen) in batch.columns().iter().zip(&mut self.seen) {
            let values = column.as_string::<i32>();
            self.has_line_breaks |= self.has_quotes && values.value_data().contains(&b'\n');
            for value in values.iter().flatten() {
                seen.add(value);
            }
        }
        Ok(())
    }

    fn into_columns(self, names: Vec<String>, is_whole: bool) -> CsvColumns {
        CsvColumns {
            names,
            seen: self.seen,
            has_line_breaks: self.has_line_breaks || (self.has_quotes && !is_whole),
        }
    }
}
