//! Tables that are generated per ticket: tickets, `ticket_events` and surveys.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::{RecordBatch, StringBuilder};

use super::calendar::{END, HOUR, SimulationSeconds};
use super::columns::{batch, counts, flags, ids, instants, money, texts};
use super::contact::SimulatedContact;
use super::desk::SubscriptionPlan;
use super::events::{SimulatedEvent, TicketFieldValue};
use super::facts::SimulatedTicketFacts;
use super::surveys::SurveyRow;
use super::timeline::SimulatedTicket;
use super::traits::TicketTraits;
use crate::error::Result;

/// Row of `tickets`. Fields that can be faulty in exports are optional or can be overwritten.
#[derive(Clone, Debug)]
pub(super) struct TicketRow {
    pub(super) id: i64,
    pub(super) customer: Option<i64>,
    pub(super) created: Option<SimulationSeconds>,
    pub(super) channel: Option<&'static str>,
    pub(super) plan: SubscriptionPlan,
    pub(super) incident: u16,
    pub(super) traits: TicketTraits,
    pub(super) facts: SimulatedTicketFacts,
    pub(super) response_due: Option<SimulationSeconds>,
    pub(super) due: Option<SimulationSeconds>,
    pub(super) handle_seconds: Option<i32>,
    pub(super) cost_cents: i64,
}

/// Event with the id of its ticket.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventRow {
    pub(super) ticket: i64,
    pub(super) number: i32,
    pub(super) at: Option<SimulationSeconds>,
    pub(super) event: SimulatedEvent,
}

impl TicketRow {
    pub(super) fn new(
        id: i64,
        contact: &SimulatedContact,
        course: &SimulatedTicket,
        facts: SimulatedTicketFacts,
    ) -> Self {
        let (response, resolution) = course.traits.priority.targets();
        let promised = contact.plan != SubscriptionPlan::Free && !course.traits.is_spam;
        let due = |hours: i64| promised.then_some(contact.at + hours * HOUR);
        Self {
            id,
            customer: i64::try_from(contact.customer).ok(),
            created: Some(contact.at),
            channel: Some(course.traits.channel.label()),
            plan: contact.plan,
            incident: contact.incident,
            traits: course.traits,
            response_due: due(response),
            due: due(resolution),
            handle_seconds: facts
                .agent
                .and_then(|_| i32::try_from(course.handle_seconds).ok())
                .filter(|&seconds| seconds > 0),
            cost_cents: course.cost_cents,
            facts,
        }
    }
}

/// True if the target was met, false if missed; `None` without a target, if the ticket ended
/// without reaching it, and while there is time left.
fn met(
    reached: Option<SimulationSeconds>,
    due: Option<SimulationSeconds>,
    facts: &SimulatedTicketFacts,
) -> Option<bool> {
    let over = facts.closed.or(facts.resolved).is_some();
    match (reached, due?) {
        (Some(reached), due) => Some(reached <= due),
        (None, due) if due < END && !over => Some(false),
        _ => None,
    }
}

