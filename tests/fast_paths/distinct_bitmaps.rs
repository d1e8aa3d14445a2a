//! Distinct counts by bitmaps and by pairs of text and group, against the hash tables of the stock plan.

use std::path::Path;

use deskql::Engine;

use super::tables;
use crate::support::data;
use crate::support::random::Random;

const IDS: [&str; 12] = [
    "id",
    "score",
    "id % 1000",
    "replies::SMALLINT",
    "(id % 120)::TINYINT",
    "score::INT UNSIGNED",
    "at::DATE",
    "at",
    "CASE WHEN is_vip THEN id ELSE score END",
    "name",
    "channel",
    "substr(name, 1, 11)",
];

const KEYS: [&str; 9] = [
    "channel",
    "is_vip",
    "date_trunc('month', at)",
    "name",
    "channel, is_vip",
    "upper(channel)",
    "ROLLUP (channel, is_vip)",
    "id % 500",
    "replies",
];

const OTHERS: [&str; 5] = [
    "count(*)",
    "sum(cost)",
    "median(half)",
    "count(DISTINCT channel)",
    "max(name)",
];

pub(super) async fn desk(folder: &Path) -> Engine {
    tables::write(folder, &mut Random::new(23), 6_000);
    data::open(&[folder]).await.unwrap()
}

pub(super) fn question(random: &mut Random) -> String {
    let mut columns: Vec<String> = (0..random.between(1, 3))
        .map(|number| {
            let filter = random.pick(&["", "", " FILTER (WHERE replies > 1)"]);
            format!("count(DISTINCT {}){filter} AS n{number}", random.pick(&IDS))
        })
        .collect();
    if random.chance(40) {
        columns.push(format!("{} AS other", random.pick(&OTHERS)));
    }
    let columns = columns.join(", ");
    let filter = random.pick(&[
        "",
        "",
        " WHERE replies <> 2",
        " WHERE channel = 'no such channel'",
    ]);
    if random.chance(30) {
        return format!("SELECT {columns} FROM t{filter}");
    }
    let keys = random.pick(&KEYS);
    let rolled_up = keys.strip_prefix("ROLLUP (");
    let shown = rolled_up.map_or(keys, |keys| keys.trim_end_matches(')'));
    format!("SELECT {shown}, {columns} FROM t{filter} GROUP BY {keys}")
}
