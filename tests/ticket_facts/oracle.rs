//! The facts of a ticket in the most obvious way: second by second, and list by list.
//!
//! Nothing here is shared with the engine; definitions are those of docs/ticket-facts.md.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde_json::{Value, json};

use super::log::Event;

/// Expected value of each column.
pub(super) type Row = BTreeMap<&'static str, Value>;

const STATUSES: [&str; 7] = [
    "new", "open", "pending", "hold", "solved", "closed", "deleted",
];

fn status(word: &str) -> &'static str {
    let known = STATUSES.iter().find(|status| **status == word);
    known.copied().unwrap_or("other")
}

pub(super) fn is_unsolved(status: Option<&str>) -> bool {
    !matches!(status, Some("solved" | "closed" | "deleted"))
}

/// A change from one status to another one.
pub(super) struct Step {
    place: usize,
    at: i64,
    pub(super) before: Option<&'static str>,
    pub(super) after: &'static str,
}

pub(super) struct Oracle {
    /// In order, none before the creation.
    events: Vec<Event>,
    pub(super) created: Option<Event>,
    start: i64,
    end: i64,
    /// The status from each instant on.
    statuses: Vec<(i64, Option<&'static str>)>,
    steps: Vec<Step>,
}

/// Facts of the ticket with `events`, whose numbers order them within a second; also in business time
/// if `opens` defines the open seconds.
pub(super) fn facts(events: &[Event], as_of: Option<i64>, opens: Option<fn(i64) -> bool>) -> Row {
    let known = |event: &&Event| event.at.is_some_and(|at| as_of.is_none_or(|end| at <= end));
    let mut events: Vec<Event> = events.iter().filter(known).cloned().collect();
    events.sort_by_key(|event| (event.at, event.number));
    let created = events
        .iter()
        .find(|event| event.kind == Some("created"))
        .cloned();
    let last = events.last().unwrap().at.unwrap();
    let early = created.as_ref().map_or(0, |created| {
        events.iter().filter(|event| event.at < created.at).count()
    });
    let start = created
        .as_ref()
        .map_or(events[0].at, |event| event.at)
        .unwrap();
    for event in &mut events {
        event.at = event.at.max(Some(start));
    }
    let oracle = Oracle::new(events, created, start, as_of.unwrap_or(last));
    let mut row = oracle.row();
    row.extend(oracle.durations(&|_| true));
    if let Some(opens) = opens {
        let business = oracle.durations(&opens).into_iter();
        let named =
            |(name, value)| -> (&'static str, Value) { (format!("business_{name}").leak(), value) };
        row.extend(business.map(named));
    }
    row.insert("last_event_at", json!(last));
    row.insert("early_events", json!(early));
    row
}

impl Oracle {
    fn new(events: Vec<Event>, created: Option<Event>, start: i64, end: i64) -> Self {
        let changes = |event: &&Event| {
            event.kind == Some("deleted")
                || event.kind == Some("change")
                    && event.field == Some("status")
                    && event.new.is_some()
        };
        let first = events
            .iter()
            .find(|event| event.kind == Some("change") && event.field == Some("status"));
        let first = first.and_then(|event| event.old).map(status);
        let mut current = first.or_else(|| created.as_ref().map(|_| "new"));
        let mut statuses = vec![(start, current)];
        let mut steps = Vec::new();
        for (place, event) in events
            .iter()
            .enumerate()
            .filter(|(_, event)| changes(event))
        {
            let is_change = event.kind == Some("change");
            let after = if is_change {
                status(event.new.unwrap())
            } else {
                "deleted"
            };
            let old = event.old.filter(|_| is_change).map(status);
            let before = old.or(current);
            if before != Some(after) {
                let at = event.at.unwrap();
                steps.push(Step {
                    place,
                    at,
                    before,
                    after,
                });
            }
            current = Some(after);
            statuses.push((event.at.unwrap(), current));
        }
        Self {
            events,
            created,
            start,
            end,
            statuses,
            steps,
        }
    }

    pub(super) fn status_at(&self, second: i64) -> Option<&'static str> {
        let mut entered = self.statuses.iter().filter(|(at, _)| *at <= second);
        entered.next_back().unwrap().1
    }

    pub(super) fn agent_at(&self, second: i64) -> Option<&'static str> {
        let mut assigned = self.events.iter().filter(|event| {
            event.kind == Some("change")
                && event.field == Some("agent_id")
                && event.at <= Some(second)
        });
        assigned.next_back().and_then(|event| event.new)
    }

