//! Derives the facts of one ticket from its events.
//!
//! docs/ticket-facts.md has the definitions and an example timeline.

use super::business_time::BusinessTimeCounter;
use super::ticket::{TicketEvent, TicketTextRef, TicketTimeline};
use super::vocabulary::{ActorRole, ChangedField, EventKind, EventVisibility, TicketStatus};

/// A duration in ticks: elapsed time, and business time if there is a calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ElapsedTicks {
    pub(super) calendar: i64,
    pub(super) business: i64,
}

impl std::ops::Add for ElapsedTicks {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            calendar: self.calendar + other.calendar,
            business: self.business + other.business,
        }
    }
}

impl ElapsedTicks {
    fn between(clock: &mut Option<BusinessTimeCounter>, from: i64, to: i64) -> Self {
        Self {
            calendar: to - from,
            business: clock.as_mut().map_or(0, |clock| clock.between(from, to)),
        }
    }

    /// The longer of two, for each measure separately.
    fn longest(self, other: Self) -> Self {
        Self {
            calendar: self.calendar.max(other.calendar),
            business: self.business.max(other.business),
        }
    }
}

/// The facts of one ticket. Times are ticks of the log.
#[derive(Clone, Debug, Default)]
pub(super) struct TicketFacts {
    pub(super) created: Option<i64>,
    pub(super) created_by: Option<ActorRole>,
    pub(super) status: Option<TicketStatus>,
    pub(super) priority: Option<TicketTextRef>,
    pub(super) team: Option<TicketTextRef>,
    pub(super) agent: Option<TicketTextRef>,
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
    pub(super) merged_into: Option<TicketTextRef>,
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
    pub(super) to_first_response: Option<ElapsedTicks>,
    pub(super) to_first_any_response: Option<ElapsedTicks>,
    pub(super) to_first_end: Option<ElapsedTicks>,
    pub(super) to_end: Option<ElapsedTicks>,
    pub(super) first_next_reply: Option<ElapsedTicks>,
    pub(super) longest_next_reply: Option<ElapsedTicks>,
    /// Time in each status, in the order of [`TicketStatus::ALL`], and time without an agent while
    /// unsolved; `None` if the creation is unknown.
    pub(super) stays: Option<[ElapsedTicks; TicketStatus::ALL.len()]>,
    pub(super) unassigned: Option<ElapsedTicks>,
}

impl TicketFacts {
    /// The facts of `ticket`, whose events are sorted, as of `as_of`, or by default as of the last
    /// event.
    pub(super) fn from_ticket(
        ticket: &TicketTimeline,
        clock: &mut Option<BusinessTimeCounter>,
        as_of: Option<i64>,
    ) -> Self {
        let events = &ticket.events;
        let creation = events
            .iter()
            .find(|event| event.code.kind() == EventKind::Created);
        let first_change = events.iter().find(|event| is_status_change(event));
        let start = creation
            .or_else(|| events.first())
            .map_or(0, |event| event.at);
        let before = first_change.and_then(|event| event.code.old_status());
        let mut walk = TicketFactsBuilder {
            ticket,
            clock,
            since: start,
            status: before.or_else(|| creation.map(|_| TicketStatus::New)),
            agent: None,
            team: None,
            has_spoken: false,
            stays: Default::default(),
            unassigned: ElapsedTicks::default(),
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
        walk.has_spoken = walk.facts.created_by == Some(ActorRole::Agent);
        for event in events {
            walk.facts.early_events += i64::from(event.at < start);
            // Events logged before the creation count as of the creation.
            walk.step(event.at.max(start), event);
        }
        let end = as_of.unwrap_or(walk.facts.last_event).max(start);
        walk.finish(end)
    }
}

fn is_status_change(event: &TicketEvent) -> bool {
    event.code.kind() == EventKind::Change && event.code.field() == ChangedField::Status
}

/// Processes the events of a ticket in order.
struct TicketFactsBuilder<'a> {
    ticket: &'a TicketTimeline,
    clock: &'a mut Option<BusinessTimeCounter>,
    /// End of the time already counted in statuses.
    since: i64,
    status: Option<TicketStatus>,
    agent: Option<&'a str>,
    team: Option<&'a str>,
    /// True after a public message of the desk: the customer's next message then waits for a reply.
    has_spoken: bool,
    stays: [ElapsedTicks; TicketStatus::ALL.len()],
    unassigned: ElapsedTicks,
    agents: Vec<&'a str>,
    teams: Vec<&'a str>,
    facts: TicketFacts,
}

