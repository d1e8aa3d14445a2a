//! The reference values of the functions of series, forecasts and staffing, asked in SQL.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::{Map, Value};

use super::super::values::{Cell, Entry, Row, entries, query, session};

pub(super) fn list(value: &Value) -> Vec<Value> {
    value.as_array().unwrap().clone()
}

pub(super) fn int(value: &Value) -> i64 {
    value.as_i64().unwrap()
}

pub(super) fn number(row: &Row, name: &str) -> f64 {
    match &row[name] {
        Cell::Number(number) => *number,
        other => panic!("{name} is {other:?}"),
    }
}

/// A day by its number from Monday, 2024-01-01 on.
fn day(number: i64) -> Date {
    date(2024, 1, 1).checked_add(number.days()).unwrap()
}

/// `(SELECT * FROM (VALUES ..) AS t(columns))` of one text a row.
fn table(columns: &str, rows: &[String]) -> String {
    let rows = rows.join("), (");
    format!("(SELECT * FROM (VALUES ({rows})) AS t({columns}))")
}

/// Numbers of a series, each with its number from 0.
pub(super) fn numbered(values: &Value) -> String {
    let rows = (0..).zip(list(values));
    let rows: Vec<String> = rows
        .map(|(place, value)| format!("{place}, {value}"))
        .collect();
    table("i, value", &rows)
}

/// Hits and n, each with its number from 0.
fn counted(input: &Value) -> String {
    let rows = list(&input["hits"]).into_iter().zip(list(&input["n"]));
    let rows = (0..).zip(rows);
    let rows: Vec<String> = rows
        .map(|(place, (hits, n))| format!("{place}, {hits}, {n}"))
        .collect();
    table("i, hits, n", &rows)
}

/// A row agrees in everything but flags, and in `is_anomaly`.
fn check_anomaly(entry: &Entry, row: &Row, wanted: &Map<String, Value>) {
    for (name, wanted) in wanted {
        let found = &row[name];
        let agrees = match wanted {
            Value::Bool(wanted) => *found == Cell::Text(wanted.to_string()),
            wanted => entry.agrees(found, wanted),
        };
        assert!(agrees, "{}: {name} is {found:?}, not {wanted}", entry.id);
    }
}

/// Days between the window and the point, which the point's weekday asks for, are there and ignored.
#[tokio::test]
async fn anomalies_of_one_point_after_a_window() {
    let engine = session().await;
    let all = entries("anomalies");
    for entry in all
        .iter()
        .filter(|entry| entry.input.get("points").is_some())
    {
        let window = list(&entry.input["window_values"]);
        let length = i64::try_from(window.len()).unwrap();
        for (name, point) in entry.input["points"].as_object().unwrap() {
            let between = (int(&point["weekday"]) - length).rem_euclid(7);
            let mut rows: Vec<String> = (0..)
                .zip(&window)
                .filter(|(_, value)| !value.is_null())
                .map(|(place, value)| format!("DATE '{}', {value}::DOUBLE, false", day(place)))
                .collect();
            rows.extend((0..between).map(|more| format!("DATE '{}', 0, true", day(length + more))));
            let at = day(length + between);
            rows.push(format!("DATE '{at}', {}, false", point["value"]));
            let sql = format!(
                "SELECT * FROM anomalies({}, time => day, value => value, ignore => off, season => {}, window => \
                 {}, counts => {}) WHERE time = DATE '{at}'",
                table("day, value, off", &rows),
                entry.input["season"],
                int(&entry.input["window"]) + between,
                entry.input["counts"]
            );
            let found = query(&engine, &sql).await;
            check_anomaly(entry, &found[0], entry.expected[name].as_object().unwrap());
        }
    }
}

#[tokio::test]
async fn anomalies_of_two_years() {
    let engine = session().await;
    let all = entries("anomalies");
    let entry = all
        .iter()
        .find(|entry| entry.id == "anomalies_two_years")
        .unwrap();
    let values = list(&entry.input["value"]);
    let rows: Vec<String> = (0..)
        .zip(&values)
        .map(|(place, value)| format!("DATE '{}', {value}", day(place)))
        .collect();
    let sql = format!(
        "SELECT time::VARCHAR AS time, value, expected, score FROM anomalies({}, time => day, value => value, \
         counts => true) WHERE is_anomaly ORDER BY time",
        table("day, value", &rows)
    );
    let found = query(&engine, &sql).await;
    let wanted = list(&entry.expected["anomalies"]);
    assert_eq!(found.len(), wanted.len());
    for (row, wanted) in found.iter().zip(&wanted) {
        entry.check(row, wanted, 4);
    }
}

