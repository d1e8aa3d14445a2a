//! Survival: published curves and tests, rows that are not known to the end, and what is refused.

use serde_json::Value;

use super::values::{Cell, Row, entries, error, query, session};

/// Lifetimes in days as rows of start, end and `as_of`; censored rows have no end.
fn lifetimes(input: &Value, more: &str) -> String {
    let list = |name: &str| input[name].as_array().cloned().unwrap_or_default();
    let (times, events, entries) = (list("time"), list("event"), list("entry"));
    let rows = times
        .iter()
        .zip(&events)
        .enumerate()
        .map(|(place, (time, event))| {
            let entry = entries
                .get(place)
                .map_or_else(|| "0".to_owned(), Value::to_string);
            format!("({time}, {event}, {entry})")
        });
    let rows: Vec<_> = rows.collect();
    format!(
        "SELECT start, CASE WHEN event = 1 THEN start + time * INTERVAL '1 day' END AS done, start + time * \
         INTERVAL '1 day' AS as_of, start + entry * INTERVAL '1 day' AS entry{more} FROM (SELECT *, TIMESTAMP \
         '2026-01-01 00:00:00' AS start FROM (VALUES {}) AS t(time, event, entry))",
        rows.join(", ")
    )
}

async fn one(sql: &str) -> Row {
    let rows = query(&session().await, sql).await;
    assert_eq!(rows.len(), 1, "{sql}: {rows:?}");
    rows[0].clone()
}

#[tokio::test]
async fn published_curves() {
    for entry in entries("survival_curve") {
        let sql = format!(
            "SELECT * FROM survival_curve(({}), start => start, end => done, as_of => as_of, entry => entry, \
             unit => 'day')",
            lifetimes(&entry.input, "")
        );
        let found = query(&session().await, &sql).await;
        let columns = entry.expected["columns"].as_array().unwrap();
        let wanted = entry.expected["rows"].as_array().unwrap();
        assert_eq!(found.len(), wanted.len(), "{}: {found:?}", entry.id);
        for (row, wanted) in found.iter().zip(wanted) {
            for (column, wanted) in columns.iter().zip(wanted.as_array().unwrap()) {
                let cell = &row[column.as_str().unwrap()];
                assert!(
                    entry.agrees(cell, wanted),
                    "{}: {row:?} is not {wanted}",
                    entry.id
                );
            }
        }
    }
}

#[tokio::test]
async fn published_summaries() {
    for entry in entries("survival_median") {
        let rows = lifetimes(&entry.input, "");
        let sql = format!("SELECT survival_median_detail(start, done, as_of, 'day') FROM ({rows})");
        entry.check(&one(&sql).await, &entry.expected, 3);
        let sql =
            format!("SELECT survival_median(start, done, as_of, 'day') AS value FROM ({rows})");
        let wanted = &entry.expected;
        assert!(entry.agrees(&one(&sql).await["value"], &wanted["median"]));
    }
    for entry in entries("survival_share") {
        let (rows, at) = (lifetimes(&entry.input, ""), &entry.input["at"]);
        let sql =
            format!("SELECT survival_share_detail(start, done, as_of, {at}, 'day') FROM ({rows})");
        entry.check(&one(&sql).await, &entry.expected, 4);
        let hours = 24 * at.as_i64().unwrap();
        let sql = format!(
            "SELECT survival_share(start, done, as_of, {hours}, 'hour') AS value FROM ({rows})"
        );
        let wanted = &entry.expected;
        assert!(entry.agrees(&one(&sql).await["value"], &wanted["share"]));
    }
    for entry in entries("survival_mean") {
        let (rows, up_to) = (lifetimes(&entry.input, ""), &entry.input["up_to"]);
        let sql = format!(
            "SELECT survival_mean(start, done, as_of, {up_to}, 'day') AS mean FROM ({rows})"
        );
        entry.check(&one(&sql).await, &entry.expected, 1);
    }
}

#[tokio::test]
async fn published_log_rank_tests() {
    for entry in entries("compare_survival") {
        let a = lifetimes(&entry.input["a"], ", false AS side");
        let b = lifetimes(&entry.input["b"], ", true AS side");
        let sql = format!(
            "SELECT compare_survival(start, done, as_of, side) FROM ({a} UNION ALL {b} UNION ALL {})",
            lifetimes(&entry.input["b"], ", NULL AS side")
        );
        let wanted = entry.expected.as_object().unwrap().len();
        entry.check(&one(&sql).await, &entry.expected, wanted.min(6));
    }
}

/// By hand: of three tickets one ends after 2 hours, one is open at 9, and one ends after `as_of`; a fourth
/// starts after it, and a fifth has no start.
const TICKETS: &str = "(VALUES (TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 02:00:00'), (TIMESTAMP \
    '2026-01-01 00:00:00', NULL), (TIMESTAMP '2026-01-01 01:00:00', TIMESTAMP '2026-01-01 10:00:00'), \
    (TIMESTAMP '2026-01-02 00:00:00', NULL), (NULL, TIMESTAMP '2026-01-01 10:00:00')) AS tickets(opened, done)";

