//! The generator's `tickets`, recomputed from its `ticket_events`.

use std::path::Path;

use deskql::Engine;
use deskql::internal::generate::{GenerateOptions, run};

use crate::support::data::{open, rows};

/// Columns that both tables have. The first priority is in `tickets` only, as the data model says.
const SHARED: [(&str, &str); 21] = [
    ("created_at", "f.created_at"),
    ("created_by", "f.created_by"),
    ("status", "f.status"),
    ("priority", "coalesce(f.priority, t.priority)"),
    ("team", "f.team"),
    ("agent_id", "CAST(f.agent_id AS BIGINT)"),
    ("first_bot_reply_at", "f.first_bot_reply_at"),
    ("first_response_at", "f.first_response_at"),
    ("first_resolved_at", "f.first_resolved_at"),
    ("resolved_at", "f.resolved_at"),
    ("closed_at", "f.closed_at"),
    ("replies", "f.replies"),
    ("customer_messages", "f.customer_messages"),
    ("internal_notes", "f.internal_notes"),
    ("reopens", "f.reopens"),
    ("reassignments", "f.reassignments"),
    ("handoffs", "f.handoffs"),
    ("is_escalated", "f.is_escalated"),
    ("escalated_at", "f.escalated_at"),
    ("merged_into_id", "f.merged_into_id"),
    ("ticket_id", "f.ticket_id"),
];

/// Number of tickets, and for each column the number of tickets in which it differs.
async fn differences(engine: &Engine, tickets: &str, events: &str) -> Vec<String> {
    let counts = SHARED.map(|(column, value)| {
        format!("count(*) FILTER (WHERE t.{column} IS DISTINCT FROM {value}) AS {column}")
    });
    let sql = format!(
        "SELECT count(*) AS n, {} FROM {tickets} t FULL JOIN ticket_facts({events}) f
           ON t.ticket_id = f.ticket_id",
        counts.join(", ")
    );
    rows(engine, &sql).await
}

fn none_of(tickets: usize) -> Vec<String> {
    vec![format!("{tickets}{}", "|0".repeat(SHARED.len()))]
}

#[tokio::test]
async fn the_sample_is_recomputed_without_a_difference() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    let engine = open(&[&sample]).await.unwrap();
    assert_eq!(
        differences(&engine, "tickets", "ticket_events").await,
        none_of(20_000)
    );
    // The same events in no order, and without their numbers.
    let shuffled = "(SELECT * EXCLUDE (event_no) FROM ticket_events ORDER BY md5(event_no || '-' || ticket_id) LIMIT 9000000)";
    assert_eq!(
        differences(&engine, "tickets", shuffled).await,
        none_of(20_000)
    );
}

/// Faults in events touch their own tickets only: where a dirty log has all of a ticket's events, its
/// facts are those of the clean desk.
#[tokio::test]
async fn a_dirty_desk_is_recomputed_where_its_events_are_whole() {
    let folder = tempfile::tempdir().unwrap();
    let desk = |name: &str, dirty: f64| {
        let options = GenerateOptions {
            dirty,
            ..GenerateOptions::new(3_000, 5, folder.path().join(name))
        };
        run(&options, |_| Ok(())).unwrap();
        options.output
    };
    let (clean, dirty) = (desk("clean", 0.0), desk("dirty", 0.01));
    let engine = open(&[&clean.join("tickets.parquet")]).await.unwrap();
    for (name, path) in [("clean_events", &clean), ("dirty_events", &dirty)] {
        let sql = format!(
            "CREATE EXTERNAL TABLE {name} STORED AS PARQUET LOCATION '{}'",
            path.join("ticket_events.parquet").display()
        );
        engine.sql(&sql).await.unwrap().collect().await.unwrap();
    }
    let whole = "CREATE VIEW whole AS SELECT ticket_id FROM clean_events c LEFT JOIN
          (SELECT DISTINCT ticket_id, event_no FROM dirty_events WHERE event_at IS NOT NULL) d
          USING (ticket_id, event_no)
        GROUP BY ticket_id HAVING count(*) = count(d.event_no)";
    engine.sql(whole).await.unwrap().collect().await.unwrap();
    let tickets = "(SELECT * FROM tickets WHERE ticket_id IN (SELECT ticket_id FROM whole))";
    let events = "(SELECT * FROM dirty_events WHERE ticket_id IN (SELECT ticket_id FROM whole))";
    let found = differences(&engine, tickets, events).await;
    let count: usize = found[0].split('|').next().unwrap().parse().unwrap();
    assert!((2_000..3_000).contains(&count), "{count} whole tickets");
    assert_eq!(found, none_of(count));
}