/// Each expected list has one item a point; a number stands for all of them.
#[tokio::test]
async fn control_charts() {
    let engine = session().await;
    let all = entries("control_chart");
    for entry in all
        .iter()
        .filter(|entry| entry.id != "control_chart_nelson")
    {
        let kind = entry.input["kind"].as_str().unwrap();
        let (table, options) = match kind {
            "xmr" => (numbered(&entry.input["value"]), "value => value"),
            _ => (counted(&entry.input), "hits => hits, n => n"),
        };
        let sql =
            format!("SELECT * FROM control_chart({table}, time => i, {options}, kind => '{kind}')");
        let rows = query(&engine, &sql).await;
        for (place, row) in rows.iter().enumerate() {
            let pick = |name: &str| match &entry.expected[name] {
                Value::Array(items) => items[place].clone(),
                one => one.clone(),
            };
            let is_judged = row["low"] != Cell::Null;
            for name in ["centre", "low", "high"] {
                let wanted = pick(name);
                assert!(
                    entry.agrees(&row[name], &wanted) || (name == "centre" && !is_judged),
                    "{}: {name} of {place} is {:?}, not {wanted}",
                    entry.id,
                    row[name]
                );
            }
            if let Value::Array(out) = &entry.expected["out"] {
                let is_out = out.contains(&Value::from(place + 1));
                assert_eq!(row["is_out"], Cell::Text(is_out.to_string()), "{place}");
                let rules = if is_out { "[1]" } else { "[]" };
                assert_eq!(row["rules"], Cell::Text(rules.to_owned()), "{place}");
            }
            if let Value::Array(out) = &entry.expected["is_out"] {
                let wanted = if is_judged {
                    Cell::Text(out[place].to_string())
                } else {
                    Cell::Null
                };
                assert_eq!(row["is_out"], wanted, "{place}");
            }
        }
    }
}

/// Two rows before the points, whose mean is 0 and whose range is 1.128, make the points standard deviations.
#[tokio::test]
async fn nelson_rules_on_standard_deviations() {
    let engine = session().await;
    let all = entries("control_chart");
    let entry = all
        .iter()
        .find(|entry| entry.id == "control_chart_nelson")
        .unwrap();
    let mut rows = vec!["-1, 0.564".to_owned(), "0, -0.564".to_owned()];
    let points = (1..).zip(list(&entry.input["z"]));
    rows.extend(points.map(|(place, z)| format!("{place}, {z}::DOUBLE")));
    let sql = format!(
        "SELECT time, rules, low, high FROM control_chart({}, time => i, value => z::DOUBLE, baseline_until => 1, \
         rules => [1, 2, 3, 5, 6]) WHERE time > 0",
        table("i, z", &rows)
    );
    let found = query(&engine, &sql).await;
    for rule in [1, 2, 3, 5, 6] {
        let wanted: Vec<i64> = list(&entry.expected[format!("rule_{rule}")])
            .iter()
            .map(int)
            .collect();
        let reported: Vec<i64> = (1..)
            .zip(&found)
            .filter(|(_, row)| {
                let Cell::Text(rules) = &row["rules"] else {
                    panic!("{row:?}");
                };
                rules.contains(&rule.to_string())
            })
            .map(|(place, _)| place)
            .collect();
        assert_eq!(reported, wanted, "rule {rule}");
    }
    assert_eq!(
        (number(&found[0], "low"), number(&found[0], "high")),
        (-3.0, 3.0)
    );
}

#[tokio::test]
async fn change_points_by_mean_rate_and_variance() {
    let engine = session().await;
    for entry in entries("change_points") {
        let kind = entry.input["kind"].as_str().unwrap();
        let (table, options) = match kind {
            "rate" => (counted(&entry.input), "hits => hits, n => n"),
            _ => (numbered(&entry.input["value"]), "value => value"),
        };
        let season = entry.input.get("season").map_or(0, int);
        let sql = |kind: &str| {
            format!(
                "SELECT * FROM change_points({table}, time => i, {options}, kind => '{kind}', min_size => {}, \
                 season => {season})",
                entry.input["min_size"]
            )
        };
        let rows = query(&engine, &sql(kind)).await;
        let wanted = list(&entry.expected["change_at"]);
        assert_eq!(rows.len(), wanted.len(), "{}: {rows:?}", entry.id);
        let levels = ["means", "rates", "variances"]
            .iter()
            .find_map(|name| entry.expected.get(*name));
        for (place, (row, at)) in rows.iter().zip(&wanted).enumerate() {
            assert!(entry.agrees(&row["change_at"], at), "{}: {row:?}", entry.id);
            if let Some(levels) = levels {
                assert!(entry.agrees(&row["before"], &levels[place]), "{row:?}");
                assert!(entry.agrees(&row["after"], &levels[place + 1]), "{row:?}");
            }
        }
        if entry.expected.get("change_at_of_kind_mean").is_some() {
            assert_eq!(query(&engine, &sql("mean")).await, []);
        }
    }
}

#[tokio::test]
async fn trends_with_ties_and_gaps() {
    let engine = session().await;
    for entry in entries("trend") {
        let rows = list(&entry.input["time"])
            .into_iter()
            .zip(list(&entry.input["value"]));
        let rows: Vec<String> = rows
            .map(|(time, value)| format!("{time}, {value}"))
            .collect();
        let table = table("at, value", &rows);
        let sql = format!("SELECT trend_detail(at, value) FROM {table} AS t");
        entry.check(&query(&engine, &sql).await[0], &entry.expected, 8);
        let sql = format!("SELECT trend(at, value) AS slope FROM {table} AS t");
        entry.check(&query(&engine, &sql).await[0], &entry.expected, 1);
    }
}
