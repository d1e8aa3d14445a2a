//! Windows over whole groups, against the stock operators.

use std::collections::BTreeSet;
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
const CALLS: [&str; 55] = [
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
    "last_value(name) OVER (PARTITION BY {keys} ORDER BY {unique} ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)",
    "last_value(score) IGNORE NULLS OVER (PARTITION BY {keys} ORDER BY {unique})",
    "first_value(score) IGNORE NULLS OVER (PARTITION BY {keys} ORDER BY {unique} ROWS BETWEEN 3 PRECEDING AND 2 FOLLOWING)",
    "first_value(cost) OVER (PARTITION BY {keys} ORDER BY {unique} ROWS BETWEEN 2 FOLLOWING AND 4 FOLLOWING)",
    "nth_value(at, 3) OVER (PARTITION BY {keys} ORDER BY {unique} ROWS BETWEEN 1 PRECEDING AND 3 FOLLOWING)",
    "nth_value(name, 2) OVER (PARTITION BY {keys} ORDER BY {unique})",
    "avg(replies) OVER (PARTITION BY {keys} ORDER BY {unique})",
    "avg(cost) OVER (PARTITION BY {keys} ORDER BY {unique} ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)",
    "sum(half) OVER (PARTITION BY {keys} ORDER BY {unique} ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)",
    "sum(half) OVER (PARTITION BY {keys} ORDER BY score)",
    "avg(half) OVER (PARTITION BY {keys} ORDER BY score)",
    "avg(half) OVER (PARTITION BY {keys} ORDER BY {unique} ROWS BETWEEN 4 PRECEDING AND 2 PRECEDING)",
    "sum(cost) OVER (PARTITION BY {keys} ORDER BY {unique} ROWS BETWEEN 4 PRECEDING AND 2 PRECEDING)",
    "count(score) OVER (PARTITION BY {keys} ORDER BY {unique} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING)",
    "min(half) OVER (PARTITION BY {keys} ORDER BY {unique} ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING)",
    "max(cost) OVER (PARTITION BY {keys} ORDER BY {unique} ROWS BETWEEN CURRENT ROW AND 5 FOLLOWING)",
    "max(name) OVER (PARTITION BY {keys} ORDER BY {unique} ROWS 2 PRECEDING)",
    "count(*) OVER (PARTITION BY {keys} ORDER BY at RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW)",
    "sum(replies) OVER (PARTITION BY {keys} ORDER BY at DESC RANGE BETWEEN INTERVAL '1 month' PRECEDING AND INTERVAL '1 month' FOLLOWING)",
    "avg(cost) OVER (PARTITION BY {keys} ORDER BY id RANGE BETWEEN 20 PRECEDING AND 10 PRECEDING)",
    "count(*) OVER (PARTITION BY {keys} ORDER BY score DESC RANGE BETWEEN 5 PRECEDING AND 5 FOLLOWING)",
    "sum(score) OVER (PARTITION BY {keys} ORDER BY score RANGE BETWEEN 2 FOLLOWING AND 9 FOLLOWING)",
    "sum(cost) OVER (PARTITION BY {keys} ORDER BY {unique})",
    "avg(score) OVER (PARTITION BY {keys} ORDER BY replies DESC)",
    "min(at) OVER (PARTITION BY {keys} ORDER BY {unique} ROWS UNBOUNDED PRECEDING)",
    "max(answered - at) OVER (PARTITION BY {keys} ORDER BY {unique})",
    "sum(answered - at) OVER (PARTITION BY {keys} ORDER BY {unique} ROWS 3 PRECEDING)",
    "avg(answered - at) OVER (PARTITION BY {keys} ORDER BY {unique})",
    "count(*) OVER (PARTITION BY {keys} ORDER BY score GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW)",
];
const FILTERS: [&str; 4] = ["", "", " WHERE replies > 1", " WHERE score < 0"];

pub(super) async fn desk(folder: &Path) -> Engine {
    tables::write(folder, &mut Random::new(59), 2_000);
    data::open(&[folder]).await.unwrap()
}

pub(super) fn question(random: &mut Random) -> String {
    let keys = random.pick(&KEYS);
    let is_whole = random.chance(20);
    // Debug builds of the stock planner panic over a call that stands there twice.
    let picked: BTreeSet<&str> = (0..random.between(1, 3))
        .map(|_| random.pick(&CALLS))
        .collect();
    let calls: Vec<String> = picked
        .into_iter()
        .enumerate()
        .map(|(number, call)| {
            let call = if is_whole {
                call.replace("PARTITION BY {keys}", "")
            } else {
                call.replace("{keys}", keys)
            };
            let call = call.replace("{unique}", UNIQUE);
            format!("{call} AS v{number}")
        })
        .collect();
    // Debug builds of the stock planner panic over two windows by one expression that differ in their frames.
    let has_interval = calls.iter().any(|call| call.contains("INTERVAL"));
    if has_interval && keys.contains('(') {
        return question(random);
    }
    let filter = random.pick(&FILTERS);
    let rows = format!("SELECT {keys}, score, {} FROM t{filter}", calls.join(", "));
    match random.between(1, 3) {
        1 => format!("SELECT score, count(*) AS n, max(v0) AS most FROM ({rows}) GROUP BY score"),
        _ => rows,
    }
}

/// Sums, means and extremes of all rows so far, over many batches, by a formula.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_carried_from_batch_to_batch_is_that_of_all_rows_so_far() {
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    let sql = "SELECT count(*) FILTER (WHERE total <> n * (n + 1) / 2), count(*) FILTER (WHERE mean <> (n + 1) / 2.0),
                      count(*) FILTER (WHERE peers <> least(n - n % 10 + 9, 50000)), count(*) FILTER (WHERE most <> n),
                      count(*) FILTER (WHERE least <> 1 OR place <> n OR dense <> n / 10 + 1)
               FROM (SELECT n, sum(n) OVER (ORDER BY n) AS total, avg(n) OVER (ORDER BY n) AS mean,
                            max(n) OVER (ORDER BY n) AS most, min(n) OVER (ORDER BY n) AS least,
                            row_number() OVER (ORDER BY n) AS place,
                            count(*) OVER (ORDER BY n / 10) AS peers, dense_rank() OVER (ORDER BY n / 10) AS dense
                     FROM (SELECT value AS n FROM generate_series(1, 50000)))";
    let plan = plan(&engine, sql).await;
    assert!(
        plan.contains("WindowPartitionsExec") && !plan.contains("BoundedWindowAggExec"),
        "{plan}"
    );
    assert_eq!(data::rows(&engine, sql).await, ["0|0|0|0|0"]);
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
