//! The KPIs: one file per family, each a tally of plain counts and sums.

pub(crate) mod approximate;
pub(crate) mod backlog;
pub(crate) mod ces;
pub(crate) mod churn;
pub(crate) mod classes;
pub(crate) mod csat;
pub(crate) mod duration;
pub(crate) mod fcr;
pub(crate) mod fcr_by_repeat_contact;
pub(crate) mod nps;
pub(crate) mod rate;
pub(crate) mod revenue;
pub(crate) mod score_range;
pub(crate) mod workload;

use super::declaration::kpi_spec::KpiSpec;

/// All KPIs, in the order of the documentation of their families.
pub(crate) static ALL: [&KpiSpec; 30] = [
    &nps::NPS,
    &csat::CSAT,
    &ces::CES,
    &ces::CES_TOP,
    &ces::CES_INDEX,
    &ces::FEEDBACK_SCORE,
    &duration::FRT,
    &duration::ART,
    &duration::MTTA,
    &duration::MTTR,
    &duration::DURATION_MEDIAN,
    &duration::DURATION_QUANTILE,
    &approximate::APPROX_DURATION_QUANTILE,
    &fcr::FCR,
    &rate::RATE,
    &rate::ESCALATION_RATE,
    &rate::RESOLUTION_RATE,
    &rate::SLA_RATE,
    &workload::AHT,
    &workload::INTERACTIONS_PER_TICKET,
    &workload::COST_PER_TICKET,
    &workload::COST_PER_RESOLUTION,
    &backlog::BACKLOG,
    &backlog::OVERDUE_BACKLOG,
    &churn::CHURN_RATE,
    &churn::RETENTION_RATE,
    &churn::RETENTION_RATIO,
    &revenue::NRR,
    &revenue::GRR,
    &revenue::REVENUE_CHURN_RATE,
];
