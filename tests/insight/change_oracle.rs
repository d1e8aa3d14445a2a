//! `explain_change` against plain SQL on random rows, and its laws.

use super::values::{Cell, Row, query, session};

fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Number(number) => Some(*number),
        _ => None,
    }
}

fn near(found: &Cell, wanted: &Cell, place: &str) {
    match (number(found), number(wanted)) {
        (Some(found), Some(wanted)) => {
            let room = 1e-9 * wanted.abs().max(1.0);
            assert!(
                (found - wanted).abs() <= room,
                "{place}: {found} is not {wanted}"
            );
        }
        (None, None) => {}
        _ => panic!("{place}: {found:?} is not {wanted:?}"),
    }
}

/// Rows that look random: two dimensions with NULLs, one segment that comes and one that goes.
fn desk(seed: u64) -> String {
    format!(
        "(SELECT CASE WHEN k % 17 = 0 THEN NULL ELSE (k % 1009) % 11 END AS score, ((k % 613)::DOUBLE - 300) / \
         7 AS cost, k % 5 AS contacts, CASE (k / 7) % 6 WHEN 0 THEN NULL WHEN 1 THEN 'a' WHEN 2 THEN 'b' WHEN 3 THEN \
         CASE WHEN side THEN 'new' ELSE 'old' END ELSE 'c' END AS team, k % 3 AS channel, side FROM (SELECT \
         (i * 48271 + {seed} * 7919) % 2147483647 AS k, i % 2 = 0 AS side FROM generate_series(1, 3000) AS \
         t(i)))"
    )
}

/// N and D of a row, and the option of each KPI.
const KPIS: [(&str, &str, &str, &str, f64); 4] = [
    (
        "nps",
        "value => score",
        "CASE WHEN score >= 9 THEN 1.0::DOUBLE WHEN score <= 6 THEN -1.0::DOUBLE WHEN score IS NOT NULL THEN \
         0.0::DOUBLE END",
        "CASE WHEN score IS NOT NULL THEN 1.0::DOUBLE END",
        100.0,
    ),
    (
        "rate",
        "value => score > 5",
        "CASE WHEN score > 5 THEN 1.0::DOUBLE WHEN score <= 5 THEN 0.0::DOUBLE END",
        "CASE WHEN score IS NOT NULL THEN 1.0::DOUBLE END",
        100.0,
    ),
    ("mean", "value => cost", "cost", "1.0::DOUBLE", 1.0),
    (
        "ratio",
        "numerator => cost, denominator => contacts",
        "cost",
        "contacts::DOUBLE",
        1.0,
    ),
];

/// The parts of each team by their definition in SQL.
fn definition(table: &str, n: &str, d: &str, scale: f64, is_base: bool) -> String {
    let reference = if is_base { "r0" } else { "(r0 + r1) / 2" };
    let (rate, mix) = if is_base {
        ("w0 * (q1 - q0)", "(w1 - w0) * (q0 - ref)")
    } else {
        (
            "(w0 + w1) / 2 * (q1 - q0)",
            "(w1 - w0) * ((q0 + q1) / 2 - ref)",
        )
    };
    format!(
        "WITH rows AS (SELECT {n} AS n, {d} AS d, team, side FROM {table}), cells AS (SELECT team, sum(n) \
         FILTER (WHERE NOT side) AS n0, sum(n) FILTER (WHERE side) AS n1, sum(d) FILTER (WHERE NOT side) AS \
         d0, sum(d) FILTER (WHERE side) AS d1 FROM rows WHERE n IS NOT NULL AND d IS NOT NULL GROUP BY team), \
         parts AS (SELECT team, coalesce(n0, 0) AS n0, coalesce(n1, 0) AS n1, coalesce(d0, 0) / sum(d0) OVER \
         () AS w0, coalesce(d1, 0) / sum(d1) OVER () AS w1, {scale} * n0 / nullif(d0, 0) AS q0, {scale} * n1 \
         / nullif(d1, 0) AS q1, {scale} * sum(n0) OVER () / sum(d0) OVER () AS r0, {scale} * sum(n1) OVER () \
         / sum(d1) OVER () AS r1, sum(d0) OVER () AS all0, sum(d1) OVER () AS all1 FROM cells) SELECT team, \
         100 * w0 AS share_before, 100 * w1 AS share_after, q0 AS before, q1 AS after, {scale} * n1 / all1 - \
         {scale} * n0 / all0 - ref * (w1 - w0) AS total, CASE WHEN q0 IS NULL OR q1 IS NULL THEN 0 ELSE \
         {rate} END AS rate, CASE WHEN q0 IS NULL OR q1 IS NULL THEN {scale} * n1 / all1 - {scale} * n0 / \
         all0 - ref * (w1 - w0) ELSE {mix} END AS mix FROM (SELECT *, {reference} AS ref FROM parts) ORDER BY \
         team NULLS LAST"
    )
}

