//! How a report computes its KPIs: `[sources.NAME]` and `[measures.NAME]`.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::catalogue::{self, CatalogueUnit, KpiDirection};

/// Rows that KPIs are computed from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::report) struct ReportSource {
    /// A SELECT; may contain `$start`, `$end`, `$start_day`, `$end_day` and `$last_month` if its measures have `at`.
    pub(in crate::report) sql: String,
    /// Column that assigns a row to a period.
    pub(in crate::report) time: Option<String>,
    /// The same rows with all columns of `dimensions`; `sql` when absent.
    pub(in crate::report) segments: Option<String>,
    /// What its rows are, in words: "answers".
    rows: Option<String>,
    /// A source with the same rows and fewer columns, which is spoken of in the place of this one.
    pub(in crate::report) same_rows_as: Option<String>,
    /// Columns by which causes are looked for and segments compared.
    #[serde(default)]
    pub(in crate::report) dimensions: Vec<String>,
}

/// SQL of a KPI over the rows of its source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::report) struct ReportMeasure {
    pub(in crate::report) source: String,
    /// Aggregate over the rows of a period.
    pub(in crate::report) detail: Option<String>,
    /// Aggregate over all rows, of a state or flow between `$start` and `$end`.
    pub(in crate::report) at: Option<String>,
    /// Condition of the rows that it is about.
    #[serde(rename = "where")]
    pub(in crate::report) condition: Option<String>,
    /// Number of rows, where `detail` does not say it.
    pub(in crate::report) n: Option<String>,
    /// True for numbers of things, which have no interval and of which neither direction is better.
    #[serde(default)]
    pub(in crate::report) is_count: bool,
    /// `compare_*` of two groups of rows; `side` is true for the second.
    pub(in crate::report) compare: Option<String>,
    /// Arguments of `explain_change`.
    pub(in crate::report) explain: Option<String>,
    /// SELECT of the rows that `explain` is about, with `side`, where they are not those of the source; may contain
    /// `$before_start` and `$before_end` beside the names of the period.
    pub(in crate::report) explain_rows: Option<String>,
    /// Columns of these rows by which causes are looked for.
    #[serde(default)]
    pub(in crate::report) explain_by: Vec<String>,
    /// Dimensions that say nothing about it, since it decides them itself.
    #[serde(default)]
    pub(in crate::report) not_by: Vec<String>,
    /// What `explain` is about, where it is not the KPI itself.
    pub(in crate::report) explained_as: Option<String>,
    pub(in crate::report) theme: Option<ThemeConditions>,
    /// What n counts, where it is not the rows of the source.
    rows: Option<String>,
    // A KPI that the catalogue does not know says itself what it is.
    title: Option<String>,
    /// Name in sentences, where the title is long.
    short: Option<String>,
    definition: Option<String>,
    unit: Option<CatalogueUnit>,
    better: Option<KpiDirection>,
    /// True if it changes before the results do.
    is_leading: Option<bool>,
}

impl ReportMeasures {
    /// Gives the functions that have a level this one.
    pub(super) fn set_level(&mut self, level: f64) {
        for measure in self.measures.values_mut() {
            let measure = measure.get_mut();
            for call in [&mut measure.detail, &mut measure.at, &mut measure.compare]
                .into_iter()
                .flatten()
            {
                let name = call.split('(').next().unwrap_or_default();
                let has_level = name.ends_with("_detail") || name.starts_with("compare_");
                if let Some(open) = call
                    .strip_suffix(')')
                    .filter(|_| has_level && is_one_call(call))
                {
                    *call = format!("{open}, level => {level:?})");
                }
            }
        }
    }
}

/// Which texts are compared by `themes`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::report) struct ThemeConditions {
    /// Column of the texts.
    pub(in crate::report) text: String,
    pub(in crate::report) bad: String,
    pub(in crate::report) good: String,
}

/// All sources and measures that a report can use, by name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::report) struct ReportMeasures {
    #[serde(default)]
    pub(in crate::report) sources: BTreeMap<String, Spanned<ReportSource>>,
    #[serde(default)]
    pub(in crate::report) measures: BTreeMap<String, Spanned<ReportMeasure>>,
}

