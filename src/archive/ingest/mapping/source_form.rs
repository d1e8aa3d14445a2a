//! `[source]`: how the files are read.

use datafusion::common::config::CsvOptions;
use toml::Spanned;

use super::sections::{CsvMarksSection, SourceSection};
use super::text::MappingText;
use crate::error::Result;
use crate::json::ListPath;
use crate::text_files::TextEncoding;

/// Format of the files of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SourceFileFormat {
    /// CSV, or other text with a delimiter.
    Delimited,
    /// JSON of any shape.
    Json,
    /// A JSON object a line.
    JsonLines,
    Workbook,
    Parquet,
}

impl SourceFileFormat {
    /// Format with the name or the ending `text`.
    pub(crate) fn named(text: &str) -> Option<Self> {
        Some(match text.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "tab" => Self::Delimited,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::JsonLines,
            "xlsx" | "xlsm" => Self::Workbook,
            "parquet" | "pq" => Self::Parquet,
            _ => return None,
        })
    }
}

/// Form of the files as far as the mapping says it; the rest is told from them.
#[derive(Debug, Default, Clone)]
pub(crate) struct SourceForm {
    pub(crate) format: Option<SourceFileFormat>,
    pub(crate) encoding: Option<TextEncoding>,
    /// Lines above the header.
    pub(crate) skip: Option<u64>,
    pub(crate) header: Option<bool>,
    pub(crate) sheet: Option<String>,
    /// The delimiter is the usual one where `has_delimiter` is false.
    pub(crate) csv: CsvOptions,
    pub(crate) has_delimiter: bool,
    /// List of each JSON document that holds the rows.
    pub(crate) json_list: Option<ListPath>,
}

impl SourceForm {
    pub(super) fn checked(text: &MappingText, section: &SourceSection) -> Result<Self> {
        let marks = section.csv.as_ref();
        let csv = csv_options(text, marks)?;
        let json_list = section.json.as_ref().map(Spanned::get_ref);
        let json_list = match json_list.and_then(|json| json.list.as_ref()) {
            Some(list) => {
                let path = ListPath::parse(list.get_ref());
                Some(path.map_err(|problem| text.problem(&list.span(), problem))?)
            }
            None => None,
        };
        Ok(Self {
            format: format(text, section)?,
            encoding: encoding(text, section)?,
            skip: section.skip,
            header: section.header,
            sheet: section.sheet.clone(),
            csv,
            has_delimiter: marks.is_some_and(|marks| marks.get_ref().delimiter.is_some()),
            json_list,
        })
    }
}

fn format(text: &MappingText, section: &SourceSection) -> Result<Option<SourceFileFormat>> {
    let Some(written) = &section.format else {
        return Ok(None);
    };
    let found = SourceFileFormat::named(written.get_ref());
    found.map(Some).ok_or_else(|| {
        let problem = format!(
            "unknown format {:?}: use csv, tsv, json, ndjson, xlsx or parquet",
            written.get_ref()
        );
        text.problem(&written.span(), problem)
    })
}

fn encoding(text: &MappingText, section: &SourceSection) -> Result<Option<TextEncoding>> {
    let Some(written) = &section.encoding else {
        return Ok(None);
    };
    let found = TextEncoding::named(written.get_ref());
    found.map(Some).ok_or_else(|| {
        let problem = format!(
            "unknown encoding {:?}: use one such as {}",
            written.get_ref(),
            TextEncoding::NAMES
        );
        text.problem(&written.span(), problem)
    })
}

fn csv_options(text: &MappingText, marks: Option<&Spanned<CsvMarksSection>>) -> Result<CsvOptions> {
    let mut options = CsvOptions::default();
    let Some(written) = marks else {
        return Ok(options);
    };
    let byte = |mark: Option<char>| {
        let byte = mark.map(|mark| u8::try_from(mark).ok().filter(u8::is_ascii));
        byte.map(|byte| {
            byte.ok_or_else(|| text.problem(&written.span(), "a mark must be one ASCII character"))
        })
        .transpose()
    };
    let marks = written.get_ref();
    if let Some(delimiter) = byte(marks.delimiter)? {
        options.delimiter = delimiter;
    }
    if let Some(quote) = byte(marks.quote)? {
        options.quote = quote;
    }
    options.escape = byte(marks.escape)?;
    options.comment = byte(marks.comment)?;
    Ok(options)
}
