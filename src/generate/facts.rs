//! Row of a ticket, derived from its events.

use super::calendar::SimulationSeconds;
use super::desk::{SimulatedRole, TicketPriority};
use super::events::{SimulatedEvent, SimulatedEventKind, SimulatedTicketField, TicketFieldValue};

/// Columns of `tickets` that are derived from `ticket_events`.
#[derive(Clone, Debug)]
pub(super) struct SimulatedTicketFacts {
    pub(super) created: SimulationSeconds,
    pub(super) status: &'static str,
    pub(super) priority: &'static str,
    pub(super) team: Option<&'static str>,
    pub(super) agent: Option<i64>,
    pub(super) first_bot_reply: Option<SimulationSeconds>,
    pub(super) first_response: Option<SimulationSeconds>,
    pub(super) first_resolved: Option<SimulationSeconds>,
    /// Last resolution; `None` if the ticket was reopened since.
    pub(super) resolved: Option<SimulationSeconds>,
    pub(super) closed: Option<SimulationSeconds>,
    pub(super) replies: i32,
    pub(super) customer_messages: i32,
    pub(super) internal_notes: i32,
    pub(super) reopens: i32,
    pub(super) reassignments: i32,
    pub(super) handoffs: i32,
    pub(super) escalated: Option<SimulationSeconds>,
    pub(super) merged_into: Option<i64>,
}

impl SimulatedTicketFacts {
    /// Derives the facts from the events of a ticket, the first of which opened it.
    pub(super) fn from_events(events: &[SimulatedEvent], priority: TicketPriority) -> Self {
        let mut facts = Self {
            created: events.first().map_or(0, |event| event.at),
            status: "new",
            priority: priority.label(),
            team: None,
            agent: None,
            first_bot_reply: None,
            first_response: None,
            first_resolved: None,
            resolved: None,
            closed: None,
            replies: 0,
            customer_messages: 0,
            internal_notes: 0,
            reopens: 0,
            reassignments: 0,
            handoffs: 0,
            escalated: None,
            merged_into: None,
        };
        for event in events {
            match (event.kind, event.change) {
                (SimulatedEventKind::Comment, _) => facts.comment(event),
                (_, Some((field, old, new))) => facts.change(event.at, field, old, new),
                _ => {}
            }
        }
        facts
    }

    fn comment(&mut self, event: &SimulatedEvent) {
        match (event.role, event.public) {
            (SimulatedRole::Agent, true) => {
                self.replies += 1;
                self.first_response.get_or_insert(event.at);
            }
            (SimulatedRole::Agent, false) => self.internal_notes += 1,
            (SimulatedRole::Customer, _) => self.customer_messages += 1,
            (SimulatedRole::Bot, _) => {
                self.first_bot_reply.get_or_insert(event.at);
            }
            (SimulatedRole::System, _) => {}
        }
    }

    fn change(
        &mut self,
        at: SimulationSeconds,
        field: SimulatedTicketField,
        old: TicketFieldValue,
        new: TicketFieldValue,
    ) {
        let moved = i32::from(old != TicketFieldValue::None);
        match (field, new) {
            (SimulatedTicketField::Status, TicketFieldValue::Label(label)) => {
                self.status(at, label);
            }
            (SimulatedTicketField::Priority, TicketFieldValue::Label(label)) => {
                self.priority = label;
            }
            (SimulatedTicketField::Team, _) => {
                self.handoffs += moved;
                self.team = new.label();
            }
            (SimulatedTicketField::Agent, TicketFieldValue::Id(id)) => {
                self.reassignments += moved;
                self.agent = Some(id);
            }
            (SimulatedTicketField::Escalated, _) => {
                self.escalated.get_or_insert(at);
            }
            (SimulatedTicketField::MergedInto, TicketFieldValue::Id(id)) => {
                self.merged_into = Some(id);
            }
            _ => {}
        }
    }

    fn status(&mut self, at: SimulationSeconds, label: &'static str) {
        match (self.status, label) {
            (_, "solved") => {
                self.first_resolved.get_or_insert(at);
                self.resolved = Some(at);
            }
            (_, "closed") => self.closed = Some(at),
            ("solved", _) => {
                self.reopens += 1;
                self.resolved = None;
            }
            _ => {}
        }
        self.status = label;
    }
}

#[cfg(test)]
mod tests {
    use super::super::events::{EventActor, SimulatedEventLog};
    use super::*;

    #[test]
    fn reopened_and_not_solved_again_is_not_resolved() {
        let mut log = SimulatedEventLog::default();
        let agent = EventActor::agent(7);
        let status = |log: &mut SimulatedEventLog, at, old, new| {
            log.change(
                at,
                agent,
                SimulatedTicketField::Status,
                TicketFieldValue::Label(old),
                TicketFieldValue::Label(new),
            );
        };
        log.message(10, SimulatedEventKind::Created, EventActor::agent(7), true);
        log.message(15, SimulatedEventKind::Comment, EventActor::BOT, true);
        log.message(20, SimulatedEventKind::Comment, agent, false);
        log.message(30, SimulatedEventKind::Comment, agent, true);
        status(&mut log, 30, "new", "solved");
        status(&mut log, 50, "solved", "open");
        let facts = SimulatedTicketFacts::from_events(&log.events, TicketPriority::Low);
        assert_eq!(facts.first_response, Some(30));
        assert_eq!(facts.first_bot_reply, Some(15));
        assert_eq!((facts.first_resolved, facts.resolved), (Some(30), None));
        assert_eq!(
            (facts.replies, facts.internal_notes, facts.reopens),
            (1, 1, 1)
        );
    }
}
