//! Laws of comparisons: any split and order of rows gives the same digits, and a group is a filter.

use super::values::{Row, query};
use crate::support::data::open;

/// 4,000 rows of integers that look random, as Parquet files in a folder that a session reads in parts.
async fn session(partitions: usize, seed: u64) -> (deskql::Engine, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(&[]).await.unwrap();
    let path = folder.path().display();
    // A folder of one file is a folder of tables.
    let files = partitions.max(2);
    for part in 0..files {
        let sql = format!(
            "COPY (SELECT * FROM (SELECT (i * 7919 + {seed}) % 11 AS score, (i * 104729) % 5 + 1 AS stars, \
             ((i * 31337) % 1000)::DOUBLE / 7 - 50 AS cost, CASE (i * 15485863) % 7 WHEN 0 THEN NULL ELSE \
             (i * 15485863) % 7 > 3 END AS side, 'team ' || (i * 613) % 4 AS team, TIMESTAMP '2026-01-01 \
             00:00:00' AS start, TIMESTAMP '2026-01-01 00:00:00' + ((i * 99991) % 5000) * INTERVAL '1 \
             second' AS done, (i * 32452843) % 9973 AS o, i FROM generate_series(1, 4000) AS t(i)) WHERE i % \
             {files} = {part} ORDER BY {order}) TO '{path}/desk/part-{part}.parquet'",
            order = if partitions > 1 { "o" } else { "i" }
        );
        engine.sql(&sql).await.unwrap().collect().await.unwrap();
    }
    let data = folder.path().join("desk");
    let engine = open(&[&data]).await.unwrap();
    let setting = format!("SET datafusion.execution.target_partitions = {partitions}");
    engine.sql(&setting).await.unwrap().collect().await.unwrap();
    (engine, folder)
}

const CALLS: [&str; 6] = [
    "compare_rate(stars > 2, side)",
    "compare_csat(stars, side)",
    "compare_nps(score, side)",
    "compare_mean(cost, side)",
    "compare_duration(start, done, side)",
    "compare_ranks(cost, side)",
];

/// Bits of every cell.
fn shown(rows: &[Row]) -> String {
    format!("{rows:?}")
}

#[tokio::test]
async fn any_split_and_order_gives_the_same_digits() {
    let mut found = vec![];
    for partitions in [1, 2, 8] {
        let (engine, _folder) = session(partitions, 3).await;
        let mut all = String::new();
        for call in CALLS {
            for sql in [
                format!("SELECT {call} FROM desk"),
                format!("SELECT team, {call} FROM desk GROUP BY team ORDER BY team"),
            ] {
                all += &shown(&query(&engine, &sql).await);
            }
        }
        found.push(all);
    }
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0], found[2]);
}

#[tokio::test]
async fn a_group_a_filter_and_a_frame_are_one_computation() {
    let (engine, _folder) = session(2, 5).await;
    for call in CALLS {
        let grouped = format!("SELECT {call} FROM desk GROUP BY team ORDER BY team");
        let grouped = query(&engine, &grouped).await;
        assert_eq!(grouped.len(), 4);
        for (team, wanted) in grouped.iter().enumerate() {
            for sql in [
                format!("SELECT {call} FILTER (WHERE team = 'team {team}') FROM desk"),
                format!("SELECT {call} FROM desk WHERE team = 'team {team}'"),
            ] {
                assert_eq!(
                    shown(&query(&engine, &sql).await),
                    shown(std::slice::from_ref(wanted))
                );
            }
        }
        // A moving frame adds and removes rows.
        let moving = format!(
            "SELECT {call} OVER (ORDER BY i ROWS BETWEEN 99 PRECEDING AND CURRENT ROW) FROM desk WHERE i <= \
             300 ORDER BY i"
        );
        let moving = query(&engine, &moving).await;
        for last in [100, 177, 300] {
            let first = last - 99;
            let sql = format!("SELECT {call} FROM desk WHERE i BETWEEN {first} AND {last}");
            let own = query(&engine, &sql).await;
            assert_eq!(
                shown(&moving[last - 1..last]),
                shown(&own),
                "{call} at {last}"
            );
        }
    }
}

#[tokio::test]
async fn swapped_sides_swap_the_difference() {
    let (engine, _folder) = session(2, 7).await;
    for call in CALLS.into_iter().take(5) {
        let sql = format!("SELECT {call} FROM desk");
        let one = query(&engine, &sql).await;
        let sql = format!("SELECT {} FROM desk", call.replace("side", "NOT side"));
        let other = query(&engine, &sql).await;
        let number = |rows: &[Row], name: &str| match &rows[0][name] {
            super::values::Cell::Number(number) => *number,
            cell => panic!("{call}: {name} is {cell:?}"),
        };
        for (left, right) in [
            ("difference", "difference"),
            ("low", "high"),
            ("high", "low"),
        ] {
            let sum = number(&one, left) + number(&other, right);
            assert!(sum.abs() < 1e-9, "{call}: {left}");
        }
        let p = number(&one, "p") - number(&other, "p");
        assert!(p.abs() < 1e-9, "{call}: p");
    }
}
