//! What the events of one ticket say about it.
//!
//! docs/ticket-facts.md has the definitions in words and a timeline worked out by hand.

use super::business_time::Working;
use super::ticket::{Event, Text, Ticket};
use super::vocabulary::{Field, Kind, Public, Role, Status};

/// A length of time in ticks: around the clock, and in working time where there is a calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) calendar: i64,
    pub(super) business: i64,
}

impl std::ops::Add for Length {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            calendar: self.calendar + other.calendar,
            business: self.business + other.business,
        }
    }
}

impl Length {
    fn between(clock: &mut Option<Working>, from: i64, to: i64) -> Self {
        Self {
            calendar: to - from,
            business: clock.as_mut().map_or(0, |clock| clock.between(from, to)),
        }
    }

    /// The longer of two, each measure by itself.
    fn longest(self, other: Self) -> Self {
        Self {
            calendar: self.calendar.max(other.calendar),
            business: self.business.max(other.business),
        }
    }
}

/// The facts of one ticket. Times are ticks of the log.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) created: Option<i64>,
    pub(super) created_by: Option<Role>,
    pub(super) status: Option<Status>,
    pub(super) priority: Option<Text>,
    pub(super) team: Option<Text>,
    pub(super) agent: Option<Text>,
    pub(super) first_bot_reply: Option<i64>,
    pub(super) first_response: Option<i64>,
    pub(super) first_any_response: Option<i64>,
    pub(super) first_resolved: Option<i64>,
    pub(super) resolved: Option<i64>,
    pub(super) closed: Option<i64>,
    pub(super) first_ended: Option<i64>,
    pub(super) ended: Option<i64>,
    pub(super) first_assigned: Option<i64>,
    pub(super) escalated: Option<i64>,
    pub(super) merged: Option<i64>,
    pub(super) merged_into: Option<Text>,
    pub(super) deleted: Option<i64>,
    pub(super) waiting_since: Option<i64>,
    pub(super) last_event: i64,
    pub(super) events: i64,
    pub(super) early_events: i64,
    pub(super) replies: i64,
    pub(super) bot_replies: i64,
    pub(super) customer_messages: i64,
    pub(super) internal_notes: i64,
    pub(super) next_replies: i64,
    pub(super) reopens: i64,
    pub(super) reassignments: i64,
    pub(super) handoffs: i64,
    pub(super) agents: i64,
    pub(super) teams: i64,
    pub(super) escalations: i64,
    pub(super) to_first_response: Option<Length>,
    pub(super) to_first_any_response: Option<Length>,
    pub(super) to_first_end: Option<Length>,
    pub(super) to_end: Option<Length>,
    pub(super) first_next_reply: Option<Length>,
    pub(super) longest_next_reply: Option<Length>,
    /// Time in each status, in the order of [`Status::ALL`], and without an agent while unsolved;
    /// unknown where the creation is.
    pub(super) stays: Option<[Length; Status::ALL.len()]>,
    pub(super) unassigned: Option<Length>,
}

impl Facts {
    /// The facts of `ticket`, whose events are in order, as they are at `as_of`, or at the last event
    /// where that is left out.
    pub(super) fn of(ticket: &Ticket, clock: &mut Option<Working>, as_of: Option<i64>) -> Self {
        let events = &ticket.events;
        let creation = events
            .iter()
            .find(|event| event.code.kind() == Kind::Created);
        let first_change = events.iter().find(|event| is_status_change(event));
        let start = creation
            .or_else(|| events.first())
            .map_or(0, |event| event.at);
        let before = first_change.and_then(|event| event.code.old_status());
        let mut walk = Walk {
            ticket,
            clock,
            since: start,
            status: before.or_else(|| creation.map(|_| Status::New)),
            agent: None,
            team: None,
            has_spoken: false,
            stays: Default::default(),
            unassigned: Length::default(),
            agents: Vec::new(),
            teams: Vec::new(),
            facts: Self {
                created: creation.map(|event| event.at),
                created_by: creation.map(|event| event.code.role()),
                events: events.len() as i64,
                last_event: events.last().map_or(start, |event| event.at),
                ..Self::default()
            },
        };
        walk.has_spoken = walk.facts.created_by == Some(Role::Agent);
        for event in events {
            walk.facts.early_events += i64::from(event.at < start);
            // What is logged before the creation happened at the creation.
            walk.step(event.at.max(start), event);
        }
        let end = as_of.unwrap_or(walk.facts.last_event).max(start);
        walk.finish(end)
    }
}

fn is_status_change(event: &Event) -> bool {
    event.code.kind() == Kind::Change && event.code.field() == Field::Status
}

/// A walk along the events of a ticket.
struct Walk<'a> {
    ticket: &'a Ticket,
    clock: &'a mut Option<Working>,
    /// Until when the time in statuses has been counted.
    since: i64,
    status: Option<Status>,
    agent: Option<&'a str>,
    team: Option<&'a str>,
    /// The desk has said something in public, so that what the customer says next waits for a reply.
    has_spoken: bool,
    stays: [Length; Status::ALL.len()],
    unassigned: Length,
    agents: Vec<&'a str>,
    teams: Vec<&'a str>,
    facts: Facts,
}

