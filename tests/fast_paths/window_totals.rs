//! Aggregates `OVER ()` by states of all partitions, against one state over one partition.

use std::path::Path;

use deskql::Engine;

use super::tables;
use crate::support::data;
use crate::support::random::Random;

const CALLS: [&str; 13] = [
    "count(*)",
    "count(score)",
    "count(DISTINCT channel)",
    "sum(score)",
    "sum(DISTINCT replies)",
    "sum(cost)",
    "sum(half)",
    "avg(cost)",
    "max(at)",
    "min(name)",
    "median(half)",
    "nps(replies)",
    "bool_or(is_vip)",
];
const FILTERS: [&str; 4] = ["", "", " WHERE replies > 1", " WHERE score < 0"];

pub(super) async fn desk(folder: &Path) -> Engine {
    tables::write(folder, &mut Random::new(53), 2_000);
    data::open(&[folder]).await.unwrap()
}

pub(super) fn question(random: &mut Random) -> String {
    let calls: Vec<String> = (0..random.between(1, 3))
        .map(|number| format!("{} OVER () AS v{number}", random.pick(&CALLS)))
        .collect();
    let calls = calls.join(", ");
    let filter = random.pick(&FILTERS);
    match random.between(1, 6) {
        1 => format!("SELECT channel, score, {calls} FROM t{filter}"),
        2 => format!("SELECT {calls} FROM t{filter}"),
        3 => format!(
            "SELECT channel, n, 1.0 * n / sum(n) OVER () AS share, max(n) OVER () AS most
             FROM (SELECT channel, count(*) AS n FROM t{filter} GROUP BY channel)"
        ),
        4 => format!(
            "SELECT channel, count(*) AS n, round(avg(score - mean), 6) AS apart
             FROM (SELECT channel, score, avg(score) OVER () AS mean, {calls} FROM t{filter})
             GROUP BY channel"
        ),
        5 => format!(
            "SELECT id, rank() OVER (PARTITION BY channel ORDER BY id) AS place, {calls}
             FROM t{filter}"
        ),
        // A condition on the call is left to the stock operator.
        _ => format!(
            "SELECT id, count(*) FILTER (WHERE is_vip) OVER () AS vips, {calls} FROM t{filter}"
        ),
    }
}
