//! `DISTINCT ON` by row numbers, against the first values of groups.

use std::path::Path;

use deskql::Engine;

use super::tables::{self, UNIQUE};
use crate::support::data;
use crate::support::random::Random;

const KEYS: [&str; 8] = [
    "channel",
    "name",
    "score",
    "is_vip",
    "channel, is_vip",
    "date_trunc('month', at)",
    "upper(channel)",
    "replies, score > 7",
];
const COLUMNS: [&str; 5] = [
    "id",
    "name, at",
    "cost AS price, score + replies AS sum",
    "channel, half",
    "CASE WHEN is_vip THEN name END AS who, answered",
];

pub(super) async fn desk(folder: &Path) -> Engine {
    tables::write(folder, &mut Random::new(71), 2_000);
    data::open(&[folder]).await.unwrap()
}

fn order(random: &mut Random, keys: &str) -> String {
    // Commas within calls are none of keys.
    let keys = match keys {
        "date_trunc('month', at)" => vec![keys],
        keys => keys.split(", ").collect(),
    };
    let directions = ["", " DESC", " NULLS FIRST", " DESC NULLS LAST"];
    let keys = keys
        .iter()
        .map(|key| format!("{key}{}", random.pick(&directions)));
    keys.collect::<Vec<_>>().join(", ")
}

pub(super) fn question(random: &mut Random) -> String {
    let keys = random.pick(&KEYS);
    let columns = random.pick(&COLUMNS);
    let filter = random.pick(&["", "", " WHERE score > 3", " WHERE replies < 0"]);
    let order = order(random, keys);
    let more = random.pick(&["", "score DESC, ", "at DESC NULLS LAST, "]);
    let rows = format!(
        "SELECT DISTINCT ON ({keys}) {columns} FROM t{filter} ORDER BY {order}, {more}{UNIQUE}"
    );
    match random.between(1, 4) {
        1 => format!("SELECT count(*) AS n FROM ({rows})"),
        2 => format!("{rows} LIMIT 7"),
        _ => rows,
    }
}
