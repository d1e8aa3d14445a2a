//! The file of a report: what it holds, and the checks of what refers to what.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::measure::{KpiDescription, ReportMeasure, ReportMeasures, ReportSource};
use super::section::SectionDefinition;
use crate::error::{Error, Result};
use crate::queries::{ParameterDeclaration, QueryParameter};
use crate::report::periods::PeriodGrain;
use crate::text::{nearest, toml_problem};

/// The keys of the file, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportFile {
    title: String,
    question: String,
    readers: String,
    period: PeriodGrain,
    /// KPIs above this number get a warning.
    cap: Option<usize>,
    /// The columns that segments are looked for in; all of a KPI's source when absent.
    dimensions: Option<Vec<String>>,
    /// Perspectives of the balanced scorecard, each of which needs a KPI.
    #[serde(default)]
    is_scorecard: bool,
    kpis: Vec<Spanned<String>>,
    /// KPIs that reach the summary only through a clear change or a missed goal.
    #[serde(default)]
    appendix: Vec<Spanned<String>>,
    /// KPIs in large figures.
    #[serde(default)]
    tiles: Vec<Spanned<String>>,
    #[serde(default, rename = "param")]
    parameters: BTreeMap<String, Spanned<ParameterDeclaration>>,
    /// Columns that have the values of parameters, as `table.column`.
    #[serde(default)]
    values_of: BTreeMap<Spanned<String>, Spanned<String>>,
    /// Condition of the rows, by source; may contain parameters.
    #[serde(default)]
    filters: BTreeMap<Spanned<String>, String>,
    /// What the report is about with its parameters, such as "team {team}".
    population: Option<String>,
    #[serde(default)]
    sources: BTreeMap<String, Spanned<ReportSource>>,
    #[serde(default)]
    measures: BTreeMap<String, Spanned<ReportMeasure>>,
    #[serde(rename = "section")]
    sections: Vec<SectionDefinition>,
}

/// A report that can be made: its file, with the measures that it uses.
#[derive(Debug)]
pub(in crate::report) struct ReportDefinition {
    /// Its file's name without the ending.
    pub(in crate::report) name: String,
    pub(in crate::report) title: String,
    pub(in crate::report) question: String,
    pub(in crate::report) readers: String,
    pub(in crate::report) grain: PeriodGrain,
    pub(in crate::report) cap: usize,
    pub(in crate::report) dimensions: Option<Vec<String>>,
    pub(in crate::report) is_scorecard: bool,
    pub(in crate::report) kpis: Vec<String>,
    pub(in crate::report) appendix: Vec<String>,
    pub(in crate::report) tiles: Vec<String>,
    pub(in crate::report) parameters: Vec<QueryParameter>,
    /// By the name of a parameter: the table and the column that have its values.
    pub(in crate::report) values_of: BTreeMap<String, (String, String)>,
    pub(in crate::report) filters: BTreeMap<String, String>,
    pub(in crate::report) population: Option<String>,
    pub(in crate::report) sections: Vec<SectionDefinition>,
    /// True if it is part of deskql: then what the tables do not have is left out.
    pub(in crate::report) is_shipped: bool,
    /// Folder of the file, whose `.sql` files are named queries of the report.
    pub(in crate::report) folder: Option<PathBuf>,
    pub(super) measures: ReportMeasures,
    /// Names of the measures that the file itself defines.
    own_measures: BTreeSet<String>,
    /// Names of the sources that the file itself defines.
    own_sources: BTreeSet<String>,
    path: PathBuf,
    text: String,
}