#[tokio::test]
async fn what_is_not_known_yet_is_censored() {
    for as_of in [
        "TIMESTAMP '2026-01-01 09:00:00'",
        "'2026-01-01 09:00:00'",
        "TIMESTAMP '2026-01-01 09:00:00'::TIMESTAMP(9)",
    ] {
        let sql = format!(
            "SELECT survival_share_detail(opened, done, {as_of}, 3, 'hour') FROM {TICKETS}"
        );
        let row = one(&sql).await;
        assert_eq!(row["n"], Cell::Number(3.0), "{as_of}");
        let Cell::Number(share) = row["share"] else {
            panic!("{row:?}")
        };
        assert!((share - 100.0 / 3.0).abs() < 1e-12, "{as_of}");
        let sql = format!(
            "SELECT time, at_risk, events, censored FROM survival_curve((SELECT * FROM {TICKETS}), start => \
             opened, end => done, as_of => {as_of}, unit => 'hour')"
        );
        let curve = query(&session().await, &sql).await;
        let numbers: Vec<_> = curve
            .iter()
            .map(|row| ["time", "at_risk", "events", "censored"].map(|name| row[name].clone()))
            .collect();
        let wanted = [
            [2.0, 3.0, 1.0, 0.0],
            [8.0, 2.0, 0.0, 1.0],
            [9.0, 1.0, 0.0, 1.0],
        ];
        assert_eq!(numbers, wanted.map(|row| row.map(Cell::Number)), "{as_of}");
    }
    // A day begins at midnight, and `as_of` may differ by row.
    let sql = format!(
        "SELECT survival_share(opened, done, DATE '2026-01-02', 3, 'hour') AS s FROM {TICKETS}"
    );
    let Cell::Number(share) = one(&sql).await["s"] else {
        panic!()
    };
    assert!((share - 100.0 / 3.0).abs() < 1e-12, "{share}");
    let sql = format!(
        "SELECT survival_median_detail(opened, done, coalesce(done, TIMESTAMP '2026-01-01 00:00:00')).events \
         AS e FROM {TICKETS}"
    );
    assert_eq!(one(&sql).await["e"], Cell::Number(2.0));
}

#[tokio::test]
async fn times_at_the_edge() {
    let share = async |at: &str, unit: &str| {
        let sql = format!(
            "SELECT survival_share(TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 00:29:00', TIMESTAMP \
             '2026-01-02 00:00:00', {at}, '{unit}') AS s"
        );
        one(&sql).await["s"].clone()
    };
    assert_eq!(share("29", "minute").await, Cell::Number(100.0));
    assert_eq!(share("28.999", "minute").await, Cell::Number(0.0));
    assert_eq!(share("1740", "second").await, Cell::Number(100.0));
    assert_eq!(share("0", "day").await, Cell::Number(0.0));
    // 29/60 is no double.
    assert_eq!(share("29::DOUBLE / 60", "hour").await, Cell::Number(100.0));
}

#[tokio::test]
async fn no_rows_and_nothing_over() {
    let none = format!("(SELECT * FROM {TICKETS} WHERE false)");
    let row = one(&format!(
        "SELECT survival_median(opened, done, '2026-01-05') AS median, survival_share(opened, done, \
         '2026-01-05', 3) AS share, survival_mean(opened, done, '2026-01-05', 3) AS mean FROM {none}"
    ))
    .await;
    assert!(row.values().all(|cell| *cell == Cell::Null), "{row:?}");
    let sql = format!(
        "SELECT * FROM survival_curve({none}, start => opened, end => done, as_of => DATE '2026-01-05')"
    );
    assert_eq!(query(&session().await, &sql).await, Vec::<Row>::new());
    let sql = format!(
        "SELECT compare_survival(opened, NULL, '2026-01-05', opened < '2026-01-01 00:30:00') FROM {TICKETS}"
    );
    let row = one(&sql).await;
    assert_eq!(row["n_a"], Cell::Number(2.0));
    for name in ["chi2", "p", "hazard_ratio", "low", "high"] {
        assert_eq!(row[name], Cell::Null, "{name}");
    }
}

