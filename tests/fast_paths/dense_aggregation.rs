//! Grouping by dense group numbers, against the stock partial aggregation.

use deskql::Engine;

use super::{hold_equal, plan, run, set_up, tables};
use crate::support::data;
use crate::support::random::Random;

const KEYS: [&str; 36] = [
    "channel",
    "channel",
    "is_vip",
    "score",
    "replies",
    "name",
    "id",
    "id % 7",
    "at::DATE",
    "answered",
    "upper(channel)",
    "CASE WHEN channel = 'email' THEN 'mail' ELSE channel END",
    "coalesce(upper(channel), 'NONE')",
    "length(channel)",
    "CASE WHEN channel IN ('email', 'web') THEN 'written' WHEN channel IS NULL THEN NULL ELSE 'live' END",
    "concat(lower(channel), '/', replies)",
    "CASE WHEN channel LIKE '%a%' THEN score ELSE length(channel) END",
    "nullif(substr(channel, 1, 1), 'e')",
    "date_trunc('month', at)",
    "date_trunc('month', at)::DATE",
    "date_trunc('week', answered)",
    "date_trunc('hour', at_wall)",
    "date_trunc('minute', at)",
    "date_part('dow', at_wall)",
    "date_part('hour', at)",
    "monthname(date_trunc('quarter', at))",
    "date_trunc('month', at - INTERVAL '1 microsecond')",
    "(at + INTERVAL '2 days')::DATE",
    "date_trunc('week', date_trunc('hour', at_wall - INTERVAL '1 hour'))",
    "concat(monthname(at), dayname(answered))",
    "isodow(local_time(at, 'America/New_York'))",
    "local_trunc('month', answered, 'Pacific/Apia')",
    "hour(at)",
    "if(isodow(local_time(at, 'UTC')) >= 6, 'weekend', 'workdays')",
    "concat(year(answered), local_date(at, 'Asia/Kolkata'))",
    "segment",
];

const AGGREGATES: [&str; 41] = [
    "bool_and(is_vip)",
    "max(is_vip)",
    "bool_or(CASE WHEN is_vip THEN score > 5 END)",
    "min(score > 5)",
    "count(*)",
    "count(score)",
    "avg(half)",
    "sum(half)",
    "count(channel)",
    "sum(CASE WHEN channel = 'email' THEN 1 ELSE 0 END)",
    "sum(CASE WHEN channel LIKE 'e%' THEN cost END)",
    "avg(length(channel))",
    "max(upper(channel))",
    "count(DISTINCT lower(channel))",
    "sum(1000 / (length(channel) - 3))",
    "count(CASE WHEN is_vip OR channel IN ('chat', 'web') THEN 1 END)",
    "count(DISTINCT score)",
    "count(DISTINCT channel)",
    "sum(score)",
    "sum(CASE WHEN replies = 1 AND is_vip THEN 1 ELSE 0 END)",
    "avg(CASE WHEN score >= 9 THEN 1.0 ELSE 0.0 END)",
    "avg(score)",
    "sum(cost)",
    "avg(cost)",
    "sum(half)",
    "min(at)",
    "max(name)",
    "min(is_vip)",
    "median(score)",
    "approx_distinct(id)",
    "approx_distinct(name)",
    "bool_or(is_vip)",
    "percentile_cont(0.9) WITHIN GROUP (ORDER BY half)",
    "percentile_cont(score, 0.25)",
    "array_length(array_agg(score))",
    "sum(100 / (replies + 1))",
    "nps(least(score, 10))",
    "rate(is_vip)",
    "frt(at, answered, 'hour')",
    "frt_detail(at, answered).n",
    "aht(replies)",
];

