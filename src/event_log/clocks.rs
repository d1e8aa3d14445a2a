//! The clocks of a ticket: when each starts and ends, whatever its target.
//!
//! docs/sla.md has the definitions in words and a timeline worked out by hand.

use super::ticket::{Event, Ticket};
use super::vocabulary::{Field, Kind, Public, Role, Status};
use crate::sla::Metric;

/// How a clock ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It has not ended.
    Running,
    /// What it waits for happened.
    Fulfilled,
    /// Nobody waits any more: merged, deleted, or solved without the reply.
    Cancelled,
}

impl Outcome {
    pub(super) const ALL: [Self; 3] = [Self::Running, Self::Fulfilled, Self::Cancelled];
}

/// One clock. Times are ticks of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) metric: Metric,
    pub(super) start: i64,
    /// `None` while it runs.
    pub(super) end: Option<i64>,
    pub(super) outcome: Outcome,
}

/// The clocks of one ticket and the statuses it was in. One value serves ticket after ticket.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) runs: Vec<Run>,
    /// Statuses and since when, from the first one that is known.
    pub(super) statuses: Vec<(i64, Status)>,
    /// The creation, before which nothing happens.
    pub(super) start: i64,
}

impl History {
    /// Reads `ticket`, whose events are in order, as it was at `as_of`.
    pub(super) fn read(&mut self, ticket: &Ticket, as_of: i64) {
        self.runs.clear();
        self.statuses.clear();
        let creation = ticket
            .events
            .iter()
            .find(|event| event.code.kind() == Kind::Created);
        let Some(first) = creation.or_else(|| ticket.events.first()) else {
            return;
        };
        let start = first.at;
        if start > as_of {
            return;
        }
        self.start = start;
        let mut changes = ticket
            .events
            .iter()
            .filter(|event| is(event, Field::Status));
        let before = changes.next().and_then(|event| event.code.old_status());
        let status = before.or_else(|| creation.map(|_| Status::New));
        self.statuses.extend(status.map(|status| (start, status)));
        let by_agent = creation.is_some_and(|event| event.code.role() == Role::Agent);
        let opening = creation.filter(|event| by_agent && event.code.public() != Public::No);
        let merged = ticket.events.iter().find(|event| is(event, Field::Merged));
        let merged = merged.map(|event| event.at.max(start));
        let mut walk = Walk {
            history: self,
            status,
            has_spoken: by_agent,
            waiting_since: None,
            updated: opening.map(|_| start),
            answer: None,
            ended: None,
        };
        for event in &ticket.events {
            let at = event.at.max(start);
            // A merge calls everything off, and so nothing of its instant counts.
            if at > as_of || merged.is_some_and(|merged| merged <= at) {
                break;
            }
            walk.step(at, event);
        }
        walk.finish(creation.map(|_| by_agent), merged.filter(|at| *at <= as_of));
    }
}

fn is(event: &Event, field: Field) -> bool {
    event.code.kind() == Kind::Change && event.code.field() == field
}

/// A walk along the events of a ticket.
struct Walk<'a> {
    history: &'a mut History,
    status: Option<Status>,
    /// The desk has said something in public, so that what the customer says next waits for a reply.
    has_spoken: bool,
    /// The customer's oldest message that waits for the next reply.
    waiting_since: Option<i64>,
    /// The last public reply, after which an update is due.
    updated: Option<i64>,
    /// The first public reply: how and when the clock of the first reply ended with it.
    answer: Option<(Outcome, i64)>,
    /// The end of the work, unless it was taken up again.
    ended: Option<(Outcome, i64)>,
}

impl Walk<'_> {
    fn step(&mut self, at: i64, event: &Event) {
        match (event.code.kind(), event.code.role(), event.code.public()) {
            (Kind::Comment, Role::Customer, Public::Yes | Public::Unknown) if self.has_spoken => {
                self.waiting_since.get_or_insert(at);
            }
            (Kind::Comment, Role::Agent, Public::Yes) => self.reply(at),
            (Kind::Deleted, ..) => self.enter(at, None, Status::Deleted),
            (Kind::Change, ..) if event.code.field() == Field::Status => {
                if let Some(status) = event.code.new_status() {
                    self.enter(at, event.code.old_status(), status);
                }
            }
            _ => {}
        }
    }

    fn reply(&mut self, at: i64) {
        // A reply to a ticket that is solved answers nobody who waits.
        let off = self.ended.map(|(_, end)| (Outcome::Cancelled, end));
        let end = off.unwrap_or((Outcome::Fulfilled, at));
        self.answer.get_or_insert(end);
        self.has_spoken = true;
        self.end_waits(at, Outcome::Fulfilled);
        if self.status.is_none_or(Status::is_unsolved) {
            self.updated = Some(at);
        }
    }

    /// Ends what waits for a reply.
    fn end_waits(&mut self, at: i64, outcome: Outcome) {
        if let Some(since) = self.waiting_since.take()
            && (outcome == Outcome::Fulfilled || at > since)
        {
            self.push(Metric::NextReply, since, Some(at), outcome);
        }
        if let Some(since) = self.updated.take()
            && at > since
        {
            self.push(Metric::PeriodicUpdate, since, Some(at), outcome);
            self.push(Metric::PausableUpdate, since, Some(at), outcome);
        }
    }

    fn enter(&mut self, at: i64, old: Option<Status>, status: Status) {
        let before = old.or(self.status);
        self.status = Some(status);
        self.history.statuses.push((at, status));
        if before == Some(status) {
            return;
        }
        if status.is_unsolved() {
            self.ended = None;
            return;
        }
        self.end_waits(at, Outcome::Cancelled);
        // Where the log has lost the solution, the closure is the end.
        if before.is_none_or(Status::is_unsolved) || self.ended.is_none() {
            let outcome = match status {
                Status::Deleted => Outcome::Cancelled,
                _ => Outcome::Fulfilled,
            };
            self.ended = Some((outcome, at));
        }
    }

    fn push(&mut self, metric: Metric, start: i64, end: Option<i64>, outcome: Outcome) {
        self.history.runs.push(Run {
            metric,
            start,
            end,
            outcome,
        });
    }

    /// `created` says whether it was an agent who created the ticket, where its creation is known.
    fn finish(mut self, created: Option<bool>, merged: Option<i64>) {
        let off = merged.map(|at| (Outcome::Cancelled, at));
        if let Some((outcome, at)) = off {
            self.end_waits(at, outcome);
        }
        if let Some(since) = self.waiting_since {
            self.push(Metric::NextReply, since, None, Outcome::Running);
        }
        if let Some(since) = self.updated {
            self.push(Metric::PeriodicUpdate, since, None, Outcome::Running);
            self.push(Metric::PausableUpdate, since, None, Outcome::Running);
        }
        let Some(by_agent) = created else {
            return;
        };
        if !by_agent {
            // Solved without a reply.
            let unanswered = self.ended.map(|(_, at)| (Outcome::Cancelled, at));
            let end = self.answer.or(unanswered).or(off);
            self.whole(Metric::FirstReply, end);
        }
        for metric in [
            Metric::RequesterWait,
            Metric::AgentWork,
            Metric::TotalResolution,
        ] {
            self.whole(metric, self.ended.or(off));
        }
    }

    /// A clock that starts with the ticket.
    fn whole(&mut self, metric: Metric, end: Option<(Outcome, i64)>) {
        let outcome = end.map_or(Outcome::Running, |(outcome, _)| outcome);
        self.push(metric, self.history.start, end.map(|(_, at)| at), outcome);
    }
}
