//! Steps that write a report, as the job file has them.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::NaiveDate;
use toml::Spanned;

use super::document::StepSection;
use super::parameter::{JobParameter, JobValues};
use super::report_writer::{ReportOrder, ReportOutline, StepReportWriter};
use super::template::ValueTemplate;
use crate::error::{Error, Result};
use crate::parser::Statement;

/// A fault with its place in the job file.
type PlacedFault = (Range<usize>, Error);

/// A checked step that writes a report.
#[derive(Debug)]
pub(super) struct ReportingStep {
    report: String,
    /// Names of the report's parameters.
    parameters: Vec<String>,
    /// Names of the tables that it reads, in lower case.
    tables: BTreeSet<String>,
    day: Option<ValueTemplate>,
    stamp: Option<ValueTemplate>,
    format: Option<String>,
    checks_goals: bool,
}

/// A report with the values of a run, and the parameters of the job that they came from.
#[derive(Debug)]
pub(super) struct BoundReport {
    pub(super) order: ReportOrder,
    pub(super) used: BTreeSet<String>,
}

impl ReportingStep {
    /// The step of `section`, whose `report` is this one.
    ///
    /// # Errors
    /// If a key does not go with reports, or there is no such report, day or format.
    pub(super) fn declared(
        report: &Spanned<String>,
        section: &StepSection,
        known: &[JobParameter],
        reports: &dyn StepReportWriter,
    ) -> Result<Self, PlacedFault> {
        refuse_keys_of_queries(section)?;
        let outline = reports.outline(report.get_ref());
        let ReportOutline {
            parameters,
            statements,
            ..
        } = outline.map_err(|error| (report.span(), error))?;
        let format = section.format.as_ref();
        let place = format.unwrap_or(&section.output).span();
        let format = format.map(|format| format.get_ref().clone());
        reports
            .check_format(format.as_deref(), section.output.get_ref())
            .map_err(|error| (place, error))?;
        let template = |text: &str, place: Range<usize>| {
            ValueTemplate::parse(text, known).map_err(|problem| (place, Error::Usage(problem)))
        };
        let stamp = section.stamp.as_ref();
        let stamp = stamp.map(|stamp| template(stamp.get_ref(), stamp.span()));
        let day = section.day.as_ref().map(|day| {
            let template = template(&written(day.get_ref()), day.span())?;
            if template.names().is_empty() {
                let text = template.filled(&JobValues::new());
                day_in(&text).map_err(|problem| (day.span(), Error::Usage(problem)))?;
            }
            Ok::<_, PlacedFault>(template)
        });
        Ok(Self {
            report: report.get_ref().clone(),
            parameters,
            tables: statements.iter().flat_map(Statement::table_names).collect(),
            day: day.transpose()?,
            stamp: stamp.transpose()?,
            format,
            checks_goals: section.check.as_ref().is_some_and(|check| *check.get_ref()),
        })
    }

    /// Names of the tables that it reads, in lower case.
    pub(super) fn table_names(&self) -> &BTreeSet<String> {
        &self.tables
    }

    /// The report at `output` with `given` values of the step, and those of the job's parameters of the same names for
    /// the rest.
    ///
    /// # Errors
    /// If a value is missing, unknown or not of its type, or the day is none.
    pub(super) fn bind(
        &self,
        given: Vec<(String, String)>,
        output: String,
        values: &JobValues,
        reports: &dyn StepReportWriter,
    ) -> Result<BoundReport> {
        let templates = self.day.iter().chain(&self.stamp);
        let mut used: BTreeSet<String> = templates.flat_map(ValueTemplate::names).collect();
        let mut params = given;
        for name in &self.parameters {
            let is_given = params.iter().any(|(known, _)| known == name);
            if let Some(value) = values.get(name).filter(|_| !is_given) {
                params.push((name.clone(), value.first_day_or_text()));
                used.insert(name.clone());
            }
        }
        let filled = |template: &ValueTemplate| template.filled(values);
        let day = self.day.as_ref().map(filled);
        let order = ReportOrder {
            report: self.report.clone(),
            params,
            day: day
                .map(|text| day_in(&text).map_err(Error::Usage))
                .transpose()?,
            stamp: self.stamp.as_ref().map(filled),
            format: self.format.clone(),
            output,
            checks_goals: self.checks_goals,
        };
        reports.check_params(&order)?;
        Ok(BoundReport { order, used })
    }
}

/// Refuses keys of reports in a step that writes rows.
pub(super) fn refuse_keys_of_reports(section: &StepSection) -> Result<(), PlacedFault> {
    let keys = [
        ("day", section.day.as_ref().map(Spanned::span)),
        ("stamp", section.stamp.as_ref().map(Spanned::span)),
        ("check", section.check.as_ref().map(Spanned::span)),
    ];
    refuse_first(keys, "goes with report = \"..\" only")
}

fn refuse_keys_of_queries(section: &StepSection) -> Result<(), PlacedFault> {
    let mode = section.mode.as_ref();
    let mode = mode.filter(|mode| mode.get_ref() != "overwrite");
    let partitions = section.partition_by.as_ref();
    let option = section.options.values().next();
    let keys = [
        ("partition_by", partitions.map(Spanned::span)),
        ("mode", mode.map(Spanned::span)),
        ("options", option.map(Spanned::span)),
    ];
    refuse_first(
        keys,
        "does not go with report, which is one file that is replaced as a whole",
    )
}

fn refuse_first(keys: [(&str, Option<Range<usize>>); 3], problem: &str) -> Result<(), PlacedFault> {
    let mut there = keys
        .into_iter()
        .filter_map(|(key, span)| Some((key, span?)));
    match there.next() {
        Some((key, span)) => Err((span, Error::Usage(format!("{key} {problem}")))),
        None => Ok(()),
    }
}

/// A day may be written as a text or as a date of TOML.
fn written(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The day `2026-01-31`, or the first one of the month `2026-01`, as `{month}` is written.
fn day_in(text: &str) -> Result<NaiveDate, String> {
    let whole = if text.len() == "2026-01".len() {
        format!("{text}-01")
    } else {
        text.to_owned()
    };
    NaiveDate::parse_from_str(&whole, "%Y-%m-%d").map_err(|_no_day| {
        format!("day {text:?} is not a date such as 2026-01-31, nor a month such as 2026-01")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates_or_months() {
        let first = NaiveDate::from_ymd_opt(2026, 2, 1).unwrap();
        assert_eq!(day_in("2026-02"), Ok(first));
        assert_eq!(day_in("2026-02-28"), Ok(first + chrono::Days::new(27)));
        for wrong in ["2026-02-29", "2026-13", "last", "", "02/2026", "7"] {
            assert!(day_in(wrong).is_err(), "{wrong}");
        }
    }
}
