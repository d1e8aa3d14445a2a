//! Form of the CSV files of a table.

use std::sync::Arc;

use datafusion::common::config::CsvOptions;
use object_store::ObjectStore;

use super::csv_sniff::{self, CsvSample};
use super::file_errors::{label, one_line};
use super::listing::DataFile;
use super::source::TableSource;
use crate::error::{Error, Result};
use crate::text_files::{RecordMarks, TextForm, text_head};

/// Text in which delimiter and header are looked for.
const SAMPLE: usize = 1 << 20;

/// Form of the files of a table: the text of their records, and how these are written.
#[derive(Debug, Clone)]
pub(crate) struct CsvForm {
    pub(crate) options: CsvOptions,
    pub(crate) text: TextForm,
}

/// The form of the files, told from the first text of one.
pub(super) async fn form(
    source: &TableSource,
    mut options: CsvOptions,
    store: &Arc<dyn ObjectStore>,
    file: &DataFile,
    said: &mut Vec<String>,
) -> Result<CsvForm> {
    let compression = options.compression.into();
    let location = &file.meta.location;
    let head = text_head(
        store.as_ref(),
        location,
        compression,
        source.encoding,
        SAMPLE,
    )
    .await;
    let head = head.map_err(|error| Error::location(label(source, file), one_line(&error)))?;
    let sniffed = csv_sniff::sniff(&CsvSample {
        text: &head.text,
        is_whole: head.is_whole,
        options: &options,
        has_delimiter: source.has_option("delimiter"),
        knows_header: source.has_option("has_header"),
        skip: source.skip,
    });
    options.delimiter = sniffed.delimiter;
    options.has_header = Some(sniffed.has_header);
    said.extend(sniffed.said);
    if !head.is_utf8 {
        // Parts of such a file would have to be decoded from its start.
        options.newlines_in_values = Some(true);
    }
    let text = TextForm {
        encoding: source.encoding,
        skip: sniffed.skip,
        marks: Some(RecordMarks::from_options(&options)),
        passes_other_bytes: false,
    };
    Ok(CsvForm { options, text })
}
