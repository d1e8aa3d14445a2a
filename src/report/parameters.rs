//! Values of a report's parameters, as SQL and as text.

use std::collections::BTreeMap;

use super::definition::{self, ReportDefinition, SqlValues};
use super::measuring;
use super::periods::ReportPeriods;
use super::session::ReportSession;
use crate::error::{Error, Result};
use crate::queries::parameter_values;
use crate::text::nearest;

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
/// Most values that an error lists.
const MOST_LISTED: usize = 20;

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

    /// Checks that texts are values of the columns that the definition names for them.
    ///
    /// # Errors
    /// When one is not, with the nearest that is.
    pub(super) async fn check_values(
        &self,
        session: &ReportSession<'_>,
        definition: &ReportDefinition,
    ) -> Result<()> {
        for (name, (table, column)) in &definition.values_of {
            let Some(text) = self.texts.get(name) else {
                continue;
            };
            let sql = format!(
                "SELECT DISTINCT CAST({column} AS VARCHAR) AS value FROM {table} WHERE {column} IS NOT NULL ORDER BY value"
            );
            if !session.can_plan(&sql).await {
                continue;
            }
            let answer = session.quiet(&sql).await?;
            let known: Vec<String> = (0..answer.len())
                .filter_map(|row| answer.text("value", row))
                .collect();
            if !known.contains(text) {
                let problem = unknown_value(name, text, &format!("{table}.{column}"), &known);
                return Err(Error::Usage(format!(
                    "report {}: {problem}",
                    definition.name
                )));
            }
        }
        Ok(())
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

/// `--param name=text` where `column` has no such value.
fn unknown_value(name: &str, text: &str, column: &str, known: &[String]) -> String {
    let hint = match nearest(text, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near}?"),
        None if known.is_empty() => "it has no values".to_owned(),
        None => {
            let listed = known.iter().take(MOST_LISTED).cloned().collect::<Vec<_>>();
            let more = if known.len() > MOST_LISTED {
                ", .."
            } else {
                ""
            };
            format!("there is {}{more}", listed.join(", "))
        }
    };
    format!("--param {name}={text}: {column} has no such value; {hint}")
}
