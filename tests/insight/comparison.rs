//! `compare_*`, the same from totals, adjusted p values and sample sizes, against published values.

use serde_json::Value;

use super::values::{Cell, Entry, Row, entries, error, query, session};

/// The one row of a query.
async fn one(sql: &str) -> Row {
    let rows = query(&session().await, sql).await;
    assert_eq!(rows.len(), 1, "{sql}: {rows:?}");
    rows[0].clone()
}

/// `column` of `n` rows each; a table expression with the columns `value` and `side`.
fn counted(groups: &[(String, i64, bool)]) -> String {
    let parts: Vec<_> = groups
        .iter()
        .filter(|(_, n, _)| *n > 0)
        .map(|(value, n, side)| {
            format!("SELECT {value} AS value, {side} AS side FROM generate_series(1, {n})")
        })
        .collect();
    format!("({}) AS t", parts.join(" UNION ALL "))
}

fn level(entry: &Entry) -> String {
    match entry.input.get("level") {
        Some(level) => format!(", {level}"),
        None => String::new(),
    }
}

fn count(input: &Value, side: &str, part: &str) -> i64 {
    input[side][part].as_i64().unwrap()
}

#[tokio::test]
async fn rates_from_rows_and_from_totals() {
    for entry in entries("compare_rate") {
        let mut groups = vec![];
        for (side, is_b) in [("a", false), ("b", true)] {
            let (hits, n) = (
                count(&entry.input, side, "hits"),
                count(&entry.input, side, "n"),
            );
            groups.push(("true".to_owned(), hits, is_b));
            groups.push(("false".to_owned(), n - hits, is_b));
        }
        let (table, level) = (counted(&groups), level(&entry));
        let sql = format!("SELECT compare_rate(value, side{level}) FROM {table}");
        entry.check(&one(&sql).await, &entry.expected, 8);
        let scored = format!(
            "SELECT compare_csat(CASE WHEN value THEN 5 ELSE 1 END, side, NULL, NULL{}) FROM {table}",
            if level.is_empty() { ", NULL" } else { &level }
        );
        entry.check(&one(&scored).await, &entry.expected, 8);
        let totals: Vec<_> = ["a", "b"]
            .into_iter()
            .flat_map(|side| ["hits", "n"].map(|part| count(&entry.input, side, part).to_string()))
            .collect();
        let sql = format!("SELECT rate_difference({}{level})", totals.join(", "));
        entry.check(&one(&sql).await, &entry.expected, 8);
    }
}

#[tokio::test]
async fn nps_from_rows_and_from_totals() {
    for entry in entries("compare_nps") {
        let mut groups = vec![];
        let mut totals = vec![];
        for (side, is_b) in [("a", false), ("b", true)] {
            let parts =
                ["promoters", "detractors", "n"].map(|part| count(&entry.input, side, part));
            let [ups, downs, n] = parts;
            groups.push(("9".to_owned(), ups, is_b));
            groups.push(("0".to_owned(), downs, is_b));
            groups.push(("7".to_owned(), n - ups - downs, is_b));
            totals.extend(parts.map(|part| part.to_string()));
        }
        let sql = format!("SELECT compare_nps(value, side) FROM {}", counted(&groups));
        entry.check(&one(&sql).await, &entry.expected, 8);
        let sql = format!("SELECT nps_difference({})", totals.join(", "));
        entry.check(&one(&sql).await, &entry.expected, 8);
    }
}

/// Rows of both sides from lists of values, or from counts by value.
fn sided(entry: &Entry, names: [&str; 2]) -> String {
    let mut groups = vec![];
    for (name, is_b) in names.into_iter().zip([false, true]) {
        match &entry.input[name] {
            Value::Array(values) => {
                groups.extend(values.iter().map(|value| (value.to_string(), 1, is_b)));
            }
            counts => groups.extend(
                counts
                    .as_object()
                    .unwrap()
                    .iter()
                    .map(|(value, n)| (value.clone(), n.as_i64().unwrap(), is_b)),
            ),
        }
    }
    counted(&groups)
}

#[tokio::test]
async fn means_of_decimals_and_doubles() {
    for entry in entries("compare_mean") {
        let table = sided(&entry, ["a", "b"]);
        for value in ["value", "value::DOUBLE", "value::DECIMAL(20, 3)"] {
            let sql = format!("SELECT compare_mean({value}, side) FROM {table}");
            entry.check(&one(&sql).await, &entry.expected, 8);
        }
    }
    let sd = "SELECT mean_difference(count(value) FILTER (WHERE NOT side), avg(value) FILTER (WHERE NOT \
        side), stddev(value) FILTER (WHERE NOT side), count(value) FILTER (WHERE side), avg(value) FILTER \
        (WHERE side), stddev(value) FILTER (WHERE side))";
    for entry in entries("compare_mean").into_iter().take(3) {
        let sql = format!(
            "{sd} FROM (SELECT value::DOUBLE AS value, side FROM {})",
            sided(&entry, ["a", "b"])
        );
        entry.check(&one(&sql).await, &entry.expected, 8);
    }
}

#[tokio::test]
async fn ranks_of_values_of_any_type() {
    for entry in entries("compare_ranks") {
        let table = sided(&entry, ["a", "b"]);
        for value in ["value", "value::DOUBLE"] {
            let sql = format!("SELECT compare_ranks({value}, side) FROM {table}");
            entry.check(&one(&sql).await, &entry.expected, 6);
        }
    }
}