impl ReportDefinition {
    /// The definition in `text`, the file at `path`, over the shipped measures.
    ///
    /// # Errors
    /// When a key is unknown or absent, or refers to something that is not there; with file and line.
    pub(super) fn read(path: &Path, text: &str, shipped: ReportMeasures) -> Result<Self> {
        let file: ReportFile = parsed(path, text)?;
        let own = ReportMeasures {
            sources: file.sources,
            measures: file.measures,
        };
        let names = |names: &[Spanned<String>]| names.iter().map(|n| n.get_ref().clone()).collect();
        let parameters = file.parameters.iter().map(|(name, declared)| {
            let parameter = declared.get_ref().named(name);
            parameter.map_err(|problem| problem_at(path, text, &declared.span(), problem))
        });
        let definition = Self {
            name: path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            title: file.title,
            question: file.question,
            readers: file.readers,
            grain: file.period,
            cap: file.cap.unwrap_or(usize::MAX),
            dimensions: file.dimensions,
            is_scorecard: file.is_scorecard,
            kpis: names(&file.kpis),
            appendix: names(&file.appendix),
            tiles: names(&file.tiles),
            parameters: parameters.collect::<Result<_>>()?,
            values_of: values_of(path, text, &file.values_of)?,
            filters: file
                .filters
                .iter()
                .map(|(name, sql)| (name.get_ref().clone(), sql.clone()))
                .collect(),
            population: file.population,
            sections: file.sections,
            is_shipped: false,
            folder: None,
            own_measures: own.measures.keys().cloned().collect(),
            own_sources: own.sources.keys().cloned().collect(),
            measures: shipped.with(own),
            path: path.to_owned(),
            text: text.to_owned(),
        };
        for name in file.kpis.iter().chain(&file.appendix) {
            definition.check_kpi(name)?;
        }
        for name in &file.tiles {
            definition.check_tile(name)?;
        }
        for name in file.values_of.keys() {
            definition.check_parameter(name)?;
        }
        for name in file.filters.keys() {
            definition.check_source(name.get_ref(), &name.span())?;
        }
        definition.check_measures()?;
        definition.check_blocks()?;
        Ok(definition)
    }

    /// The measure of a KPI of the report.
    ///
    /// # Errors
    /// When there is none.
    pub(in crate::report) fn measure(&self, kpi: &str) -> Result<&ReportMeasure> {
        let found = self.measures.measures.get(kpi).map(Spanned::get_ref);
        found.ok_or_else(|| Error::Usage(self.no_kpi(kpi)))
    }

    /// The source of a measure; reading the file has checked that it is there.
    pub(in crate::report) fn source(&self, measure: &ReportMeasure) -> Option<&ReportSource> {
        self.measures
            .sources
            .get(&measure.source)
            .map(Spanned::get_ref)
    }

    /// The source that is spoken of for the rows of the source called `name`: the one that it has the same rows as, or
    /// itself. A source of the file itself may have other rows than the shipped one of that name.
    pub(in crate::report) fn source_of_rows<'a>(&'a self, name: &'a str) -> &'a str {
        let sources = &self.measures.sources;
        let source = sources.get(name).map(Spanned::get_ref);
        let other = source.and_then(|source| source.same_rows_as.as_deref());
        let is_alike = |other: &&str| {
            let time =
                |source: Option<&ReportSource>| source.and_then(|source| source.time.clone());
            self.filters.get(*other) == self.filters.get(name)
                && self.own_sources.contains(*other) == self.own_sources.contains(name)
                && time(sources.get(*other).map(Spanned::get_ref)) == time(source)
        };
        other.filter(is_alike).unwrap_or(name)
    }

    /// The columns by which a KPI's rows can be told apart; none of states, which are no function of rows.
    pub(in crate::report) fn dimensions_of(&self, kpi: &str) -> &[String] {
        let measure = self.measures.measures.get(kpi).map(Spanned::get_ref);
        let source = measure
            .filter(|measure| measure.detail.is_some())
            .and_then(|measure| self.source(measure));
        source.map_or(&[], |source| &source.dimensions)
    }

