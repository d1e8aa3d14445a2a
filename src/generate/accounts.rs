//! Tables that are generated per customer, and the small ones that are generated at once.

use arrow::array::RecordBatch;

use super::agents::SupportAgent;
use super::calendar::MONTHS;
use super::columns::{batch, counts, flags, ids, instants, money, months, texts};
use super::incidents::ServiceIncident;
use super::life::CustomerLife;
use crate::error::Result;

fn customer(life: &CustomerLife) -> Option<i64> {
    i64::try_from(life.profile.id).ok()
}

/// Builds the `customers` table.
pub(super) fn customers(lives: &[CustomerLife]) -> Result<RecordBatch> {
    let names: Vec<String> = lives.iter().map(|life| life.profile.name()).collect();
    let mrr = |life: &CustomerLife| life.profile.mrr_cents(life.plan, life.seats, MONTHS - 1);
    batch(vec![
        ("customer_id", ids(lives.iter().map(customer))),
        ("name", texts(names.iter().map(|name| Some(name.as_str())))),
        (
            "region",
            texts(lives.iter().map(|life| Some(life.profile.region.label()))),
        ),
        (
            "industry",
            texts(lives.iter().map(|life| Some(life.profile.industry))),
        ),
        (
            "plan",
            texts(lives.iter().map(|life| Some(life.plan.label()))),
        ),
        (
            "seats",
            counts(lives.iter().map(|life| i32::try_from(life.seats).ok())),
        ),
        (
            "mrr",
            money(
                lives
                    .iter()
                    .map(|life| Some(if life.ended.is_some() { 0 } else { mrr(life) })),
            )?,
        ),
        ("owner_agent_id", ids(lives.iter().map(|life| life.owner))),
        (
            "started_at",
            instants(lives.iter().map(|life| Some(life.profile.started))),
        ),
        ("ended_at", instants(lives.iter().map(|life| life.ended))),
        (
            "end_reason",
            texts(lives.iter().map(|life| life.end_reason)),
        ),
    ])
}

/// Builds the `subscriptions` table: one row per customer and month.
pub(super) fn subscriptions(lives: &[CustomerLife]) -> Result<RecordBatch> {
    let rows = || {
        lives
            .iter()
            .flat_map(|life| life.months.iter().map(move |month| (life, month)))
    };
    batch(vec![
        ("customer_id", ids(rows().map(|(life, _)| customer(life)))),
        ("month", months(rows().map(|(_, month)| month.month))),
        (
            "plan",
            texts(rows().map(|(_, month)| Some(month.plan.label()))),
        ),
        (
            "seats",
            counts(rows().map(|(_, month)| i32::try_from(month.seats).ok())),
        ),
        (
            "mrr_start",
            money(rows().map(|(_, month)| Some(month.start_cents)))?,
        ),
        ("mrr_end", money(rows().map(|(_, month)| month.end_cents))?),
        (
            "movement",
            texts(rows().map(|(_, month)| Some(month.movement))),
        ),
    ])
}

/// Builds the `outreach` table.
pub(super) fn outreach(lives: &[CustomerLife]) -> Result<RecordBatch> {
    let rows = || {
        lives.iter().flat_map(|life| {
            (0..)
                .zip(&life.outreach)
                .map(move |(number, row)| (life, number, row))
        })
    };
    let id =
        |life: &CustomerLife, number: i64| customer(life).map(|customer| customer * 64 + number);
    batch(vec![
        (
            "outreach_id",
            ids(rows().map(|(life, number, _)| id(life, number))),
        ),
        (
            "customer_id",
            ids(rows().map(|(life, _, _)| customer(life))),
        ),
        (
            "sent_at",
            instants(rows().map(|(_, _, row)| Some(row.sent))),
        ),
        ("reason", texts(rows().map(|(_, _, row)| Some(row.reason)))),
        (
            "channel",
            texts(rows().map(|(_, _, row)| Some(row.channel))),
        ),
        ("agent_id", ids(rows().map(|(_, _, row)| row.agent))),
        (
            "is_delivered",
            flags(rows().map(|(_, _, row)| Some(row.delivered))),
        ),
        (
            "engaged_at",
            instants(rows().map(|(_, _, row)| row.engaged)),
        ),
        (
            "is_engaged",
            flags(rows().map(|(_, _, row)| row.delivered.then_some(row.engaged.is_some()))),
        ),
    ])
}

/// Builds the `onboarding` table.
pub(super) fn onboarding(lives: &[CustomerLife]) -> Result<RecordBatch> {
    let rows = || {
        lives
            .iter()
            .filter_map(|life| life.onboarding.as_ref().map(|row| (life, row)))
    };
    batch(vec![
        ("customer_id", ids(rows().map(|(life, _)| customer(life)))),
        ("plan", texts(rows().map(|(_, row)| Some(row.plan.label())))),
        ("agent_id", ids(rows().map(|(_, row)| row.agent))),
        (
            "started_at",
            instants(rows().map(|(life, _)| Some(life.profile.started))),
        ),
        ("due_at", instants(rows().map(|(_, row)| Some(row.due)))),
        (
            "completed_at",
            instants(rows().map(|(_, row)| row.completed)),
        ),
        (
            "steps_total",
            counts(rows().map(|(_, row)| Some(row.steps))),
        ),
        (
            "steps_done",
            counts(rows().map(|(_, row)| Some(row.steps_done))),
        ),
        (
            "is_completed",
            flags(rows().map(|(_, row)| row.is_completed)),
        ),
    ])
}

/// Builds the `agents` table.
pub(super) fn agents(agents: &[SupportAgent]) -> Result<RecordBatch> {
    batch(vec![
        ("agent_id", ids(agents.iter().map(|agent| Some(agent.id)))),
        (
            "name",
            texts(agents.iter().map(|agent| Some(agent.name.as_str()))),
        ),
        (
            "team",
            texts(agents.iter().map(|agent| Some(agent.team.label()))),
        ),
        ("level", texts(agents.iter().map(|agent| Some(agent.level)))),
        ("site", texts(agents.iter().map(|agent| Some(agent.site)))),
        (
            "hourly_cost",
            money(agents.iter().map(|agent| Some(agent.hourly_cents)))?,
        ),
        (
            "hired_at",
            instants(agents.iter().map(|agent| Some(agent.hired))),
        ),
        ("left_at", instants(agents.iter().map(|agent| agent.left))),
    ])
}

/// Builds the `incidents` table.
pub(super) fn incidents(rows: &[ServiceIncident]) -> Result<RecordBatch> {
    batch(vec![
        ("incident_id", ids(rows.iter().map(|row| Some(row.id)))),
        ("severity", texts(rows.iter().map(|row| Some(row.severity)))),
        ("service", texts(rows.iter().map(|row| Some(row.service)))),
        ("cause", texts(rows.iter().map(|row| Some(row.cause)))),
        (
            "is_customer_facing",
            flags(rows.iter().map(|row| Some(row.is_customer_facing))),
        ),
        (
            "started_at",
            instants(rows.iter().map(|row| Some(row.started))),
        ),
        (
            "acknowledged_at",
            instants(rows.iter().map(|row| Some(row.acknowledged))),
        ),
        (
            "resolved_at",
            instants(rows.iter().map(|row| Some(row.resolved))),
        ),
    ])
}
