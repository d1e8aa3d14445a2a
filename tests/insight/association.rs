//! Correlations, weighted values, quotients, deviations and lifetime values: published values, edges, and what
//! is refused.

use super::values::{Cell, Entry, Row, entries, error, query, session};

async fn one(sql: &str) -> Row {
    let rows = query(&session().await, sql).await;
    assert_eq!(rows.len(), 1, "{sql}: {rows:?}");
    rows[0].clone()
}

/// Two lists of an entry as rows.
fn pairs(entry: &Entry, [x, y]: [&str; 2]) -> String {
    let list = |name: &str| entry.input[name].as_array().unwrap().clone();
    let rows: Vec<_> = list(x)
        .iter()
        .zip(&list(y))
        .map(|(x, y)| format!("({x}, {y})"))
        .collect();
    format!("(VALUES {}) AS t({x}, {y})", rows.join(", "))
}

/// Asks a function and its detail; `name` is the value's in the entry, and `value` its own in the detail.
async fn check(entry: &Entry, call: &str, table: &str, [name, value]: [&str; 2]) {
    let (function, arguments) = call.split_once('(').unwrap();
    let mut expected = entry.expected.clone();
    let fields = expected.as_object_mut().unwrap();
    let wanted = fields.remove(name).unwrap();
    fields.insert(value.to_owned(), wanted.clone());
    let sql = format!("SELECT {function}_detail({arguments} FROM {table}");
    entry.check(&one(&sql).await, &expected, 4);
    let row = one(&format!("SELECT {call} AS own FROM {table}")).await;
    assert!(entry.agrees(&row["own"], &wanted), "{}: {row:?}", entry.id);
}

#[tokio::test]
async fn published_correlations() {
    for function in ["pearson", "spearman", "kendall"] {
        for entry in entries(function) {
            let table = pairs(&entry, ["x", "y"]);
            check(&entry, &format!("{function}(x, y)"), &table, ["r", "r"]).await;
            // A side without a value leaves, and the scale of a type does not matter.
            let table = format!(
                "(SELECT x::DOUBLE AS x, y::DECIMAL(12, 4) AS y FROM {table} UNION ALL SELECT NULL, 3 UNION \
                 ALL SELECT 3, NULL)"
            );
            check(&entry, &format!("{function}(x, y)"), &table, ["r", "r"]).await;
        }
    }
}

#[tokio::test]
async fn published_weighted_values() {
    for entry in entries("weighted_rate") {
        let table = pairs(&entry, ["ok", "weight"]);
        check(
            &entry,
            "weighted_rate(ok = 1, weight)",
            &table,
            ["rate", "value"],
        )
        .await;
    }
    for entry in entries("weighted_nps") {
        let table = pairs(&entry, ["score", "weight"]);
        check(
            &entry,
            "weighted_nps(score, weight)",
            &table,
            ["nps", "value"],
        )
        .await;
    }
    for entry in entries("weighted_mean") {
        let table = pairs(&entry, ["x", "weight"]);
        check(
            &entry,
            "weighted_mean(x, weight)",
            &table,
            ["mean", "value"],
        )
        .await;
        check(
            &entry,
            "weighted_mean(x::DOUBLE, weight::DOUBLE)",
            &table,
            ["mean", "value"],
        )
        .await;
    }
}

#[tokio::test]
async fn published_quotients_deviations_and_lifetime_values() {
    for entry in entries("value_quotient") {
        let table = pairs(&entry, ["benefit", "cost"]);
        let names = ["value_quotient", "value_quotient"];
        check(&entry, "value_quotient(benefit, cost)", &table, names).await;
        check(
            &entry,
            "value_quotient(benefit::DOUBLE, cost::DECIMAL(9, 2))",
            &table,
            names,
        )
        .await;
    }
    for entry in entries("mad") {
        let values: Vec<_> = entry.input["x"].as_array().unwrap().iter().collect();
        let rows: Vec<_> = values.iter().map(|x| format!("({x})")).collect();
        for cast in ["DOUBLE", "DECIMAL(9, 3)"] {
            let sql = format!(
                "SELECT mad(x::{cast}) AS mad FROM (VALUES {}) AS t(x)",
                rows.join(", ")
            );
            entry.check(&one(&sql).await, &entry.expected, 1);
        }
    }
    for entry in entries("lifetime_value") {
        let [margin, retention, discount] =
            ["margin", "retention", "discount"].map(|name| entry.input[name].clone());
        let sql = format!("SELECT lifetime_value({margin}, {retention}, {discount}) AS value");
        entry.check(&one(&sql).await, &entry.expected, 1);
        let sql = format!(
            "SELECT lifetime_value(m, r, {discount}) AS value FROM (VALUES ({margin}, {retention})) AS t(m, r)"
        );
        entry.check(&one(&sql).await, &entry.expected, 1);
    }
}

