//! Small tables whose faults are counted by hand.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, TimestampMicrosecondArray};

use super::{outline, report, sql_gives_the_counts, the};
use crate::support::data::{ints, parquet, text, texts};

/// Ticket 1 ends before it starts, 2 is there twice and once a fax, 3 has an unknown customer and no channel, 4 has
/// no time and no customer.
const TICKETS: &str = "ticket_id,created_at,resolved_at,channel,customer_id\n\
    1,2025-01-06T09:00:00Z,2025-01-06T08:00:00Z,email,7\n\
    2,2025-01-06T09:00:00Z,,fax,8\n\
    2,2025-01-07T09:00:00Z,,email,8\n\
    3,2025-01-08T09:00:00Z,2025-01-08T10:00:00Z,,9\n\
    4,,,phone,\n\
    5,2025-01-09T09:00:00Z,2025-01-09T09:00:00Z,chat,7\n";

/// 1, 3 and 5 are off the scale of their kind, 5 is about an unknown ticket, 6 of an unknown kind.
const SURVEYS: &str = "survey_id,kind,ticket_id,customer_id,offered_at,score\n\
    1,csat,1,7,2025-01-06T10:00:00Z,6\n\
    2,nps,,8,2025-01-06T10:00:00Z,10\n\
    3,nps,,8,2025-01-06T10:00:00Z,11\n\
    4,ces,5,7,2025-01-10T10:00:00Z,7\n\
    5,ces,77,7,2025-01-10T10:00:00Z,0\n\
    6,other,1,7,2025-01-10T10:00:00Z,99\n";

pub(super) fn desk(folder: &Path) {
    text(&folder.join("tickets.csv"), TICKETS);
    text(&folder.join("surveys.csv"), SURVEYS);
    text(
        &folder.join("customers.csv"),
        "customer_id,name\n7,a\n8,b\n",
    );
}

#[tokio::test]
async fn every_fault_is_counted_once() {
    let folder = tempfile::tempdir().unwrap();
    desk(folder.path());
    let (code, findings) = report(folder.path(), &[]);
    assert_eq!(code, 3);
    assert_eq!(
        outline(&findings),
        [
            "error orphan surveys.ticket_id 1",
            "error off_scale surveys.score 3",
            "error duplicate_key tickets.ticket_id 1",
            "error orphan tickets.customer_id 1",
            "error end_before_start tickets.resolved_at 1",
            "error null tickets.channel 1",
            "error null tickets.created_at 1",
            "error null tickets.customer_id 1",
            "warning unknown_value surveys.kind 1",
            "warning unknown_value tickets.channel 1",
        ]
    );
    sql_gives_the_counts(folder.path(), &findings).await;
}

#[test]
fn findings_say_share_examples_and_age() {
    let folder = tempfile::tempdir().unwrap();
    desk(folder.path());
    let (_, findings) = report(folder.path(), &["--table", "tickets", "--table", "surveys"]);
    let scores = the(&findings, "off_scale", "score");
    assert_eq!(
        (scores.count, scores.out_of, scores.share),
        (3, 6, Some(0.5))
    );
    assert_eq!(
        scores.examples,
        [
            "survey_id=1, kind=csat, score=6",
            "survey_id=3, kind=nps, score=11",
            "survey_id=5, kind=ces, score=0"
        ]
    );
    let twice = the(&findings, "duplicate_key", "ticket_id");
    assert_eq!(twice.examples, ["ticket_id=2 (2 rows)"]);
    // From 9 January, 9 o'clock, to the 19th: 9 days and 15 hours.
    let newest = the(&findings, "freshness", "created_at");
    assert_eq!(
        newest.message,
        "newest created_at is 2025-01-09T09:00:00, 9.6 days old"
    );
    let nulls = the(&findings, "null_rate", "resolved_at");
    assert_eq!((nulls.count, nulls.severity.as_str()), (3, "info"));
    assert!(findings.iter().all(|finding| finding.table != "customers"));
}

