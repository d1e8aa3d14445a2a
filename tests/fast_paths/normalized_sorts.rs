//! Sorts by packed keys, against the stock sort: windows in the suite, and rows in their order below.

use std::path::Path;

use datafusion::arrow::util::pretty::pretty_format_batches;
use deskql::{Engine, EngineSettings};

use super::tables::UNIQUE;
use super::{plan, run, set_up, tables};
use crate::support::data;
use crate::support::random::Random;

const COLUMNS: [&str; 10] = [
    "channel", "name", "at", "answered", "at_wall", "score", "replies", "id", "is_vip", "cost",
];
const KEYS: [&str; 9] = [
    "half",
    "-half",
    "score + replies",
    "CAST(score AS FLOAT)",
    "CAST(cost AS DECIMAL(38, 4))",
    "CAST(at AS DATE)",
    "upper(channel)",
    "answered - at",
    "CAST(replies AS SMALLINT)",
];
const DIRECTIONS: [&str; 4] = ["", " DESC", " NULLS FIRST", " DESC NULLS LAST"];
/// Calls whose value does not depend on the order of equal keys.
const CALLS: [&str; 5] = [
    "rank()",
    "dense_rank()",
    "count(*)",
    "min(score)",
    "max(at)",
];

pub(super) async fn desk(folder: &Path) -> Engine {
    tables::write(folder, &mut Random::new(61), 2_000);
    data::open(&[folder]).await.unwrap()
}

fn keys(random: &mut Random) -> Vec<&'static str> {
    let one = |random: &mut Random| match random.between(1, 3) {
        1 => random.pick(&KEYS),
        _ => random.pick(&COLUMNS),
    };
    (0..random.between(1, 4)).map(|_| one(random)).collect()
}

fn ordering(random: &mut Random, keys: &[&str]) -> String {
    let keys = keys
        .iter()
        .map(|key| format!("{key}{}", random.pick(&DIRECTIONS)));
    keys.collect::<Vec<_>>().join(", ")
}

/// Windows over sorted rows: the rows come in any order.
pub(super) fn question(random: &mut Random) -> String {
    let keys = keys(random);
    let order = ordering(random, &keys);
    let groups = match random.between(1, 3) {
        1 => String::new(),
        _ => format!("PARTITION BY {} ", random.pick(&COLUMNS)),
    };
    if random.chance(40) {
        return first_rows(random, &order);
    }
    let call = random.pick(&CALLS);
    format!("SELECT channel, id, {call} OVER ({groups}ORDER BY {order}) AS v FROM t")
}

/// The first rows of each group, by a filter of their number.
fn first_rows(random: &mut Random, order: &str) -> String {
    let group = random.pick(&COLUMNS);
    let (call, order) = match random.between(1, 3) {
        1 => ("row_number()", format!("{order}, {UNIQUE}")),
        2 => ("rank()", order.to_owned()),
        _ => ("dense_rank()", order.to_owned()),
    };
    let limit = random.pick(&[
        "n <= 2",
        "n = 1",
        "n < 4",
        "3 >= n AND score > 2",
        "n <= 0",
        "n = 2",
    ]);
    // A second window over the same groups asks for a longer order.
    let more = random.pick(&[
        "",
        "",
        ", rank() OVER (PARTITION BY {group} ORDER BY {order}, {unique}) AS m",
        ", count(*) OVER (PARTITION BY {group}) AS m",
    ]);
    let more = more
        .replace("{group}", group)
        .replace("{order}", &order)
        .replace("{unique}", UNIQUE);
    format!(
        "SELECT * FROM (SELECT channel, id, score, {call} OVER (PARTITION BY {group} ORDER BY {order}) AS n{more} FROM t) \
         WHERE {limit}"
    )
}

/// Rows of `sql` in their order, with the path on and off.
async fn in_order(engine: &Engine, sql: &str) -> [String; 2] {
    let mut answers = vec![];
    for value in [true, false] {
        let set = format!("SET deskql.normalized_sorts = {value}");
        run(engine, &set).await.unwrap();
        let batches = engine.sql(sql).await.unwrap().collect().await.unwrap();
        answers.push(pretty_format_batches(&batches).unwrap().to_string());
    }
    run(engine, "SET deskql.normalized_sorts = true")
        .await
        .unwrap();
    answers.try_into().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_come_in_the_same_order() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk(folder.path()).await;
    let mut random = Random::new(67);
    let mut taken = 0;
    for number in 0..60 {
        set_up(&engine, number).await;
        // The keys alone: rows that tie are equal.
        let keys = keys(&mut random);
        let names: Vec<String> = keys
            .iter()
            .enumerate()
            .map(|(at, key)| format!("{key} AS k{at}"))
            .collect();
        let from = random.pick(&["t", "t WHERE score > 7", "t WHERE replies < 0", "nothing"]);
        let order = ordering(&mut random, &keys);
        let sql = format!("SELECT {} FROM {from} ORDER BY {order}", names.join(", "));
        let [on, off] = in_order(&engine, &sql).await;
        assert!(on == off, "{sql}");
        taken += usize::from(plan(&engine, &sql).await.contains("NormalizedSortExec"));
    }
    assert!(taken > 30, "{taken}");
}

/// A limit above that of the stock heap of rows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_limit_keeps_the_first_rows() {
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    run(&engine, "CREATE TABLE n AS SELECT value AS v, value * 7919 % 10007 AS k FROM generate_series(1, 60000)")
        .await
        .unwrap();
    for limit in [
        "LIMIT 20000",
        "LIMIT 15000 OFFSET 30000",
        "LIMIT 100000",
        "",
    ] {
        let sql = format!("SELECT k, v FROM n ORDER BY k DESC, v {limit}");
        assert!(
            plan(&engine, &sql).await.contains("NormalizedSortExec"),
            "{limit}"
        );
        let [on, off] = in_order(&engine, &sql).await;
        assert!(on == off, "{limit}");
    }
    let small = plan(&engine, "SELECT k FROM n ORDER BY k LIMIT 10").await;
    assert!(
        small.contains("SortExec: TopK") && !small.contains("NormalizedSortExec"),
        "{small}"
    );
}

/// Keys that fit in no integer, texts that are too many and memory that is short: the stock sort takes the rows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_packed_is_sorted_anyway() {
    let wide = "SELECT a, b, c FROM (SELECT value * 1000003 % 4611686014132420609 * 3 AS a, \
                (value * 998244353 % 2305843009213693951) * 7 AS b, -value AS c FROM generate_series(1, 5000)) \
                ORDER BY a % 5, b DESC, a, c";
    let texts = "SELECT 'text ' || (value * 7919 % 100003) AS x FROM generate_series(1, 90000) ORDER BY x DESC";
    for (sql, limit) in [(wide, None), (texts, None), (texts, Some(12 << 20))] {
        let settings = EngineSettings {
            memory_limit: limit,
            ..EngineSettings::default()
        };
        let engine = Engine::open(settings).await.unwrap();
        assert!(plan(&engine, sql).await.contains("NormalizedSortExec"));
        let [on, off] = in_order(&engine, sql).await;
        assert!(on == off, "{sql}");
    }
}

/// A filter of row numbers leaves the sort the rows that it keeps.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_first_rows_of_groups_are_gathered() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk(folder.path()).await;
    let last = "SELECT * FROM (SELECT name, at, score, row_number() OVER (PARTITION BY name ORDER BY at DESC) AS n FROM t) \
                WHERE n = 1 AND score > 3";
    let plan = plan(&engine, last).await;
    assert!(plan.contains("first=1 of each group"), "{plan}");
}
