//! SLA policies from `[[sla_policies]]` sections.

use std::sync::Arc;

use toml::{Spanned, Value};

use crate::error::Result;
use crate::parser;
use crate::sla::{PauseStatuses, SlaMetric, SlaRule, duration};
use crate::text::nearest;
use crate::time::calendar;
use crate::time::calendar::{ALWAYS, BusinessCalendar, BusinessCalendars};

use super::calendars::plain;
use super::config::{ConfigFile, SlaPolicy};

/// Rules of a config file, in its order.
///
/// # Errors
/// If a key or value is invalid; the error has its line.
pub(crate) fn of_config(
    config: &ConfigFile,
    calendars: &BusinessCalendars,
) -> Result<Vec<SlaRule>> {
    let mut rules = Vec::new();
    for policy in config.sla_policies() {
        let reader = SlaPolicyConfigReader { config, calendars };
        rules.extend(reader.rules(policy)?);
    }
    Ok(rules)
}

struct SlaPolicyConfigReader<'a> {
    config: &'a ConfigFile,
    calendars: &'a BusinessCalendars,
}

impl SlaPolicyConfigReader<'_> {
    /// Parses a value with `read`; an error has the line of the value.
    fn value<T, U>(
        &self,
        value: &Spanned<T>,
        read: impl FnOnce(&T) -> Result<U, String>,
    ) -> Result<U> {
        read(value.get_ref()).map_err(|problem| self.config.problem(&value.span(), problem))
    }

    fn rules(&self, section: &Spanned<SlaPolicy>) -> Result<Vec<SlaRule>> {
        let policy = section.get_ref();
        let name = self.value(&policy.name, |name| named(name))?;
        let metric = self.value(&policy.metric, |name| metric(name))?;
        let found = match &policy.calendar {
            Some(name) => self.value(name, |name| calendar(self.calendars, Some(name)))?,
            None => self.value(section, |_| calendar(self.calendars, None))?,
        };
        let pauses = match &policy.pause {
            Some(names) => self.value(names, |names| PauseStatuses::from_names(names))?,
            None => metric.pauses(),
        };
        if let Some(when) = &policy.when {
            self.value(when, |when| condition(when))?;
        }
        let moment = |value: &Option<Spanned<Value>>| {
            let value = value.as_ref();
            let read = |value: &Value| moment(&plain(value), &found);
            value.map(|value| self.value(value, read)).transpose()
        };
        let (from, to) = (
            moment(&policy.effective_from)?,
            moment(&policy.effective_to)?,
        );
        if let Some(end) = &policy.effective_to {
            self.value(end, |_| in_order(from, to))?;
        }
        let targets = self.value(&policy.target, |value| targets(value, &found))?;
        let rule = |(priority, target)| SlaRule {
            policy: name.clone(),
            metric,
            priority,
            when: policy.when.as_ref().map(|when| when.get_ref().clone()),
            target,
            calendar: Arc::clone(&found),
            pauses,
            from,
            to,
            source: self.config.line(&section.span()),
        };
        Ok(targets.into_iter().map(rule).collect())
    }
}

/// Name of a policy.
pub(crate) fn named(name: &str) -> Result<String, String> {
    match name.trim() {
        "" => Err("a policy needs a name".to_owned()),
        name => Ok(name.to_owned()),
    }
}

/// Metric called `name`.
pub(crate) fn metric(name: &str) -> Result<SlaMetric, String> {
    SlaMetric::named(name).ok_or_else(|| {
        let names = SlaMetric::ALL.map(SlaMetric::name);
        match nearest(name, names) {
            Some(near) => format!("unknown metric {name:?}; did you mean {near:?}?"),
            None => format!("unknown metric {name:?}; there are {}", names.join(", ")),
        }
    })
}

/// Calendar called `name`, or the one that is always open if there is no name.
pub(crate) fn calendar(
    calendars: &BusinessCalendars,
    name: Option<&str>,
) -> Result<Arc<BusinessCalendar>, String> {
    calendars.find(name.unwrap_or(ALWAYS)).map(Arc::clone)
}

/// Seconds of a target by `calendar`.
pub(crate) fn target(text: &str, calendar: &BusinessCalendar) -> Result<i64, String> {
    duration(text, calendar.name() == ALWAYS)
}

/// Rejects text that is not a predicate in SQL. Its columns are checked when tickets are read.
pub(crate) fn condition(text: &str) -> Result<(), String> {
    let parsed = parser::condition(text).map(|_| ());
    parsed.map_err(|error| format!("{text:?} is no condition in SQL: {error}"))
}

/// Second at which a date begins in local time of the calendar; in UTC for 24x7.
pub(crate) fn moment(text: &str, calendar: &BusinessCalendar) -> Result<i64, String> {
    let version = calendar.schedule().versions().first();
    calendar::effective(
        text,
        version.map_or(chrono_tz::Tz::UTC, |version| version.zone),
    )
}

/// Rejects an empty range of dates.
pub(crate) fn in_order(from: Option<i64>, to: Option<i64>) -> Result<(), String> {
    match (from, to) {
        (Some(from), Some(to)) if from >= to => Err(
            "effective_to is not after effective_from: it is the first day on which the policy is \
             not in force"
                .to_owned(),
        ),
        _ => Ok(()),
    }
}

/// Priorities and their targets; `default` is for every priority without a target of its own.
fn targets(
    value: &Value,
    calendar: &BusinessCalendar,
) -> Result<Vec<(Option<String>, i64)>, String> {
    let Value::Table(table) = value else {
        return match value {
            Value::String(text) => Ok(vec![(None, target(text, calendar)?)]),
            other => Err(format!(
                "target = {other} means nothing; write \"4h\", or {{ urgent = \"1h\", default = \
                 \"8h\" }}"
            )),
        };
    };
    if table.is_empty() {
        return Err(
            "target has no priority; write { urgent = \"1h\", default = \"8h\" }".to_owned(),
        );
    }
    let mut targets = Vec::new();
    let mut default = None;
    for (priority, value) in table {
        let Value::String(text) = value else {
            return Err(format!(
                "{priority} = {value} is no length of time; write \"4h\""
            ));
        };
        let seconds = target(text, calendar)?;
        match priority.as_str() {
            "default" => default = Some((None, seconds)),
            _ => targets.push((Some(priority.clone()), seconds)),
        }
    }
    targets.extend(default);
    Ok(targets)
}
