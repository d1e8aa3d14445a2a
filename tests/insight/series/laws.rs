//! Any split and order of rows gives the same digits, and a series among many is that series alone.

use deskql::Engine;

use super::super::values::{Row, query};
use crate::support::data::open;

/// Two years of days of four teams, as files that a session reads in parts and another order.
async fn session(partitions: usize) -> (Engine, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(&[]).await.unwrap();
    let path = folder.path().display();
    // A folder of one file is a folder of tables.
    let files = partitions.max(2);
    for part in 0..files {
        let order = if partitions > 1 {
            "(i * 7919) % 9973"
        } else {
            "i"
        };
        let sql = format!(
            "COPY (SELECT DATE '2024-01-01' + (i // 4)::INT AS day, CASE i % 4 WHEN 3 THEN NULL ELSE 'team ' || \
             (i % 4) END AS team, 20 + (i // 4) % 7 * 3 + (i * 104729) % 13 + (i // 2000) * 15 AS tickets, \
             ((i * 31337) % 1000)::DOUBLE / 7 AS score, (i * 15485863) % 20 AS hits, 20 + (i * 613) % 5 AS n, \
             i FROM generate_series(0, 2923) AS t(i) WHERE i % {files} = {part} AND i % 97 <> 5 ORDER BY \
             {order}) TO '{path}/desk/part-{part}.parquet'"
        );
        engine.sql(&sql).await.unwrap().collect().await.unwrap();
    }
    let engine = open(&[&folder.path().join("desk")]).await.unwrap();
    let setting = format!("SET datafusion.execution.target_partitions = {partitions}");
    engine.sql(&setting).await.unwrap().collect().await.unwrap();
    (engine, folder)
}

const CALLS: [&str; 6] = [
    "SELECT * FROM anomalies(desk, time => day, value => tickets, by => team, counts => true)",
    "SELECT * FROM anomalies(desk, time => day, value => score, by => [team])",
    "SELECT * FROM control_chart(desk, time => day, hits => hits, n => n, by => team, rules => [1, 2, 3, 5, 6])",
    "SELECT * FROM change_points(desk, time => day, value => tickets, by => team, season => 7)",
    "SELECT * FROM forecast(desk, time => day, value => tickets, by => team, horizon => 14)",
    "SELECT team, trend_detail(day, score) AS t, trend(day, tickets) AS u FROM desk GROUP BY team ORDER BY team",
];

/// Bits of every cell.
fn shown(rows: &[Row]) -> String {
    format!("{rows:?}")
}

#[tokio::test]
async fn any_split_and_order_gives_the_same_digits() {
    let mut found = vec![];
    for partitions in [1, 2, 8] {
        let (engine, _folder) = session(partitions).await;
        let mut all = vec![];
        for call in CALLS {
            let rows = query(&engine, call).await;
            assert!(!rows.is_empty(), "{call}");
            all.push(shown(&rows));
        }
        found.push(all);
    }
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0], found[2]);
}

/// Gaps at the end of a series are filled up to the last day of all, so the last day is in each of them.
#[tokio::test]
async fn a_series_among_many_is_that_series_alone() {
    let (engine, _folder) = session(2).await;
    for call in &CALLS[..5] {
        for team in ["= 'team 1'", "IS NULL"] {
            let among = format!("SELECT * FROM ({call}) AS t WHERE team {team}");
            let rows = format!("(SELECT * FROM desk WHERE team {team})");
            let alone = call.replacen("(desk", &format!("({rows}"), 1);
            let found = shown(&query(&engine, &among).await);
            assert_eq!(found, shown(&query(&engine, &alone).await), "{call}");
        }
    }
}

/// The plan sorts, so that memory is bounded where the rows are many, and says what it computes.
#[tokio::test]
async fn the_plan_is_one_operator_over_sorted_rows() {
    let (engine, _folder) = session(2).await;
    for call in &CALLS[..5] {
        let plan = shown(&query(&engine, &format!("EXPLAIN {call}")).await);
        assert!(plan.contains("ComputedTableExec"), "{plan}");
        assert!(plan.contains("SortExec"), "{plan}");
    }
}
