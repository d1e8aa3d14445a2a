//! The clocks of a ticket: start and end of each, independent of its target.
//!
//! docs/sla.md has the definitions and an example timeline.

use super::ticket::{TicketEvent, TicketTimeline};
use super::vocabulary::{ActorRole, ChangedField, EventKind, EventVisibility, TicketStatus};
use crate::sla::SlaMetric;

/// Outcome of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClockOutcome {
    /// It has not ended.
    Running,
    /// The awaited event happened.
    Fulfilled,
    /// The wait is void: the ticket was merged, deleted, or solved without the reply.
    Cancelled,
}

impl ClockOutcome {
    pub(super) const ALL: [Self; 3] = [Self::Running, Self::Fulfilled, Self::Cancelled];
}

/// One clock. Times are ticks of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClockRun {
    pub(super) metric: SlaMetric,
    pub(super) start: i64,
    /// `None` while it runs.
    pub(super) end: Option<i64>,
    pub(super) outcome: ClockOutcome,
}

/// The clocks and statuses of one ticket. One value is reused for all tickets.
#[derive(Debug, Default)]
pub(super) struct TicketClocks {
    pub(super) runs: Vec<ClockRun>,
    /// Statuses with their start, from the first known one.
    pub(super) statuses: Vec<(i64, TicketStatus)>,
    /// The creation, or else the first event; earlier events count from here.
    pub(super) start: i64,
}

impl TicketClocks {
    /// Computes the clocks of `ticket`, whose events are sorted, as of `as_of`.
    pub(super) fn read(&mut self, ticket: &TicketTimeline, as_of: i64) {
        self.runs.clear();
        self.statuses.clear();
        let creation = ticket
            .events
            .iter()
            .find(|event| event.code.kind() == EventKind::Created);
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
            .filter(|event| is(event, ChangedField::Status));
        let before = changes.next().and_then(|event| event.code.old_status());
        let status = before.or_else(|| creation.map(|_| TicketStatus::New));
        self.statuses.extend(status.map(|status| (start, status)));
        let by_agent = creation.is_some_and(|event| event.code.role() == ActorRole::Agent);
        let opening =
            creation.filter(|event| by_agent && event.code.public() != EventVisibility::Internal);
        let merged = ticket
            .events
            .iter()
            .find(|event| is(event, ChangedField::Merged));
        let merged = merged.map(|event| event.at.max(start));
        let mut walk = TicketClocksBuilder {
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
            // A merge cancels all clocks, so other events of the same time do not count.
            if at > as_of || merged.is_some_and(|merged| merged <= at) {
                break;
            }
            walk.step(at, event);
        }
        walk.finish(creation.map(|_| by_agent), merged.filter(|at| *at <= as_of));
    }
}

fn is(event: &TicketEvent, field: ChangedField) -> bool {
    event.code.kind() == EventKind::Change && event.code.field() == field
}

/// Processes the events of a ticket in order.
struct TicketClocksBuilder<'a> {
    history: &'a mut TicketClocks,
    status: Option<TicketStatus>,
    /// True after a public message of the desk: the customer's next message then waits for a reply.
    has_spoken: bool,
    /// The customer's oldest message without a reply.
    waiting_since: Option<i64>,
    /// The last public reply, after which an update is due.
    updated: Option<i64>,
    /// The first public reply: outcome and end of the first-reply clock.
    answer: Option<(ClockOutcome, i64)>,
    /// The end of the work, unless the ticket was reopened.
    ended: Option<(ClockOutcome, i64)>,
}

