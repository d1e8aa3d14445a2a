//! The clocks of a ticket in the most obvious way: lists are searched, and seconds are counted.
//!
//! Nothing here is shared with the engine; definitions are those of docs/sla.md.

use crate::ticket_facts::log::Event;

const DAY: i64 = 86_400;

/// A change of the status: place, instant, before, after.
type Step = (usize, i64, Option<&'static str>, &'static str);

/// Metric, start, end, and whether fulfilment ends it.
type Clock = (&'static str, i64, Option<(i64, bool)>);

/// One target of a policy.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) metric: &'static str,
    pub(super) priority: Option<&'static str>,
    pub(super) when: Option<&'static str>,
    pub(super) target: i64,
    pub(super) is_business: bool,
    pub(super) pauses: Option<Vec<&'static str>>,
    pub(super) from: Option<i64>,
    pub(super) to: Option<i64>,
}

/// Expected row.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub(super) struct Row {
    pub(super) started: i64,
    pub(super) metric: String,
    pub(super) policy: String,
    pub(super) due: Option<i64>,
    pub(super) fulfilled: Option<i64>,
    pub(super) cancelled: Option<i64>,
    pub(super) paused: i64,
    pub(super) elapsed: i64,
    pub(super) status: String,
}

/// A ticket's log, prepared for the computation.
pub(super) struct Ticket {
    /// In order, none before the creation, none after a merge.
    events: Vec<Event>,
    /// Events of the whole life.
    all: Vec<Event>,
    created: Option<Event>,
    start: i64,
    as_of: i64,
    merged: Option<i64>,
    id: i64,
    steps: Vec<Step>,
    first_status: Option<&'static str>,
}

fn status(word: &str) -> &'static str {
    let known = [
        "new", "open", "pending", "hold", "solved", "closed", "deleted",
    ];
    let found = known.iter().find(|status| **status == word);
    found.copied().unwrap_or("other")
}

fn has_ended(status: Option<&str>) -> bool {
    matches!(status, Some("solved" | "closed" | "deleted"))
}

/// True if the calendar `seconds` is open.
fn opens(second: i64) -> bool {
    matches!(second.rem_euclid(DAY), 7..19 | 31..44 | 70..71)
}

fn changes(event: &Event, field: &str) -> bool {
    event.kind == Some("change") && event.field == Some(field)
}

impl Ticket {
    pub(super) fn new(id: i64, events: &[Event], as_of: i64) -> Self {
        let mut all = events.to_vec();
        all.sort_by_key(|event| (event.at, event.number));
        let created = all.iter().find(|event| event.kind == Some("created"));
        let created = created.cloned();
        let start = created.as_ref().unwrap_or(&all[0]).at.unwrap();
        for event in &mut all {
            event.at = event.at.max(Some(start));
        }
        let merge = all.iter().find(|event| changes(event, "merged_into_id"));
        let merged = merge.and_then(|event| event.at);
        let is_known = |event: &&Event| {
            let at = event.at.unwrap();
            at <= as_of && merged.is_none_or(|merged| at < merged)
        };
        let known: Vec<Event> = all.iter().filter(is_known).cloned().collect();
        let first = all.iter().find(|event| changes(event, "status"));
        let first = first.and_then(|event| event.old).map(status);
        let first_status = first.or_else(|| created.as_ref().map(|_| "new"));
        let mut ticket = Self {
            events: known,
            all,
            created,
            start,
            as_of,
            merged: merged.filter(|at| *at <= as_of),
            id,
            steps: vec![],
            first_status,
        };
        ticket.steps = ticket.steps();
        ticket
    }

    fn steps(&self) -> Vec<Step> {
        let mut current = self.first_status;
        let mut steps = Vec::new();
        for (place, event) in self.events.iter().enumerate() {
            let (old, new) = match event.kind {
                Some("deleted") => (None, Some("deleted")),
                _ if changes(event, "status") => (event.old.map(status), event.new.map(status)),
                _ => continue,
            };
            if let Some(new) = new {
                steps.push((place, event.at.unwrap(), old.or(current), new));
                current = Some(new);
            }
        }
        steps
    }

