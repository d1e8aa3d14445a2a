//! Thresholds: the defaults, and what `[audit]` of a config file has in their place.

use toml::Spanned;

use super::check::AuditCheck;
use super::finding::FindingSeverity;
use crate::error::Result;
use crate::tables::{AuditConfig, AuditLimits, ConfigFile};
use crate::text::nearest;

/// Thresholds of all checks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AuditRules {
    limits: Vec<(AuditCheck, AuditLimits)>,
    /// Rows that a weekday must usually have before a day without rows counts as missing.
    pub(crate) usual_rows: f64,
    /// Deviations from the median of its weekday beyond which a day is out of pattern.
    pub(crate) volume_deviations: f64,
    /// Rows that both months must have to be compared.
    pub(crate) month_rows: u64,
    /// Rows of a value that are expected in a month before its absence counts.
    pub(crate) category_rows: f64,
    /// Distinct values up to which a text column holds categories.
    pub(crate) category_values: u64,
    /// Share of rows at one quarter of an hour from which it is a spike.
    pub(crate) spike_share: f64,
}

impl Default for AuditRules {
    fn default() -> Self {
        let limits = AuditCheck::ALL.map(|check| (check, check.default_limits()));
        Self {
            limits: limits.to_vec(),
            usual_rows: 10.0,
            volume_deviations: 6.0,
            month_rows: 100,
            category_rows: 20.0,
            category_values: 50,
            spike_share: 0.05,
        }
    }
}

impl AuditRules {
    /// The rules with what the config file says.
    ///
    /// # Errors
    /// If it names an unknown check or has a number that cannot be; the error has its line.
    pub(crate) fn from_config(file: &ConfigFile, config: &AuditConfig) -> Result<Self> {
        let mut rules = Self::default();
        for (name, limits) in &config.thresholds {
            let check = AuditCheck::ALL
                .into_iter()
                .find(|check| check.name() == name);
            let Some(check) = check else {
                return Err(file.problem(&limits.span(), unknown_check(name)));
            };
            check_limits(file, limits)?;
            rules.limits.retain(|(known, _)| *known != check);
            rules.limits.push((check, *limits.get_ref()));
        }
        let whole = |value: &Option<Spanned<u32>>| value.as_ref().map(|value| *value.get_ref());
        let usual = whole(&config.usual_rows).map(f64::from);
        rules.usual_rows = usual.unwrap_or(rules.usual_rows);
        let rows = whole(&config.month_rows).map(u64::from);
        rules.month_rows = rows.unwrap_or(rules.month_rows).max(1);
        let expected = whole(&config.category_rows).map(f64::from);
        rules.category_rows = expected.unwrap_or(rules.category_rows);
        let values = whole(&config.category_values).map(u64::from);
        rules.category_values = values.unwrap_or(rules.category_values);
        if let Some(given) = &config.volume_deviations {
            rules.volume_deviations = positive(file, given, f64::MAX)?;
        }
        if let Some(given) = &config.spike_share {
            rules.spike_share = positive(file, given, 1.0)?;
        }
        Ok(rules)
    }

    /// Severity of `measured`.
    pub(crate) fn severity(
        &self,
        check: AuditCheck,
        measured: f64,
        is_guess: bool,
    ) -> FindingSeverity {
        let limits = self.limits.iter().find(|(known, _)| *known == check);
        let limits = limits.map_or_else(AuditLimits::default, |(_, limits)| *limits);
        FindingSeverity::from_limits(limits, measured, is_guess)
    }
}

fn unknown_check(name: &str) -> String {
    let names = AuditCheck::ALL.map(AuditCheck::name);
    match nearest(name, names) {
        Some(near) => format!("there is no check {name:?}; did you mean {near:?}?"),
        None => format!(
            "there is no check {name:?}; the checks are {}",
            names.join(", ")
        ),
    }
}

fn check_limits(file: &ConfigFile, limits: &Spanned<AuditLimits>) -> Result<()> {
    let given = [limits.get_ref().warning, limits.get_ref().error];
    let is_wrong = |limit: &f64| !limit.is_finite() || *limit < 0.0;
    match given.into_iter().flatten().find(is_wrong) {
        Some(wrong) => {
            let problem = format!("a threshold is a number from 0 on, not {wrong}");
            Err(file.problem(&limits.span(), problem))
        }
        None => Ok(()),
    }
}

fn positive(file: &ConfigFile, given: &Spanned<f64>, most: f64) -> Result<f64> {
    let value = *given.get_ref();
    if value > 0.0 && value <= most {
        return Ok(value);
    }
    let range = if most < f64::MAX {
        format!("above 0 and up to {most}")
    } else {
        "above 0".to_owned()
    };
    Err(file.problem(
        &given.span(),
        format!("expected a number {range}, not {value}"),
    ))
}
