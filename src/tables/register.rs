//! Registers the tables of `--data` and of the config file.

use std::any::Any;
use std::collections::BTreeMap;
use std::path::Path;

use datafusion::common::TableReference;
use datafusion::execution::SessionState;
use datafusion::prelude::SessionContext;

use super::config::ConfigFile;
use super::discover::{DiscoveredTable, discover};
use super::listing::DataFile;
use super::location_argument::DataArgument;
use super::names::CaseInsensitiveSchemaProvider;
use super::notes::TableNotes;
use super::source::TableSource;
use super::{
    build, calendar_tables, calendars, configured, footers, managed_folder, places, sla_policies,
    sla_tables, source_files, text_languages, workbook,
};
use crate::error::{Error, Result};
use crate::settings::DeskqlOptions;
use crate::sla::SlaPolicies;
use crate::time::calendar::BusinessCalendars;

/// Maximum number of tables that are named one by one in notes about tables that cannot be read.
const NOTED: usize = 5;

/// A config file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ConfigSource<'a> {
    /// One that was asked for: a fault in it is an error.
    Requested(&'a Path),
    /// One that happens to be in the working folder: what is faulty is left out, with a note.
    Found(&'a Path),
}

/// Registers the tables found at `locations` and those that the config file names; returns the
/// origin of each table by name.
///
/// A table of a location that cannot be read is left out with a note, and the reason is the error of a query that
/// names it.
///
/// # Errors
/// If a location has no table that can be read, tables of two locations have the same name, or the config file is
/// invalid.
pub(crate) async fn register(
    context: &SessionContext,
    locations: &[String],
    config: Option<ConfigSource<'_>>,
) -> Result<BTreeMap<String, String>> {
    let mut registration = TableRegistration {
        context,
        state: context.state(),
        origins: BTreeMap::new(),
        left_out: Vec::new(),
    };
    registration.locations(locations).await?;
    match config {
        Some(ConfigSource::Requested(path)) => registration.requested(path).await?,
        Some(ConfigSource::Found(path)) => registration.found(path).await,
        None => {}
    }
    registration.note_left_out();
    Ok(registration.origins)
}

struct TableRegistration<'a> {
    context: &'a SessionContext,
    state: SessionState,
    origins: BTreeMap<String, String>,
    /// Tables that cannot be read, with the reasons.
    left_out: Vec<(String, String)>,
}

/// A table of a location with its files.
struct ListedTable {
    name: String,
    /// Place of its location among all.
    location: usize,
    source: Result<(TableSource, Vec<DataFile>)>,
}