impl<'a> Walk<'a> {
    fn step(&mut self, at: i64, event: &Event) {
        match event.code.kind() {
            Kind::Comment => self.comment(at, event.code.role(), event.code.public()),
            Kind::Deleted => self.enter(at, None, Status::Deleted),
            Kind::Change => match event.code.field() {
                Field::Status => {
                    if let Some(status) = event.code.new_status() {
                        self.enter(at, event.code.old_status(), status);
                    }
                }
                Field::Agent => self.assign(at, event),
                Field::Team => self.pass(event),
                Field::Priority => self.facts.priority = Some(event.new),
                Field::Escalated if event.code.becomes_true() => {
                    self.facts.escalations += 1;
                    self.facts.escalated.get_or_insert(at);
                }
                Field::Merged => {
                    self.facts.merged.get_or_insert(at);
                    self.facts.merged_into = Some(event.new);
                }
                _ => {}
            },
            Kind::Created | Kind::Other | Kind::Ticket => {}
        }
    }

    fn comment(&mut self, at: i64, role: Role, public: Public) {
        let facts = &mut self.facts;
        match (role, public) {
            (Role::Customer, Public::Yes | Public::Unknown) => {
                facts.customer_messages += 1;
                if self.has_spoken {
                    facts.waiting_since.get_or_insert(at);
                }
            }
            (Role::Agent, Public::No) => facts.internal_notes += 1,
            (Role::Agent, Public::Yes) => {
                facts.replies += 1;
                facts.first_response.get_or_insert(at);
                facts.first_any_response.get_or_insert(at);
                self.has_spoken = true;
                self.answer(at);
            }
            (Role::Bot, Public::Yes) => {
                facts.bot_replies += 1;
                facts.first_bot_reply.get_or_insert(at);
                facts.first_any_response.get_or_insert(at);
            }
            (Role::System, Public::Yes) => {
                facts.first_any_response.get_or_insert(at);
            }
            _ => {}
        }
    }

    /// A person's reply ends the customer's wait.
    fn answer(&mut self, at: i64) {
        let Some(since) = self.facts.waiting_since.take() else {
            return;
        };
        let wait = Length::between(self.clock, since, at);
        self.facts.next_replies += 1;
        self.facts.first_next_reply.get_or_insert(wait);
        let longest = self.facts.longest_next_reply;
        self.facts.longest_next_reply = Some(longest.map_or(wait, |other| other.longest(wait)));
    }

    fn enter(&mut self, at: i64, old: Option<Status>, status: Status) {
        let before = old.or(self.status);
        self.count_until(at);
        self.status = Some(status);
        if before == Some(status) {
            return;
        }
        let was_unsolved = before.is_none_or(Status::is_unsolved);
        let facts = &mut self.facts;
        match status {
            Status::Solved => {
                facts.first_resolved.get_or_insert(at);
                facts.resolved = Some(at);
            }
            Status::Closed => facts.closed = Some(at),
            Status::Deleted => {
                facts.deleted = Some(at);
            }
            _ => {
                if matches!(before, Some(Status::Solved | Status::Closed)) {
                    facts.reopens += 1;
                }
                (facts.resolved, facts.closed, facts.ended) = (None, None, None);
                facts.deleted = None;
                return;
            }
        }
        facts.waiting_since = None;
        if status != Status::Deleted && was_unsolved {
            facts.first_ended.get_or_insert(at);
            facts.ended = Some(at);
        }
    }

    fn assign(&mut self, at: i64, event: &Event) {
        let (old, new) = (self.ticket.text(event.old), self.ticket.text(event.new));
        let before = old.or(self.agent);
        self.count_until(at);
        self.agents.extend(old);
        self.agents.extend(new);
        self.agent = new;
        self.facts.agent = new.map(|_| event.new);
        if new.is_some() {
            self.facts.first_assigned.get_or_insert(at);
        }
        self.facts.reassignments += i64::from(before.is_some() && new.is_some() && before != new);
    }

    fn pass(&mut self, event: &Event) {
        let (old, new) = (self.ticket.text(event.old), self.ticket.text(event.new));
        let before = old.or(self.team);
        self.teams.extend(old);
        self.teams.extend(new);
        self.team = new;
        self.facts.team = new.map(|_| event.new);
        self.facts.handoffs += i64::from(before.is_some() && new.is_some() && before != new);
    }

    /// Adds the time up to `at` to the status that the ticket has been in.
    fn count_until(&mut self, at: i64) {
        let is_unsolved = self.status.is_some_and(Status::is_unsolved);
        let counts = is_unsolved || self.status == Some(Status::Solved);
        if counts && at > self.since {
            let length = Length::between(self.clock, self.since, at);
            if let Some(status) = self.status {
                let stay = &mut self.stays[status as usize];
                *stay = *stay + length;
            }
            if is_unsolved && self.agent.is_none() {
                self.unassigned = self.unassigned + length;
            }
        }
        self.since = at;
    }

    fn finish(mut self, end: i64) -> Facts {
        self.count_until(end);
        let mut facts = self.facts;
        facts.status = self.status;
        facts.agents = distinct(&mut self.agents);
        facts.teams = distinct(&mut self.teams);
        let Some(created) = facts.created else {
            return facts;
        };
        let clock = self.clock;
        let mut since = |at: Option<i64>| at.map(|at| Length::between(clock, created, at));
        facts.to_first_response = since(facts.first_response);
        facts.to_first_any_response = match facts.first_any_response == facts.first_response {
            true => facts.to_first_response,
            false => since(facts.first_any_response),
        };
        facts.to_first_end = since(facts.first_ended);
        facts.to_end = match facts.ended == facts.first_ended {
            true => facts.to_first_end,
            false => since(facts.ended),
        };
        facts.stays = Some(self.stays);
        facts.unassigned = Some(self.unassigned);
        facts
    }
}

fn distinct(values: &mut [&str]) -> i64 {
    values.sort_unstable();
    let changes = values.windows(2).filter(|pair| pair[0] != pair[1]).count();
    changes as i64 + i64::from(!values.is_empty())
}
