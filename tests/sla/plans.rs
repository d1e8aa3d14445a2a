//! Reading of `sla_events`: the log streams if it is ordered by ticket and is sorted if it is not, in
//! little memory.

use deskql::{Engine, EngineSettings};

use super::desk::{configured, policy};
use crate::support::data::{rows, text};

const CALL: &str =
    "sla_events(ticket_events, tickets => tickets, as_of => TIMESTAMP '2026-01-01 05:00:00')";

fn promises() -> String {
    let all = ["first_reply", "next_reply", "agent_work"];
    let one = |metric: &str| format!("{}when = \"plan <> 'free'\"\n", policy(metric, "'8h'"));
    all.map(one).concat()
}

async fn plan(engine: &Engine, sql: &str) -> String {
    rows(engine, &format!("EXPLAIN {sql}")).await.join("\n")
}

/// The table of tickets is sorted and merged with the events; the events are not sorted.
#[tokio::test]
async fn sorted_events_are_read_as_they_come() {
    let engine = configured(&promises()).await.unwrap();
    let plan = plan(&engine, &format!("SELECT * FROM {CALL}")).await;
    let physical = plan.split_once("physical_plan").unwrap().1;
    assert!(
        physical.contains("SlaClocksExec: input=as it comes"),
        "{plan}"
    );
    assert_eq!(physical.matches("SortExec").count(), 1, "{plan}");
    let (events, tickets) = (
        physical.find("event_no").unwrap(),
        physical.find("SortExec").unwrap(),
    );
    assert!(events < tickets, "{plan}");
    assert!(!physical.contains("Join"), "{plan}");
}

#[tokio::test]
async fn a_condition_on_the_ticket_reaches_events_and_tickets() {
    let engine = configured(&promises()).await.unwrap();
    let sql = format!("SELECT status FROM {CALL} WHERE ticket_id = 17 AND metric = 'agent_work'");
    let plan = plan(&engine, &sql).await;
    let below = plan.split_once("SlaClocks").unwrap().1;
    assert!(
        below.matches("ticket_id = Int64(17)").count() >= 2,
        "{plan}"
    );
    assert_eq!(
        rows(
            &engine,
            &format!("SELECT count(*) FROM {CALL} WHERE ticket_id = 17")
        )
        .await
        .len(),
        1
    );
}

/// The same answer from events in no order, on two threads, in less memory than they need.
#[tokio::test]
async fn sorting_spills_under_a_memory_limit() {
    let sum = |events: &str, tickets: &str| {
        format!(
            "SELECT metric, status, count(*), sum(elapsed_business_seconds), sum(paused_seconds)
             FROM sla_events({events}, tickets => {tickets}, as_of => TIMESTAMP '2026-01-01 05:00:00')
             GROUP BY ALL ORDER BY metric, status"
        )
    };
    let free = configured(&promises()).await.unwrap();
    let expected = rows(&free, &sum("ticket_events", "tickets")).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deskql.toml");
    text(&path, &promises());
    let bounded = Engine::open(EngineSettings {
        data: vec![concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data").to_owned()],
        config: Some(path),
        threads: Some(2),
        // Each of the two sorts holds 10 MB back for merging, and batches on their way take some more.
        memory_limit: Some(40 << 20),
        ..EngineSettings::default()
    });
    let bounded = bounded.await.unwrap();
    let scrambled = |table: &str| {
        format!("(SELECT * REPLACE (ticket_id * 7919 % 1000003 AS ticket_id) FROM {table})")
    };
    let sql = sum(&scrambled("ticket_events"), &scrambled("tickets"));
    let report = rows(&bounded, &format!("EXPLAIN ANALYZE {sql}"))
        .await
        .join("\n");
    let is_spilled = |part: &str| !part.starts_with('0');
    assert!(
        report.split("spill_count=").skip(1).any(is_spilled),
        "{report}"
    );
    assert_eq!(rows(&bounded, &sql).await, expected);
}
