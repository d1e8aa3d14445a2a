//! What a report is made of beside the rows of tables, to tell whether one that was made would be another now.

use super::definition::{self, ReportDefinition, ReportMeasure};
use super::make::ReportRequest;
use super::parameters::ReportParameters;
use super::settings::ReportSettings;
use crate::error::Result;
use crate::parser::Statement;
use crate::queries::{NamedQuery, QueryLibrary};
use crate::sql;
use crate::tables::ConfigFile;

/// The parts of a report that stand in files.
#[derive(Debug)]
pub(crate) struct ReportInputs {
    /// Names of its parameters.
    pub(crate) parameters: Vec<String>,
    /// Its SQL. Parts of statements stand in SELECTs of their own: they name tables and functions, and cannot run.
    pub(crate) statements: Vec<Statement>,
    /// The definition as text, with its measures and the named queries that it shows.
    pub(crate) definition: String,
    /// `deskql.toml` as text, with the logo.
    pub(crate) settings: String,
}

/// The parts of the report called `name`, or of the file or folder at that path.
///
/// # Errors
/// When there is no such report, or its files or settings are faulty.
pub(crate) fn inputs(
    name: &str,
    request: &ReportRequest,
    config: Option<&ConfigFile>,
) -> Result<ReportInputs> {
    let mut definition = definition::find(name)?;
    let settings = ReportSettings::read(config, &mut definition)?;
    let library = request.library(&definition)?;
    let queries = named_queries(&definition, &library);
    let mut texts = block_texts(&definition);
    for kpi in definition.all_kpis() {
        texts.extend(measure_texts(&definition, definition.measure(kpi)?));
    }
    texts.extend(queries.iter().map(|query| query.sql.clone()));
    texts.push("SELECT 1 FROM incidents".to_owned());
    if let Some(table) = &settings.annotation_table {
        texts.push(format!("SELECT 1 FROM \"{}\"", table.replace('"', "\"\"")));
    }
    // A text that is not SQL is told by the report when it is made.
    let parsed = texts.iter().flat_map(|text| sql::parse(text));
    let logo = settings.logo.as_deref().unwrap_or_default();
    Ok(ReportInputs {
        parameters: definition
            .parameters
            .iter()
            .map(|parameter| parameter.name.clone())
            .collect(),
        statements: parsed.flatten().collect(),
        // All that is computed comes from these values, and so no file that they were read from is forgotten.
        definition: format!("{definition:?}\n{queries:?}"),
        settings: format!("{}\n{logo}", config.map_or("", ConfigFile::text)),
    })
}

/// Refuses values that the parameters of the report do not take.
///
/// # Errors
/// When there is no such report, or a value does not fit its parameter, is unknown or absent.
pub(crate) fn check_parameters(name: &str, given: &[(String, String)]) -> Result<()> {
    let definition = definition::find(name)?;
    ReportParameters::read(&definition, given).map(drop)
}

/// The named queries of its blocks; one that is not there is told when the report is made.
fn named_queries<'l>(
    definition: &ReportDefinition,
    library: &'l QueryLibrary,
) -> Vec<&'l NamedQuery> {
    let blocks = definition
        .sections
        .iter()
        .flat_map(|section| &section.blocks);
    let names = blocks.filter_map(|block| block.get_ref().query.as_deref());
    names.filter_map(|name| library.find(name).ok()).collect()
}

fn block_texts(definition: &ReportDefinition) -> Vec<String> {
    let blocks = definition
        .sections
        .iter()
        .flat_map(|section| &section.blocks);
    blocks
        .filter_map(|block| block.get_ref().sql.clone())
        .collect()
}

/// SQL of a measure and its source.
fn measure_texts(definition: &ReportDefinition, measure: &ReportMeasure) -> Vec<String> {
    let mut texts = Vec::new();
    if let Some(source) = definition.source(measure) {
        texts.push(definition.source_sql(&measure.source, source));
        texts.push(definition.segments_sql(&measure.source, source));
    }
    texts.extend(measure.explain_rows.clone());
    let explain = measure.explain.as_ref();
    texts.extend(explain.map(|arguments| format!("SELECT explain({arguments})")));
    let theme = measure.theme.iter();
    let parts = [
        &measure.detail,
        &measure.at,
        &measure.condition,
        &measure.n,
        &measure.compare,
    ];
    let parts = parts
        .into_iter()
        .flatten()
        .chain(theme.flat_map(|theme| [&theme.text, &theme.bad, &theme.good]));
    texts.extend(parts.map(|part| format!("SELECT {part}")));
    texts
}