/// Builds the `tickets` table.
pub(super) fn tickets(rows: &[TicketRow]) -> Result<RecordBatch> {
    let time = |get: fn(&TicketRow) -> Option<SimulationSeconds>| instants(rows.iter().map(get));
    let text = |get: fn(&TicketRow) -> Option<&'static str>| texts(rows.iter().map(get));
    let count = |get: fn(&SimulatedTicketFacts) -> i32| {
        counts(rows.iter().map(|row| Some(get(&row.facts))))
    };
    let flag = |get: fn(&TicketRow) -> Option<bool>| flags(rows.iter().map(get));
    let id = |get: fn(&TicketRow) -> Option<i64>| ids(rows.iter().map(get));
    let incident = |row: &TicketRow| (row.incident > 0).then(|| row.incident.into());
    batch(vec![
        ("ticket_id", id(|row| Some(row.id))),
        ("created_at", time(|row| row.created)),
        ("customer_id", id(|row| row.customer)),
        ("plan", text(|row| Some(row.plan.label()))),
        ("channel", text(|row| row.channel)),
        ("category", text(|row| Some(row.traits.category.label()))),
        ("subject", text(|row| Some(row.traits.subject))),
        ("priority", text(|row| Some(row.facts.priority))),
        ("team", text(|row| row.facts.team)),
        ("agent_id", id(|row| row.facts.agent)),
        (
            "created_by",
            text(|row| Some(row.traits.created_by.label())),
        ),
        ("status", text(|row| Some(row.facts.status))),
        ("first_bot_reply_at", time(|row| row.facts.first_bot_reply)),
        ("first_response_at", time(|row| row.facts.first_response)),
        ("first_resolved_at", time(|row| row.facts.first_resolved)),
        ("resolved_at", time(|row| row.facts.resolved)),
        ("closed_at", time(|row| row.facts.closed)),
        ("first_response_due_at", time(|row| row.response_due)),
        ("due_at", time(|row| row.due)),
        (
            "first_response_sla_met",
            flag(|row| met(row.facts.first_response, row.response_due, &row.facts)),
        ),
        (
            "sla_met",
            flag(|row| met(row.facts.resolved, row.due, &row.facts)),
        ),
        ("replies", count(|facts| facts.replies)),
        ("customer_messages", count(|facts| facts.customer_messages)),
        ("internal_notes", count(|facts| facts.internal_notes)),
        ("reopens", count(|facts| facts.reopens)),
        ("reassignments", count(|facts| facts.reassignments)),
        ("handoffs", count(|facts| facts.handoffs)),
        (
            "is_escalated",
            flag(|row| Some(row.facts.escalated.is_some())),
        ),
        ("escalated_at", time(|row| row.facts.escalated)),
        ("is_complaint", flag(|row| Some(row.traits.is_complaint))),
        (
            "handle_seconds",
            counts(rows.iter().map(|row| row.handle_seconds)),
        ),
        ("cost", money(rows.iter().map(|row| Some(row.cost_cents)))?),
        ("incident_id", id(incident)),
        ("merged_into_id", id(|row| row.facts.merged_into)),
    ])
}

/// Builds the `ticket_events` table.
pub(super) fn events(rows: &[EventRow]) -> Result<RecordBatch> {
    let mut old = StringBuilder::new();
    let mut new = StringBuilder::new();
    for row in rows {
        let (before, after) = row.event.change.map_or(
            (TicketFieldValue::None, TicketFieldValue::None),
            |(_, old, new)| (old, new),
        );
        append(&mut old, before);
        append(&mut new, after);
    }
    let events = || rows.iter().map(|row| row.event);
    batch(vec![
        ("ticket_id", ids(rows.iter().map(|row| Some(row.ticket)))),
        ("event_no", counts(rows.iter().map(|row| Some(row.number)))),
        ("event_at", instants(rows.iter().map(|row| row.at))),
        (
            "kind",
            texts(events().map(|event| Some(event.kind.label()))),
        ),
        (
            "actor_role",
            texts(events().map(|event| Some(event.role.label()))),
        ),
        ("actor_id", ids(events().map(|event| event.actor))),
        ("is_public", flags(events().map(|event| Some(event.public)))),
        (
            "field",
            texts(events().map(|event| event.change.map(|change| change.0.label()))),
        ),
        ("old_value", Arc::new(old.finish())),
        ("new_value", Arc::new(new.finish())),
    ])
}

fn append(column: &mut StringBuilder, value: TicketFieldValue) {
    match value {
        TicketFieldValue::None => column.append_null(),
        TicketFieldValue::Label(label) => column.append_value(label),
        TicketFieldValue::Id(id) => {
            // Writing to a builder in memory cannot fail.
            let _ = write!(column, "{id}");
            column.append_value("");
        }
    }
}

/// Builds the `surveys` table.
pub(super) fn surveys(rows: &[SurveyRow]) -> Result<RecordBatch> {
    batch(vec![
        ("survey_id", ids(rows.iter().map(|row| Some(row.id)))),
        ("kind", texts(rows.iter().map(|row| Some(row.kind)))),
        ("ticket_id", ids(rows.iter().map(|row| row.ticket))),
        ("customer_id", ids(rows.iter().map(|row| row.customer))),
        ("agent_id", ids(rows.iter().map(|row| row.agent))),
        ("channel", texts(rows.iter().map(|row| Some(row.channel)))),
        (
            "offered_at",
            instants(rows.iter().map(|row| Some(row.offered))),
        ),
        (
            "responded_at",
            instants(rows.iter().map(|row| row.responded)),
        ),
        ("score", counts(rows.iter().map(|row| row.score))),
        (
            "comment",
            texts(rows.iter().map(|row| row.comment.as_deref())),
        ),
    ])
}
