//! `key_drivers`: published importances, intervals by id, and what is refused.

use serde_json::Value;

use super::values::{Cell, Entry, Row, entries, error, query, session};

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => format!("'{text}'"),
        other => other.to_string(),
    }
}

/// The rows of an entry, and the names of its columns.
fn table(entry: &Entry) -> (String, Vec<String>) {
    let columns: Vec<String> = entry.input["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    let rows: Vec<_> = entry.input["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let cells: Vec<_> = row.as_array().unwrap().iter().map(literal).collect();
            format!("({})", cells.join(", "))
        })
        .collect();
    let names = columns.join(", ");
    (
        format!("SELECT * FROM (VALUES {}) AS t({names})", rows.join(", ")),
        columns,
    )
}

fn call(table: &str, columns: &[String], more: &str) -> String {
    let (outcome, drivers) = columns.split_first().unwrap();
    format!(
        "SELECT * FROM key_drivers(({table}), outcome => {outcome}, drivers => [{}]{more})",
        drivers.join(", ")
    )
}

fn driver<'a>(rows: &'a [Row], name: &str) -> &'a Row {
    let found = rows
        .iter()
        .find(|row| row["driver"] == Cell::Text(name.to_owned()));
    found.unwrap_or_else(|| panic!("no {name} in {rows:?}"))
}

#[tokio::test]
async fn published_importances() {
    let engine = session().await;
    for entry in entries("key_drivers") {
        let (table, columns) = table(&entry);
        let sql = call(&table, &columns, "");
        if let Some(words) = entry.expected.get("error_contains") {
            let found = error(&engine, &sql).await;
            assert_eq!(
                found,
                "key_drivers: driver b follows from a; leave one of them out"
            );
            assert!(words.is_array());
            continue;
        }
        let rows = query(&engine, &sql).await;
        assert_eq!(rows.len(), columns.len() - 1);
        for (field, wanted) in entry.expected.as_object().unwrap() {
            match wanted {
                Value::Object(by_driver) => {
                    for (name, wanted) in by_driver {
                        let found = &driver(&rows, name)[field];
                        assert!(
                            entry.agrees(found, wanted),
                            "{}: {name} {field} {found:?}",
                            entry.id
                        );
                    }
                }
                wanted => assert!(
                    entry.agrees(&rows[0][field], wanted),
                    "{}: {field}",
                    entry.id
                ),
            }
        }
        // Without an id there is no interval of shares.
        assert!(rows.iter().all(|row| row["share_low"] == Cell::Null));
    }
}

const RATINGS: &str = "SELECT i AS id, (i * 7919) % 11 AS score, (i * 104729) % 5 AS wait, (i * 31337) % 7 > 2 \
    AS reopened, CASE (i * 613) % 3 WHEN 0 THEN 'chat' WHEN 1 THEN 'mail' ELSE 'phone' END AS channel FROM \
    generate_series(1, 700) AS t(i)";

/// The score is three times the wait and two for a reopened ticket, exactly; the channel adds nothing.
#[tokio::test]
async fn an_exact_outcome_has_exact_effects() {
    let sql = format!(
        "SELECT * FROM key_drivers(({RATINGS}), outcome => 3 * wait - 2 * CAST(reopened AS INT), drivers => \
         [wait, reopened, channel], id => id % 90)"
    );
    let rows = query(&session().await, &sql).await;
    let number = |name: &str, field: &str| match driver(&rows, name)[field] {
        Cell::Number(number) => number,
        ref cell => panic!("{name} {field} is {cell:?}"),
    };
    assert!((number("wait", "n") - 700.0).abs() < 1e-9);
    assert!((number("wait", "r2") - 1.0).abs() < 1e-9);
    assert!((number("wait", "effect") - 3.0).abs() < 1e-9);
    assert!((number("reopened", "effect") + 2.0).abs() < 1e-9);
    assert_eq!(driver(&rows, "channel")["effect"], Cell::Null);
    let shares: f64 = ["wait", "reopened", "channel"]
        .iter()
        .map(|name| number(name, "share"))
        .sum();
    assert!((shares - 100.0).abs() < 1e-9);
    assert!(number("wait", "share_low") <= number("wait", "share"));
    assert!(number("wait", "share_high") >= number("wait", "share"));
}

