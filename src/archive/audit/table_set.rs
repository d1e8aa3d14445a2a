//! The audit of all tables of an engine.

use std::path::Path;

use chrono::NaiveDate;
use datafusion::common::TableReference;

use super::audit_session::TableAudit;
use super::audited_table::{AuditedTable, TimeColumn};
use super::expectations::TableExpectations;
use super::finding::AuditFinding;
use super::known_tables;
use super::rules::AuditRules;
use super::table_config::{AuditTableSection, no_table};
use super::table_findings::audit_table;
use crate::Engine;
use crate::error::{Error, Result};
use crate::tables::{AuditConfig, ConfigFile};

/// Scope of an audit.
#[derive(Debug, Default, Clone)]
pub(crate) struct AuditRequest {
    /// Tables by name; all if empty.
    pub(crate) tables: Vec<String>,
    /// Rows of earlier days are left out.
    pub(crate) since: Option<NaiveDate>,
    /// The time that ages are counted to, in microseconds since 1970.
    pub(crate) now: i64,
}

/// Tables with what is expected of each.
type ExpectedTables = Vec<(AuditedTable, TableExpectations)>;

/// Audits the tables of `engine` by the `[audit]` section of `config`; the findings come in the order of the report.
///
/// # Errors
/// If there is no table, a table of the request or the section is not there, the section is faulty, or a query fails.
pub(crate) async fn audit(
    engine: &Engine,
    config: Option<&ConfigFile>,
    request: &AuditRequest,
) -> Result<Vec<AuditFinding>> {
    let section = config.and_then(|file| Some((file, file.audit()?)));
    let rules = match section {
        Some((file, section)) => AuditRules::from_config(file, section)?,
        None => AuditRules::default(),
    };
    let tables = tables(engine, request).await?;
    let tables = expected_tables(tables, section)?;
    let mut findings = Vec::new();
    for (table, expected) in &tables {
        if !request.tables.is_empty() && !request.tables.contains(&table.name) {
            continue;
        }
        let audit = TableAudit {
            engine,
            table,
            expected,
            rules: &rules,
        };
        findings.extend(audit_table(&audit, request.now).await?);
    }
    findings.sort_by(AuditFinding::order);
    Ok(findings)
}

/// Reads the config file that a user named, or the tables of one that is just there.
///
/// # Errors
/// If it cannot be read or is faulty outside of its tables.
pub(crate) fn read_config(
    requested: Option<&Path>,
    found: Option<&Path>,
) -> Result<Option<ConfigFile>> {
    match (requested, found) {
        (Some(path), _) => ConfigFile::read(path).map(Some),
        // Its tables were opened with a note about those that are faulty.
        (None, Some(path)) => Ok(Some(ConfigFile::read_sound(path)?.0)),
        (None, None) => Ok(None),
    }
}

/// All tables, by name.
async fn tables(engine: &Engine, request: &AuditRequest) -> Result<Vec<AuditedTable>> {
    let context = engine.context();
    let state = context.state();
    let catalog = &state.config_options().catalog;
    let schema = context
        .catalog(&catalog.default_catalog)
        .and_then(|tables| tables.schema(&catalog.default_schema));
    let mut names = schema
        .map(|schema| schema.table_names())
        .unwrap_or_default();
    names.sort();
    if names.is_empty() {
        let problem = "no tables to audit: name them with --data LOCATION or in deskql.toml";
        return Err(Error::Usage(problem.to_owned()));
    }
    let known = names.iter().map(String::as_str);
    if let Some(wrong) = request.tables.iter().find(|name| !names.contains(name)) {
        return Err(Error::Usage(format!("--table: {}", no_table(wrong, known))));
    }
    let mut tables = Vec::new();
    for name in &names {
        let frame = context.table(TableReference::bare(name.as_str())).await?;
        let schema = frame.schema().as_arrow();
        tables.push(AuditedTable::new(name, schema, request.since));
    }
    Ok(tables)
}

/// Puts the expectations of each table beside it, and its time into it.
fn expected_tables(
    tables: Vec<AuditedTable>,
    config: Option<(&ConfigFile, &AuditConfig)>,
) -> Result<ExpectedTables> {
    refuse_unknown_tables(&tables, config)?;
    let section = |table: &AuditedTable| {
        let (file, config) = config?;
        let section = config.tables.get(&table.name)?;
        Some((file, section))
    };
    let mut expected = ExpectedTables::new();
    for mut table in tables {
        let mut known = known_tables::without_config(&table);
        if let Some((file, section)) = section(&table) {
            let table = &table;
            AuditTableSection {
                file,
                section,
                table,
            }
            .apply(&mut known)?;
        }
        let time = known.time.clone();
        table.time = time.and_then(|name| {
            let kind = table.kind(&name)?;
            Some(TimeColumn { name, kind })
        });
        expected.push((table, known));
    }
    let all: Vec<&AuditedTable> = expected.iter().map(|(table, _)| table).collect();
    let mut references = Vec::new();
    for (table, _) in &expected {
        let said = match section(table) {
            Some((file, section)) => AuditTableSection {
                file,
                section,
                table,
            }
            .references(&all)?,
            None => None,
        };
        references.push(said.unwrap_or_else(|| known_tables::references(table, &expected)));
    }
    for ((_, expected), references) in expected.iter_mut().zip(references) {
        expected.references = references;
    }
    Ok(expected)
}

fn refuse_unknown_tables(
    tables: &[AuditedTable],
    config: Option<(&ConfigFile, &AuditConfig)>,
) -> Result<()> {
    let Some((file, config)) = config else {
        return Ok(());
    };
    let known = tables.iter().map(|table| table.name.as_str());
    let is_unknown = |name: &&String| !known.clone().any(|known| known == name.as_str());
    match config.tables.keys().find(is_unknown) {
        Some(name) => {
            let place = config.tables.get(name).map(toml::Spanned::span);
            Err(file.problem(&place.unwrap_or_default(), no_table(name, known)))
        }
        None => Ok(()),
    }
}
