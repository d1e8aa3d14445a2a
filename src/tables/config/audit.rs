//! `[audit]`: thresholds of the data-quality report, and what is expected of each table.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// The section.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditConfig {
    /// Limits by the name of the check, in the place of its defaults.
    #[serde(default)]
    pub(crate) thresholds: BTreeMap<String, Spanned<AuditLimits>>,
    /// Rows that a weekday must usually have before a day without rows counts as missing.
    pub(crate) usual_rows: Option<Spanned<u32>>,
    /// Deviations from the median of its weekday beyond which a day's volume is out of pattern.
    pub(crate) volume_deviations: Option<Spanned<f64>>,
    /// Rows that both months must have to be compared.
    pub(crate) month_rows: Option<Spanned<u32>>,
    /// Rows of a value that are expected in a month before its absence counts.
    pub(crate) category_rows: Option<Spanned<u32>>,
    /// Distinct values up to which a text column holds categories.
    pub(crate) category_values: Option<Spanned<u32>>,
    /// Share of rows at one quarter of an hour from which it is a spike.
    pub(crate) spike_share: Option<Spanned<f64>>,
    /// `[audit.tables.NAME]` sections.
    #[serde(default)]
    pub(crate) tables: BTreeMap<String, Spanned<AuditTableConfig>>,
}

/// Values beyond which a check is a warning, and an error; `None` for never.
#[derive(Debug, Default, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditLimits {
    pub(crate) warning: Option<f64>,
    pub(crate) error: Option<f64>,
}

/// Expectations of one table; a key that is there replaces what would be guessed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditTableConfig {
    /// Columns that together occur once.
    pub(crate) key: Option<Vec<Spanned<String>>>,
    /// Column that dates the rows.
    pub(crate) time: Option<Spanned<String>>,
    /// Columns without NULL.
    pub(crate) required: Option<Vec<Spanned<String>>>,
    /// Pairs of a start and an end that does not lie before it.
    pub(crate) starts_ends: Option<Vec<Spanned<Vec<String>>>>,
    /// Column and the `table.column` that has its values.
    pub(crate) references: Option<BTreeMap<String, Spanned<String>>>,
    /// Column and its values.
    pub(crate) allowed: Option<BTreeMap<String, Spanned<Vec<String>>>>,
    /// Column and its `[lowest, highest]`, or these by the value of another column.
    pub(crate) scales: Option<BTreeMap<String, Spanned<toml::Value>>>,
    /// Column and the share of NULL that is an error when it is passed.
    #[serde(default)]
    pub(crate) null_rate: BTreeMap<String, Spanned<f64>>,
}
