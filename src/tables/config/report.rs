//! `[report]`, `[goals]`, `[annotations]` and `[[annotation]]`: what a report is told beside its data.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// `[report]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportConfig {
    /// Heading of every report.
    pub(crate) title: Option<String>,
    /// IANA name of the zone in which its periods begin and end.
    pub(crate) zone: Option<Spanned<String>>,
    /// Calendar whose days count as working days, and on whose holidays nothing is expected.
    pub(crate) calendar: Option<Spanned<String>>,
    /// Level of its intervals, 0.95 when absent.
    pub(crate) level: Option<Spanned<f64>>,
    /// PNG, JPEG, SVG or WebP file, from the folder of the config file on.
    pub(crate) logo: Option<Spanned<String>>,
    /// Smallest change that matters, by KPI and in its unit.
    #[serde(default)]
    pub(crate) materiality: BTreeMap<Spanned<String>, f64>,
    /// What people have decided to do.
    #[serde(default)]
    pub(crate) actions: Vec<Spanned<ActionConfig>>,
    /// `[report.kpis]`: KPIs of a report in the place of its own, by the report's name.
    #[serde(default)]
    pub(crate) kpis: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
}

/// One of `[[report.actions]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionConfig {
    pub(crate) title: String,
    pub(crate) owner: Option<String>,
    /// A TOML date.
    pub(crate) due: Option<toml::value::Datetime>,
    #[serde(default)]
    pub(crate) status: ActionConfigStatus,
    /// Reports that show it; all when absent.
    pub(crate) reports: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ActionConfigStatus {
    #[default]
    Open,
    Done,
    Dropped,
}

/// A goal of `[goals]`, by KPI: one, or several that follow each other.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "expected { at_least = NUMBER } or { at_most = NUMBER }, with unit, from, until, by and values if needed, or a list of these"
)]
pub(crate) enum GoalsOfKpi {
    One(GoalConfig),
    Several(Vec<GoalConfig>),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoalConfig {
    pub(crate) at_least: Option<f64>,
    pub(crate) at_most: Option<f64>,
    /// `%`, `points`, `s`, `min` or `h`; the KPI's own when absent.
    pub(crate) unit: Option<String>,
    /// First day on which it holds.
    pub(crate) from: Option<toml::value::Datetime>,
    /// Last day on which it holds.
    pub(crate) until: Option<toml::value::Datetime>,
    /// Column whose segments are held to it one by one too.
    pub(crate) by: Option<String>,
    /// Those that are held to another value, in the same unit.
    #[serde(default)]
    pub(crate) values: BTreeMap<String, f64>,
}

/// `[annotations]`: the table that has them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnnotationTable {
    /// Table with the columns `at`, `until`, `kind` and `title`.
    pub(crate) table: Spanned<String>,
}

/// One of `[[annotation]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnnotationConfig {
    pub(crate) at: Spanned<toml::value::Datetime>,
    pub(crate) until: Option<Spanned<toml::value::Datetime>>,
    pub(crate) kind: String,
    pub(crate) title: String,
}
