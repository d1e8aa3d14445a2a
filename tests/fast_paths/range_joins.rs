//! Joins on ranges, against the stock nested loop join.

use std::path::Path;

use deskql::{Engine, EngineSettings};

use super::{plan, run, tables};
use crate::support::data;
use crate::support::random::Random;

/// Tickets `t`, and in `r` some of them as ranges of instants, numbers, amounts and days, which overlap.
pub(super) async fn desk(folder: &Path) -> Engine {
    tables::write(folder, &mut Random::new(23), 700);
    let engine = data::open(&[folder]).await.unwrap();
    let ranges = "CREATE TABLE r AS SELECT channel, name, replies, score AS low, score + replies AS high, \
         half AS from_half, half + 4 AS to_half, cost AS from_cost, cost + 100 AS to_cost, \
         at AS starts, at + replies * INTERVAL '9 days' AS ends, CAST(at AS DATE) AS day \
         FROM t WHERE id % 9 < 2";
    run(&engine, ranges).await.unwrap();
    let none = "CREATE TABLE none AS SELECT * FROM r WHERE false";
    run(&engine, none).await.unwrap();
    engine
}

/// Of tickets `x` and ranges `y`.
const RANGES: [&str; 14] = [
    "x.at BETWEEN y.starts AND y.ends",
    "x.at >= y.starts AND x.at < y.ends",
    "y.starts < x.answered AND x.at < y.ends",
    "x.score BETWEEN y.low AND y.high",
    "x.score > y.low AND y.high > x.score",
    "x.half BETWEEN y.from_half AND y.to_half",
    "x.half >= y.from_half AND x.half < y.to_half",
    "x.cost > y.from_cost AND x.cost <= y.to_cost",
    "x.at < y.starts",
    "x.score >= y.high",
    "x.score + 1 < y.low AND x.at > y.ends",
    "CAST(x.at AS DATE) > y.day AND x.replies = 1",
    "x.at BETWEEN y.starts AND y.starts + INTERVAL '2 days'",
    "x.score BETWEEN y.low AND 9 AND x.at <= y.ends",
];

const OTHERS: [&str; 7] = [
    "",
    "",
    "",
    " AND x.channel <> y.channel",
    " AND (x.replies + y.replies > 5 OR x.name < y.name)",
    " AND x.is_vip",
    " AND y.replies > 1",
];

pub(super) fn question(random: &mut Random) -> String {
    let on = format!("{}{}", random.pick(&RANGES), random.pick(&OTHERS));
    let ranges = random.pick(&["r", "r", "r", "r", "r", "none"]);
    let join = random.pick(&["JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"]);
    let joined = if random.chance(70) {
        format!("t AS x {join} {ranges} AS y ON {on}")
    } else {
        format!("{ranges} AS y {join} t AS x ON {on}")
    };
    match random.between(1, 6) {
        1 => format!("SELECT count(*), count(x.id), count(y.name) FROM {joined}"),
        2 => format!(
            "SELECT y.channel, count(*), sum(x.score), max(x.name) FROM {joined} GROUP BY 1"
        ),
        3 => format!(
            "SELECT x.id, x.name, y.name, y.low FROM {joined} WHERE x.replies < 2 OR x.id IS NULL"
        ),
        4 => {
            let is_in = random.pick(&["EXISTS", "NOT EXISTS"]);
            format!(
                "SELECT x.id, x.at FROM t AS x WHERE {is_in} (SELECT 1 FROM {ranges} AS y WHERE {on})"
            )
        }
        5 => {
            let is_in = random.pick(&["EXISTS", "NOT EXISTS"]);
            format!(
                "SELECT y.name, y.starts FROM {ranges} AS y WHERE {is_in} (SELECT 1 FROM t AS x WHERE {on})"
            )
        }
        _ => format!(
            "SELECT x.channel, y.channel, count(*), avg(x.cost) FROM {joined} GROUP BY 1, 2"
        ),
    }
}

/// Pairs counted by hand: of the numbers 0 to 9 and the ranges 2 to 4, 4 to 4, 7 to NULL, 8 to 5.
#[tokio::test]
async fn a_range_without_an_end_and_one_that_ends_before_it_starts_hold_nothing() {
    let engine = data::open(&[]).await.unwrap();
    let ranges = "(VALUES (2, 4), (4, 4), (7, NULL), (8, 5)) AS r(low, high)";
    let numbers = "(SELECT value AS n FROM generate_series(0, 9)) AS s";
    let count = |join: &str, on: &str| {
        format!("SELECT count(*), count(n), count(low) FROM {numbers} {join} {ranges} ON {on}")
    };
    let on = "n BETWEEN low AND high";
    let sql = count("JOIN", on);
    assert!(plan(&engine, &sql).await.contains("RangeJoinExec"));
    for (join, on, expected) in [
        ("JOIN", on, "4|4|4"),
        ("LEFT JOIN", on, "11|11|4"),
        ("RIGHT JOIN", on, "6|4|6"),
        ("FULL JOIN", on, "13|11|6"),
        ("JOIN", "n > low AND n < high", "1|1|1"),
        // 7 numbers from 3 on, 5 from 5 on, 2 from 8 on, 1 from 9 on.
        ("JOIN", "n > low", "15|15|15"),
        ("JOIN", "n > low AND n + low = 13", "1|1|1"),
    ] {
        assert_eq!(
            data::rows(&engine, &count(join, on)).await,
            [expected],
            "{join} {on}"
        );
    }
}

/// With too little memory for the ranges the stock operator says what is missing, or answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn short_memory_gives_the_same_rows_or_says_so() {
    let sql = "SELECT count(*), sum(a.value) FROM generate_series(1, 2000) AS a \
         JOIN (SELECT value AS low, value + 3 AS high FROM generate_series(1, 60000)) AS r \
         ON a.value BETWEEN r.low AND r.high";
    let mut answers = 0;
    for limit in [1 << 20, 3 << 20, 6 << 20, 64 << 20] {
        let settings = EngineSettings {
            memory_limit: Some(limit),
            ..EngineSettings::default()
        };
        let engine = Engine::open(settings).await.unwrap();
        match run(&engine, sql).await {
            // 1 lies in 1 range, 2 in 2, 3 in 3, and all others in 4.
            Ok(answer) => {
                assert!(
                    answer.contains("7994") && answer.contains("8003990"),
                    "{answer}"
                );
                answers += 1;
            }
            Err(error) => assert!(
                error.contains("memory") || error.contains("Resources"),
                "{error}"
            ),
        }
    }
    assert!(answers > 0);
}
