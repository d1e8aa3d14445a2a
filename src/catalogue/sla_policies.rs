//! `deskql.sla_policies`: the SLA policies of the session.

use chrono::{DateTime, SecondsFormat};
use datafusion::catalog::Session;

use super::listing::{CatalogueColumn, CatalogueTable, CatalogueValue};
use crate::settings::DeskqlOptions;
use crate::sla::{SlaRule, written};

/// A rule and its position in the order of evaluation.
struct SlaPolicyRow {
    position: i64,
    rule: SlaRule,
}

/// A table with one row for each target of each policy.
#[must_use]
pub(crate) fn sla_policies() -> CatalogueTable {
    CatalogueTable::new(COLUMNS, |session| Ok(rows(session)))
}

fn rows(session: &dyn Session) -> Vec<SlaPolicyRow> {
    let policies = DeskqlOptions::policies(session.config_options());
    let rules = (1..).zip(policies.rules().iter().cloned());
    rules
        .map(|(position, rule)| SlaPolicyRow { position, rule })
        .collect()
}

/// Formats an instant in UTC.
fn instant(second: Option<i64>) -> Option<String> {
    let at = DateTime::from_timestamp(second?, 0)?;
    Some(at.to_rfc3339_opts(SecondsFormat::Secs, true))
}

const COLUMNS: &[CatalogueColumn<SlaPolicyRow>] = &[
    CatalogueColumn {
        name: "position",
        value: CatalogueValue::Count(|row| row.position),
    },
    CatalogueColumn {
        name: "policy",
        value: CatalogueValue::Text(|row| row.rule.policy.clone()),
    },
    CatalogueColumn {
        name: "metric",
        value: CatalogueValue::Text(|row| row.rule.metric.name().to_owned()),
    },
    CatalogueColumn {
        name: "priority",
        value: CatalogueValue::Maybe(|row| row.rule.priority.clone()),
    },
    CatalogueColumn {
        name: "condition",
        value: CatalogueValue::Maybe(|row| row.rule.when.clone()),
    },
    CatalogueColumn {
        name: "target",
        value: CatalogueValue::Text(|row| written(row.rule.target)),
    },
    CatalogueColumn {
        name: "target_seconds",
        value: CatalogueValue::Count(|row| row.rule.target),
    },
    CatalogueColumn {
        name: "calendar",
        value: CatalogueValue::Text(|row| row.rule.calendar.name().to_owned()),
    },
    CatalogueColumn {
        name: "pauses",
        value: CatalogueValue::Texts(|row| row.rule.pauses.names()),
    },
    CatalogueColumn {
        name: "effective_from",
        value: CatalogueValue::Maybe(|row| instant(row.rule.from)),
    },
    CatalogueColumn {
        name: "effective_to",
        value: CatalogueValue::Maybe(|row| instant(row.rule.to)),
    },
    CatalogueColumn {
        name: "source",
        value: CatalogueValue::Text(|row| row.rule.source.clone()),
    },
];