async fn explained(table: &str, kpi: &str, options: &str, method: &str) -> Vec<Row> {
    let sql = format!(
        "SELECT * FROM explain_change({table}, kpi => '{kpi}', {options}, side => side, by => [team, channel], \
         method => '{method}', min_n => 0)"
    );
    query(&session().await, &sql).await
}

#[tokio::test]
async fn segments_equal_their_definition_in_plain_sql() {
    for seed in 1..=3 {
        let table = desk(seed);
        for (kpi, options, n, d, scale) in KPIS {
            for method in ["midpoint", "base"] {
                let rows = explained(&table, kpi, options, method).await;
                let sql = definition(&table, n, d, scale, method == "base");
                let wanted = query(&session().await, &sql).await;
                assert_eq!(wanted.len(), 6);
                for team in &wanted {
                    let own = rows.iter().find(|row| {
                        row["scope"] == Cell::Text("segment".into())
                            && row["dimension"] == Cell::Text("team".into())
                            && row["segment"] == team["team"]
                    });
                    let own = own.unwrap_or_else(|| panic!("{kpi}: no {team:?}"));
                    for part in [
                        "share_before",
                        "share_after",
                        "before",
                        "after",
                        "total",
                        "rate",
                        "mix",
                    ] {
                        near(&own[part], &team[part], &format!("{kpi} {method} {part}"));
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn totals_of_every_dimension_add_up_to_the_change() {
    for seed in 4..=6 {
        for (kpi, options, ..) in KPIS {
            for method in ["midpoint", "base"] {
                let rows = explained(&desk(seed), kpi, options, method).await;
                let change = number(&rows[0]["total"]).unwrap();
                for dimension in ["team", "channel"] {
                    let of_dimension = |row: &&Row| {
                        row["scope"] == Cell::Text("segment".into())
                            && row["dimension"] == Cell::Text(dimension.into())
                    };
                    let segments = rows.iter().filter(of_dimension);
                    let sum: f64 = segments
                        .clone()
                        .filter_map(|row| number(&row["total"]))
                        .sum();
                    assert!(
                        (sum - change).abs() < 1e-9,
                        "{kpi} {dimension}: {sum} {change}"
                    );
                    for row in segments {
                        let parts =
                            ["mix", "rate", "interaction"].map(|part| number(&row[part]).unwrap());
                        let total = number(&row["total"]).unwrap();
                        assert!((parts.iter().sum::<f64>() - total).abs() < 1e-9);
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn partitions_and_order_do_not_matter() {
    for (kpi, options, ..) in KPIS {
        let mut found = vec![];
        for (partitions, order) in [(1, "score"), (2, "cost"), (8, "team, score")] {
            let engine = session().await;
            for sql in [
                format!("SET datafusion.execution.target_partitions = {partitions}"),
                format!(
                    "CREATE TABLE desk AS SELECT * FROM {} ORDER BY {order}",
                    desk(9)
                ),
            ] {
                engine.sql(&sql).await.unwrap().collect().await.unwrap();
            }
            let sql = format!(
                "SELECT * FROM explain_change(desk, kpi => '{kpi}', {options}, side => side, by => [team, \
                 channel])"
            );
            found.push(format!("{:?}", query(&engine, &sql).await));
        }
        assert_eq!(found[0], found[1]);
        assert_eq!(found[0], found[2]);
    }
}