#[tokio::test]
async fn durations_in_each_unit() {
    for entry in entries("compare_duration") {
        let table = sided(&entry, ["minutes_a", "minutes_b"]);
        let start = "TIMESTAMP '2026-03-01 00:00:00'";
        let sql = format!(
            "SELECT compare_duration({start}, {start} + value * INTERVAL '1 minute', side) FROM {table}"
        );
        entry.check(&one(&sql).await, &entry.expected, 9);
        // Minutes taken for hours are hours.
        let sql = format!(
            "SELECT compare_duration({start}, {start} + value * INTERVAL '1 hour', side, 'hour') FROM \
             {table}"
        );
        entry.check(&one(&sql).await, &entry.expected, 9);
    }
}

#[tokio::test]
async fn adjusted_p_values() {
    for entry in entries("p_adjust") {
        let p: Vec<_> = entry.input["p"]
            .as_array()
            .unwrap()
            .iter()
            .enumerate()
            .map(|(place, p)| format!("({place}, {}::DOUBLE)", p.to_string().to_uppercase()))
            .collect();
        let methods: Vec<(String, &Value)> = match entry.input["method"].as_str() {
            Some(method) => vec![(method.to_owned(), &entry.expected["adjusted"])],
            None => ["holm", "bh"]
                .map(|method| (method.to_owned(), &entry.expected[method]))
                .to_vec(),
        };
        for (method, wanted) in methods {
            let sql = format!(
                "SELECT place, p_adjust(p, '{method}') OVER () AS adjusted FROM (VALUES {}) AS tests(place, \
                 p) ORDER BY place",
                p.join(", ")
            );
            let found = query(&session().await, &sql).await;
            let wanted = wanted.as_array().unwrap();
            assert_eq!(found.len(), wanted.len());
            for (row, wanted) in found.iter().zip(wanted) {
                let found = &row["adjusted"];
                assert!(entry.agrees(found, wanted), "{}: {found:?}", entry.id);
            }
        }
    }
}

/// Arguments of an entry by name, as they are called in SQL.
async fn planned(function: &str, names: &[&str], result: &str) {
    for entry in entries(function) {
        let given: Vec<_> = names
            .iter()
            .filter_map(|name| {
                let value = entry.input.get(*name)?;
                Some(format!("{name} => {value}"))
            })
            .collect();
        let sql = format!("SELECT {function}({}) AS {result}", given.join(", "));
        entry.check(&one(&sql).await, &entry.expected, 1);
    }
}

#[tokio::test]
async fn sample_sizes_and_power() {
    planned(
        "sample_size_rate",
        &["margin", "rate", "level", "population"],
        "n",
    )
    .await;
    planned(
        "sample_size_nps",
        &["margin", "promoters", "detractors", "level"],
        "n",
    )
    .await;
    planned(
        "sample_size_compare_rates",
        &["rate_a", "rate_b", "power", "level"],
        "n",
    )
    .await;
    planned(
        "sample_size_compare_means",
        &["sd", "difference", "power", "level"],
        "n",
    )
    .await;
    planned(
        "power_compare_rates",
        &["rate_a", "rate_b", "n", "level"],
        "power",
    )
    .await;
    planned(
        "detectable_change",
        &["rate", "n", "power", "level"],
        "change",
    )
    .await;
}

#[tokio::test]
async fn faults_are_said_in_one_line() {
    let table = "FROM (VALUES (5, true), (1, false)) AS t(score, late)";
    for (call, wanted) in [
        (
            "compare_csat(score, late, level => 1.5)",
            "level must lie between 0 and 1, not 1.5",
        ),
        (
            "compare_nps(score, 'late')",
            "compare_nps(score, side [, level]) takes score = a number, side = a boolean",
        ),
        (
            "compare_csat(score + 1, late)",
            "compare_csat: score 6 is off the scale 1..5",
        ),
        (
            "compare_rate(DISTINCT late, late)",
            "compare_rate(DISTINCT ..) is refused",
        ),
        (
            "rate_difference(5, 4, 1, 2)",
            "5 hits among 4 rows are too many",
        ),
        (
            "rate_difference(1.5, 4, 1, 2)",
            "hits_a must be a whole number of 0 or more, not 1.5",
        ),
        ("sample_size_rate(0)", "margin must be more than 0, not 0"),
        (
            "sample_size_nps(5, 50)",
            "promoters and detractors are given together",
        ),
        (
            "p_adjust(score) OVER (ORDER BY score)",
            "p_adjust takes the whole partition",
        ),
        (
            "p_adjust(score) OVER ()",
            "p must lie between 0 and 1, not 5",
        ),
        (
            "p_adjust(0.1, 'bonferroni') OVER ()",
            "there are 'holm' and 'bh'",
        ),
    ] {
        let sql = format!("SELECT {call} {table}");
        let found = error(&session().await, &sql).await;
        assert!(found.contains(wanted), "{call}: {found}");
    }
}

#[tokio::test]
async fn rows_of_neither_side_may_be_invalid() {
    let row = one(
        "SELECT compare_nps(score, side) FROM (VALUES (10, true), (9, false), (99, NULL), (NULL, true)) AS \
         t(score, side)",
    )
    .await;
    assert_eq!(row["n_a"], Cell::Number(1.0));
    assert_eq!(row["n_b"], Cell::Number(1.0));
    assert_eq!(row["difference"], Cell::Number(0.0));
    assert_eq!(row["p"], Cell::Null);
}
