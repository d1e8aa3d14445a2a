//! Builds a table from a `[tables.NAME]` section.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::execution::SessionState;
use datafusion::logical_expr::SortExpr;
use datafusion::prelude::{Expr, ident};
use toml::Spanned;

use super::config::{ColumnConfig, ConfigFile, InvalidValueAction, TableConfig};
use super::kind::DataFileFormat;
use super::location::DataLocation;
use super::mapping::ColumnMapping;
use super::missing_column::column_exists;
use super::number_form::NumberForm;
use super::source::{FilePattern, PartitionColumn, TableSource};
use super::{build, mapping, places, workbook};
use crate::error::{Error, Result};
use crate::json::ListPath;
use crate::text_files::TextEncoding;

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
    let source = source(state, config, section).await?;
    let raw = build::build(state, &source).await?;
    check_sort(config, section, &raw.schema())?;
    let mapping = ColumnMapping {
        config,
        table: section,
        is_csv: is_delimited(&source) || workbook::workbook_name(&source).is_some(),
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
    source.sheet.clone_from(&table.sheet);
    if workbook::workbook_name(&source).is_some() {
        source.skip = table.skip;
        source.null_words.clone_from(&table.null);
        source.null_errors = null_errors(table);
    }
    if is_delimited(&source) {
        source.options = csv_options(config, table)?;
        source.null_words.clone_from(&table.null);
        source.skip = table.skip;
        source.numbers = numbers(config, table)?;
    }
    source.json_list = json_list(config, table)?;
    source.encoding = encoding(config, table)?;
    let text = table
        .columns
        .iter()
        .filter(|(_, column)| column.get_ref().reads_text())
        .map(|(name, column)| column.get_ref().from.as_ref().unwrap_or(name).clone());
    source.text_columns = text.collect();
    source.number_columns = number_columns(table);
    Ok(source)
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

fn is_delimited(source: &TableSource) -> bool {
    let by_name = || {
        let path = source.places.first().map_or("", |place| {
            place.glob.as_deref().unwrap_or_else(|| place.url.path())
        });
        super::kind::FileName::parse(path).map(|name| name.kind.format)
    };
    source
        .format
        .or_else(by_name)
        .is_some_and(DataFileFormat::is_delimited)
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
                mapping::partition_type(word).ok_or_else(|| {
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

/// Path of the list that holds the rows of JSON files.
fn json_list(config: &ConfigFile, table: &TableConfig) -> Result<Option<ListPath>> {
    let Some(written) = &table.json.list else {
        return Ok(None);
    };
    let path = ListPath::parse(written.get_ref());
    path.map(Some)
        .map_err(|problem| config.problem(&written.span(), problem))
}

/// Columns of the files that become numbers of some type.
fn number_columns(table: &TableConfig) -> BTreeSet<String> {
    let is_number = |column: &ColumnConfig| {
        let written = column.data_type.as_ref();
        written.is_some_and(|written| mapping::is_number(written.get_ref()))
    };
    let columns = table.columns.iter();
    let columns = columns.filter(|(_, column)| is_number(column.get_ref()));
    columns
        .map(|(name, column)| column.get_ref().from.as_ref().unwrap_or(name).clone())
        .collect()
}

/// Columns of the files whose invalid values are NULL.
fn null_errors(table: &TableConfig) -> BTreeSet<String> {
    let columns = table.columns.iter();
    let columns =
        columns.filter(|(_, column)| column.get_ref().invalid == InvalidValueAction::Null);
    columns
        .map(|(name, column)| column.get_ref().from.as_ref().unwrap_or(name).clone())
        .collect()
}

fn encoding(config: &ConfigFile, table: &TableConfig) -> Result<Option<TextEncoding>> {
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
pub(crate) fn numbers(config: &ConfigFile, table: &TableConfig) -> Result<Option<NumberForm>> {
    let written = [&table.decimal, &table.thousands];
    for character in written.into_iter().flatten() {
        if character.get_ref().is_ascii_alphanumeric() || matches!(character.get_ref(), '-' | '+') {
            return Err(config.problem(&character.span(), "must be a mark such as \",\" or \".\""));
        }
    }
    let thousands = table.thousands.as_ref().map(|mark| *mark.get_ref());
    let decimal = table.decimal.as_ref().map(|mark| *mark.get_ref());
    let decimal = match (decimal, thousands) {
        (None, None) => return Ok(None),
        (Some(decimal), _) => decimal,
        (None, Some('.')) => ',',
        (None, Some(_)) => '.',
    };
    if let Some(mark) = table
        .thousands
        .as_ref()
        .filter(|_| thousands == Some(decimal))
    {
        return Err(config.problem(&mark.span(), "must differ from the decimal mark"));
    }
    Ok(Some(NumberForm { decimal, thousands }))
}

/// Options of the CSV reader; other formats have none.
fn csv_options(config: &ConfigFile, table: &TableConfig) -> Result<Vec<(String, String)>> {
    let mut options = Vec::new();
    for (option, value) in table.csv.characters() {
        if !value.get_ref().is_ascii() {
            return Err(config.problem(&value.span(), "must be one ASCII character"));
        }
        options.push((option.to_owned(), value.get_ref().to_string()));
    }
    if let Some(line_breaks) = table.csv.line_breaks {
        options.push((
            "format.newlines_in_values".to_owned(),
            line_breaks.to_string(),
        ));
    }
    if let Some(header) = table.csv.header {
        options.push(("format.has_header".to_owned(), header.to_string()));
    }
    Ok(options)
}
