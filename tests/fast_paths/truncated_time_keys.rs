//! Functions of what clocks show, asked once per day or hour, where clocks change.

use deskql::Engine;

use super::{hold_equal, plan, run};
use crate::support::data;

/// Zones and an instant at which their clocks changed: by an hour, by half of one, by a day, at 00:01,
/// and from times of the sun, which are no whole minutes.
const CHANGES: [(&str, &str); 11] = [
    ("America/New_York", "2024-03-10 07:00:00Z"),
    ("America/New_York", "2024-11-03 06:00:00Z"),
    ("Australia/Lord_Howe", "2024-04-06 15:00:00Z"),
    ("Australia/Lord_Howe", "2024-10-05 15:30:00Z"),
    ("Pacific/Apia", "2011-12-30 10:00:00Z"),
    ("America/St_Johns", "2006-10-29 02:31:00Z"),
    ("America/Santiago", "2024-09-08 04:00:00Z"),
    ("Asia/Kolkata", "1945-10-14 17:30:00Z"),
    ("Africa/Monrovia", "1972-01-07 00:44:30Z"),
    ("Asia/Manila", "1844-12-30 15:56:08Z"),
    ("America/New_York", "1883-11-18 16:56:02Z"),
];

const KEYS: [&str; 12] = [
    "local_date(at, '$zone')",
    "local_trunc('week', at, '$zone', 'sunday')",
    "local_trunc('hour', at, '$zone')",
    "isodow(local_time(at, '$zone'))",
    "hour(local_time(at, '$zone'))",
    "date_trunc('day', local_time(at, '$zone'))",
    "local_time(at, '$zone')::DATE",
    "extract(hour FROM local_time(at, '$zone'))",
    "CASE WHEN isodow(local_time(at, '$zone')) >= 6 THEN 'weekend' ELSE dayname(local_time(at, '$zone')) END",
    "hour(local_time(at, '$zone')) BETWEEN 9 AND 16 AND NOT isodow(local_time(at, '$zone')) IN (6, 7)",
    "concat(hour(at), ' ', hour(local_time(at, '$zone')))",
    "last_day(local_time(at, '$zone'))",
];

/// Two days before and after each change, in steps that hit no whole hour, and a tick before and after
/// each: in the order of time, or in none.
async fn desk(is_ordered: bool) -> Engine {
    let engine = data::open(&[]).await.unwrap();
    let changes = CHANGES.map(|(_, change)| format!("(TIMESTAMPTZ '{change}')"));
    let order = if is_ordered {
        "at"
    } else {
        "(step * 7919 + ticks) % 1009, at"
    };
    let table = format!(
        "CREATE TABLE t AS \
         SELECT CASE WHEN step <> 17 THEN change + (step * 210 + ticks / 1000000.0) * INTERVAL '1 second' END AS at \
         FROM (VALUES {}) AS changes (change), generate_series(-800, 800) AS steps (step), \
         (VALUES (-1), (0), (1)) AS beside (ticks) ORDER BY {order}",
        changes.join(", ")
    );
    run(&engine, &table).await.unwrap();
    engine
}

fn questions() -> Vec<String> {
    let zones = CHANGES
        .iter()
        .map(|(zone, _)| zone)
        .chain(&["UTC", "+05:45"]);
    zones
        .flat_map(|zone| KEYS.map(|key| key.replace("$zone", zone)))
        .map(|key| format!("SELECT {key} AS k, count(*), min(at), max(at) FROM t GROUP BY k"))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_and_hours_are_those_of_every_row_where_clocks_change() {
    for is_ordered in [true, false] {
        let engine = desk(is_ordered).await;
        for sql in questions() {
            let answer = run(&engine, &sql).await;
            assert!(answer.is_ok_and(|rows| rows.lines().count() > 2), "{sql}");
        }
        hold_equal(&engine, "deskql.dense_aggregation", &questions()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_such_key_is_taken() {
    let engine = desk(true).await;
    for key in KEYS.map(|key| key.replace("$zone", "America/New_York")) {
        let shown = plan(
            &engine,
            &format!("SELECT {key}, count(*) FROM t GROUP BY 1"),
        )
        .await;
        assert!(shown.contains("DenseAggregateExec"), "{key}\n{shown}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_constant_among_grouping_sets_is_no_order_to_keep() {
    let engine = desk(true).await;
    let sql = "SELECT segment, day, count(*) FROM (SELECT 'all' AS segment, local_date(at, 'Asia/Manila') AS day \
               FROM t) AS days GROUP BY GROUPING SETS ((segment, day), (segment))";
    let shown = plan(&engine, sql).await;
    assert!(
        shown.contains("DenseAggregateExec: gby=[segment, day], sets=2"),
        "{shown}"
    );
    hold_equal(&engine, "deskql.dense_aggregation", &[sql.to_owned()]).await;
}
