//! Tables: config, locations, object stores, formats, column mapping.

mod build;
mod calendar_tables;
mod calendars;
#[cfg(feature = "cloud")]
mod cloud;
mod config;
mod configured;
mod csv_problems;
mod csv_schema;
mod csv_sniff;
mod csv_table;
mod csv_types;
mod discover;
mod factory;
mod file_errors;
mod footers;
mod formats;
mod globbing;
mod header_names;
mod kind;
mod listing;
mod location;
mod mapping;
mod missing_column;
mod names;
mod notes;
mod null_words;
mod number_form;
mod parquet_format;
mod partitions;
mod places;
mod schema;
mod session;
mod sla_policies;
mod sla_tables;
mod source;
mod source_files;
mod stores;
mod text_rows;
mod text_type;
mod url_tables;
mod widen;
mod workbook;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use config::ConfigFile;
use datafusion::common::TableReference;
use datafusion::prelude::SessionContext;
use location::DataLocation;
use url::Url;

use crate::error::{Error, Result};
use crate::settings::DeskqlOptions;
use crate::sla::SlaPolicies;
use crate::time::calendar::BusinessCalendars;

pub(crate) use notes::TableNotes;
pub(crate) use session::{with_stores, with_tables};

/// Default config file: `deskql.toml` in the working directory, if it exists.
#[must_use]
pub(crate) fn default_config() -> Option<PathBuf> {
    let path = PathBuf::from("deskql.toml");
    path.is_file().then_some(path)
}

/// Registers the tables found at `locations` and those that the config file names; returns the
/// origin of each table by name.
///
/// # Errors
/// If a location has no table, two tables have the same name, or the config file is invalid.
pub(crate) async fn register(
    context: &SessionContext,
    locations: &[String],
    config: Option<&Path>,
) -> Result<BTreeMap<String, String>> {
    let state = context.state();
    let mut origins: BTreeMap<String, String> = BTreeMap::new();
    let mut tables = Vec::new();
    for text in locations {
        let location = DataLocation::parse(text, None)?;
        for found in discover::discover(&state, &location).await? {
            if workbook::workbook_name(&found.source).is_some() {
                register_sheets(context, &found, &mut origins).await?;
                continue;
            }
            claim(&mut origins, &found.name, &found.source.label)?;
            let files = source_files::list(&state, &found.source).await?;
            tables.push((found, files));
        }
    }
    // For all tables at once, since each is often one small file.
    let parquet = tables
        .iter()
        .flat_map(|(found, files)| build::local_parquet(&found.source, files));
    footers::read_ahead(&state, parquet.collect()).await;
    for (found, files) in tables {
        let provider = build::of_files(&state, &found.source, &files).await?;
        context.register_table(TableReference::bare(found.name), provider)?;
    }
    let Some(path) = config else {
        return Ok(origins);
    };
    let config = ConfigFile::read(path)?;
    for (name, table) in config.tables() {
        claim(&mut origins, name, &configured::label(table.get_ref()))?;
        let provider = configured::table(&state, &config, name, table).await?;
        context.register_table(TableReference::bare(name), provider)?;
    }
    register_rules(context, &config).await?;
    Ok(origins)
}

/// Registers the sheets of a workbook: by their names, or the only one by the name of the file.
async fn register_sheets(
    context: &SessionContext,
    workbook: &discover::DiscoveredTable,
    origins: &mut BTreeMap<String, String>,
) -> Result<()> {
    let sheets = workbook::all_sheets(&context.state(), &workbook.source).await?;
    let is_only = sheets.len() == 1;
    for table in sheets {
        let name = if is_only {
            workbook.name.clone()
        } else {
            table.sheet
        };
        claim(origins, &name, &workbook.source.label)?;
        context.register_table(TableReference::bare(name), table.provider)?;
    }
    Ok(())
}

/// Registers the calendars and policies of the config file and of the tables that it names.
async fn register_rules(context: &SessionContext, config: &ConfigFile) -> Result<()> {
    let mut calendars = BusinessCalendars::default();
    for (span, calendar) in calendars::of_config(config)? {
        let added = calendars.add(calendar);
        added.map_err(|problem| config.problem(&span, problem))?;
    }
    if let Some(tables) = config.calendar_tables() {
        for calendar in calendar_tables::read(context, tables).await? {
            let added = calendars.add(calendar);
            added.map_err(|problem| config.problem(&tables.hours.span(), problem))?;
        }
    }
    let mut rules = sla_policies::of_config(config, &calendars)?;
    if let Some(tables) = config.sla_tables() {
        rules.extend(sla_tables::read(context, tables, &calendars).await?);
    }
    let state = context.state_ref();
    let mut state = state.write();
    let options = state.config_mut().options_mut();
    DeskqlOptions::set_calendars(options, calendars);
    DeskqlOptions::set_policies(options, SlaPolicies::new(rules));
    Ok(())
}

/// Rejects a second table of the same name, which would hide the first.
fn claim(origins: &mut BTreeMap<String, String>, name: &str, label: &str) -> Result<()> {
    match origins.insert(name.to_owned(), label.to_owned()) {
        None => Ok(()),
        Some(other) => Err(Error::location(
            label,
            format!("table {name:?} is already that of {other}: rename one of them"),
        )),
    }
}

/// URL as people write it: a plain path for a local file, relative if it is below the working
/// directory.
fn label_of(url: &Url) -> String {
    let Some(path) = (url.scheme() == "file")
        .then(|| url.to_file_path().ok())
        .flatten()
    else {
        return url.to_string();
    };
    let here = std::env::current_dir().unwrap_or_default();
    let short = path.strip_prefix(&here).unwrap_or(&path);
    short.display().to_string()
}