#[tokio::test]
async fn few_rows_and_rows_in_step() {
    let cases = [
        ("(1, 2)", "pearson", [Some(1.0), None, None, None]),
        (
            "(1, 2), (2, 5)",
            "pearson",
            [Some(2.0), Some(1.0), None, None],
        ),
        (
            "(1, 2), (2, 5)",
            "spearman",
            [Some(2.0), Some(1.0), None, None],
        ),
        (
            "(1, 2), (2, 1)",
            "kendall",
            [Some(2.0), Some(-1.0), None, None],
        ),
        (
            "(NULL, 2), (2, NULL)",
            "spearman",
            [Some(0.0), None, None, None],
        ),
        (
            "(0.1, 0.2), (0.2, 0.4), (0.3, 0.6)",
            "pearson",
            [Some(3.0), Some(1.0), None, None],
        ),
        (
            "(7, 1), (7, 2), (7, 3), (7, 9), (7, 4)",
            "kendall",
            [Some(5.0), None, None, None],
        ),
    ];
    for (rows, function, wanted) in cases {
        let sql = format!("SELECT {function}_detail(x, y) FROM (VALUES {rows}) AS t(x, y)");
        let row = one(&sql).await;
        let found = ["n", "r", "low", "p"].map(|name| match row[name] {
            Cell::Number(number) => Some(number),
            _ => None,
        });
        assert_eq!(found, wanted, "{function} of {rows}");
    }
}

