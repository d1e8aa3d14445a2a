//! Builds a table from a `[tables.NAME]` section.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::execution::SessionState;
use datafusion::logical_expr::SortExpr;
use datafusion::prelude::{Expr, ident};
use toml::Spanned;

use super::config::{ColumnConfig, ConfigFile, InvalidValueAction, TableConfig};
use super::config_keys::{self, TableFormat};
use super::kind::DataFileFormat;
use super::listing::DataFile;
use super::location::DataLocation;
use super::mapping::ColumnMapping;
use super::missing_column::column_exists;
use super::source::{FilePattern, PartitionColumn, TableSource};
use super::{build, column_types, mapping, places, reader_options, workbook};
use crate::delta::TableVersion;
use crate::error::{Error, Result};
use crate::time::text::read as read_time;

/// Builds the table of a section, with its column mapping as a view over the raw table.
///
/// # Errors
/// If the section refers to something that does not exist; the error has its line.
pub(crate) async fn table(
    state: &SessionState,
    config: &ConfigFile,
    name: &str,
    table: &Spanned<TableConfig>,
) -> Result<Arc<dyn TableProvider>> {
    let section = table.get_ref();
    let mut source = source(state, config, section).await?;
    let files = build::listed(state, &mut source).await?;
    let format = table_format(&source, &files)?;
    config_keys::check(config, section, format)?;
    read_options(config, section, format, &mut source)?;
    if source.delta.is_some() {
        source.delta = Some(version(config, section)?);
    }
    let raw = build::of_files(state, &source, &files).await?;
    check_sort(config, section, &raw.schema())?;
    let mapping = ColumnMapping {
        config,
        table: section,
        has_null_words: format.has_null_words(),
    };
    mapping::view(state, name, raw, &mapping)
}

/// Locations of the table's files, for messages.
pub(crate) fn label(table: &TableConfig) -> String {
    table.location.get_ref().all().join(", ")
}

async fn source(
    state: &SessionState,
    config: &ConfigFile,
    table: &TableConfig,
) -> Result<TableSource> {
    let at = table.location.span();
    let mut places: Vec<FilePattern> = Vec::new();
    for text in table.location.get_ref().all() {
        let location = DataLocation::parse(text, Some(config.folder()))
            .map_err(|error| here(config, &at, error))?;
        let found = places::resolve(state, &location).await;
        places.extend(found.map_err(|error| here(config, &at, error))?);
    }
    let Some(first) = places.first() else {
        return Err(config.problem(&at, "location is an empty list: name a path, glob or URL"));
    };
    let mut source = TableSource::new(label(table), first.clone());
    source.places = places;
    source.format = format(config, table)?;
    source.partitions = partitions(config, table)?;
    source.sort_order = sort_order(config, table)?;
    let sheet = table.sheet.as_ref();
    source.sheet = sheet.map(|sheet| sheet.get_ref().clone());
    Ok(source)
}

/// Format of the table's files, which their names may tell where the section does not.
fn table_format(source: &TableSource, files: &[DataFile]) -> Result<TableFormat> {
    if source.delta.is_some() {
        return Ok(TableFormat::Delta);
    }
    if workbook::workbook_name(source).is_some() {
        return Ok(TableFormat::Workbook);
    }
    let (kind, _) = build::kind_of(source, files)?;
    Ok(TableFormat::Files(kind.format))
}

/// Version of a Delta table that the section asks for.
fn version(config: &ConfigFile, table: &TableConfig) -> Result<TableVersion> {
    match (&table.version, &table.timestamp) {
        (Some(_), Some(timestamp)) => {
            let problem = "version and timestamp both say which version is read: leave one out";
            Err(config.problem(&timestamp.span(), problem))
        }
        (Some(number), None) => Ok(TableVersion::Number(*number.get_ref())),
        (None, None) => Ok(TableVersion::Latest),
        (None, Some(written)) => {
            let time = read_time(written.get_ref()).ok();
            let time = time.and_then(|time| time.in_utc()).ok_or_else(|| {
                let problem = format!(
                    "{:?} is no time: write \"2026-01-31 12:00:00\", in UTC",
                    written.get_ref()
                );
                config.problem(&written.span(), problem)
            })?;
            Ok(TableVersion::At(time.and_utc().timestamp_millis()))
        }
    }
}

