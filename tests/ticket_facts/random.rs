//! Random logs with many invalid events, against the naive computation.

use std::collections::BTreeMap;

use deskql::Engine;
use serde_json::{Value, json};

use super::log::{Event, engine};
use super::oracle::{self, Row};
use crate::support::answers::{number, rows};
use crate::support::random::Random;

const TIMES: [&str; 16] = [
    "created_at",
    "first_bot_reply_at",
    "first_response_at",
    "first_any_response_at",
    "first_resolved_at",
    "resolved_at",
    "closed_at",
    "deleted_at",
    "first_ended_at",
    "ended_at",
    "first_assigned_at",
    "escalated_at",
    "merged_at",
    "waiting_since",
    "last_event_at",
    "NULL",
];

/// An event as a careless export has it. `number` is unique.
fn event(random: &mut Random, number: i64) -> Event {
    let statuses = [
        "new", "open", "pending", "hold", "solved", "closed", "weird",
    ];
    let field = random.pick(&[
        "status",
        "status",
        "status",
        "agent_id",
        "team",
        "priority",
        "is_escalated",
        "merged_into_id",
        "mood",
    ]);
    let values: &[&str] = match field {
        "status" => &statuses,
        "agent_id" => &["1", "2", "a much longer name of an agent"],
        "team" => &["billing", "tier2"],
        "is_escalated" => &["true", "false"],
        "merged_into_id" => &["5", "none"],
        _ => &["low", "high"],
    };
    let kind = random.pick(&["comment", "comment", "change", "change", "change", "viewed"]);
    let role = random.pick(&["agent", "customer", "customer", "bot", "system", "alien"]);
    let is_change = kind == "change" && !random.chance(3);
    let (old, new) = (random.pick(values), random.pick(values));
    let is_public = !random.chance(35);
    Event {
        ticket: Some(random.between(1, 12)),
        at: Some(random.between(0, 60)),
        number: Some(number),
        kind: Some(if random.chance(1) { "deleted" } else { kind }),
        role: random.unless(3, role),
        public: random.unless(4, is_public),
        field: if is_change { Some(field) } else { None },
        old: if is_change {
            random.unless(40, old)
        } else {
            None
        },
        new: if is_change {
            random.unless(8, new)
        } else {
            None
        },
    }
}

pub(crate) fn log(random: &mut Random) -> Vec<Event> {
    let length = random.between(1, 160);
    let mut events: Vec<Event> = (0..length).map(|number| event(random, number)).collect();
    for ticket in 1..=random.between(1, 12) {
        let number = length + ticket;
        let role = random.pick(&["customer", "agent", "system"]);
        let creation = Event {
            ticket: Some(ticket),
            at: Some(random.between(0, 25)),
            kind: Some("created"),
            role: Some(role),
            field: None,
            old: None,
            new: None,
            ..event(random, number)
        };
        events.push(creation);
    }
    shuffle(random, &mut events);
    events
}

fn shuffle(random: &mut Random, events: &mut [Event]) {
    for last in (1..events.len()).rev() {
        let other = random.between(0, i64::try_from(last).unwrap());
        events.swap(last, usize::try_from(other).unwrap());
    }
}

/// The rows of `source` by ticket, times as seconds.
pub(super) async fn facts(engine: &Engine, source: &str) -> BTreeMap<i64, Row> {
    let frame = engine
        .sql(&format!("SELECT * FROM {source} LIMIT 0"))
        .await
        .unwrap();
    let names: Vec<String> = frame
        .schema()
        .fields()
        .iter()
        .map(|f| f.name().clone())
        .collect();
    let columns = names.iter().map(|name| {
        if TIMES.contains(&name.as_str()) {
            format!("arrow_cast({name}, 'Int64') AS {name}")
        } else {
            name.clone()
        }
    });
    let sql = format!(
        "SELECT {} FROM {source}",
        columns.collect::<Vec<_>>().join(", ")
    );
    let batches = engine.sql(&sql).await.unwrap().collect().await.unwrap();
    let mut facts = BTreeMap::new();
    for row in batches.iter().flat_map(rows) {
        let mut named = Row::new();
        let id = row[0].as_i64().unwrap();
        for (name, value) in names.iter().zip(row).skip(1) {
            let name: &'static str = name.clone().leak();
            let value = match number(&value) {
                Some(seconds) if name.ends_with("_seconds") => json!(seconds),
                _ => value,
            };
            named.insert(name, value);
        }
        assert!(
            facts.insert(id, named).is_none(),
            "ticket {id} has two rows"
        );
    }
    facts
}

pub(super) fn expected(
    events: &[Event],
    as_of: Option<i64>,
    opens: Option<fn(i64) -> bool>,
) -> BTreeMap<i64, Row> {
    let mut tickets: BTreeMap<i64, Vec<Event>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.at.is_some()) {
        if as_of.is_none_or(|end| event.at <= Some(end)) {
            tickets
                .entry(event.ticket.unwrap())
                .or_default()
                .push(event.clone());
        }
    }
    let facts = tickets.into_iter();
    facts
        .map(|(id, events)| (id, oracle::facts(&events, as_of, opens)))
        .collect()
}

pub(super) fn compare(found: &BTreeMap<i64, Row>, expected: &BTreeMap<i64, Row>, events: &[Event]) {
    for (ticket, row) in expected {
        let found = &found[ticket];
        for (name, value) in row {
            let own = || events.iter().filter(|event| event.ticket == Some(*ticket));
            assert_eq!(
                found.get(name).unwrap_or(&Value::Null),
                value,
                "{name} of ticket {ticket}: {:#?}",
                own().collect::<Vec<_>>()
            );
        }
        assert_eq!(found.len(), row.len(), "{:?}", found.keys());
    }
    assert_eq!(found.len(), expected.len());
}

#[tokio::test]
async fn random_logs_give_what_the_naive_computation_gives() {
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let events = log(&mut random);
        let size = usize::try_from(random.between(1, 64)).unwrap();
        let engine = engine(&events, true, size).await;
        let found = facts(&engine, "ticket_facts(log)").await;
        compare(&found, &expected(&events, None, None), &events);
        let at = random.between(0, 80);
        let source =
            format!("ticket_facts(log, as_of => arrow_cast({at}, 'Timestamp(Second, None)'))");
        let found = facts(&engine, &source).await;
        compare(&found, &expected(&events, Some(at), None), &events);
    }
}

/// Without numbers, events of one second are ordered by their kind.
#[tokio::test]
async fn the_order_of_the_input_changes_nothing() {
    for seed in 100..130 {
        let mut random = Random::new(seed);
        let mut events = log(&mut random);
        for event in &mut events {
            event.at = event.at.map(|at| at / 10);
        }
        let one = facts(&engine(&events, false, 7).await, "ticket_facts(log)").await;
        shuffle(&mut random, &mut events);
        let other = facts(&engine(&events, false, 50).await, "ticket_facts(log)").await;
        assert_eq!(one, other);
    }
}

/// Rows without a ticket or a time are no events.
#[tokio::test]
async fn rows_that_belong_nowhere_are_left_out() {
    let mut random = Random::new(7);
    let events = log(&mut random);
    let mut more = events.clone();
    for (place, event) in events.iter().enumerate() {
        let (ticket, at) = (event.ticket, event.at);
        let is_even = place % 2 == 0;
        more.push(Event {
            ticket: ticket.filter(|_| is_even),
            at: at.filter(|_| !is_even),
            ..event.clone()
        });
    }
    let found = facts(&engine(&more, true, 16).await, "ticket_facts(log)").await;
    compare(&found, &expected(&events, None, None), &events);
}
