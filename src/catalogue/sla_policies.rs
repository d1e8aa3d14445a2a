//! `deskql.sla_policies`: what the desk of the session promises.

use chrono::{DateTime, SecondsFormat};
use datafusion::catalog::Session;

use super::listing::{Column, Listing, Value};
use crate::settings::Options;
use crate::sla::{Rule, written};

/// A rule and its place in the order in which rules are tried.
struct Row {
    position: i64,
    rule: Rule,
}

/// One row for each target of each policy.
#[must_use]
pub fn sla_policies() -> Listing {
    Listing::new(COLUMNS, |session| Ok(rows(session)))
}

fn rows(session: &dyn Session) -> Vec<Row> {
    let policies = Options::policies(session.config_options());
    let rules = (1..).zip(policies.rules().iter().cloned());
    rules
        .map(|(position, rule)| Row { position, rule })
        .collect()
}

/// An instant in UTC.
fn instant(second: Option<i64>) -> Option<String> {
    let at = DateTime::from_timestamp(second?, 0)?;
    Some(at.to_rfc3339_opts(SecondsFormat::Secs, true))
}

const COLUMNS: &[Column<Row>] = &[
    Column {
        name: "position",
        value: Value::Count(|row| row.position),
    },
    Column {
        name: "policy",
        value: Value::Text(|row| row.rule.policy.clone()),
    },
    Column {
        name: "metric",
        value: Value::Text(|row| row.rule.metric.name().to_owned()),
    },
    Column {
        name: "priority",
        value: Value::Maybe(|row| row.rule.priority.clone()),
    },
    Column {
        name: "condition",
        value: Value::Maybe(|row| row.rule.when.clone()),
    },
    Column {
        name: "target",
        value: Value::Text(|row| written(row.rule.target)),
    },
    Column {
        name: "target_seconds",
        value: Value::Count(|row| row.rule.target),
    },
    Column {
        name: "calendar",
        value: Value::Text(|row| row.rule.calendar.name().to_owned()),
    },
    Column {
        name: "pauses",
        value: Value::Texts(|row| row.rule.pauses.names()),
    },
    Column {
        name: "effective_from",
        value: Value::Maybe(|row| instant(row.rule.from)),
    },
    Column {
        name: "effective_to",
        value: Value::Maybe(|row| instant(row.rule.to)),
    },
    Column {
        name: "source",
        value: Value::Text(|row| row.rule.source.clone()),
    },
];