/// Takes over what the section says about files of this format.
fn read_options(
    config: &ConfigFile,
    table: &TableConfig,
    format: TableFormat,
    source: &mut TableSource,
) -> Result<()> {
    if format.has_null_words() {
        source.null_words.clone_from(&table.null);
    }
    if format.is_delimited() {
        source.options = reader_options::csv_options(config, table)?;
    }
    source.header = reader_options::header(config, table)?;
    source.skip = table.skip.as_ref().map(|skip| *skip.get_ref());
    source.numbers = reader_options::numbers(config, table)?;
    source.has_meant_bytes = table.binary.is_some();
    source.json_list = reader_options::json_list(config, table)?;
    source.encoding = reader_options::encoding(config, table)?;
    let columns =
        |is_meant: fn(&ColumnConfig) -> bool| reader_options::columns_that(table, is_meant);
    source.null_errors = columns(|column| column.invalid == InvalidValueAction::Null);
    source.doubles = columns(reader_options::is_double);
    source.text_columns = columns(ColumnConfig::reads_text);
    source.number_columns = columns(reader_options::is_number);
    Ok(())
}

/// Adds the line of the config file to an error about a location.
fn here(config: &ConfigFile, span: &Range<usize>, error: Error) -> Error {
    match error {
        Error::Location { location, problem } => {
            config.problem(span, format!("{location}: {problem}"))
        }
        other => other,
    }
}

fn format(config: &ConfigFile, table: &TableConfig) -> Result<Option<DataFileFormat>> {
    let Some(written) = &table.format else {
        return Ok(None);
    };
    let found = DataFileFormat::named(written.get_ref());
    found.map(Some).ok_or_else(|| {
        let problem = format!(
            "unknown format {:?}: use {}",
            written.get_ref(),
            DataFileFormat::NAMES.join(", ")
        );
        config.problem(&written.span(), problem)
    })
}

fn partitions(config: &ConfigFile, table: &TableConfig) -> Result<Option<Vec<PartitionColumn>>> {
    let Some(written) = &table.partitions else {
        return Ok(None);
    };
    let column = |entry: &Spanned<String>| {
        let (name, data_type) = match entry.get_ref().split_once(char::is_whitespace) {
            None => (entry.get_ref().as_str(), None),
            Some((name, word)) => (name, Some(word.trim())),
        };
        let data_type = data_type
            .map(|word| {
                column_types::partition_type(word).ok_or_else(|| {
                    let problem = format!(
                        "unknown type {word:?} of partition {name:?}: use int, text or date"
                    );
                    config.problem(&entry.span(), problem)
                })
            })
            .transpose()?;
        Ok(PartitionColumn {
            name: name.to_owned(),
            data_type,
        })
    };
    written.iter().map(column).collect::<Result<_>>().map(Some)
}

/// Column of the files and direction of an entry of `sort`.
fn sort_key<'a>(table: &'a TableConfig, entry: &'a str) -> Option<(&'a str, bool)> {
    let (name, ascending) = match entry.rsplit_once(' ') {
        None => (entry, true),
        Some((name, word)) if word.eq_ignore_ascii_case("desc") => (name.trim(), false),
        Some((name, word)) if word.eq_ignore_ascii_case("asc") => (name.trim(), true),
        Some(_) => return None,
    };
    let mapped = table.columns.get(name).map(Spanned::get_ref);
    let from = mapped
        .filter(|column| column.is_rename())
        .and_then(|column| column.from.as_deref());
    Some((from.unwrap_or(name), ascending))
}

fn sort_order(config: &ConfigFile, table: &TableConfig) -> Result<Vec<Vec<SortExpr>>> {
    let key = |entry: &Spanned<String>| {
        let (name, ascending) = sort_key(table, entry.get_ref()).ok_or_else(|| {
            let problem = format!(
                "{:?} is not a sort key: write \"column\" or \"column desc\"",
                entry.get_ref()
            );
            config.problem(&entry.span(), problem)
        })?;
        let column: Expr = ident(name);
        Ok(column.sort(ascending, !ascending))
    };
    let keys: Vec<SortExpr> = table.sort.iter().map(key).collect::<Result<_>>()?;
    Ok(if keys.is_empty() {
        Vec::new()
    } else {
        vec![keys]
    })
}

fn check_sort(config: &ConfigFile, table: &TableConfig, schema: &SchemaRef) -> Result<()> {
    for entry in &table.sort {
        if let Some((name, _)) = sort_key(table, entry.get_ref()) {
            column_exists(config, &entry.span(), schema, name)?;
        }
    }
    Ok(())
}