/// −0 is 0, and numbers far apart keep their order.
#[tokio::test]
async fn ranks_take_numbers_of_any_size() {
    let sql = "SELECT spearman(x, y) AS r FROM (VALUES (-1e300, 1), (-0.0, 2), (0.0, 2), (1e-300, 3), (1e300, \
        4)) AS t(x, y)";
    assert_eq!(one(sql).await["r"], Cell::Number(1.0));
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one list of cases")]
async fn what_cannot_be_counted_is_an_error_or_left_out() {
    let engine = session().await;
    let calls = [
        (
            "pearson(x, y)",
            "(1, 'NaN'::DOUBLE)",
            "pearson: NaN is not a number; filter such rows",
        ),
        (
            "pearson(x, y)",
            "(1, 1e15)",
            "pearson: 1000000000000000 is too large to be summed exactly",
        ),
        (
            "kendall(x, y)",
            "(1, '-inf'::DOUBLE)",
            "kendall: -inf is not a number",
        ),
        ("mad(y)", "(1, 'inf'::DOUBLE)", "mad: inf is not a number"),
        (
            "weighted_mean(x, y)",
            "(1, -1.0)",
            "weighted_mean: -1 is not an amount of 0 or more",
        ),
        (
            "weighted_mean(y, x)",
            "(1, 'inf'::DOUBLE)",
            "weighted_mean: inf is not a number",
        ),
        (
            "weighted_rate(x > 0, y)",
            "(1, -0.5)",
            "weighted_rate: -0.5 is not an amount of 0 or more",
        ),
        (
            "weighted_nps(y, x)",
            "(1, 11.0)",
            "weighted_nps: score 11 is off the scale 0..10",
        ),
        (
            "value_quotient(x, y)",
            "(1, 'NaN'::DOUBLE)",
            "value_quotient: NaN is not a number",
        ),
    ];
    let good = "(2, 3.0), (3, 9.0), (5, 2.0), (9, 10.0)";
    let sql =
        |call: &str, rows: &str| format!("SELECT {call} AS own FROM (VALUES {rows}) AS t(x, y)");
    let mut wanted = vec![];
    for (call, bad, message) in calls {
        let found = error(&engine, &sql(call, &format!("{good}, {bad}"))).await;
        assert!(found.contains(message), "{call}: {found}");
        let found = error(
            &engine,
            &format!("{} GROUP BY x > 0", sql(call, &format!("{good}, {bad}"))),
        )
        .await;
        assert!(found.contains(message), "{call}: {found}");
        wanted.push(query(&engine, &sql(call, good)).await);
    }
    let setting = "SET deskql.invalid_values = 'ignore'";
    engine.sql(setting).await.unwrap().collect().await.unwrap();
    for ((call, bad, _), wanted) in calls.iter().zip(&wanted) {
        let found = query(&engine, &sql(call, &format!("{good}, {bad}"))).await;
        // Of doubles and of decimals the last digit of an r may differ.
        assert!(is_near(&found, wanted), "{call}: {found:?} {wanted:?}");
    }
}

fn is_near(found: &[Row], wanted: &[Row]) -> bool {
    let cells = |rows: &[Row]| {
        rows.iter()
            .flat_map(|row| row.values().cloned())
            .collect::<Vec<_>>()
    };
    let (found, wanted) = (cells(found), cells(wanted));
    found.len() == wanted.len()
        && found.iter().zip(&wanted).all(|pair| match pair {
            (Cell::Number(found), Cell::Number(wanted)) => {
                (found - wanted).abs() <= 1e-14 * wanted.abs()
            }
            (found, wanted) => found == wanted,
        })
}

#[tokio::test]
async fn wrong_calls_have_one_clear_line() {
    let engine = session().await;
    for (call, wanted) in [
        (
            "pearson_detail(x, y, 0)",
            "pearson_detail: level must lie between 0 and 1, not 0",
        ),
        ("pearson(x)", "pearson(x, y)"),
        (
            "pearson(x, 'a')",
            "pearson(x, y) takes x = a number, y = a number",
        ),
        (
            "kendall_detail(x, y, 95)",
            "kendall_detail: level must lie between 0 and 1, not 95",
        ),
        (
            "weighted_rate(x, y)",
            "weighted_rate(ok, w) takes ok = a boolean",
        ),
        (
            "weighted_nps_detail(x, y, x)",
            "weighted_nps_detail: level must be a constant number, not a column",
        ),
        (
            "lifetime_value(1, 101, 10)",
            "lifetime_value: retention must lie between 0 and 100, not 101",
        ),
        (
            "lifetime_value(1, 90, -1)",
            "lifetime_value: discount must lie between 0 and 100, not -1",
        ),
        (
            "lifetime_value('a', 90, 1)",
            "lifetime_value(margin, retention, discount) takes numbers",
        ),
    ] {
        let sql = format!("SELECT {call} FROM (VALUES (1, 2), (2, 3)) AS t(x, y)");
        let found = error(&engine, &sql).await;
        assert!(found.contains(wanted), "{call}: {found}");
        assert!(!found.contains('\n'), "{found}");
    }
    let row = one("SELECT lifetime_value(100, NULL, 10) AS v").await;
    assert_eq!(row["v"], Cell::Null);
}

/// Weights that are all alike give what there is without weights.
#[tokio::test]
async fn equal_weights_are_none() {
    let table = "(SELECT i % 11 AS score, i % 3 = 0 AS ok FROM generate_series(1, 500) AS t(i))";
    for (weighted, plain, value) in [
        (
            "weighted_nps_detail(score, 0.25)",
            "nps_detail(score)",
            "nps",
        ),
        ("weighted_rate_detail(ok, 3)", "rate_detail(ok)", "rate"),
    ] {
        let weighted = one(&format!("SELECT {weighted} FROM {table}")).await;
        let plain = one(&format!("SELECT {plain} FROM {table}")).await;
        for (name, own) in [("value", value), ("low", "low"), ("high", "high")] {
            let (Cell::Number(one), Cell::Number(other)) = (&weighted[name], &plain[own]) else {
                panic!("{weighted:?} {plain:?}")
            };
            assert!((one - other).abs() < 1e-9, "{name}: {one} {other}");
        }
        assert_eq!(weighted["n_effective"], Cell::Number(500.0));
    }
}

/// Post-stratified, as docs/insight.md says: customers in the stratum / answers in it.
#[tokio::test]
async fn weights_restore_the_mix_of_strata() {
    let sql = "SELECT weighted_mean(x, w) AS m FROM (VALUES (10, 90.0 / 1), (20, 10.0 / 3), (20, 10.0 / 3), \
        (20, 10.0 / 3)) AS t(x, w)";
    let Cell::Number(mean) = one(sql).await["m"] else {
        panic!()
    };
    assert!((mean - 11.0).abs() < 1e-6, "{mean}");
}