    /// Seconds of the ticket's life for which a condition holds.
    pub(super) fn seconds(&self, holds: impl Fn(i64) -> bool) -> Value {
        if self.created.is_none() {
            return Value::Null;
        }
        json!(
            (self.start..self.end)
                .filter(|second| holds(*second))
                .count() as f64
        )
    }

    pub(super) fn comments(&self, is_meant: impl Fn(&Event) -> bool) -> Vec<i64> {
        let all = self
            .events
            .iter()
            .filter(|event| event.kind == Some("comment"));
        all.filter(|event| is_meant(event))
            .map(|event| event.at.unwrap())
            .collect()
    }

    /// Instant at which the ticket last entered one of `statuses`, if it has not been reopened since.
    pub(super) fn lasting(&self, is_meant: impl Fn(&Step) -> bool) -> Option<i64> {
        let reopened = self
            .steps
            .iter()
            .rposition(|step| is_unsolved(Some(step.after)));
        let since = &self.steps[reopened.map_or(0, |place| place + 1)..];
        since
            .iter()
            .filter(|step| is_meant(step))
            .map(|step| step.at)
            .last()
    }

    pub(super) fn first(&self, is_meant: impl Fn(&Step) -> bool) -> Option<i64> {
        self.steps
            .iter()
            .find(|step| is_meant(step))
            .map(|step| step.at)
    }

    /// The waits of the customer for a reply: the finished ones, and the start of the open one.
    pub(super) fn waits(&self) -> (Vec<Range<i64>>, Option<i64>) {
        let is_reply = |event: &Event| {
            (event.kind, event.role, event.public) == (Some("comment"), Some("agent"), Some(true))
        };
        let is_message = |event: &Event| {
            (event.kind, event.role) == (Some("comment"), Some("customer"))
                && event.public != Some(false)
        };
        let by_agent = self
            .created
            .as_ref()
            .is_some_and(|event| event.role == Some("agent"));
        let mut words: Vec<Option<usize>> = by_agent.then_some(None).into_iter().collect();
        let replies = self
            .events
            .iter()
            .enumerate()
            .filter(|(_, event)| is_reply(event));
        words.extend(replies.map(|(place, _)| Some(place)));
        let (mut answered, mut open) = (Vec::new(), None);
        for (number, word) in words.iter().enumerate() {
            let next = words.get(number + 1).map(|next| next.unwrap());
            let from = word.map_or(0, |place| place + 1);
            let to = next.unwrap_or(self.events.len());
            let over = self
                .steps
                .iter()
                .filter(|step| !is_unsolved(Some(step.after)));
            let mut over = over
                .map(|step| step.place)
                .filter(|place| (from..to).contains(place));
            let from = over.next_back().unwrap_or(from);
            let message = self.events[from..to].iter().find(|event| is_message(event));
            let since = message.map(|event| event.at.unwrap());
            match (since, next) {
                (Some(since), Some(next)) => answered.push(since..self.events[next].at.unwrap()),
                (since, None) => open = since,
                _ => {}
            }
        }
        (answered, open)
    }

    /// Values that a field had, how often it went from one to another, and the last one.
    fn field(&self, name: &str) -> (usize, usize, Option<&'static str>) {
        let mut values = BTreeSet::new();
        let (mut moves, mut current) = (0, None);
        for event in &self.events {
            if event.kind != Some("change") || event.field != Some(name) {
                continue;
            }
            let before = event.old.or(current);
            values.extend(event.old.into_iter().chain(event.new));
            moves += usize::from(before.is_some() && event.new.is_some() && before != event.new);
            current = event.new;
        }
        (values.len(), moves, current)
    }

