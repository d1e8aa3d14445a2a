//! CASE over ranges of one value, against the branches one after the other.

use std::path::Path;

use deskql::Engine;

use super::tables;
use crate::support::data;
use crate::support::random::Random;

/// A value, and constants to compare it with, among them those on both ends and of other types.
const VALUES: [(&str, &[&str]); 9] = [
    ("score", &["0", "3", "-1", "10", "7.5"]),
    ("replies", &["0", "1", "2", "5", "100000000000"]),
    ("half", &["0", "0.5", "-0.5", "2", "1e300"]),
    (
        "id",
        &[
            "0",
            "-1000000000",
            "2000000000",
            "2000000001",
            "-3999999999",
        ],
    ),
    (
        "at",
        &[
            "TIMESTAMPTZ '2024-02-01'",
            "TIMESTAMPTZ '2024-03-01 00:00:00+01'",
            "'2024-04-01'",
            "TIMESTAMPTZ '2024-04-01 00:00:00.000001Z'",
        ],
    ),
    (
        "at_wall",
        &[
            "TIMESTAMP '2024-02-01'",
            "DATE '2024-03-01'",
            "'2024-05-05 12:00'",
        ],
    ),
    (
        "at::DATE",
        &["DATE '2024-02-01'", "'2024-03-17'", "DATE '2025-01-01'"],
    ),
    ("extract(hour FROM at)", &["0", "6", "12", "18", "23"]),
    ("score + replies", &["0", "4", "9", "-3"]),
];

const RESULTS: [&[&str]; 5] = [
    &[
        "'low'",
        "'usual'",
        "'a result that is longer than twelve'",
        "NULL",
    ],
    &["1", "2", "NULL", "-7"],
    &["DATE '2024-01-01'", "DATE '2024-04-01'", "NULL"],
    &["TIMESTAMPTZ '2024-01-01'", "TIMESTAMPTZ '2024-04-01'"],
    &["1.5", "0.25", "3"],
];

const COMPARISONS: [&str; 6] = ["<", "<=", "=", "<>", ">=", ">"];

pub(super) async fn desk(folder: &Path) -> Engine {
    tables::write(folder, &mut Random::new(31), 2_000);
    data::open(&[folder]).await.unwrap()
}

pub(super) fn question(random: &mut Random) -> String {
    let case = case(random);
    match random.between(1, 7) {
        1 => format!("SELECT id, {case} AS step FROM t"),
        2 => format!("SELECT {case} AS step, count(*), min(id), max(at) FROM t GROUP BY 1"),
        3 => format!("SELECT {case} AS step, channel, sum(replies) FROM t GROUP BY 1, 2"),
        4 => format!("SELECT id FROM t WHERE {case} IS NOT NULL"),
        5 => format!("SELECT max({case}), count({case}), count(DISTINCT {case}) FROM t"),
        6 => format!(
            "SELECT step, count(*) FROM (SELECT *, {case} AS step FROM t) WHERE id > 20 GROUP BY step"
        ),
        _ => format!("SELECT id, {case} AS a, max(id) OVER () FROM t ORDER BY {case}, id"),
    }
}

fn case(random: &mut Random) -> String {
    let (value, constants) = VALUES[usize::try_from(random.between(0, 8)).unwrap()];
    let results = RESULTS[usize::try_from(random.between(0, 4)).unwrap()];
    let branches = random.between(1, 5);
    let is_simple = random.chance(10);
    let mut text = if is_simple {
        format!("CASE {value}")
    } else {
        "CASE".to_owned()
    };
    for _ in 0..branches {
        let when = if is_simple {
            (*random.pick(constants)).to_owned()
        } else {
            condition(random, value, constants, 2)
        };
        text.push_str(&format!(" WHEN {when} THEN {}", random.pick(results)));
    }
    if random.chance(60) {
        text.push_str(&format!(" ELSE {}", random.pick(results)));
    }
    text.push_str(" END");
    text
}

fn condition(random: &mut Random, value: &str, constants: &[&str], depth: u32) -> String {
    let constant = random.pick(constants);
    if depth > 0 && random.chance(30) {
        let word = random.pick(&["AND", "OR"]);
        let [left, right] = [0, 1].map(|_| condition(random, value, constants, depth - 1));
        return format!("({left} {word} {right})");
    }
    match random.between(1, 12) {
        1 => format!("{value} IS NULL"),
        2 => format!("{value} IS NOT NULL"),
        3 => format!("{value} BETWEEN {constant} AND {}", random.pick(constants)),
        4 => format!("{value} IN ({constant}, {})", random.pick(constants)),
        5 => format!("NOT ({value} < {constant})"),
        6 => format!("{constant} {} {value}", random.pick(&COMPARISONS)),
        // About another column, which is left to the stock operator.
        7 if random.chance(20) => "channel = 'email'".to_owned(),
        _ => format!("{value} {} {constant}", random.pick(&COMPARISONS)),
    }
}