impl ReportMeasures {
    /// The shipped ones with `own` in the place of those of the same name.
    pub(super) fn with(mut self, own: Self) -> Self {
        self.sources.extend(own.sources);
        self.measures.extend(own.measures);
        self
    }
}

/// What a KPI is called and how it is read.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct KpiDescription {
    pub(in crate::report) name: String,
    pub(in crate::report) title: String,
    /// Name in sentences.
    pub(in crate::report) short: String,
    pub(in crate::report) definition: String,
    pub(in crate::report) formula: String,
    pub(in crate::report) unit: CatalogueUnit,
    /// `None` if neither direction is better.
    pub(in crate::report) better: Option<KpiDirection>,
    pub(in crate::report) is_leading: bool,
    pub(in crate::report) focus: String,
    pub(in crate::report) perspective: String,
    /// What n counts; of a count what it counts.
    pub(in crate::report) rows: String,
}

impl ReportMeasure {
    /// Its description: from the catalogue, with what the measure itself says in its place.
    ///
    /// # Errors
    /// When the catalogue does not know it and it has no title or unit.
    pub(in crate::report) fn describe(
        &self,
        name: &str,
        source: Option<&ReportSource>,
    ) -> Result<KpiDescription, String> {
        let known = catalogue::kpis::ALL.iter().find(|kpi| kpi.name == name);
        let missing = |key: &str| {
            format!("[measures.{name}] is no KPI of the catalogue: give it {key} = \"..\"")
        };
        let title = self
            .title
            .clone()
            .or_else(|| known.map(|kpi| kpi.title.to_owned()));
        let unit = self.unit.or_else(|| known.map(|kpi| kpi.unit));
        let better = self.better.or_else(|| known.map(|kpi| kpi.better));
        let title = title.ok_or_else(|| missing("title"))?;
        Ok(KpiDescription {
            name: name.to_owned(),
            short: self.short.clone().unwrap_or_else(|| title.clone()),
            title,
            definition: self
                .definition
                .clone()
                .or_else(|| known.map(|kpi| kpi.definition.to_owned()))
                .unwrap_or_default(),
            formula: known.map(|kpi| kpi.formula.to_owned()).unwrap_or_default(),
            unit: unit.ok_or_else(|| missing("unit"))?,
            better: better.filter(|_| !self.is_count),
            is_leading: self.is_leading.unwrap_or_else(|| {
                known.is_some_and(|kpi| kpi.indicator == catalogue::IndicatorTiming::Leading)
            }),
            focus: known.map_or_else(
                || "own measures".to_owned(),
                |kpi| kpi.focus.word().to_owned(),
            ),
            perspective: known
                .map(|kpi| kpi.perspective.word().to_owned())
                .unwrap_or_default(),
            rows: self
                .rows
                .clone()
                .or_else(|| source.and_then(|source| source.rows.clone()))
                .unwrap_or_else(|| "rows".to_owned()),
        })
    }
}

impl ReportMeasure {
    /// What is wrong with its keys.
    ///
    /// # Errors
    /// When they contradict each other.
    pub(super) fn check(&self, is_timed: bool) -> Result<(), String> {
        match (&self.detail, &self.at) {
            (None, None) | (Some(_), Some(_)) => {
                return Err("needs either detail = \"..\" or at = \"..\"".to_owned());
            }
            (Some(_), None) if !is_timed => {
                return Err("detail needs a source with time = \"..\"".to_owned());
            }
            _ => {}
        }
        let value = self.detail.as_ref().or(self.at.as_ref());
        let has_condition = self.condition.is_some();
        let filtered = value
            .filter(|_| has_condition)
            .into_iter()
            .chain(&self.compare);
        for sql in filtered {
            // FILTER belongs to one call: `a / b` would need it twice.
            if !is_one_call(sql) {
                return Err(format!("{sql:?} has to be one call of a function"));
            }
        }
        Ok(())
    }
}

/// True for a single call, however deep its arguments are.
fn is_one_call(text: &str) -> bool {
    let mut depth = 0_usize;
    for (place, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return place + 1 == text.len();
                }
            }
            _ => {}
        }
    }
    false
}