    fn status_at(&self, second: i64) -> Option<&'static str> {
        let before = self.steps.iter().rev().find(|step| step.1 <= second);
        before.map(|step| step.3).or(self.first_status)
    }

    /// Public comments of a role: places and instants.
    fn comments(&self, role: &str) -> Vec<(usize, i64)> {
        let is_meant = |event: &Event| {
            let is_seen =
                event.public == Some(true) || (role == "customer" && event.public.is_none());
            event.kind == Some("comment") && event.role == Some(role) && is_seen
        };
        let all = self.events.iter().enumerate();
        let meant = all.filter(|(_, event)| is_meant(event));
        meant
            .map(|(place, event)| (place, event.at.unwrap()))
            .collect()
    }

    fn is_by_agent(&self) -> bool {
        let created = self.created.as_ref();
        created.is_some_and(|created| created.role == Some("agent"))
    }

    /// Ends of the ticket: places and instants of changes to a status without waiting.
    fn offs(&self) -> Vec<(usize, i64)> {
        let ends = self.steps.iter();
        let ends =
            ends.filter(|(_, _, before, after)| *before != Some(after) && has_ended(Some(after)));
        ends.map(|(place, at, ..)| (*place, *at)).collect()
    }

    /// The first end of a wait after `place`: when, and whether it is a reply.
    fn wait_end(&self, place: Option<usize>) -> (Option<usize>, Option<(i64, bool)>) {
        let after = |(other, _): &&(usize, i64)| place.is_none_or(|place| *other > place);
        let (replies, offs) = (self.comments("agent"), self.offs());
        let reply = replies
            .iter()
            .find(after)
            .map(|(place, at)| (*place, *at, true));
        let off = offs
            .iter()
            .find(after)
            .map(|(place, at)| (*place, *at, false));
        match reply.into_iter().chain(off).min() {
            Some((place, at, is_reply)) => (Some(place), Some((at, is_reply))),
            None => (None, self.merged.map(|at| (at, false))),
        }
    }

    /// Every clock: metric, start, and how it ends.
    pub(super) fn clocks(&self) -> Vec<Clock> {
        let mut clocks = Vec::new();
        let replies = self.comments("agent");
        let mut free_from = 0;
        for (place, at) in self.comments("customer") {
            let is_spoken = self.is_by_agent() || replies.iter().any(|(reply, _)| *reply < place);
            if place < free_from || !is_spoken {
                continue;
            }
            let (last, end) = self.wait_end(Some(place));
            free_from = last.unwrap_or(usize::MAX);
            if !matches!(end, Some((end, false)) if end == at) {
                clocks.push(("next_reply", at, end));
            }
        }
        let is_public = |created: &Event| created.public != Some(false);
        let opening = self
            .created
            .as_ref()
            .filter(|created| self.is_by_agent() && is_public(created));
        let opening = opening
            .filter(|_| self.start <= self.as_of)
            .map(|_| (None, self.start));
        let updates = replies.iter().map(|(place, at)| (Some(*place), *at));
        for (place, at) in opening.into_iter().chain(updates) {
            let mut before = self.steps.iter().rev();
            let before = before.find(|step| place.is_some_and(|place| step.0 < place));
            let before = before.map(|step| step.3).or(self.first_status);
            let (_, end) = self.wait_end(place);
            let is_ended = place.is_some() && has_ended(before);
            if !is_ended && end.is_none_or(|(end, _)| end > at) {
                clocks.push(("periodic_update", at, end));
                clocks.push(("pausable_update", at, end));
            }
        }
        if self.created.is_some() && self.start <= self.as_of {
            clocks.extend(self.whole());
        }
        clocks
    }

    /// The clocks that start with the ticket.
    fn whole(&self) -> Vec<Clock> {
        let ended_before = |limit: usize| {
            let changes = |step: &&Step| step.0 < limit && step.2 != Some(step.3);
            let changes: Vec<&Step> = self.steps.iter().filter(changes).collect();
            let taken_up = changes.iter().rposition(|step| !has_ended(Some(step.3)));
            // The last end of unsolved work since then, or the first end that the log has.
            let ends = &changes[taken_up.map_or(0, |place| place + 1)..];
            let last = ends.iter().rev().find(|step| !has_ended(step.2));
            let end = last.or_else(|| ends.first());
            end.map(|(_, at, _, after)| (*at, *after != "deleted"))
        };
        let off = self.merged.map(|at| (at, false));
        let ended = ended_before(usize::MAX);
        let mut whole = Vec::new();
        if !self.is_by_agent() {
            let answer = self.comments("agent").first().map(|(place, at)| {
                let off = ended_before(*place).map(|(at, _)| (at, false));
                off.unwrap_or((*at, true))
            });
            let unanswered = ended.map(|(at, _)| (at, false));
            whole.push(("first_reply", self.start, answer.or(unanswered).or(off)));
        }
        for metric in ["requester_wait", "agent_work", "total_resolution"] {
            whole.push((metric, self.start, ended.or(off)));
        }
        whole
    }

    /// A field at an instant: the last change, or what the first one changed; `otherwise` where there is
    /// none.
    fn field(
        &self,
        field: &str,
        second: i64,
        otherwise: Option<&'static str>,
    ) -> Option<&'static str> {
        let own: Vec<&Event> = self
            .all
            .iter()
            .filter(|event| changes(event, field))
            .collect();
        let last = own.iter().rev().find(|event| event.at <= Some(second));
        match (last, own.first()) {
            (Some(last), _) => last.new,
            (None, Some(first)) => first.old,
            (None, None) => otherwise,
        }
    }

    /// The rows under `rules`, the first of which that fits is taken.
    pub(super) fn rows(&self, rules: &[Rule], retargets: bool) -> Vec<Row> {
        let mut rows = Vec::new();
        for (metric, start, end) in self.clocks() {
            let until = end.map_or(self.as_of, |(at, _)| at);
            let at = if retargets { until } else { start };
            let priority = self.field("priority", at, Some("normal"));
            let team = self.field("team", start, Some("none"));
            let fits = |rule: &&Rule| {
                rule.metric == metric
                    && rule.priority.is_none_or(|own| priority == Some(own))
                    && match rule.when {
                        None => true,
                        Some("plan = 'gold'") => self.id % 2 == 0,
                        Some("team = 'tier2'") => team == Some("tier2"),
                        Some(other) => panic!("{other}"),
                    }
                    && rule.from.is_none_or(|from| start >= from)
                    && rule.to.is_none_or(|to| start < to)
            };
            if let Some(rule) = rules.iter().find(fits) {
                rows.push(self.row(rule, start, end));
            }
        }
        rows
    }

    fn row(&self, rule: &Rule, start: i64, end: Option<(i64, bool)>) -> Row {
        let until = end.map_or(self.as_of, |(at, _)| at);
        let defaults: &[&str] = match rule.metric {
            "requester_wait" => &["pending", "other"],
            "agent_work" => &["pending", "hold", "other"],
            "pausable_update" => &["pending"],
            _ => &[],
        };
        let pauses = rule.pauses.as_deref().unwrap_or(defaults);
        let is_once = !["next_reply", "periodic_update", "pausable_update"].contains(&rule.metric);
        let stands = |second: i64| {
            let status = self.status_at(second);
            status.is_some_and(|status| pauses.contains(&status)) || is_once && has_ended(status)
        };
        let counts = |second: i64| !rule.is_business || opens(second);
        let (mut elapsed, mut paused, mut due) = (0, 0, None);
        for second in start..until {
            if stands(second) {
                paused += 1;
            } else if counts(second) {
                elapsed += 1;
                if elapsed == rule.target {
                    due = Some(second + 1);
                }
            }
        }
        let is_paused = end.is_none() && stands(until);
        if due.is_none() && !is_paused {
            let mut left = rule.target - elapsed;
            let mut second = until;
            while left > 0 {
                left -= i64::from(counts(second));
                second += 1;
            }
            due = Some(second);
        }
        let is_late = due.is_some_and(|due| until > due);
        let status = match (end, is_late) {
            (Some((_, true)), false) => "met",
            (Some(_), true) => "breached",
            (Some((_, false)), false) => "cancelled",
            (None, false) => "on_track",
            (None, true) => "overdue",
        };
        Row {
            started: start,
            metric: rule.metric.to_owned(),
            policy: rule.name.clone(),
            due,
            fulfilled: end.filter(|(_, is_met)| *is_met).map(|(at, _)| at),
            cancelled: end.filter(|(_, is_met)| !*is_met).map(|(at, _)| at),
            paused,
            elapsed,
            status: status.to_owned(),
        }
    }
}
