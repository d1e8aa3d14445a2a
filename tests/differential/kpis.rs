//! Each KPI beside the same metric in portable SQL.
//!
//! In both texts `{0}`, `{1}` .. are replaced by the arguments and `{over}` by an OVER clause, if any.
//! The portable text wraps each argument in a CASE when a FILTER applies, so it needs no FILTER.

/// A KPI and its portable equivalent.
pub(super) struct Pair {
    pub(super) kpi: &'static str,
    pub(super) portable: &'static str,
    /// Arguments: columns of the KPI and those of the portable text.
    pub(super) columns: &'static [(&'static str, &'static str)],
    pub(super) table: &'static str,
    /// Integer counts behind one division: equal to the last digit.
    pub(super) exact: bool,
}

const fn tickets(
    kpi: &'static str,
    portable: &'static str,
    columns: &'static [(&'static str, &'static str)],
    exact: bool,
) -> Pair {
    Pair {
        kpi,
        portable,
        columns,
        table: "tickets",
        exact,
    }
}

const fn money(
    kpi: &'static str,
    portable: &'static str,
    columns: &'static [(&'static str, &'static str)],
) -> Pair {
    Pair {
        kpi,
        portable,
        columns,
        table: "subs",
        exact: false,
    }
}

const NPS: &[(&str, &str)] = &[("nps_score", "nps_score")];
const CSAT: &[(&str, &str)] = &[("csat_score", "csat_score")];
const CES: &[(&str, &str)] = &[("ces_score", "ces_score")];
const GOOD: &[(&str, &str)] = &[("good", "good")];
const ESCALATED: &[(&str, &str)] = &[("escalated", "escalated")];
const TOUCH: &[(&str, &str)] = &[("replies", "replies"), ("reopens", "reopens")];
const FIRST: &[(&str, &str)] = &[
    ("opened_at", "opened_us"),
    ("first_response_at", "first_us"),
];
const RESOLVED: &[(&str, &str)] = &[("opened_at", "opened_us"), ("resolved_at", "resolved_us")];
const DUE: &[(&str, &str)] = &[
    ("opened_at", "opened_us"),
    ("resolved_at", "resolved_us"),
    ("due_at", "due_us"),
];
const HANDLED: &[(&str, &str)] = &[("handle_seconds", "handle_seconds")];
const COST: &[(&str, &str)] = &[("handle_seconds", "handle_seconds"), ("good", "good")];
const PERIOD: &[(&str, &str)] = &[("started_at", "started_us"), ("ended_at", "ended_us")];
const MRR: &[(&str, &str)] = &[("mrr_start", "mrr_start"), ("mrr_end", "mrr_end")];

/// The share of rows with a condition, of those where the first argument is not NULL.
macro_rules! share {
    ($condition:literal) => {
        concat!(
            "CAST(100 AS DOUBLE) * sum(CASE WHEN ",
            $condition,
            " THEN 1 WHEN {0} IS NOT NULL ",
            "THEN 0 END){over} / count({0}){over}"
        )
    };
}

macro_rules! mean {
    ($unit:literal) => {
        concat!(
            "CAST(sum({1} - {0}){over} AS DOUBLE) / ",
            $unit,
            " / ",
            "count(CASE WHEN {0} IS NOT NULL THEN {1} END){over}"
        )
    };
}

/// 2026-02-01 and 2026-03-01, in the middle of the data.
macro_rules! churned {
    ($counted:literal) => {
        concat!(
            "CAST(100 AS DOUBLE) * sum(CASE WHEN ",
            $counted,
            " THEN 1 ELSE 0 END){over} / ",
            "nullif(sum(CASE WHEN {0} <= 1769904000000000 AND ({1} IS NULL OR {1} > ",
            "1769904000000000) THEN 1 ELSE 0 END){over}, 0)"
        )
    };
}

macro_rules! period {
    ($name:literal) => {
        concat!(
            $name,
            "({0}, {1}, TIMESTAMP '2026-02-01 00:00:00', TIMESTAMP '2026-03-01 00:00:00')",
            "{filter}{over}"
        )
    };
}

macro_rules! call {
    ($name:literal, $arguments:literal) => {
        concat!($name, "(", $arguments, "){filter}{over}")
    };
}

