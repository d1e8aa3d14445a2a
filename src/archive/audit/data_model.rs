//! The tables of docs/data-model.md, as far as checks know them.

use super::audited_table::{AuditedTable, ColumnKind};
use super::expectations::ColumnScale;
use crate::functions::{CES_RANGE, CSAT_RANGE, NPS_RANGE, ScoreRange};

/// Scales of the KPI functions, by the kind of a survey.
const SCORE_RANGES: [(&str, ScoreRange); 3] =
    [("ces", CES_RANGE), ("csat", CSAT_RANGE), ("nps", NPS_RANGE)];

/// A table; it is recognized by its name, key and time.
#[derive(Debug)]
pub(crate) struct ModelTable {
    name: &'static str,
    pub(crate) key: &'static [&'static str],
    /// Empty if no column dates the rows.
    pub(crate) time: &'static str,
    pub(crate) required: &'static [&'static str],
    pub(crate) pairs: &'static [(&'static str, &'static str)],
    /// Column, table, and the column there.
    pub(crate) references: &'static [(&'static str, &'static str, &'static str)],
    pub(crate) allowed: &'static [(&'static str, &'static [&'static str])],
}

const NOTHING: ModelTable = ModelTable {
    name: "",
    key: &[],
    time: "",
    required: &[],
    pairs: &[],
    references: &[],
    allowed: &[],
};

const PLANS: &[&str] = &["free", "starter", "business", "enterprise"];

static TABLES: [ModelTable; 9] = [
    ModelTable {
        name: "tickets",
        key: &["ticket_id"],
        time: "created_at",
        required: &[
            "ticket_id",
            "created_at",
            "customer_id",
            "channel",
            "category",
            "priority",
            "status",
        ],
        pairs: &[
            ("created_at", "first_bot_reply_at"),
            ("created_at", "first_response_at"),
            ("created_at", "first_resolved_at"),
            ("created_at", "resolved_at"),
            ("created_at", "closed_at"),
            ("created_at", "escalated_at"),
        ],
        references: &[
            ("customer_id", "customers", "customer_id"),
            ("agent_id", "agents", "agent_id"),
            ("incident_id", "incidents", "incident_id"),
            ("merged_into_id", "tickets", "ticket_id"),
        ],
        allowed: &[
            (
                "channel",
                &["email", "chat", "web", "phone", "social", "api"],
            ),
            ("priority", &["low", "normal", "high", "urgent"]),
            ("status", &["new", "open", "pending", "solved", "closed"]),
            ("created_by", &["customer", "agent", "system"]),
            ("plan", PLANS),
        ],
    },
    ModelTable {
        name: "ticket_events",
        key: &["ticket_id", "event_no"],
        time: "event_at",
        required: &["ticket_id", "event_no", "event_at", "kind"],
        references: &[("ticket_id", "tickets", "ticket_id")],
        allowed: &[
            ("kind", &["created", "comment", "change"]),
            ("actor_role", &["customer", "agent", "bot", "system"]),
        ],
        ..NOTHING
    },
    ModelTable {
        name: "surveys",
        key: &["survey_id"],
        time: "offered_at",
        required: &["survey_id", "kind", "customer_id", "offered_at"],
        pairs: &[("offered_at", "responded_at")],
        references: &[
            ("ticket_id", "tickets", "ticket_id"),
            ("customer_id", "customers", "customer_id"),
            ("agent_id", "agents", "agent_id"),
        ],
        allowed: &[("kind", &["csat", "ces", "nps"])],
    },
    ModelTable {
        name: "customers",
        key: &["customer_id"],
        time: "started_at",
        required: &["customer_id", "started_at"],
        pairs: &[("started_at", "ended_at")],
        references: &[("owner_agent_id", "agents", "agent_id")],
        allowed: &[("plan", PLANS)],
    },
    ModelTable {
        name: "subscriptions",
        key: &["customer_id", "month"],
        time: "month",
        required: &["customer_id", "month", "mrr_start"],
        references: &[("customer_id", "customers", "customer_id")],
        allowed: &[
            ("plan", PLANS),
            (
                "movement",
                &["new", "expansion", "contraction", "churned", "unchanged"],
            ),
        ],
        ..NOTHING
    },
    ModelTable {
        name: "agents",
        key: &["agent_id"],
        time: "hired_at",
        required: &["agent_id"],
        pairs: &[("hired_at", "left_at")],
        ..NOTHING
    },
    ModelTable {
        name: "incidents",
        key: &["incident_id"],
        time: "started_at",
        required: &["incident_id", "started_at"],
        pairs: &[
            ("started_at", "acknowledged_at"),
            ("started_at", "resolved_at"),
        ],
        allowed: &[("severity", &["sev1", "sev2", "sev3"])],
        ..NOTHING
    },
    ModelTable {
        name: "outreach",
        key: &["outreach_id"],
        time: "sent_at",
        required: &["outreach_id", "customer_id", "sent_at"],
        pairs: &[("sent_at", "engaged_at")],
        references: &[
            ("customer_id", "customers", "customer_id"),
            ("agent_id", "agents", "agent_id"),
        ],
        ..NOTHING
    },
    ModelTable {
        name: "onboarding",
        key: &["customer_id"],
        time: "started_at",
        required: &["customer_id", "started_at"],
        pairs: &[("started_at", "completed_at"), ("started_at", "due_at")],
        references: &[
            ("customer_id", "customers", "customer_id"),
            ("agent_id", "agents", "agent_id"),
        ],
        allowed: &[("plan", PLANS)],
    },
];

/// The table of the model that `table` is; `None` if it is another one.
pub(crate) fn table(table: &AuditedTable) -> Option<&'static ModelTable> {
    let model = TABLES.iter().find(|model| model.name == table.name)?;
    let has_key = model.key.iter().all(|column| table.kind(column).is_some());
    let is_dated = table.kind(model.time).is_some_and(ColumnKind::is_time);
    (has_key && is_dated).then_some(model)
}

impl ModelTable {
    /// Scales of the scores of surveys.
    pub(crate) fn scales(&self, table: &AuditedTable) -> Vec<ColumnScale> {
        let is_scored = table.kind("score") == Some(ColumnKind::Number);
        if self.name != "surveys" || !is_scored || table.kind("kind") != Some(ColumnKind::Text) {
            return Vec::new();
        }
        let range = |(kind, range): &(&str, ScoreRange)| {
            (
                Some((*kind).to_owned()),
                f64::from(range.low),
                f64::from(range.high),
            )
        };
        vec![ColumnScale {
            column: "score".to_owned(),
            by: Some("kind".to_owned()),
            ranges: SCORE_RANGES.iter().map(range).collect(),
            is_guess: false,
        }]
    }
}

/// Scale of a column that is named after its KPI, such as `nps_score`.
pub(crate) fn range_of_name(column: &str) -> Option<ScoreRange> {
    let name = column.to_ascii_lowercase();
    let stem = name.strip_suffix("_score").unwrap_or(&name);
    let found = SCORE_RANGES.iter().find(|(kind, _)| *kind == stem)?;
    Some(found.1)
}
