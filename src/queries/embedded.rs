//! The queries that are part of the program, in the order they are listed.

macro_rules! embedded {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../queries/", $path)))),*]
    };
}

/// Path below `queries/` and text of each.
pub(super) const EMBEDDED: &[(&str, &str)] = embedded![
    "overview.sql",
    "report/balanced_scorecard.sql",
    "report/team_weekly.sql",
    "report/department_monthly.sql",
    "report/executive_quarterly.sql",
    "report/customer_journey.sql",
    "responsiveness/frt.sql",
    "responsiveness/business_hours.sql",
    "responsiveness/first_response_targets.sql",
    "responsiveness/sla.sql",
    "responsiveness/breaches_by_weekday.sql",
    "responsiveness/mtta_mttr.sql",
    "resolution/art.sql",
    "resolution/resolution_rate.sql",
    "resolution/fcr.sql",
    "resolution/fcr_change.sql",
    "resolution/reopen_rate.sql",
    "resolution/escalation_rate.sql",
    "resolution/escalation_cost.sql",
    "resolution/backlog.sql",
    "resolution/complaints.sql",
    "resolution/cost_per_ticket.sql",
    "resolution/cost_per_resolution.sql",
    "satisfaction/csat.sql",
    "satisfaction/csat_before_after.sql",
    "satisfaction/ces.sql",
    "satisfaction/nps.sql",
    "satisfaction/nps_without_incident.sql",
    "satisfaction/satisfaction_correlation.sql",
    "satisfaction/feedback_score.sql",
    "satisfaction/survey_response_rate.sql",
    "team/ticket_volume.sql",
    "team/aht.sql",
    "team/interactions.sql",
    "team/agents.sql",
    "team/agents_vs_team.sql",
    "team/teams.sql",
    "retention/churn.sql",
    "retention/retention_rate.sql",
    "retention/retention_cohorts.sql",
    "retention/nrr_grr.sql",
    "retention/revenue_churn.sql",
    "retention/onboarding_completion.sql",
    "retention/proactive_engagement.sql",
    "retention/speed_and_churn.sql",
    "retention/vip_incidents.sql",
];