/// A row without a value of its own leaves, and only such rows.
#[tokio::test]
async fn rows_with_a_missing_value_leave() {
    let complete = format!("SELECT * FROM ({RATINGS}) WHERE id % 5 <> 0");
    let gaps = format!(
        "SELECT id, CASE WHEN id % 10 = 0 THEN NULL ELSE score END AS score, CASE WHEN id % 10 = 5 THEN NULL \
         ELSE wait END AS wait, reopened, channel FROM ({RATINGS})"
    );
    let ask = |table: &str| {
        format!(
            "SELECT * FROM key_drivers(({table}), outcome => score, drivers => [wait, reopened, channel], id \
             => id)"
        )
    };
    let engine = session().await;
    let found = query(&engine, &ask(&gaps)).await;
    assert_eq!(found[0]["n"], Cell::Number(560.0));
    assert_eq!(found, query(&engine, &ask(&complete)).await);
}

#[tokio::test]
async fn refusals_have_one_clear_line() {
    let engine = session().await;
    let many: Vec<_> = (0..13).map(|i| format!("wait + {i}")).collect();
    let many = format!("outcome => score, drivers => [{}]", many.join(", "));
    for (options, wanted) in [
        (
            "outcome => score, drivers => [wait, 3]",
            "driver 3 is the same in all complete rows; leave it out",
        ),
        (
            "outcome => score, drivers => [wait, reopened, 2 * wait + 1]",
            "driver 2 * wait + 1 follows from wait; leave one of them out",
        ),
        (
            "outcome => score, drivers => [CAST(id AS VARCHAR)]",
            "text driver CAST(id AS VARCHAR) has more than 30 values; group them first",
        ),
        (
            "outcome => channel, drivers => [wait]",
            "outcome must be a number or a boolean, not a text",
        ),
        (
            "outcome => score, drivers => [DATE '2026-01-01']",
            "is DATE; take a number, a boolean or a text",
        ),
        (
            "outcome => score, drivers => []",
            "there are 0 drivers; name 1 to 12",
        ),
        (&many, "there are 13 drivers; name 1 to 12"),
        (
            "outcome => score, drivers => [wait], level => 2",
            "level must lie between 0 and 1, not 2",
        ),
        ("drivers => [wait]", "outcome is missing"),
        (
            "outcome => score, drivers => [wait / (wait - wait)::DOUBLE]",
            "is not a number; filter such rows",
        ),
    ] {
        let sql = format!("SELECT * FROM key_drivers(({RATINGS}), {options})");
        let found = error(&engine, &sql).await;
        assert!(found.contains(wanted), "{options}: {found}");
        assert!(
            found.contains("key_drivers: ") && !found.contains('\n'),
            "{found}"
        );
    }
    let few = "SELECT * FROM key_drivers((SELECT * FROM (VALUES (1, 2), (2, 5), (3, 1)) AS t(y, x) WHERE y < 3), \
        outcome => y, drivers => [x])";
    let found = error(&engine, few).await;
    assert!(
        found.contains("2 complete rows are too few for 1 columns: there must be at least 3"),
        "{found}"
    );
}

/// Rows that are invalid are left out when the session says so, as those with a NULL are.
#[tokio::test]
async fn invalid_values_can_be_ignored() {
    let engine = session().await;
    let setting = "SET deskql.invalid_values = 'ignore'";
    engine.sql(setting).await.unwrap().collect().await.unwrap();
    let sql = format!(
        "SELECT n FROM key_drivers(({RATINGS}), outcome => score, drivers => [CASE WHEN id <= 10 THEN \
         'NaN'::DOUBLE ELSE wait END])"
    );
    assert_eq!(query(&engine, &sql).await[0]["n"], Cell::Number(690.0));
}
