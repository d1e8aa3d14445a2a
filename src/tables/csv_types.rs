//! Columns of CSV files: names from the header, types from the values.

use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::array::AsArray;
use datafusion::arrow::csv::ReaderBuilder;
use datafusion::arrow::csv::reader::{Decoder, Format};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::config::CsvOptions;
use datafusion::error::DataFusionError;
use futures::TryStreamExt;
use object_store::ObjectStore;

use super::csv_form::CsvForm;
use super::csv_odd_values::OddValues;
use super::csv_problems::CsvProblem;
use super::header_names::HeaderNames;
use super::listing::DataFile;
use super::number_form::{NumberForm, NumberReader};
use super::source::TableSource;
use super::text_type::ObservedValueKinds;
use crate::error::Result;
use crate::text_files::{TextChunks, text_stream};

/// Text in which the header is looked for.
const HEAD: usize = 64 << 10;

/// Columns of one file.
#[derive(Debug)]
pub(crate) struct CsvColumns {
    pub(crate) names: Vec<String>,
    /// What was done to names that the header has twice or not at all, in words.
    pub(crate) renamed: Option<String>,
    pub(crate) seen: Vec<ObservedValueKinds>,
    pub(crate) odd: Vec<OddValues>,
    /// True if a value may hold a line break, so that the file must not be split at line breaks.
    pub(crate) has_line_breaks: bool,
}

/// Reads up to `limit` bytes (uncompressed) of `file` and returns its columns.
///
/// # Errors
/// If the file cannot be read, a line has another number of fields than the header, or a quote is not closed.
pub(crate) async fn columns(
    source: &TableSource,
    form: &CsvForm,
    store: &Arc<dyn ObjectStore>,
    file: &DataFile,
    limit: usize,
) -> Result<CsvColumns> {
    let problem = CsvProblem {
        source,
        form,
        store,
        file,
    };
    match read(source, form, store, file, limit).await {
        Ok(columns) => Ok(columns),
        Err(error) => Err(problem.worded(&error).await),
    }
}

async fn read(
    source: &TableSource,
    form: &CsvForm,
    store: &Arc<dyn ObjectStore>,
    file: &DataFile,
    limit: usize,
) -> Result<CsvColumns, DataFusionError> {
    let compression = form.options.compression.into();
    let location = &file.meta.location;
    let mut chunks = text_stream(store.as_ref(), location, compression, &form.text).await?;
    let head = head(&mut chunks).await?;
    let HeaderNames { names, change } = names(&head, &form.options);
    let mut counting = CsvTypeInference::new(source, &names, &form.options)?;
    let mut read = 0;
    let mut next = Some(head);
    while let Some(chunk) = next {
        read += chunk.len();
        counting.feed(&chunk)?;
        if read >= limit {
            return Ok(counting.into_columns(names, change, false));
        }
        next = chunks.try_next().await?;
    }
    counting.finish()?;
    Ok(counting.into_columns(names, change, true))
}

/// Reads chunks until the header is certainly complete.
async fn head(chunks: &mut TextChunks) -> Result<Bytes, DataFusionError> {
    let mut head = Vec::new();
    while let Some(chunk) = chunks.try_next().await? {
        head.extend_from_slice(&chunk);
        if head.len() >= HEAD {
            break;
        }
    }
    Ok(Bytes::from(head))
}

fn names(head: &[u8], options: &CsvOptions) -> HeaderNames {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(options.delimiter)
        .quote(options.quote)
        .escape(options.escape)
        .comment(options.comment)
        .from_reader(head);
    let mut record = csv::ByteRecord::new();
    // Reading from memory does not fail.
    let _ = reader.read_byte_record(&mut record);
    let fields = record
        .iter()
        .map(|field| String::from_utf8_lossy(field).into_owned());
    if options.has_header.unwrap_or(true) {
        HeaderNames::from_header(&fields.collect::<Vec<_>>())
    } else {
        let places = 1..=record.len();
        HeaderNames {
            names: places.map(|place| format!("column_{place}")).collect(),
            change: None,
        }
    }
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
    odd: Vec<OddValues>,
    rows: u64,
    numbers: Option<NumberReader>,
    quote: u8,
    has_quotes: bool,
    has_line_breaks: bool,
}

impl CsvTypeInference {
    fn new(
        source: &TableSource,
        names: &[String],
        options: &CsvOptions,
    ) -> Result<Self, DataFusionError> {
        let text = |name: &String| Field::new(name, DataType::Utf8, true);
        let schema: SchemaRef = Arc::new(Schema::new(names.iter().map(text).collect::<Vec<_>>()));
        let seen = names.iter().map(|name| {
            if source.text_columns.contains(name) && !source.number_columns.contains(name) {
                ObservedValueKinds::text()
            } else {
                ObservedValueKinds::default()
            }
        });
        Ok(Self {
            decoder: ReaderBuilder::new(schema)
                .with_format(format(options)?)
                .build_decoder(),
            seen: seen.collect(),
            odd: vec![OddValues::default(); names.len()],
            rows: 0,
            numbers: source.numbers.map(NumberForm::reader).transpose()?,
            quote: options.quote,
            has_quotes: false,
            has_line_breaks: false,
        })
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
        let columns = batch.columns().iter().zip(&mut self.seen);
        for ((column, seen), odd) in columns.zip(&mut self.odd) {
            let values = column.as_string::<i32>();
            self.has_line_breaks |= self.has_quotes && values.value_data().contains(&b'\n');
            for (value, row) in values.iter().zip(self.rows + 1..) {
                let Some(value) = value else { continue };
                odd.add(value, row);
                match &self.numbers {
                    Some(numbers) => add_written(seen, value, numbers),
                    None => seen.add(value),
                }
            }
        }
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    fn into_columns(
        self,
        names: Vec<String>,
        renamed: Option<String>,
        is_whole: bool,
    ) -> CsvColumns {
        CsvColumns {
            names,
            renamed,
            seen: self.seen,
            odd: self.odd,
            has_line_breaks: self.has_line_breaks || (self.has_quotes && !is_whole),
        }
    }
}

/// Records a value of a file whose numbers are written in a form that the user gives.
fn add_written(seen: &mut ObservedValueKinds, value: &str, numbers: &NumberReader) {
    if seen.is_text() {
        return;
    }
    match numbers.plain(value) {
        Some(plain) => seen.add_number(&plain, plain != value),
        None => {
            let mut kinds = ObservedValueKinds::default();
            kinds.add(value);
            let is_doubtful = kinds.data_type().is_numeric() && numbers.is_doubtful(value);
            *seen = seen.or(if is_doubtful {
                ObservedValueKinds::text()
            } else {
                kinds
            });
        }
    }
}