const CONDITIONS: [&str; 17] = [
    "channel = 'email'",
    "channel <> 'chat'",
    "channel IN ('email', 'web')",
    "channel IS NULL",
    "channel IS NOT NULL",
    "channel LIKE '%a%'",
    "coalesce(channel, 'web') = 'web'",
    "score BETWEEN 0 AND 10",
    "replies <> 2",
    "is_vip",
    "at >= TIMESTAMP '2024-05-01' AND at < TIMESTAMP '2024-08-01'",
    "name = 'customer 3 of 1'",
    "channel = 'no such channel'",
    "(channel = 'email' OR score > 5)",
    "(lower(channel) LIKE '%e%' OR name LIKE '%3%')",
    "(channel IS NULL OR length(channel) > replies)",
    "CASE WHEN is_vip THEN channel = 'web' ELSE coalesce(channel, '') <> 'web' END",
];

const SOURCES: [&str; 5] = [
    "(SELECT *, 'all' AS segment FROM t) AS t",
    "(SELECT *, 'all' AS segment FROM t) AS t",
    "(SELECT *, replies + 1 AS more, 'all' AS segment FROM t WHERE replies < 4) AS t",
    "(SELECT *, 'all' AS segment FROM t UNION ALL SELECT *, 'none' FROM nothing) AS t",
    "(SELECT a.*, s AS segment FROM t AS a JOIN (SELECT DISTINCT score AS s FROM t) AS b ON a.score = b.s) AS t",
];

pub(super) fn question(random: &mut Random) -> String {
    let some = |random: &mut Random, from: &[&'static str], low, high| -> Vec<&'static str> {
        (0..random.between(low, high))
            .map(|_| random.pick(from))
            .collect()
    };
    let mut keys = some(random, &KEYS, 0, 3);
    keys.sort_unstable();
    keys.dedup();
    let filter = |random: &mut Random| {
        if random.chance(20) {
            format!(" FILTER (WHERE {})", random.pick(&CONDITIONS))
        } else {
            String::new()
        }
    };
    let mut columns: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    for aggregate in some(random, &AGGREGATES, 1, 4) {
        let filter =
            if aggregate.contains("nps") || aggregate.contains(')') && !aggregate.ends_with(')') {
                String::new()
            } else {
                filter(random)
            };
        columns.push(format!("{aggregate}{filter} AS a{}", columns.len()));
    }
    let conditions = some(random, &CONDITIONS, 0, 2);
    let filtered = if conditions.is_empty() {
        String::new()
    } else {
        format!(" WHERE {}", conditions.join(" AND "))
    };
    let grouped = grouped(random, &keys);
    if grouped.contains('(') {
        columns.extend(keys.first().map(|key| format!("grouping({key}) AS which")));
    }
    let source = random.pick(&SOURCES);
    format!(
        "SELECT {} FROM {source}{filtered}{grouped}",
        columns.join(", ")
    )
}

/// By all keys, or by some of them at a time.
fn grouped(random: &mut Random, keys: &[&str]) -> String {
    let all = keys.join(", ");
    match (keys, random.between(1, 10)) {
        ([], _) => String::new(),
        (_, 1) => format!(" GROUP BY ROLLUP ({all})"),
        (_, 2) => format!(" GROUP BY CUBE ({all})"),
        ([first, .., last], 3) => {
            format!(" GROUP BY GROUPING SETS (({last}, {first}), ({first}), ({first}))")
        }
        ([first, ..], 3 | 4) => format!(" GROUP BY {all}, GROUPING SETS (({first}), ())"),
        _ => format!(" GROUP BY {all}"),
    }
}

pub(super) async fn desk(folder: &std::path::Path) -> Engine {
    desk_of(folder, 6_000).await
}

async fn desk_of(folder: &std::path::Path, rows: usize) -> Engine {
    let mut random = Random::new(11);
    tables::write(folder, &mut random, rows);
    data::open(&[folder]).await.unwrap()
}

/// Enough rows and names for the operator to give up and hand over what it has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_keys_go_on_in_the_stock_aggregation() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk_of(folder.path(), 120_000).await;
    let questions = [
        "SELECT name, count(*), sum(score) FROM t GROUP BY name",
        "SELECT name, channel, avg(replies) FROM t WHERE channel <> 'chat' GROUP BY name, channel",
        "SELECT id, nps(score) FROM t WHERE score <= 10 AND channel = 'email' GROUP BY id",
        "SELECT date_trunc('second', at), is_vip, count(*) FROM t GROUP BY 1, 2",
        "SELECT id % 1000, id % 997, max(at) FROM t GROUP BY 1, 2",
        "SELECT count(*), count(DISTINCT name) FROM t WHERE channel = 'email'",
    ];
    let questions = questions.map(str::to_owned);
    hold_equal(&engine, "deskql.dense_aggregation", &questions).await;
}

