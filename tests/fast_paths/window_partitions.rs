//! Windows group by group, against all groups at once.

use std::path::Path;

use deskql::Engine;

use super::tables;
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
/// Calls that need the rows behind them, with the values by which equal places are equal rows.
const CALLS: [&str; 10] = [
    "sum(score) OVER (PARTITION BY {keys})",
    "count(*) OVER (PARTITION BY {keys})",
    "avg(cost) OVER (PARTITION BY {keys})",
    "count(DISTINCT replies) OVER (PARTITION BY {keys})",
    "median(half) OVER (PARTITION BY {keys})",
    "max(name) FILTER (WHERE is_vip) OVER (PARTITION BY {keys})",
    "ntile(3) OVER (PARTITION BY {keys} ORDER BY score)",
    "percent_rank() OVER (PARTITION BY {keys} ORDER BY score DESC)",
    "cume_dist() OVER (PARTITION BY {keys} ORDER BY score NULLS FIRST)",
    "sum(replies) OVER (PARTITION BY {keys} ORDER BY score RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)",
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
            let call = random.pick(&CALLS).replace("{keys}", keys);
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
