//! Random numeric expressions compared with DuckDB: decimals, doubles and whole numbers in comparisons,
//! CASE, casts and sums. `DESKQL_NUMBERS` sets their number, `DESKQL_SEED` the series.

use std::path::Path;

use serde_json::Value;

use crate::support::answers::{self, Rows};
use crate::support::data::open;
use crate::support::random::Random;

/// Columns of each kind; NULLs, zeros, both signs, and a whole number that no double represents.
const TABLE: &str = "(VALUES \
    (1, 7, 1.10::DECIMAL(10,2), 0.3333::DECIMAL(12,4), 0.1::DOUBLE PRECISION), \
    (2, -3, 130.76, -2.5000, 2.675), (3, 0, -0.05, 0.0001, -1.5), \
    (4, 9007199254740993, 99999999.99, 12345678.9999, 1000000.5), \
    (5, NULL, 10.00, NULL, NULL), (6, 20, NULL, 100.0000, 3.0)) AS t(id, i, d, k, f)";

const LITERALS: &[&str] = &[
    "0.1",
    "0.2",
    "0.5",
    "1.0",
    "1.005",
    "2.5",
    "0.05",
    "100.0",
    "19.99",
    "1234567.891",
    "1.19",
    "3600.0",
    "0",
    "1",
    "2",
    "3",
    "7",
    "10",
    "100",
    "1e3",
    "2.5e-1",
];
const COLUMNS: &[&str] = &["i", "d", "k", "f", "d", "k"];
const TYPES: &[&str] = &["BIGINT", "DECIMAL(14,3)", "DECIMAL(18,6)", "DOUBLE"];

fn number(random: &mut Random, depth: i64) -> String {
    if depth == 0 || random.chance(25) {
        let from = if random.chance(50) { LITERALS } else { COLUMNS };
        return random.pick(from).to_owned();
    }
    let a = number(random, depth - 1);
    let b = number(random, depth - 1);
    match random.between(0, 9) {
        0 => format!("({a} + {b})"),
        1 => format!("({a} - {b})"),
        2 => format!("({a} * {b})"),
        // DuckDB divides whole numbers differently.
        3 => format!("({a} * 1.0 / nullif({b}, 0))"),
        4 => format!("({a} % nullif({b}, 0))"),
        5 => format!("coalesce({a}, {b})"),
        6 => format!(
            "{}({a}, {b})",
            random.pick(&["greatest", "least", "nullif"])
        ),
        7 => format!(
            "CASE WHEN {} THEN {a} ELSE {b} END",
            truth(random, depth - 1)
        ),
        8 => format!("CAST({a} AS {})", random.pick(TYPES)),
        _ => format!(
            "{}({a})",
            random.pick(&["abs", "floor", "ceil", "trunc", "-"])
        ),
    }
}

fn truth(random: &mut Random, depth: i64) -> String {
    let a = number(random, depth);
    let mut leaf = || number(random, 0);
    let (b, c) = (leaf(), leaf());
    match random.between(0, 3) {
        0 => format!("({a} IN ({b}, {c}))"),
        1 => format!("({a} BETWEEN {b} AND {c})"),
        2 => format!("({a} IS DISTINCT FROM {b})"),
        _ => format!(
            "({a} {} {b})",
            random.pick(&["=", "<>", "<", "<=", ">", ">="])
        ),
    }
}

fn question(random: &mut Random) -> String {
    if random.chance(30) {
        let call = random.pick(&["sum", "avg", "min", "max", "count"]);
        let value = if random.chance(40) {
            format!(
                "CASE WHEN {} THEN {} ELSE {} END",
                truth(random, 1),
                random.pick(LITERALS),
                random.pick(LITERALS)
            )
        } else {
            number(random, 2)
        };
        return format!("SELECT {call}({value}) FROM {TABLE}");
    }
    let value = if random.chance(60) {
        number(random, 3)
    } else {
        truth(random, 2)
    };
    format!("SELECT {value} FROM {TABLE} ORDER BY id")
}

fn env(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(otherwise)
}

#[tokio::test]
async fn expressions_agree_with_duckdb() {
    let mut random = Random::new(env("DESKQL_SEED", 1));
    let count = env("DESKQL_NUMBERS", 300);
    let questions: Vec<String> = (0..count).map(|_| question(&mut random)).collect();
    let texts: Vec<&str> = questions.iter().map(String::as_str).collect();
    let nothing: [(&str, &Path); 0] = [];
    let theirs = match answers::duckdb(&nothing, &texts) {
        Ok(theirs) => theirs,
        Err(reason) => return answers::leave_out(&reason),
    };
    let engine = open(&[]).await.unwrap();
    let mut asked = 0;
    for (sql, theirs) in questions.iter().zip(theirs) {
        // A value that overflows in one engine may fit in the other.
        let (Ok(theirs), Ok(frame)) = (theirs, engine.sql(sql).await) else {
            continue;
        };
        let Ok(batches) = frame.collect().await else {
            continue;
        };
        asked += 1;
        let ours: Rows = batches.iter().flat_map(answers::rows).collect();
        assert_eq!(ours.len(), theirs.len(), "{sql}");
        let differ = ours.iter().flatten().zip(theirs.iter().flatten());
        let differ = differ.filter(|(ours, theirs)| !same(ours, theirs)).count();
        assert_eq!(differ, 0, "{sql}\nhere {ours:?}\nthere {theirs:?}");
    }
    assert!(
        asked * 2 > count,
        "only {asked} of {count} were answered by both"
    );
}

/// Decimals are text here and numbers in DuckDB; doubles may differ in the last digits.
#[expect(clippy::float_cmp, reason = "infinities are equal to themselves")]
fn same(ours: &Value, theirs: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::String(text) => text.trim_start_matches('~').parse::<f64>().ok(),
        other => other.as_f64(),
    };
    match (number(ours), number(theirs)) {
        (Some(a), Some(b)) if a.is_nan() || b.is_nan() => a.is_nan() && b.is_nan(),
        (Some(a), Some(b)) => a == b || (a - b).abs() <= a.abs().max(b.abs()) * 4e-15 + 1e-17,
        _ => ours == theirs,
    }
}