impl TicketClocksBuilder<'_> {
    fn step(&mut self, at: i64, event: &TicketEvent) {
        match (event.code.kind(), event.code.role(), event.code.public()) {
            (
                EventKind::Comment,
                ActorRole::Customer,
                EventVisibility::Public | EventVisibility::Unknown,
            ) if self.has_spoken => {
                self.waiting_since.get_or_insert(at);
            }
            (EventKind::Comment, ActorRole::Agent, EventVisibility::Public) => self.reply(at),
            (EventKind::Deleted, ..) => self.enter(at, None, TicketStatus::Deleted),
            (EventKind::Change, ..) if event.code.field() == ChangedField::Status => {
                if let Some(status) = event.code.new_status() {
                    self.enter(at, event.code.old_status(), status);
                }
            }
            _ => {}
        }
    }

    fn reply(&mut self, at: i64) {
        // A reply to a solved ticket does not fulfil the clock.
        let off = self.ended.map(|(_, end)| (ClockOutcome::Cancelled, end));
        let end = off.unwrap_or((ClockOutcome::Fulfilled, at));
        self.answer.get_or_insert(end);
        self.has_spoken = true;
        self.end_waits(at, ClockOutcome::Fulfilled);
        if self.status.is_none_or(TicketStatus::is_unsolved) {
            self.updated = Some(at);
        }
    }

    /// Ends the clocks of open replies and updates.
    fn end_waits(&mut self, at: i64, outcome: ClockOutcome) {
        if let Some(since) = self.waiting_since.take()
            && (outcome == ClockOutcome::Fulfilled || at > since)
        {
            self.push(SlaMetric::NextReply, since, Some(at), outcome);
        }
        if let Some(since) = self.updated.take()
            && at > since
        {
            self.push(SlaMetric::PeriodicUpdate, since, Some(at), outcome);
            self.push(SlaMetric::PausableUpdate, since, Some(at), outcome);
        }
    }

    fn enter(&mut self, at: i64, old: Option<TicketStatus>, status: TicketStatus) {
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
        self.end_waits(at, ClockOutcome::Cancelled);
        // If the log has no solution, the closure is the end.
        if before.is_none_or(TicketStatus::is_unsolved) || self.ended.is_none() {
            let outcome = match status {
                TicketStatus::Deleted => ClockOutcome::Cancelled,
                _ => ClockOutcome::Fulfilled,
            };
            self.ended = Some((outcome, at));
        }
    }

    fn push(&mut self, metric: SlaMetric, start: i64, end: Option<i64>, outcome: ClockOutcome) {
        self.history.runs.push(ClockRun {
            metric,
            start,
            end,
            outcome,
        });
    }

    /// `created` is true if an agent created the ticket, `None` if the creation is unknown.
    fn finish(mut self, created: Option<bool>, merged: Option<i64>) {
        let off = merged.map(|at| (ClockOutcome::Cancelled, at));
        if let Some((outcome, at)) = off {
            self.end_waits(at, outcome);
        }
        if let Some(since) = self.waiting_since {
            self.push(SlaMetric::NextReply, since, None, ClockOutcome::Running);
        }
        if let Some(since) = self.updated {
            self.push(
                SlaMetric::PeriodicUpdate,
                since,
                None,
                ClockOutcome::Running,
            );
            self.push(
                SlaMetric::PausableUpdate,
                since,
                None,
                ClockOutcome::Running,
            );
        }
        let Some(by_agent) = created else {
            return;
        };
        if !by_agent {
            // Solved without a reply.
            let unanswered = self.ended.map(|(_, at)| (ClockOutcome::Cancelled, at));
            let end = self.answer.or(unanswered).or(off);
            self.whole(SlaMetric::FirstReply, end);
        }
        for metric in [
            SlaMetric::RequesterWait,
            SlaMetric::AgentWork,
            SlaMetric::TotalResolution,
        ] {
            self.whole(metric, self.ended.or(off));
        }
    }

    /// A clock that starts with the ticket.
    fn whole(&mut self, metric: SlaMetric, end: Option<(ClockOutcome, i64)>) {
        let outcome = end.map_or(ClockOutcome::Running, |(outcome, _)| outcome);
        self.push(metric, self.history.start, end.map(|(_, at)| at), outcome);
    }
}
