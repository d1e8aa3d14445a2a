//! Random logs with many invalid events, under random policies.

use std::collections::BTreeMap;

use deskql::Engine;

use super::desk::{at, desk};
use super::oracle::{Row, Rule, Ticket};
use crate::support::data::rows;
use crate::support::random::Random;
use crate::ticket_facts::log::Event;
use crate::ticket_facts::random::log;

const METRICS: [&str; 7] = [
    "first_reply",
    "next_reply",
    "periodic_update",
    "pausable_update",
    "requester_wait",
    "agent_work",
    "total_resolution",
];

const CALENDAR: &str = "[calendars.seconds]\ntime_zone = 'UTC'\n\
    hours = { mon-sun = ['00:00:07-00:00:19', '00:00:31-00:00:44', '00:01:10-00:01:11'] }\n";

fn rule(random: &mut Random, number: usize) -> Rule {
    let metric = random.pick(&METRICS);
    let pauses = [
        vec![],
        vec!["pending"],
        vec!["open", "hold"],
        vec!["new", "other"],
    ];
    let place = usize::try_from(random.between(0, 3)).unwrap();
    let priority = random.pick(&["low", "high", "normal"]);
    let when = random.pick(&["plan = 'gold'", "team = 'tier2'"]);
    let (from, to) = (random.between(0, 30), random.between(31, 60));
    Rule {
        name: format!("p{number}"),
        metric,
        priority: random.unless(60, priority),
        when: random.unless(60, when),
        target: random.between(1, 40),
        is_business: random.chance(50),
        pauses: random.unless(50, pauses[place].clone()),
        from: random.unless(80, from),
        to: random.unless(80, to),
    }
}

/// The rule as a section of the config file.
fn section(rule: &Rule) -> String {
    let mut text = format!(
        "[[sla_policies]]\nname = '{}'\nmetric = '{}'\n",
        rule.name, rule.metric
    );
    text += &match rule.priority {
        Some(priority) => format!("target = {{ {priority} = '{}s' }}\n", rule.target),
        None => format!("target = '{}s'\n", rule.target),
    };
    if let Some(when) = rule.when {
        text += &format!("when = \"{when}\"\n");
    }
    if rule.is_business {
        text += "calendar = 'seconds'\n";
    }
    if let Some(pauses) = &rule.pauses {
        text += &format!("pause = {pauses:?}\n");
    }
    for (key, second) in [("effective_from", rule.from), ("effective_to", rule.to)] {
        if let Some(second) = second {
            text += &format!("{key} = '1970-01-01 00:00:{second:02}'\n");
        }
    }
    text.replace(":60'", ":59'")
}

/// Every ticket of the log but the last ones is in the table of tickets.
const TICKETS: &str = "(SELECT DISTINCT ticket_id, if(ticket_id % 2 = 0, 'gold', 'silver') AS plan,
    'normal' AS priority, 'none' AS team FROM events)";

async fn found(engine: &Engine, options: &str) -> BTreeMap<i64, Vec<Row>> {
    let seconds = ["started_at", "due_at", "fulfilled_at", "cancelled_at"]
        .map(|name| format!("arrow_cast({name}, 'Int64')"))
        .join(", ");
    let sql = format!(
        "SELECT ticket_id, metric, policy, status, CAST(paused_seconds AS BIGINT),
           CAST(elapsed_business_seconds AS BIGINT), {seconds},
           target_seconds - elapsed_business_seconds = remaining_seconds
         FROM sla_events(events, tickets => {TICKETS}, {options})"
    );
    let mut tickets: BTreeMap<i64, Vec<Row>> = BTreeMap::new();
    for row in rows(engine, &sql).await {
        let cells: Vec<&str> = row.split('|').collect();
        let number = |place: usize| cells[place].parse::<i64>().ok();
        assert_eq!(cells[10], "true", "{row}");
        tickets.entry(number(0).unwrap()).or_default().push(Row {
            started: number(6).unwrap(),
            metric: cells[1].to_owned(),
            policy: cells[2].to_owned(),
            due: number(7),
            fulfilled: number(8),
            cancelled: number(9),
            paused: number(4).unwrap(),
            elapsed: number(5).unwrap(),
            status: cells[3].to_owned(),
        });
    }
    tickets
}

fn by_ticket(events: &[Event]) -> BTreeMap<i64, Vec<Event>> {
    let mut tickets: BTreeMap<i64, Vec<Event>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.at.is_some()) {
        let own = tickets.entry(event.ticket.unwrap()).or_default();
        own.push(event.clone());
    }
    tickets
}

fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by(|one, other| one.partial_cmp(other).unwrap());
    rows
}

#[tokio::test]
async fn random_logs_give_what_counting_seconds_gives() {
    let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
    for seed in 0..60 {
        let mut random = Random::new(seed + 4_000);
        let events = log(&mut random);
        let rules: Vec<Rule> = (0..random.between(3, 16))
            .map(|number| rule(&mut random, usize::try_from(number).unwrap()))
            .collect();
        let size = usize::try_from(random.between(1, 64)).unwrap();
        let sections: String = rules.iter().map(section).collect();
        let engine = desk(&format!("{CALENDAR}{sections}"), &events, size).await;
        let rules: Vec<Rule> = rules
            .into_iter()
            .map(|rule| Rule {
                to: rule.to.map(|to| to.min(59)),
                ..rule
            })
            .collect();
        for retargets in [false, true] {
            let as_of = random.between(0, 80);
            let retarget = if retargets { "change" } else { "keep" };
            let options = format!("{}, retarget => '{retarget}'", at(as_of));
            let mut found = found(&engine, &options).await;
            for (id, own) in by_ticket(&events) {
                let expected = Ticket::new(id, &own, as_of).rows(&rules, retargets);
                for row in &expected {
                    let key = (row.metric.clone(), row.status.clone());
                    *seen.entry(key).or_default() += 1;
                }
                let found = sorted(found.remove(&id).unwrap_or_default());
                let mut own = own;
                own.sort_by_key(|event| (event.at, event.number));
                assert_eq!(
                    found,
                    sorted(expected),
                    "seed {seed}, ticket {id}, as of {as_of}, {retarget}: {rules:#?} {own:#?}"
                );
            }
            assert!(found.is_empty(), "{found:?}");
        }
    }
    // Every possible outcome of a clock occurred for one of each metric.
    for metric in METRICS {
        for status in ["met", "breached", "cancelled", "on_track", "overdue"] {
            let key = (metric.to_owned(), status.to_owned());
            assert!(seen.contains_key(&key), "no {metric} was {status}");
        }
    }
}
