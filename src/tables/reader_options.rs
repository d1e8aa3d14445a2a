//! What the keys of a `[tables.NAME]` section say to the readers of its files.

use std::collections::BTreeSet;

use toml::Spanned;

use super::column_types;
use super::config::{ColumnConfig, ConfigFile, TableConfig};
use super::number_form::NumberForm;
use crate::error::Result;
use crate::json::ListPath;
use crate::text_files::TextEncoding;

/// Path of the list that holds the rows of JSON files.
pub(super) fn json_list(config: &ConfigFile, table: &TableConfig) -> Result<Option<ListPath>> {
    let options = table.json.as_ref().map(Spanned::get_ref);
    let Some(written) = options.and_then(|json| json.list.as_ref()) else {
        return Ok(None);
    };
    let path = ListPath::parse(written.get_ref());
    path.map(Some)
        .map_err(|problem| config.problem(&written.span(), problem))
}

/// Columns of the files that the section maps in a way that `is_meant`.
pub(super) fn columns_that(
    table: &TableConfig,
    is_meant: impl Fn(&ColumnConfig) -> bool,
) -> BTreeSet<String> {
    let columns = table.columns.iter();
    let columns = columns.filter(|(_, column)| is_meant(column.get_ref()));
    columns
        .map(|(name, column)| column.get_ref().from.as_ref().unwrap_or(name).clone())
        .collect()
}

/// True if values become numbers of some type.
pub(super) fn is_number(column: &ColumnConfig) -> bool {
    has_type(column, column_types::is_number)
}

/// True if values become floating-point numbers.
pub(super) fn is_double(column: &ColumnConfig) -> bool {
    has_type(column, column_types::is_double)
}

fn has_type(column: &ColumnConfig, is_it: fn(&str) -> bool) -> bool {
    let written = column.data_type.as_ref();
    written.is_some_and(|written| is_it(written.get_ref()))
}

/// Encoding of text files.
pub(super) fn encoding(config: &ConfigFile, table: &TableConfig) -> Result<Option<TextEncoding>> {
    let Some(written) = &table.encoding else {
        return Ok(None);
    };
    let found = TextEncoding::named(written.get_ref());
    found.map(Some).ok_or_else(|| {
        let problem = format!(
            "unknown encoding {:?}: use one such as {}",
            written.get_ref(),
            TextEncoding::NAMES
        );
        config.problem(&written.span(), problem)
    })
}

/// Form of the numbers, if the section says something of it.
pub(super) fn numbers(config: &ConfigFile, table: &TableConfig) -> Result<Option<NumberForm>> {
    let mark = |written: &Option<Spanned<char>>| written.as_ref().map(|mark| *mark.get_ref());
    let form = NumberForm::from_marks(mark(&table.decimal), mark(&table.thousands));
    form.map_err(|problem| {
        let place = table.thousands.as_ref().or(table.decimal.as_ref());
        config.problem(&place.map(Spanned::span).unwrap_or_default(), problem)
    })
}

/// Options of the CSV reader.
pub(super) fn csv_options(
    config: &ConfigFile,
    table: &TableConfig,
) -> Result<Vec<(String, String)>> {
    let mut options = Vec::new();
    if let Some(csv) = table.csv.as_ref().map(Spanned::get_ref) {
        for (option, value) in csv.characters() {
            if !value.get_ref().is_ascii() {
                return Err(config.problem(&value.span(), "must be one ASCII character"));
            }
            options.push((option.to_owned(), value.get_ref().to_string()));
        }
        if let Some(line_breaks) = csv.line_breaks {
            let option = "format.newlines_in_values".to_owned();
            options.push((option, line_breaks.to_string()));
        }
    }
    if let Some(header) = header(config, table)? {
        options.push(("format.has_header".to_owned(), header.to_string()));
    }
    Ok(options)
}

/// True if the files have a header, if the section says so.
pub(super) fn header(config: &ConfigFile, table: &TableConfig) -> Result<Option<bool>> {
    let csv = table.csv.as_ref().map(Spanned::get_ref);
    let of_csv = csv.and_then(|csv| csv.header.as_ref());
    match (&table.header, of_csv) {
        (Some(header), Some(_)) => Err(config.problem(
            &header.span(),
            "header is said twice: leave it out in csv = { .. }",
        )),
        (header, of_csv) => Ok(header.as_ref().or(of_csv).map(|header| *header.get_ref())),
    }
}