#[tokio::test]
async fn a_curve_for_each_group() {
    let sql = format!(
        "SELECT team, \"Plan\", time, survival FROM survival_curve((SELECT *, CASE WHEN done IS NULL THEN NULL \
         ELSE 'a' END AS team, 1 AS \"Plan\" FROM {TICKETS}), start => opened, end => done, as_of => \
         TIMESTAMP '2026-01-03 00:00:00', by => [team, \"Plan\"], unit => 'hour', level => 0.9) ORDER BY \
         team, time"
    );
    let rows = query(&session().await, &sql).await;
    let of_a = rows
        .iter()
        .filter(|row| row["team"] == Cell::Text("a".to_owned()));
    let of_a: Vec<_> = of_a
        .map(|row| (row["time"].clone(), row["survival"].clone()))
        .collect();
    let number = Cell::Number;
    assert_eq!(
        of_a,
        [(number(2.0), number(50.0)), (number(9.0), number(0.0))]
    );
    let of_null = rows.iter().filter(|row| row["team"] == Cell::Null);
    assert_eq!(of_null.count(), 2);
}

#[tokio::test]
async fn an_end_before_the_start_is_invalid() {
    const WRONG: &str = "(SELECT TIMESTAMP '2026-01-02 00:00:00' AS a, TIMESTAMP '2026-01-01 00:00:00' AS b \
        UNION ALL SELECT TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 00:05:00')";
    let engine = session().await;
    let as_of = "TIMESTAMP '2026-01-09 00:00:00'";
    let calls = [
        format!("SELECT survival_median(a, b, {as_of}) AS value FROM {WRONG}"),
        format!(
            "SELECT time AS value FROM survival_curve({WRONG}, start => a, end => b, as_of => {as_of})"
        ),
    ];
    for sql in &calls {
        let found = error(&engine, sql).await;
        assert!(
            found.contains(
                "end 2026-01-01T00:00:00 is before start 2026-01-02T00:00:00; filter such rows"
            ),
            "{found}"
        );
    }
    let setting = "SET deskql.invalid_values = 'ignore'";
    engine.sql(setting).await.unwrap().collect().await.unwrap();
    for sql in &calls {
        let rows = query(&engine, sql).await;
        assert_eq!(rows[0]["value"], Cell::Number(5.0), "{sql}");
    }
}

#[tokio::test]
async fn wrong_calls_have_one_clear_line() {
    let engine = session().await;
    let curve = |options: &str| {
        format!(
            "SELECT * FROM survival_curve((SELECT * FROM {TICKETS}), start => opened, end => done{options})"
        )
    };
    let as_of = ", as_of => TIMESTAMP '2026-01-03 00:00:00'";
    for (sql, wanted) in [
        (curve(""), "survival_curve: as_of is missing"),
        (
            curve(&format!("{as_of}, level => 95")),
            "survival_curve: level must lie between 0 and 1, not 95",
        ),
        (
            curve(&format!("{as_of}, unit => 'week'")),
            "survival_curve: unknown unit 'week'",
        ),
        (
            curve(", as_of => 3"),
            "survival_curve: start, end, as_of and entry are timestamps; got",
        ),
        (
            format!("SELECT survival_share(opened, done, '2026-01-05', -1) FROM {TICKETS}"),
            "survival_share: at must be a constant time of 0 or more",
        ),
        (
            format!("SELECT survival_mean(opened, done, '2026-01-05', NULL) FROM {TICKETS}"),
            "survival_mean: up_to must be a constant time of 0 or more",
        ),
        (
            format!("SELECT survival_median(opened, done, '2026-01-05', 'hour', 1) FROM {TICKETS}"),
            "survival_median: level must lie between 0 and 1, not 1",
        ),
        (
            format!("SELECT survival_median(opened, done) FROM {TICKETS}"),
            "survival_median(start, end, as_of [, unit [, level]])",
        ),
    ] {
        let found = error(&engine, &sql).await;
        assert!(found.contains(wanted), "{sql}: {found}");
        assert!(!found.contains('\n'), "{found}");
    }
}

/// A type that is settled only after the call is planned: `coalesce` of times of two units is of the second one.
#[tokio::test]
async fn times_of_several_types_are_compared_as_times() {
    let as_of = "coalesce(NULL::TIMESTAMP, arrow_cast('2026-01-01T09:00:00Z', 'Timestamp(Second, Some(\"UTC\"))'))";
    let sql = format!(
        "WITH tickets AS (SELECT arrow_cast(opened, 'Timestamp(Millisecond, Some(\"UTC\"))') AS opened, \
         arrow_cast(done, 'Timestamp(Second, Some(\"UTC\"))') AS done, {as_of} AS asked_at FROM {TICKETS}) \
         SELECT time, at_risk FROM survival_curve(tickets, start => opened, end => done, as_of => asked_at, unit \
         => 'hour')"
    );
    let rows = query(&session().await, &sql).await;
    let found: Vec<_> = rows
        .iter()
        .map(|row| (row["time"].clone(), row["at_risk"].clone()))
        .collect();
    let wanted = [(2.0, 3.0), (8.0, 2.0), (9.0, 1.0)];
    assert_eq!(
        found,
        wanted.map(|(time, n)| (Cell::Number(time), Cell::Number(n)))
    );
}