    /// All its KPIs, those of the appendix last, each once.
    pub(in crate::report) fn all_kpis(&self) -> Vec<&str> {
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        let of_blocks = blocks.flat_map(|block| block.get_ref().kpis.iter().flatten());
        let mut names: Vec<&str> = Vec::new();
        for name in self.kpis.iter().chain(&self.appendix).chain(of_blocks) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// SELECT of a source, with the filter of the report.
    pub(in crate::report) fn source_sql(&self, name: &str, source: &ReportSource) -> String {
        self.filtered(name, &source.sql)
    }

    /// The same with the columns of its dimensions.
    pub(in crate::report) fn segments_sql(&self, name: &str, source: &ReportSource) -> String {
        self.filtered(name, source.segments.as_ref().unwrap_or(&source.sql))
    }

    fn filtered(&self, name: &str, sql: &str) -> String {
        match self.filters.get(name) {
            Some(filter) => format!("SELECT * FROM ({}) WHERE ({filter})", sql.trim()),
            None => sql.trim().to_owned(),
        }
    }

    /// What a KPI is called and how it is read.
    ///
    /// # Errors
    /// When there is none.
    pub(in crate::report) fn describe(&self, kpi: &str) -> Result<KpiDescription> {
        let measure = self.measure(kpi)?;
        measure
            .describe(kpi, self.source(measure))
            .map_err(Error::Usage)
    }

    /// Computes all intervals at this level, where it is not the usual one.
    pub(in crate::report) fn set_level(&mut self, level: f64) {
        self.measures.set_level(level);
    }

    /// True if the file itself defines the KPI.
    pub(in crate::report) fn defines(&self, kpi: &str) -> bool {
        self.own_measures.contains(kpi)
    }

    /// The error of a KPI that the file itself defines and that cannot be computed; `None` of shipped ones, which are
    /// left out where the tables lack what they need.
    pub(in crate::report) fn problem_of_own(&self, kpi: &str, reason: &str) -> Option<Error> {
        let span = self.measures.measures.get(kpi)?.span();
        self.defines(kpi)
            .then(|| self.problem(&span, format!("[measures.{kpi}]: {reason}")))
    }

    /// An error about the text at `span`.
    pub(in crate::report) fn problem(&self, span: &Range<usize>, text: impl Into<String>) -> Error {
        problem_at(&self.path, &self.text, span, text.into())
    }

    /// True of a name that no measure has and that misspells none.
    pub(in crate::report) fn may_be_of_another_report(&self, kpi: &str) -> bool {
        let known = &self.measures.measures;
        !known.contains_key(kpi) && nearest(kpi, known.keys().map(String::as_str)).is_none()
    }

    pub(super) fn no_kpi(&self, name: &str) -> String {
        let known = self.measures.measures.keys().map(String::as_str);
        match nearest(name, known) {
            Some(near) => format!("no KPI {name}; did you mean {near}?"),
            None => format!(
                "no KPI {name}: deskql kpis lists them, and [measures.{name}] would define it"
            ),
        }
    }
}

/// Table and column of each `table.column`.
fn values_of(
    path: &Path,
    text: &str,
    declared: &BTreeMap<Spanned<String>, Spanned<String>>,
) -> Result<BTreeMap<String, (String, String)>> {
    let entries = declared.iter().map(|(name, column)| {
        let parts = column.get_ref().rsplit_once('.');
        let (table, column) = parts.ok_or_else(|| {
            let problem = format!(
                "values_of {}: write table.column, such as tickets.team",
                name.get_ref()
            );
            problem_at(path, text, &column.span(), problem)
        })?;
        Ok((
            name.get_ref().clone(),
            (table.to_owned(), column.to_owned()),
        ))
    });
    entries.collect()
}

/// `text` as TOML.
pub(super) fn parsed<T: serde::de::DeserializeOwned>(path: &Path, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        problem_at(path, text, &span, toml_problem::wording(error.message()))
    })
}

fn problem_at(path: &Path, text: &str, span: &Range<usize>, problem: String) -> Error {
    Error::Config {
        path: path.to_owned(),
        line: toml_problem::line(text, span.start),
        problem,
    }
}
