//! Values of a report's parameters, as SQL and as text.

use std::collections::BTreeMap;

use super::definition::{self, ReportDefinition, SqlValues};
use super::measuring;
use super::periods::ReportPeriods;
use crate::error::{Error, Result};
use crate::queries::parameter_values;

/// Names that are the period's. Those of the period before begin with [`BEFORE`].
const RESERVED: [&str; 7] = [
    "start",
    "end",
    "start_day",
    "end_day",
    "last_day",
    "last_month",
    "zone",
];
const BEFORE: &str = "before_";

/// The parameters of a report.
#[derive(Debug, Clone)]
pub(super) struct ReportParameters {
    sql: SqlValues,
    /// Texts of those that have a value.
    pub(super) texts: BTreeMap<String, String>,
}

impl ReportParameters {
    /// The values of `given`, as `(name, text)`, and defaults for the others.
    ///
    /// # Errors
    /// When a value does not fit its parameter, a name is unknown, or the definition takes a name of the period.
    pub(super) fn read(definition: &ReportDefinition, given: &[(String, String)]) -> Result<Self> {
        let owner = format!("report {}", definition.name);
        let values = parameter_values(&owner, &definition.parameters, given)?;
        let is_reserved =
            |name: &&String| RESERVED.contains(&name.as_str()) || name.starts_with(BEFORE);
        if let Some(name) = values.keys().find(is_reserved) {
            return Err(Error::Usage(format!(
                "{owner}: ${name} is the period's: give the parameter another name"
            )));
        }
        let mut texts: BTreeMap<String, String> = BTreeMap::new();
        for parameter in &definition.parameters {
            if let Some(default) = &parameter.default {
                texts.insert(parameter.name.clone(), default.clone());
            }
        }
        texts.extend(given.iter().cloned());
        let sql = values
            .iter()
            .map(|(name, value)| (name.clone(), definition::literal(value)));
        Ok(Self {
            sql: sql.collect(),
            texts,
        })
    }

    /// Values of the parameters alone, before the period is known.
    pub(super) fn sql(&self) -> SqlValues {
        self.sql.clone()
    }

    /// Values of the parameters and of the periods.
    pub(super) fn with_periods(&self, periods: &ReportPeriods) -> SqlValues {
        let mut values = self.sql.clone();
        values.extend(measuring::span_values(periods, periods.now()));
        let before = measuring::span_values(periods, periods.before());
        values.extend(
            before
                .into_iter()
                .map(|(name, sql)| (format!("{BEFORE}{name}"), sql)),
        );
        values.insert(
            "zone".to_owned(),
            definition::text_literal(periods.zone.name()),
        );
        values
    }

    /// "team billing" of `team {team}`; `None` unless all its parameters have a value.
    pub(super) fn population(&self, definition: &ReportDefinition) -> Option<String> {
        let mut text = definition.population.clone()?;
        for (name, value) in &self.texts {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        let is_open = definition
            .parameters
            .iter()
            .any(|parameter| text.contains(&format!("{{{}}}", parameter.name)));
        (!is_open).then_some(text)
    }
}