#[test]
fn earlier_rows_are_left_out_but_not_those_without_a_time() {
    let folder = tempfile::tempdir().unwrap();
    desk(folder.path());
    let (_, findings) = report(
        folder.path(),
        &["--table", "tickets", "--since", "2025-01-08"],
    );
    // Tickets 3, 4 and 5.
    assert_eq!(
        outline(&findings),
        [
            "error orphan tickets.customer_id 1",
            "error null tickets.channel 1",
            "error null tickets.created_at 1",
            "error null tickets.customer_id 1",
        ]
    );
    let all = findings
        .iter()
        .find(|finding| finding.check == "rows")
        .unwrap();
    assert_eq!(
        (all.count, all.message.as_str()),
        (3, "3 rows of 5 columns, key ticket_id, by created_at")
    );
}

#[tokio::test]
async fn other_tables_are_judged_by_their_names_with_warnings() {
    let folder = tempfile::tempdir().unwrap();
    text(
        &folder.path().join("orders.csv"),
        "order_id,shop_id,opened_on,closed_on,nps_score\n\
         1,1,2025-01-02,2025-01-01,10\n2,3,2025-01-02,2025-01-02,11\n3,1,2025-01-02,,\n\
         4,2,2025-01-02,,\n5,2,2025-01-02,,\n5,2,2025-01-02,,\n",
    );
    text(&folder.path().join("shops.csv"), "shop_id,name\n1,a\n2,b\n");
    let (code, findings) = report(folder.path(), &[]);
    assert_eq!(code, 0);
    assert_eq!(
        outline(&findings),
        [
            "warning duplicate_key orders.order_id 1",
            "warning orphan orders.shop_id 1",
            "warning off_scale orders.nps_score 1",
            "warning end_before_start orders.closed_on 1",
        ]
    );
    sql_gives_the_counts(folder.path(), &findings).await;
}

#[tokio::test]
async fn names_that_need_quotes_are_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let nulls: ArrayRef = Arc::new(Int64Array::from(vec![None, None, Some(3)]));
    parquet(
        &folder.path().join("Order.parquet"),
        vec![
            ("id", ints(&[1, 2, 2])),
            ("a \"b\"", nulls),
            ("Group", texts(&["x", "it's", "y"])),
        ],
    );
    let config = "[audit.tables.Order]\nkey = [\"id\"]\nrequired = ['a \"b\"']\n\
                  allowed = { Group = [\"x\", \"it's\"] }\n";
    text(&folder.path().join("deskql.toml"), config);
    let (_, findings) = report(folder.path(), &[]);
    assert_eq!(
        outline(&findings),
        [
            "error duplicate_key Order.id 1",
            "error null Order.a \"b\" 2",
            "warning unknown_value Order.Group 1",
        ]
    );
    sql_gives_the_counts(folder.path(), &findings).await;
}

#[test]
fn empty_tables_and_columns_are_warnings() {
    let folder = tempfile::tempdir().unwrap();
    parquet(
        &folder.path().join("nothing.parquet"),
        vec![("id", ints(&[]))],
    );
    let nulls: ArrayRef = Arc::new(Int64Array::from(vec![None::<i64>, None]));
    let times: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![None::<i64>, None]));
    parquet(
        &folder.path().join("blanks.parquet"),
        vec![
            ("amount", nulls),
            ("created_at", times),
            ("kind", texts(&["a", "b"])),
        ],
    );
    let (code, findings) = report(folder.path(), &[]);
    assert_eq!(code, 0);
    assert_eq!(
        outline(&findings),
        [
            "warning null_rate blanks.amount 2",
            "warning null_rate blanks.created_at 2",
            "warning empty_table nothing. 0",
        ]
    );
    assert_eq!(report(folder.path(), &["--fail-on", "warning"]).0, 3);
}
