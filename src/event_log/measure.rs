//! Measures a clock against its target.

use super::clocks::ClockOutcome;
use super::vocabulary::TicketStatus;
use crate::sla::SlaRule;
use crate::time::calendar::{ALWAYS, BusinessTimeCalculator};

/// A rule with its calendar.
pub(super) struct SlaRuleEvaluator<'a> {
    pub(super) rule: &'a SlaRule,
    /// `None` for a target in 24-hour time.
    clock: Option<BusinessTimeCalculator>,
}

/// One clock: times in ticks of the log.
pub(super) struct ClockInterval<'a> {
    pub(super) start: i64,
    pub(super) end: Option<i64>,
    pub(super) outcome: ClockOutcome,
    pub(super) as_of: i64,
    /// Pairs of a time and the number of the status that begins then, in one list.
    pub(super) steps: &'a [i64],
}

/// Result of a measurement, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClockMeasurement {
    /// The target.
    pub(super) target: i128,
    /// Time that counts towards the target: business time if there is a calendar.
    pub(super) elapsed: i128,
    /// Elapsed time while the clock was paused.
    pub(super) paused: i128,
    /// Time at which the target is used up; `None` if the clock is paused before that, and if the
    /// calendar has not enough business time.
    pub(super) due: Option<i64>,
    /// True if the clock is paused at `as_of`.
    pub(super) is_paused: bool,
    pub(super) status: &'static str,
}

impl<'a> SlaRuleEvaluator<'a> {
    pub(super) fn new(rule: &'a SlaRule) -> Self {
        let is_always = rule.calendar.name() == ALWAYS;
        let clock = (!is_always).then(|| rule.calendar.calculator());
        Self { rule, clock }
    }

    fn between<const P: i64>(&mut self, from: i64, to: i64) -> i128 {
        match &mut self.clock {
            Some(clock) => clock.ticks_between::<P>(from, to),
            None => i128::from(to) - i128::from(from),
        }
    }

    fn add<const P: i64>(&mut self, from: i64, amount: i128) -> Option<i64> {
        match &mut self.clock {
            Some(clock) => clock.ticks_added::<P>(from, amount),
            None => i64::try_from(i128::from(from) + amount).ok(),
        }
    }

    /// True if the clock is paused in the status of this number.
    fn stops(&self, status: i64) -> bool {
        match usize::try_from(status) {
            Ok(place) if place < TicketStatus::Solved as usize => self.rule.pauses.has(place),
            // Solved, closed or deleted: the work has ended.
            Ok(_) => self.rule.metric.is_once(),
            Err(_) => false,
        }
    }

    /// Measures `interval`, with `P` ticks in a second.
    pub(super) fn measure<const P: i64>(
        &mut self,
        interval: &ClockInterval<'_>,
    ) -> ClockMeasurement {
        let until = interval.end.unwrap_or(interval.as_of);
        let target = i128::from(self.rule.target) * i128::from(P);
        let (mut elapsed, mut paused, mut due) = (0, 0, None);
        let mut stands = false;
        let mut since = interval.start;
        let last = [until, -1];
        let steps = interval.steps.chunks_exact(2).chain([&last[..]]);
        for step in steps {
            let at = step[0].clamp(since, until);
            if stands {
                paused += i128::from(at) - i128::from(since);
            } else if at > since {
                let part = self.between::<P>(since, at);
                if due.is_none() && elapsed + part >= target {
                    due = self.add::<P>(since, target - elapsed);
                }
                elapsed += part;
            }
            since = at;
            // The last step is the end, not a status.
            if step[1] >= 0 {
                stands = self.stops(step[1]);
            }
        }
        let is_paused = stands && interval.end.is_none();
        if elapsed < target && !is_paused {
            due = self.add::<P>(until, target - elapsed);
        }
        ClockMeasurement {
            target,
            elapsed,
            paused,
            due,
            is_paused,
            status: status(interval, due),
        }
    }
}

/// Met or breached, by comparing times: an event exactly at the due time is in time.
fn status(interval: &ClockInterval<'_>, due: Option<i64>) -> &'static str {
    let until = interval.end.unwrap_or(interval.as_of);
    let is_late = due.is_some_and(|due| until > due);
    match (interval.outcome, is_late) {
        (ClockOutcome::Fulfilled, false) => "met",
        (ClockOutcome::Fulfilled | ClockOutcome::Cancelled, true) => "breached",
        (ClockOutcome::Cancelled, false) => "cancelled",
        (ClockOutcome::Running, false) => "on_track",
        (ClockOutcome::Running, true) => "overdue",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::sla::SlaMetric;
    use crate::sla::metric::PAUSABLE;
    use crate::time::calendar::BusinessCalendars;

    #[test]
    fn statuses_that_pause_stand_where_the_policies_have_them() {
        for (place, name) in PAUSABLE.iter().enumerate() {
            assert_eq!(TicketStatus::ALL[place].label(), *name);
        }
        assert_eq!(TicketStatus::ALL[PAUSABLE.len()], TicketStatus::Solved);
    }

    fn work(target: i64) -> SlaRule {
        let calendars = BusinessCalendars::default();
        SlaRule {
            policy: "work".to_owned(),
            metric: SlaMetric::AgentWork,
            priority: None,
            when: None,
            target,
            calendar: Arc::clone(calendars.find(ALWAYS).unwrap()),
            pauses: SlaMetric::AgentWork.pauses(),
            from: None,
            to: None,
            source: String::new(),
        }
    }

    #[test]
    fn pauses_move_the_due_time() {
        let rule = work(60);
        let [new, pending, open] =
            [TicketStatus::New, TicketStatus::Pending, TicketStatus::Open].map(|s| s as i64);
        let steps = [0, new, 20, pending, 50, open];
        let mut interval = ClockInterval {
            start: 0,
            end: None,
            outcome: ClockOutcome::Running,
            as_of: 40,
            steps: &steps[..4],
        };
        let standing = SlaRuleEvaluator::new(&rule).measure::<1>(&interval);
        assert_eq!((standing.elapsed, standing.paused), (20, 20));
        assert_eq!((standing.due, standing.is_paused), (None, true));
        interval.steps = &steps;
        for (as_of, elapsed, status) in [
            (60, 30, "on_track"),
            (90, 60, "on_track"),
            (91, 61, "overdue"),
        ] {
            interval.as_of = as_of;
            let found = SlaRuleEvaluator::new(&rule).measure::<1>(&interval);
            assert_eq!((found.elapsed, found.paused), (elapsed, 30));
            assert_eq!((found.due, found.status), (Some(90), status));
        }
    }
}
