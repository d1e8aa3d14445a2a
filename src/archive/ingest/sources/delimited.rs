//! CSV and its relatives.

use std::sync::Arc;

use bytes::Bytes;
use datafusion::common::config::CsvOptions;
use futures::TryStreamExt;

use super::events::{ChunkSender, FileLayout, LayoutForm, SourceEvent};
use super::file_bytes::{StreamHead, failed, head};
use super::record_cutter::RecordCutter;
use super::source_file::SourceFile;
use super::text_encoding::decoded;
use crate::archive::ingest::mapping::SourceForm;
use crate::error::Result;
use crate::tables::{CsvSample, SniffedCsv, sniff_csv};
use crate::text_files::{RecordMarks, TextChunks};

/// Text in which delimiter and header are looked for.
const SAMPLE: usize = 1 << 20;

/// Sends the records of a file.
///
/// # Errors
/// If it is empty, its encoding or quotes are wrong, or it cannot be read.
pub(super) async fn read(
    file: &SourceFile,
    bytes: TextChunks,
    form: &SourceForm,
    out: &ChunkSender,
) -> Result<()> {
    let text = decoded(file, bytes, form, true, out).await?;
    let StreamHead {
        bytes: sample,
        is_whole,
        stream: mut text,
    } = head(file, text, SAMPLE).await?;
    let mut options = options(file, form);
    let sniffed = sniffed(&sample, is_whole, &options, form);
    if sniffed.header.is_empty() {
        return Err(file.problem("is empty: it has no header"));
    }
    options.delimiter = sniffed.delimiter;
    if !sniffed.said.is_empty() {
        let note = format!("{}: {}", file.label, sniffed.said.join("; "));
        out.send(SourceEvent::Note(note)).await?;
    }
    let marks = RecordMarks::from_options(&options);
    let header = if sniffed.has_header {
        sniffed.header
    } else {
        let numbers = 1..=sniffed.header.len();
        numbers.map(|number| format!("column_{number}")).collect()
    };
    let layout = FileLayout {
        file: out.file,
        label: file.label.clone(),
        form: LayoutForm::Delimited {
            header,
            options: Box::new(options),
        },
        is_typed: false,
    };
    out.send(SourceEvent::File(Arc::new(layout))).await?;
    let mut cutter = RecordCutter::delimited(marks, sniffed.skip + 1, sniffed.has_header);
    let mut skip = sniffed.skip;
    while let Some(chunk) = text.try_next().await.map_err(|error| failed(file, error))? {
        let chunk = behind_lines(chunk, &mut skip);
        cutter.add(file, &chunk, out).await?;
        // Lets Ctrl-C through: the chunks of a local file are there at once.
        tokio::task::yield_now().await;
    }
    cutter.finish(file, out).await
}

/// Delimiter and header, told from the first lines.
fn sniffed(sample: &[u8], is_whole: bool, options: &CsvOptions, form: &SourceForm) -> SniffedCsv {
    let look = |options: &CsvOptions, has_delimiter: bool| {
        sniff_csv(&CsvSample {
            text: sample,
            is_whole,
            options,
            has_delimiter,
            knows_header: form.header.is_some(),
            skip: form.skip,
        })
    };
    let sniffed = look(options, form.has_delimiter);
    let [only] = sniffed.header.as_slice() else {
        return sniffed;
    };
    // Rows of other lengths, which are rejects here, keep the delimiter from being told.
    let count = |delimiter: &u8| only.bytes().filter(|byte| byte == delimiter).count();
    let found = [b';', b'\t', b'|', b','].into_iter().max_by_key(count);
    match found.filter(|found| !form.has_delimiter && count(found) > 0) {
        Some(delimiter) => {
            let mut options = options.clone();
            options.delimiter = delimiter;
            let mut told = look(&options, true);
            let shown = char::from(delimiter).to_string();
            let said = format!("its delimiter is {shown:?} (csv = {{ delimiter = {shown:?} }})");
            told.said.insert(0, said);
            told
        }
        None => sniffed,
    }
}

fn options(file: &SourceFile, form: &SourceForm) -> CsvOptions {
    let mut options = form.csv.clone();
    let name = file.name().to_ascii_lowercase();
    if !form.has_delimiter && [".tsv", ".tab"].iter().any(|ending| name.contains(ending)) {
        options.delimiter = b'\t';
    }
    options.has_header = form.header;
    options
}

/// The part of a chunk behind `skip` lines, which are counted down.
fn behind_lines(mut chunk: Bytes, skip: &mut u64) -> Bytes {
    while *skip > 0 && !chunk.is_empty() {
        let Some(end) = chunk.iter().position(|byte| *byte == b'\n') else {
            return Bytes::new();
        };
        chunk = chunk.split_off(end + 1);
        *skip -= 1;
    }
    chunk
}