/// Some ten thousand keys, which come back: codes move from the hash table to the other, counts to one
/// lane, and states are told in parts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tens_of_thousands_of_keys_are_few() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk_of(folder.path(), 200_000).await;
    let questions = [
        "SELECT id % 40000 AS k, count(*), count(score), avg(CASE WHEN is_vip THEN 1.0 ELSE 0.0 END) FROM t GROUP BY 1",
        "SELECT id * 7919 % 30000 AS k, count(channel), sum(CASE WHEN replies = 1 THEN 1 ELSE 0 END) FROM t GROUP BY 1",
        "SELECT nullif(20000 - id * 7919 % 30000, 3) * 5 AS k, count(*), percentile_cont(score, 0.25) FROM t GROUP BY 1",
        "SELECT id % 25000 AS k, is_vip, aht_detail(replies).n, frt(at, answered, 'hour') FROM t WHERE channel <> 'chat' GROUP BY 1, 2",
        "SELECT id % 15000 AS k, channel, duration_median(at, answered, 'hour'), max(name) FROM t GROUP BY ROLLUP (1, 2)",
        "SELECT id / 4 AS k, rate(is_vip) FROM t GROUP BY 1",
    ];
    let questions = questions.map(str::to_owned);
    hold_equal(&engine, "deskql.dense_aggregation", &questions).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_to_group_is_no_group_or_the_only_one() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk_of(folder.path(), 600).await;
    let by_channel = "SELECT channel, count(*) FROM nothing GROUP BY channel";
    assert_eq!(
        run(&engine, by_channel).await.unwrap(),
        "| channel | count(*) |"
    );
    let of_none = "SELECT count(*) AS n, sum(score) AS s FROM t WHERE channel = 'fax'";
    let answer = run(&engine, of_none).await.unwrap();
    assert!(answer.contains("| 0 |   |"), "{answer}");
    let questions = [by_channel, of_none].map(str::to_owned);
    hold_equal(&engine, "deskql.dense_aggregation", &questions).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_the_filter_drops_cannot_fail_the_query() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk_of(folder.path(), 3_000).await;
    for sql in [
        "SELECT channel, sum(100 / (replies - 2)) FROM t WHERE replies <> 2 GROUP BY channel",
        "SELECT channel, nps(score) FROM t WHERE score <= 10 GROUP BY channel",
        "SELECT 100 / (replies - 2), count(*) FROM t WHERE replies <> 2 GROUP BY 1",
        "SELECT is_vip, count(*) FROM t WHERE coalesce(channel, '') = 'fax' AND 100 / (replies - 2) > 5 GROUP BY 1",
    ] {
        run(&engine, sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    for sql in [
        "SELECT channel, sum(100 / (replies - 2)) FROM t GROUP BY channel",
        "SELECT channel, nps(score) FROM t GROUP BY channel",
    ] {
        run(&engine, sql).await.unwrap_err();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn explain_shows_the_operator_and_its_switch_takes_it_out() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk_of(folder.path(), 600).await;
    let sql = "SELECT channel, nps(score) FROM t WHERE channel <> 'chat' GROUP BY channel";
    for number in 0..super::SETTINGS.len() {
        set_up(&engine, number).await;
        let shown = plan(&engine, sql).await;
        assert!(
            shown.contains("DenseAggregateExec: gby=[channel]"),
            "{shown}"
        );
        assert!(shown.contains("dictionary(channel"), "{shown}");
    }
    run(&engine, "SET deskql.dense_aggregation = false")
        .await
        .unwrap();
    let shown = plan(&engine, sql).await;
    assert!(!shown.contains("DenseAggregateExec"), "{shown}");
}