pub(super) const PAIRS: &[Pair] = &[
    tickets(
        call!("nps", "{0}"),
        "CAST(100 AS DOUBLE) * sum(CASE WHEN {0} >= 9 THEN 1 WHEN {0} <= 6 THEN -1 \
         WHEN {0} IS NOT NULL THEN 0 END){over} / count({0}){over}",
        NPS,
        true,
    ),
    tickets(call!("csat", "{0}"), share!("{0} >= 4"), CSAT, true),
    tickets(call!("csat", "{0}, 5, 7"), share!("{0} >= 5"), CES, true),
    tickets(call!("csat", "{0}"), share!("{0}"), GOOD, true),
    tickets(
        call!("ces", "{0}"),
        "CAST(sum({0}){over} AS DOUBLE) / count({0}){over}",
        CES,
        true,
    ),
    tickets(call!("ces_top", "{0}"), share!("{0} >= 5"), CES, true),
    tickets(
        call!("ces_index", "{0}"),
        "CAST(100 AS DOUBLE) * sum(CASE WHEN {0} >= 6 THEN 1 WHEN {0} <= 3 THEN -1 \
         WHEN {0} IS NOT NULL THEN 0 END){over} / count({0}){over}",
        CES,
        true,
    ),
    tickets(
        call!("feedback_score", "{0}, 5"),
        "CAST(100 AS DOUBLE) * sum({0}){over} / count({0}){over} / 5",
        CSAT,
        false,
    ),
    tickets(call!("rate", "{0}"), share!("{0}"), ESCALATED, true),
    tickets(
        call!("escalation_rate", "{0}"),
        share!("{0}"),
        ESCALATED,
        true,
    ),
    tickets(call!("resolution_rate", "{0}"), share!("{0}"), GOOD, true),
    tickets(call!("sla_rate", "{0}"), share!("{0}"), GOOD, true),
    tickets(call!("fcr", "{0}"), share!("{0}"), GOOD, true),
    tickets(
        call!("fcr", "{0}, {1}"),
        "CAST(100 AS DOUBLE) * sum(CASE WHEN {0} = 1 AND {1} = 0 THEN 1 WHEN {0} IS NOT NULL \
         AND {1} IS NOT NULL THEN 0 END){over} / nullif(sum(CASE WHEN {0} IS NOT NULL AND {1} \
         IS NOT NULL THEN 1 ELSE 0 END){over}, 0)",
        TOUCH,
        true,
    ),
    tickets(call!("frt", "{0}, {1}"), mean!("60000000"), FIRST, false),
    tickets(
        call!("frt", "{0}, {1}, 'hour'"),
        mean!("3600000000"),
        FIRST,
        false,
    ),
    tickets(
        call!("mtta", "{0}, {1}, 'second'"),
        mean!("1000000"),
        FIRST,
        false,
    ),
    tickets(call!("art", "{0}, {1}"), mean!("60000000"), RESOLVED, false),
    tickets(
        call!("art", "{0}, {1}, 'day'"),
        mean!("86400000000"),
        RESOLVED,
        false,
    ),
    tickets(
        call!("mttr", "{0}, {1}, 'hour'"),
        mean!("3600000000"),
        RESOLVED,
        false,
    ),
    tickets(
        call!("aht", "{0}"),
        "CAST(sum({0}){over} AS DOUBLE) / count({0}){over}",
        HANDLED,
        true,
    ),
    tickets(
        call!("cost_per_resolution", "{0}, {1}"),
        "CAST(sum(CASE WHEN {1} IS NOT NULL THEN {0} END){over} AS DOUBLE) / nullif(sum(CASE \
         WHEN {1} AND {0} IS NOT NULL THEN 1 ELSE 0 END){over}, 0)",
        COST,
        false,
    ),
    tickets(
        call!("backlog", "{0}, {1}, TIMESTAMP '2026-03-01 00:00:00'"),
        "sum(CASE WHEN {0} <= 1772323200000000 AND ({1} IS NULL OR {1} > 1772323200000000) \
         THEN 1 WHEN {0} IS NOT NULL THEN 0 END){over}",
        RESOLVED,
        true,
    ),
    tickets(
        call!(
            "overdue_backlog",
            "{0}, {1}, {2}, TIMESTAMP '2026-03-01 00:00:00'"
        ),
        "sum(CASE WHEN {0} <= 1772323200000000 AND ({1} IS NULL OR {1} > 1772323200000000) AND \
         {2} < 1772323200000000 THEN 1 WHEN {0} IS NOT NULL THEN 0 END){over}",
        DUE,
        true,
    ),
    money(
        period!("churn_rate"),
        churned!("{0} <= 1769904000000000 AND {1} > 1769904000000000 AND {1} <= 1772323200000000"),
        PERIOD,
    ),
    money(
        period!("retention_rate"),
        churned!(
            "{0} <= 1769904000000000 AND ({1} IS NULL OR {1} > 1769904000000000) AND \
             ({1} IS NULL OR {1} > 1772323200000000)"
        ),
        PERIOD,
    ),
    money(
        call!("nrr", "{0}, {1}"),
        "CAST(100 AS DOUBLE) * sum(CASE WHEN {0} > 0 THEN coalesce({1}, 0) END){over} / \
         sum(CASE WHEN {0} > 0 THEN {0} END){over}",
        MRR,
    ),
    money(
        call!("grr", "{0}, {1}"),
        "CAST(100 AS DOUBLE) * sum(CASE WHEN {0} > 0 THEN least(coalesce({1}, 0), {0}) END){over} \
         / sum(CASE WHEN {0} > 0 THEN {0} END){over}",
        MRR,
    ),
    money(
        call!("revenue_churn_rate", "{0}, {1}"),
        "CAST(100 AS DOUBLE) * sum(CASE WHEN {0} > 0 THEN greatest({0} - coalesce({1}, 0), 0) \
         END){over} / sum(CASE WHEN {0} > 0 THEN {0} END){over}",
        MRR,
    ),
];
