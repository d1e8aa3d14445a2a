//! The values of one run, or of each run of a backfill.

use super::definition::JobDefinition;
use super::parameter::{JobParameter, JobValue, JobValues};
use crate::error::{Error, Result};
use crate::text::nearest;

/// Most runs of one backfill: more is a slip in a year.
const MOST: u32 = 10_000;

/// The values of all runs: one, or those of the range `backfill`, as `2025-01..2026-01` or `month=2025-01..2026-01`
/// with both ends.
///
/// # Errors
/// If a value is missing, unknown, given twice or not of its type.
pub(super) fn values_of_runs(
    job: &JobDefinition,
    given: &[(String, String)],
    backfill: Option<&str>,
) -> Result<Vec<JobValues>> {
    let range = backfill.map(|text| range(job, text)).transpose()?;
    let mut values = JobValues::new();
    for (name, text) in given {
        let parameter = known(job, name)?;
        if range.as_ref().is_some_and(|range| range.name == *name) {
            return Err(Error::Usage(format!(
                "parameter {name} is given by --backfill already"
            )));
        }
        let value = parameter.value(text).map_err(Error::Usage)?;
        if values.insert(name.clone(), value).is_some() {
            return Err(Error::Usage(format!("parameter {name} is given twice")));
        }
    }
    for parameter in job.parameters() {
        let is_ranged = range
            .as_ref()
            .is_some_and(|range| range.name == parameter.name);
        if !is_ranged && !values.contains_key(&parameter.name) {
            let value = parameter.fallback().map_err(Error::Usage)?;
            values.insert(parameter.name.clone(), value);
        }
    }
    let Some(range) = range else {
        return Ok(vec![values]);
    };
    let runs = range.values.into_iter().map(|value| {
        let mut values = values.clone();
        values.insert(range.name.clone(), value);
        values
    });
    Ok(runs.collect())
}

fn known<'a>(job: &'a JobDefinition, name: &str) -> Result<&'a JobParameter> {
    let all = job.parameters();
    all.iter()
        .find(|parameter| parameter.name == name)
        .ok_or_else(|| {
            let names: Vec<&str> = all
                .iter()
                .map(|parameter| parameter.name.as_str())
                .collect();
            let hint = match nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean {near}?"),
                None if names.is_empty() => format!("job {} declares none", job.name()),
                None => format!("there are {}", names.join(", ")),
            };
            Error::Usage(format!("no parameter {name}; {hint}"))
        })
}

struct BackfillRange {
    name: String,
    values: Vec<JobValue>,
}

fn range(job: &JobDefinition, text: &str) -> Result<BackfillRange> {
    let refused = |problem: String| Error::Usage(format!("--backfill {text}: {problem}"));
    let (name, rest) = match text.split_once('=') {
        Some((name, rest)) => (Some(name.trim()), rest),
        None => (None, text),
    };
    let (from, to) = rest
        .split_once("..")
        .ok_or_else(|| refused("write FROM..TO, as 2025-01..2026-01".to_owned()))?;
    let parameter = match name {
        Some(name) => known(job, name)?,
        None => only_period(job).map_err(refused)?,
    };
    let step = parameter.backfill_step().ok_or_else(|| {
        refused(format!(
            "parameter {} is no month and no date, and has no range",
            parameter.name
        ))
    })?;
    let day = |text: &str| {
        let value = parameter.value(text).map_err(Error::Usage)?;
        let (start, _) = value
            .period
            .ok_or_else(|| refused("has no days".to_owned()))?;
        Ok::<_, Error>(start)
    };
    let (first, last) = (day(from)?, day(to)?);
    if first > last {
        return Err(refused("ends before it begins".to_owned()));
    }
    let days = (0..=MOST).map_while(|count| step.later(first, count).filter(|day| *day <= last));
    let values: Result<Vec<JobValue>, String> = days.map(|day| parameter.of_day(day)).collect();
    let values = values.map_err(Error::Usage)?;
    if values.len() > MOST as usize {
        return Err(refused(format!(
            "is more than {MOST} runs: take a part of it"
        )));
    }
    Ok(BackfillRange {
        name: parameter.name.clone(),
        values,
    })
}

/// The only parameter that can be meant.
fn only_period(job: &JobDefinition) -> Result<&JobParameter, String> {
    let mut periods = job
        .parameters()
        .iter()
        .filter(|one| one.backfill_step().is_some());
    match (periods.next(), periods.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err("the job has no parameter of type month or date".to_owned()),
        (Some(one), Some(other)) => Err(format!(
            "which parameter? write {}=FROM..TO or {}=FROM..TO",
            one.name, other.name
        )),
    }
}