impl TableRegistration<'_> {
    async fn locations(&mut self, locations: &[String]) -> Result<()> {
        let mut tables = Vec::new();
        for (location, text) in locations.iter().enumerate() {
            for found in self.at(text).await? {
                claim(&mut self.origins, &found.name, &found.label)?;
                tables.push(ListedTable {
                    name: found.name,
                    location,
                    source: self.listed(found.source).await,
                });
            }
        }
        // For all tables at once, since each is often one small file.
        let readable = tables.iter().filter_map(|table| table.source.as_ref().ok());
        let parquet = readable.flat_map(|(source, files)| build::local_parquet(source, files));
        footers::read_ahead(&self.state, parquet.collect()).await;
        let mut tables = tables.into_iter().peekable();
        while let Some(first) = tables.peek() {
            let location = first.location;
            let here = std::iter::from_fn(|| tables.next_if(|table| table.location == location));
            self.build(here.collect()).await?;
        }
        Ok(())
    }

    /// The tables at a location, each name once.
    async fn at(&self, text: &str) -> Result<Vec<DiscoveredTable>> {
        let DataArgument { name, location } = DataArgument::parse(text)?;
        if let Some(name) = name {
            let mut source = TableSource::new(&location.text, places::whole(&location));
            source.places = places::resolve(&self.state, &location).await?;
            return Ok(vec![DiscoveredTable::new(name, source)]);
        }
        let mut tables: Vec<DiscoveredTable> = Vec::new();
        for found in self
            .with_sheets(discover(&self.state, &location).await?)
            .await?
        {
            match tables.iter_mut().find(|table| table.name == found.name) {
                // Neither is the one that is meant.
                Some(twin) => twin.source = Err(same_name(&found.label, &found.name, &twin.label)),
                None => tables.push(found),
            }
        }
        Ok(tables)
    }

    /// The tables with the sheets of workbooks in their places: by their names, or the only one by that of the file.
    async fn with_sheets(&self, found: Vec<DiscoveredTable>) -> Result<Vec<DiscoveredTable>> {
        let mut tables = Vec::new();
        for table in found {
            let workbook = table.source.as_ref().ok();
            let workbook = workbook.filter(|source| workbook::workbook_name(source).is_some());
            let Some(source) = workbook else {
                tables.push(table);
                continue;
            };
            let sheets = workbook::filled_sheets(&self.state, source).await?;
            let is_only = sheets.len() == 1;
            for sheet in sheets {
                let mut source = source.clone();
                let name = if is_only {
                    table.name.clone()
                } else {
                    sheet.clone()
                };
                source.sheet = Some(sheet);
                tables.push(DiscoveredTable::new(name, source));
            }
        }
        Ok(tables)
    }

    async fn listed(&self, source: Result<TableSource>) -> Result<(TableSource, Vec<DataFile>)> {
        let mut source = source?;
        managed_folder::recognise(&self.state, &mut source).await?;
        let files = match source.delta {
            Some(_) => Vec::new(),
            None => source_files::list(&self.state, &source).await?,
        };
        Ok((source, files))
    }

    /// Registers the tables of one location.
    async fn build(&mut self, tables: Vec<ListedTable>) -> Result<()> {
        let mut failed = Vec::new();
        let count = tables.len();
        for table in tables {
            let provider = match &table.source {
                Ok((source, files)) => build::of_files(&self.state, source, files).await,
                Err(_) => Err(Error::Sql(String::new())),
            };
            match (table.source, provider) {
                (Ok(_), Ok(provider)) => {
                    let name = TableReference::bare(table.name);
                    self.context.register_table(name, provider)?;
                }
                (Err(error), _) | (Ok(_), Err(error)) => failed.push((table.name, error)),
            }
        }
        if failed.len() == count {
            return failed
                .into_iter()
                .next()
                .map_or(Ok(()), |(_, error)| Err(error));
        }
        for (name, error) in failed {
            self.leave_out(&name, &error);
        }
        Ok(())
    }

    async fn requested(&mut self, path: &Path) -> Result<()> {
        let config = ConfigFile::read(path)?;
        for (name, table) in config.tables() {
            claim(&mut self.origins, name, &configured::label(table.get_ref()))?;
            let provider = configured::table(&self.state, &config, name, table).await?;
            self.context
                .register_table(TableReference::bare(name), provider)?;
        }
        register_rules(self.context, &config).await
    }

    async fn found(&mut self, path: &Path) {
        let (config, faulty) = match ConfigFile::read_sound(path) {
            Ok(read) => read,
            Err(error) => return self.note(format!("{error}; the file is left out")),
        };
        for (name, error) in &faulty {
            self.leave_out(name, error);
        }
        for (name, table) in config.tables() {
            if let Err(error) = self.found_table(&config, name, table).await {
                self.leave_out(name, &error);
            }
        }
        if let Err(error) = register_rules(self.context, &config).await {
            self.note(format!(
                "{error}; calendars, SLA policies and languages are left out"
            ));
        }
    }

    async fn found_table(
        &mut self,
        config: &ConfigFile,
        name: &str,
        table: &toml::Spanned<super::config::TableConfig>,
    ) -> Result<()> {
        let reference = TableReference::bare(name);
        let label = configured::label(table.get_ref());
        if let Some(other) = self.origins.get(name) {
            self.context.deregister_table(reference)?;
            return Err(same_name(&label, name, other));
        }
        let provider = configured::table(&self.state, config, name, table).await?;
        self.context.register_table(reference, provider)?;
        self.origins.insert(name.to_owned(), label);
        Ok(())
    }

    fn leave_out(&mut self, name: &str, error: &Error) {
        let reason = error.to_string();
        let catalog = &self.state.config_options().catalog;
        let schema = self
            .context
            .catalog(&catalog.default_catalog)
            .and_then(|tables| tables.schema(&catalog.default_schema));
        let names = schema.as_deref().and_then(|schema| {
            (schema as &dyn Any).downcast_ref::<CaseInsensitiveSchemaProvider>()
        });
        if let Some(names) = names {
            names.leave_out(name, &reason);
        }
        self.left_out.push((name.to_owned(), reason));
    }

    fn note(&self, note: String) {
        TableNotes::add(self.state.config(), note);
    }

    fn note_left_out(&self) {
        for (name, reason) in self.left_out.iter().take(NOTED) {
            self.note(format!("table {name:?} is left out: {reason}"));
        }
        if let Some(more) = self
            .left_out
            .len()
            .checked_sub(NOTED)
            .filter(|more| *more > 0)
        {
            self.note(format!("and {more} more tables are left out"));
        }
    }
}

/// Registers the calendars, policies and languages of the config file and of the tables that it names.
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
    let languages = text_languages::of_config(config)?;
    let state = context.state_ref();
    let mut state = state.write();
    let options = state.config_mut().options_mut();
    DeskqlOptions::set_calendars(options, calendars);
    DeskqlOptions::set_policies(options, SlaPolicies::new(rules));
    DeskqlOptions::set_languages(options, languages);
    Ok(())
}

/// Rejects a second table of the same name, which would hide the first.
fn claim(origins: &mut BTreeMap<String, String>, name: &str, label: &str) -> Result<()> {
    match origins.insert(name.to_owned(), label.to_owned()) {
        None => Ok(()),
        Some(other) => Err(same_name(label, name, &other)),
    }
}

fn same_name(label: &str, name: &str, other: &str) -> Error {
    Error::location(
        label,
        format!(
            "table {name:?} is already that of {other}: rename one of them, or call it otherwise with \
             --data NAME={label}"
        ),
    )
}
