//! Windows over whole groups, against the stock operators.

use std::path::Path;

use deskql::{Engine, EngineSettings};

use super::tables::UNIQUE;
use super::{plan, tables};
use crate::support::data;
use crate::support::random::Random;

const KEYS: [&str; 7] = [
    "channel",
    "id",
    "channel, is_vip",
    "date_trunc('month', at)",
    "name",
    "replies, cost",
    "score > 100",
];
/// Calls with the values by which equal places are equal rows.
const CALLS: [&str; 26] = [
    "sum(score) OVER (PARTITION BY {keys})",
    "count(*) OVER (PARTITION BY {keys})",
    "avg(cost) OVER (PARTITION BY {keys})",
    "count(DISTINCT replies) OVER (PARTITION BY {keys})",
    "median(half) OVER (PARTITION BY {keys})",
    "max(name) FILTER (WHERE is_vip) OVER (PARTITION BY {keys})",
    "ntile(3) OVER (PARTITION BY {keys} ORDER BY {unique})",
    "percent_rank() OVER (PARTITION BY {keys} ORDER BY score DESC)",
    "cume_dist() OVER (PARTITION BY {keys} ORDER BY score NULLS FIRST)",
    "sum(replies) OVER (PARTITION BY {keys} ORDER BY score RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)",
    "row_number() OVER (PARTITION BY {keys} ORDER BY {unique})",
    "rank() OVER (PARTITION BY {keys} ORDER BY score DESC)",
    "dense_rank() OVER (PARTITION BY {keys} ORDER BY is_vip, score)",
    "rank() OVER (PARTITION BY {keys})",
    "lag(score) OVER (PARTITION BY {keys} ORDER BY {unique})",
    "lead(at, 2) OVER (PARTITION BY {keys} ORDER BY {unique})",
    "lag(replies, 1, -1) OVER (PARTITION BY {keys} ORDER BY {unique})",
    "lead(name, 3, 'nobody') OVER (PARTITION BY {keys} ORDER BY {unique})",
    "lag(half, -1) IGNORE NULLS OVER (PARTITION BY {keys} ORDER BY {unique})",
    "first_value(cost) OVER (PARTITION BY {keys} ORDER BY {unique})",
    "sum(replies) OVER (PARTITION BY {keys} ORDER BY score)",
    "sum(CAST(score AS BIGINT)) OVER (PARTITION BY {keys} ORDER BY {unique} ROWS UNBOUNDED PRECEDING)",
    "count(cost) OVER (PARTITION BY {keys} ORDER BY at)",
    "max(at) OVER (PARTITION BY {keys} ORDER BY score NULLS FIRST)",
    "min(cost) OVER (PARTITION BY {keys} ORDER BY {unique} ROWS UNBOUNDED PRECEDING)",
    "max(score) OVER (PARTITION BY {keys} ORDER BY {unique} ROWS 2 PRECEDING)",
];
const FILTERS: [&str; 4] = ["", "", " WHERE replies > 1", " WHERE score < 0"];

pub(super) async fn desk(folder: &Path) -> Engine {
    tables::write(folder, &mut Random::new(59), 2_000);
    data::open(&[folder]).await.unwrap()
}

pub(super) fn question(random: &mut Random) -> String {
    let keys = random.pick(&KEYS);
    let calls: Vec<String> = (0..random.between(1, 3))
        .map(|number| {
            let call = random
                .pick(&CALLS)
                .replace("{keys}", keys)
                .replace("{unique}", UNIQUE);
            format!("{call} AS v{number}")
        })
        .collect();
    let filter = random.pick(&FILTERS);
    let rows = format!("SELECT {keys}, score, {} FROM t{filter}", calls.join(", "));
    match random.between(1, 3) {
        1 => format!("SELECT score, count(*) AS n, max(v0) AS most FROM ({rows}) GROUP BY score"),
        _ => rows,
    }
}

/// A group that does not fit goes on in the stock operator, which needs no whole group for these calls.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_that_does_not_fit_is_streamed() {
    let settings = EngineSettings {
        memory_limit: Some(24 << 20),
        ..EngineSettings::default()
    };
    let engine = Engine::open(settings).await.unwrap();
    let sql = "SELECT k, count(*), max(n), sum(before) FROM (\
               SELECT k, row_number() OVER w AS n, lag(v, 1, 0) OVER w AS before FROM (\
               SELECT value AS v, CASE WHEN value > 30 THEN 0 ELSE value END AS k FROM generate_series(1, 1000000)) \
               WINDOW w AS (PARTITION BY k ORDER BY v)) GROUP BY k ORDER BY k LIMIT 2";
    assert!(plan(&engine, sql).await.contains("WindowPartitionsExec"));
    // 31 to 999,999 before the last, and nothing before the first.
    let expected = "0|999970|999970|499999499535\n1|1|1|0";
    assert_eq!(data::rows(&engine, sql).await.join("\n"), expected);
}