    #[expect(clippy::too_many_lines, reason = "a line or two for each column")]
    fn row(&self) -> Row {
        let is = |role: &'static str, public: bool| {
            move |event: &Event| event.role == Some(role) && event.public == Some(public)
        };
        let created = self.created.as_ref().and_then(|event| event.at);
        let replies = self.comments(is("agent", true));
        let bots = self.comments(is("bot", true));
        let any = self.comments(|event| {
            matches!(event.role, Some("agent" | "bot" | "system")) && event.public == Some(true)
        });
        let messages =
            self.comments(|event| event.role == Some("customer") && event.public != Some(false));
        let ends =
            |step: &Step| matches!(step.after, "solved" | "closed") && is_unsolved(step.before);
        let (first_ended, ended) = (self.first(ends), self.lasting(ends));
        let (waits, open_wait) = self.waits();
        let (agents, reassignments, agent) = self.field("agent_id");
        let (teams, handoffs, team) = self.field("team");
        let escalated = self.events.iter().filter(|event| {
            event.kind == Some("change")
                && event.field == Some("is_escalated")
                && event.new == Some("true")
        });
        let escalated: Vec<i64> = escalated.map(|event| event.at.unwrap()).collect();
        let merges = self
            .events
            .iter()
            .filter(|event| event.kind == Some("change") && event.field == Some("merged_into_id"));
        let merges: Vec<&Event> = merges.collect();
        let role = self.created.as_ref().and_then(|event| event.role);
        let role = role.filter(|role| ["agent", "customer", "bot", "system"].contains(role));
        BTreeMap::from([
            ("created_at", json!(created)),
            ("created_by", json!(role)),
            ("status", json!(self.statuses.last().unwrap().1)),
            ("priority", json!(self.field("priority").2)),
            ("team", json!(team)),
            ("agent_id", json!(agent)),
            ("first_bot_reply_at", json!(bots.first())),
            ("first_response_at", json!(replies.first())),
            ("first_any_response_at", json!(any.first())),
            (
                "first_resolved_at",
                json!(self.first(|step| step.after == "solved")),
            ),
            (
                "resolved_at",
                json!(self.lasting(|step| step.after == "solved")),
            ),
            (
                "closed_at",
                json!(self.lasting(|step| step.after == "closed")),
            ),
            (
                "deleted_at",
                json!(self.lasting(|step| step.after == "deleted")),
            ),
            ("first_ended_at", json!(first_ended)),
            ("ended_at", json!(ended)),
            ("first_assigned_at", json!(self.first_assigned())),
            ("escalated_at", json!(escalated.first())),
            ("is_escalated", json!(!escalated.is_empty())),
            ("escalations", json!(escalated.len())),
            (
                "merged_at",
                json!(merges.first().map(|event| event.at.unwrap())),
            ),
            ("is_merged", json!(!merges.is_empty())),
            (
                "merged_into_id",
                merges
                    .last()
                    .and_then(|event| event.new)
                    .and_then(|into| into.parse::<i64>().ok())
                    .map_or(Value::Null, |into| json!(into)),
            ),
            ("waiting_since", json!(open_wait)),
            ("events", json!(self.events.len())),
            ("replies", json!(replies.len())),
            ("bot_replies", json!(bots.len())),
            ("customer_messages", json!(messages.len())),
            (
                "internal_notes",
                json!(self.comments(is("agent", false)).len()),
            ),
            ("next_replies", json!(waits.len())),
            (
                "reopens",
                json!(
                    self.steps
                        .iter()
                        .filter(|step| is_unsolved(Some(step.after))
                            && matches!(step.before, Some("solved" | "closed")))
                        .count()
                ),
            ),
            ("reassignments", json!(reassignments)),
            ("handoffs", json!(handoffs)),
            ("agents", json!(agents)),
            ("teams", json!(teams)),
        ])
    }

    fn first_assigned(&self) -> Option<i64> {
        let assigned = self.events.iter().find(|event| {
            event.kind == Some("change") && event.field == Some("agent_id") && event.new.is_some()
        });
        assigned.and_then(|event| event.at)
    }
}
