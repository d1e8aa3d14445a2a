//! Deliberate faults: each kind is found in the tables as often as the summary reports.

use deskql::internal::generate::{DataFault, GenerateOptions};

use super::{generate, numbers};
use crate::support::data::open;

fn found(fault: DataFault) -> &'static str {
    match fault {
        DataFault::OffScaleScore => {
            "SELECT count(*) FROM surveys WHERE score NOT BETWEEN CASE kind WHEN 'nps' THEN 0 ELSE 1 END
               AND CASE kind WHEN 'nps' THEN 10 WHEN 'ces' THEN 7 ELSE 5 END"
        }
        DataFault::EndBeforeStart => "SELECT count(*) FROM tickets WHERE resolved_at < created_at",
        DataFault::Duplicate => {
            "SELECT (SELECT count(*) - count(DISTINCT ticket_id) FROM tickets)
               + (SELECT count(*) - count(DISTINCT survey_id) FROM surveys)
               + (SELECT sum(n - 1) FROM (SELECT count(*) AS n FROM ticket_events GROUP BY ticket_id, event_no))"
        }
        DataFault::Orphan => {
            "SELECT (SELECT count(*) FROM tickets LEFT ANTI JOIN customers USING (customer_id)
                 WHERE customer_id IS NOT NULL)
               + (SELECT count(*) FROM ticket_events LEFT ANTI JOIN tickets USING (ticket_id))
               + (SELECT count(*) FROM surveys LEFT ANTI JOIN tickets USING (ticket_id) WHERE ticket_id IS NOT NULL)
               + (SELECT count(*) FROM surveys LEFT ANTI JOIN customers USING (customer_id))"
        }
        DataFault::Null => {
            "SELECT (SELECT count(*) FROM tickets WHERE customer_id IS NULL OR channel IS NULL OR created_at IS NULL)
               + (SELECT count(*) FROM ticket_events WHERE event_at IS NULL)"
        }
        other => panic!("no query for {other:?}"),
    }
}

#[tokio::test]
async fn the_summary_counts_what_the_tables_hold() {
    let folder = tempfile::tempdir().unwrap();
    let summary = generate(&GenerateOptions {
        dirty: 0.05,
        ..GenerateOptions::new(2_000, 11, folder.path())
    });
    let engine = open(&[folder.path()]).await.unwrap();
    assert_eq!(summary.faults.len(), DataFault::ALL.len());
    for (fault, count) in summary.faults {
        assert!(count > 0, "{fault:?}");
        let found = numbers(&engine, found(fault)).await;
        assert_eq!(format!("{}", found[0]), format!("{count}"), "{fault:?}");
    }
}

#[test]
fn dirty_data_is_deterministic_and_clean_data_has_no_faults() {
    let write = |dirty, threads| {
        let folder = tempfile::tempdir().unwrap();
        let summary = generate(&GenerateOptions {
            dirty,
            threads: Some(threads),
            ..GenerateOptions::new(9_000, 3, folder.path())
        });
        let tickets = std::fs::read(folder.path().join("tickets.parquet")).unwrap();
        (summary, tickets)
    };
    assert_eq!(write(0.1, 1), write(0.1, 2));
    assert!(write(0.0, 1).0.faults.iter().all(|(_, count)| *count == 0));
}
