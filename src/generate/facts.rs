//! A ticket's row, read off its events.

use super::calendar::Seconds;
use super::desk::{Priority, Role};
use super::events::{Event, Field, Kind, Value};

/// The columns of `tickets` that follow from `ticket_events`.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) created: Seconds,
    pub(super) status: &'static str,
    pub(super) priority: &'static str,
    pub(super) team: Option<&'static str>,
    pub(super) agent: Option<i64>,
    pub(super) first_bot_reply: Option<Seconds>,
    pub(super) first_response: Option<Seconds>,
    pub(super) first_resolved: Option<Seconds>,
    /// Last resolution; `None` while the ticket is open again.
    pub(super) resolved: Option<Seconds>,
    pub(super) closed: Option<Seconds>,
    pub(super) replies: i32,
    pub(super) customer_messages: i32,
    pub(super) internal_notes: i32,
    pub(super) reopens: i32,
    pub(super) reassignments: i32,
    pub(super) handoffs: i32,
    pub(super) escalated: Option<Seconds>,
    pub(super) merged_into: Option<i64>,
}

impl Facts {
    /// Facts of the ticket with these events, the first of which opened it.
    pub(super) fn of(events: &[Event], priority: Priority) -> Self {
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
                (Kind::Comment, _) => facts.comment(event),
                (_, Some((field, old, new))) => facts.change(event.at, field, old, new),
                _ => {}
            }
        }
        facts
    }

    fn comment(&mut self, event: &Event) {
        match (event.role, event.public) {
            (Role::Agent, true) => {
                self.replies += 1;
                self.first_response.get_or_insert(event.at);
            }
            (Role::Agent, false) => self.internal_notes += 1,
            (Role::Customer, _) => self.customer_messages += 1,
            (Role::Bot, _) => {
                self.first_bot_reply.get_or_insert(event.at);
            }
            (Role::System, _) => {}
        }
    }

    fn change(&mut self, at: Seconds, field: Field, old: Value, new: Value) {
        let moved = i32::from(old != Value::None);
        match (field, new) {
            (Field::Status, Value::Label(label)) => self.status(at, label),
            (Field::Priority, Value::Label(label)) => self.priority = label,
            (Field::Team, _) => {
                self.handoffs += moved;
                self.team = new.label();
            }
            (Field::Agent, Value::Id(id)) => {
                self.reassignments += moved;
                self.agent = Some(id);
            }
            (Field::Escalated, _) => {
                self.escalated.get_or_insert(at);
            }
            (Field::MergedInto, Value::Id(id)) => self.merged_into = Some(id),
            _ => {}
        }
    }

    fn status(&mut self, at: Seconds, label: &'static str) {
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
    use super::super::events::{Actor, Log};
    use super::*;

    #[test]
    fn reopened_and_not_solved_again_is_not_resolved() {
        let mut log = Log::default();
        let agent = Actor::agent(7);
        let status = |log: &mut Log, at, old, new| {
            log.change(
                at,
                agent,
                Field::Status,
                Value::Label(old),
                Value::Label(new),
            );
        };
        log.message(10, Kind::Created, Actor::agent(7), true);
        log.message(15, Kind::Comment, Actor::BOT, true);
        log.message(20, Kind::Comment, agent, false);
        log.message(30, Kind::Comment, agent, true);
        status(&mut log, 30, "new", "solved");
        status(&mut log, 50, "solved", "open");
        let facts = Facts::of(&log.events, Priority::Low);
        assert_eq!(facts.first_response, Some(30));
        assert_eq!(facts.first_bot_reply, Some(15));
        assert_eq!((facts.first_resolved, facts.resolved), (Some(30), None));
        assert_eq!(
            (facts.replies, facts.internal_notes, facts.reopens),
            (1, 1, 1)
        );
    }
}