impl<'a> TicketFactsBuilder<'a> {
    fn step(&mut self, at: i64, event: &TicketEvent) {
        match event.code.kind() {
            EventKind::Comment => self.comment(at, event.code.role(), event.code.public()),
            EventKind::Deleted => self.enter(at, None, TicketStatus::Deleted),
            EventKind::Change => match event.code.field() {
                ChangedField::Status => {
                    if let Some(status) = event.code.new_status() {
                        self.enter(at, event.code.old_status(), status);
                    }
                }
                ChangedField::Agent => self.assign(at, event),
                ChangedField::Team => self.pass(event),
                ChangedField::Priority => self.facts.priority = Some(event.new),
                ChangedField::Escalated if event.code.becomes_true() => {
                    self.facts.escalations += 1;
                    self.facts.escalated.get_or_insert(at);
                }
                ChangedField::Merged => {
                    self.facts.merged.get_or_insert(at);
                    self.facts.merged_into = Some(event.new);
                }
                _ => {}
            },
            EventKind::Created | EventKind::Other | EventKind::Ticket => {}
        }
    }

    fn comment(&mut self, at: i64, role: ActorRole, public: EventVisibility) {
        let facts = &mut self.facts;
        match (role, public) {
            (ActorRole::Customer, EventVisibility::Public | EventVisibility::Unknown) => {
                facts.customer_messages += 1;
                if self.has_spoken {
                    facts.waiting_since.get_or_insert(at);
                }
            }
            (ActorRole::Agent, EventVisibility::Internal) => facts.internal_notes += 1,
            (ActorRole::Agent, EventVisibility::Public) => {
                facts.replies += 1;
                facts.first_response.get_or_insert(at);
                facts.first_any_response.get_or_insert(at);
                self.has_spoken = true;
                self.answer(at);
            }
            (ActorRole::Bot, EventVisibility::Public) => {
                facts.bot_replies += 1;
                facts.first_bot_reply.get_or_insert(at);
                facts.first_any_response.get_or_insert(at);
            }
            (ActorRole::System, EventVisibility::Public) => {
                facts.first_any_response.get_or_insert(at);
            }
            _ => {}
        }
    }

    /// A human reply ends the customer's wait.
    fn answer(&mut self, at: i64) {
        let Some(since) = self.facts.waiting_since.take() else {
            return;
        };
        let wait = ElapsedTicks::between(self.clock, since, at);
        self.facts.next_replies += 1;
        self.facts.first_next_reply.get_or_insert(wait);
        let longest = self.facts.longest_next_reply;
        self.facts.longest_next_reply = Some(longest.map_or(wait, |other| other.longest(wait)));
    }

    fn enter(&mut self, at: i64, old: Option<TicketStatus>, status: TicketStatus) {
        let before = old.or(self.status);
        self.count_until(at);
        self.status = Some(status);
        if before == Some(status) {
            return;
        }
        let was_unsolved = before.is_none_or(TicketStatus::is_unsolved);
        let facts = &mut self.facts;
        match status {
            TicketStatus::Solved => {
                facts.first_resolved.get_or_insert(at);
                facts.resolved = Some(at);
            }
            TicketStatus::Closed => facts.closed = Some(at),
            TicketStatus::Deleted => {
                facts.deleted = Some(at);
            }
            _ => {
                if matches!(before, Some(TicketStatus::Solved | TicketStatus::Closed)) {
                    facts.reopens += 1;
                }
                (facts.resolved, facts.closed, facts.ended) = (None, None, None);
                facts.deleted = None;
                return;
            }
        }
        facts.waiting_since = None;
        if status != TicketStatus::Deleted && was_unsolved {
            facts.first_ended.get_or_insert(at);
            facts.ended = Some(at);
        }
    }

    fn assign(&mut self, at: i64, event: &TicketEvent) {
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

    fn pass(&mut self, event: &TicketEvent) {
        let (old, new) = (self.ticket.text(event.old), self.ticket.text(event.new));
        let before = old.or(self.team);
        self.teams.extend(old);
        self.teams.extend(new);
        self.team = new;
        self.facts.team = new.map(|_| event.new);
        self.facts.handoffs += i64::from(before.is_some() && new.is_some() && before != new);
    }

    /// Adds the time up to `at` to the ticket's previous status.
    fn count_until(&mut self, at: i64) {
        let is_unsolved = self.status.is_some_and(TicketStatus::is_unsolved);
        let counts = is_unsolved || self.status == Some(TicketStatus::Solved);
        if counts && at > self.since {
            let length = ElapsedTicks::between(self.clock, self.since, at);
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

    fn finish(mut self, end: i64) -> TicketFacts {
        self.count_until(end);
        let mut facts = self.facts;
        facts.status = self.status;
        facts.agents = distinct(&mut self.agents);
        facts.teams = distinct(&mut self.teams);
        let Some(created) = facts.created else {
            return facts;
        };
        let clock = self.clock;
        let mut since = |at: Option<i64>| at.map(|at| ElapsedTicks::between(clock, created, at));
        facts.to_first_response = since(facts.first_response);
        facts.to_first_any_response = if facts.first_any_response == facts.first_response {
            facts.to_first_response
        } else {
            since(facts.first_any_response)
        };
        facts.to_first_end = since(facts.first_ended);
        facts.to_end = if facts.ended == facts.first_ended {
            facts.to_first_end
        } else {
            since(facts.ended)
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
