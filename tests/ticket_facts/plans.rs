//! Reading of the events: they stream if ordered by ticket and are sorted if not, in little memory.

use std::path::Path;

use deskql::{Engine, EngineSettings};

use super::log::{comment, created, engine};
use crate::support::data::{open, rows};

async fn plan(engine: &Engine, sql: &str) -> String {
    rows(engine, &format!("EXPLAIN {sql}")).await.join("\n")
}

fn sample() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data")
}

#[tokio::test]
async fn sorted_files_are_read_as_they_come() {
    let engine = open(&[&sample()]).await.unwrap();
    let plan = plan(&engine, "SELECT * FROM ticket_facts(ticket_events)").await;
    assert!(
        plan.contains("TicketFactsExec: input=as it comes"),
        "{plan}"
    );
    assert!(!plan.contains("SortExec"), "{plan}");
}

#[tokio::test]
async fn events_in_any_order_are_divided_and_sorted() {
    let engine = engine(
        &[created(0, "customer"), comment(1, "agent", true)],
        false,
        1,
    )
    .await;
    let plan = plan(&engine, "SELECT * FROM ticket_facts(log)").await;
    assert!(plan.contains("TicketFactsExec: input=sorted"), "{plan}");
    assert!(plan.contains("SortExec"), "{plan}");
}

#[tokio::test]
async fn a_condition_on_the_ticket_reaches_the_events() {
    let engine = open(&[&sample()]).await.unwrap();
    let sql = "SELECT replies FROM ticket_facts(ticket_events) WHERE ticket_id = 17 AND events > 1";
    let plan = plan(&engine, sql).await;
    let below = plan.split_once("TicketFacts").unwrap().1;
    assert!(below.contains("ticket_id = Int64(17)"), "{plan}");
    assert!(!below.contains("events >"), "{plan}");
}

/// Twenty thousand tickets in less memory than their events need, with the same answer.
#[tokio::test]
async fn sorting_spills_under_a_memory_limit() {
    let facts = |events: &str| {
        format!(
            "SELECT count(*), sum(replies), sum(requester_wait_seconds), max(events), sum(agents)
            FROM ticket_facts({events})"
        )
    };
    let free = open(&[&sample()]).await.unwrap();
    let expected = rows(&free, &facts("ticket_events")).await;
    let bounded = Engine::open(EngineSettings {
        data: vec![sample().display().to_string()],
        threads: Some(2),
        memory_limit: Some(16 << 20),
        ..EngineSettings::default()
    });
    // Other tickets with the same events, in an unknown order.
    let scrambled =
        "(SELECT * REPLACE (ticket_id * 7919 % 1000003 AS ticket_id) FROM ticket_events)";
    let bounded = bounded.await.unwrap();
    let report = rows(&bounded, &format!("EXPLAIN ANALYZE {}", facts(scrambled)))
        .await
        .join("\n");
    let spilled = report
        .split("SortExec")
        .nth(1)
        .and_then(|sort| sort.split("spill_count=").nth(1));
    assert!(
        spilled.is_some_and(|count| !count.starts_with('0')),
        "{report}"
    );
    assert_eq!(rows(&bounded, &facts(scrambled)).await, expected);
}

#[tokio::test]
async fn tickets_can_be_texts_and_columns_may_come_in_any_type() {
    let engine = engine(
        &[created(0, "customer"), comment(8, "agent", true)],
        true,
        1,
    )
    .await;
    let sql = "SELECT ticket_id, replies, first_response_seconds FROM ticket_facts((
        SELECT * REPLACE (
          arrow_cast('T-' || ticket_id, 'Dictionary(Int32, Utf8)') AS ticket_id,
          arrow_cast(kind, 'LargeUtf8') AS kind,
          arrow_cast(event_at, 'Timestamp(Nanosecond, Some(\"UTC\"))') AS event_at,
          NULL AS old_value)
        FROM log))";
    assert_eq!(rows(&engine, sql).await, ["T-1|1|8.0"]);
}

#[tokio::test]
async fn any_table_or_query_can_be_asked() {
    let engine = engine(
        &[created(0, "customer"), comment(8, "agent", true)],
        true,
        1,
    )
    .await;
    engine
        .sql("CREATE VIEW Seen AS SELECT * FROM log")
        .await
        .unwrap()
        .collect()
        .await
        .unwrap();
    for events in [
        "log",
        "'log'",
        "LOG",
        "public.log",
        "seen",
        "(SELECT * FROM log)",
        "(FROM log)",
        "mine",
    ] {
        let sql = format!(
            "WITH mine AS (SELECT * FROM log) SELECT f.replies FROM ticket_facts({events}) AS f"
        );
        assert_eq!(rows(&engine, &sql).await, ["1"], "{events}");
    }
    let empty = "SELECT count(*) FROM ticket_facts((SELECT * FROM log WHERE ticket_id > 9))";
    assert_eq!(rows(&engine, empty).await, ["0"]);
}
