//! Faults of functions.

use super::{still_fails, still_gives};

#[tokio::test]
async fn list_arguments() {
    let file = "functions/correctness/list_arguments";
    still_gives(file, "SELECT length(make_array(1, 2))", &["6"]).await;
    still_gives(file, "SELECT reverse(make_array(1, 2))", &["]2 ,1["]).await;
    still_gives(file, "SELECT left(make_array(1, 2), 2)", &["[1"]).await;
}

#[tokio::test]
async fn list_totals() {
    let file = "functions/correctness/list_totals";
    let sql = "SELECT array_sum(make_array(9007199254740993))";
    still_gives(file, sql, &["9007199254740992.0"]).await;
}

#[tokio::test]
async fn coalesce() {
    let sql = "SELECT coalesce(DATE '2026-02-01', '2026-01-01')";
    still_fails(
        "functions/correctness/coalesce",
        sql,
        "Expect to get struct",
    )
    .await;
}

#[tokio::test]
async fn decimal_quotient() {
    let file = "functions/correctness/decimal_quotient";
    let sql = "SELECT CAST(20 AS DECIMAL(10, 0)) / 30";
    still_gives(file, sql, &["0.6666"]).await;
}

#[tokio::test]
async fn round() {
    let sql = "SELECT round(CAST('1.005' AS DOUBLE), 2)";
    still_gives("functions/correctness/round", sql, &["1.0"]).await;
}

#[tokio::test]
async fn rounded_cast() {
    let sql = "SELECT CAST(CAST('1.005' AS DOUBLE) AS DECIMAL(5, 2))";
    still_gives("functions/correctness/rounded_cast", sql, &["1.00"]).await;
}

#[tokio::test]
async fn trunc() {
    let sql = "SELECT trunc(CAST('4.35' AS DOUBLE), 2)";
    still_gives("functions/correctness/trunc", sql, &["4.34"]).await;
}

#[tokio::test]
async fn plain_double() {
    let sql = "SELECT nullif(column1, 0.0) FROM (VALUES (-0.0))";
    still_gives("functions/correctness/plain_double", sql, &["-0.0"]).await;
}

#[tokio::test]
async fn moving_aggregates() {
    let file = "planner/correctness/moving_frames";
    let sum = "SELECT sum(x) OVER (ORDER BY id ROWS 1 PRECEDING) FROM (VALUES (1,1e16),(2,1.0),(3,2.0)) t(id,x) ORDER BY id";
    still_gives(file, sum, &["1e16", "1e16", "2.0"]).await;
    let any = "SELECT bool_or(x > 1) OVER (ORDER BY x ROWS 1 PRECEDING) FROM (VALUES (1),(2)) t(x)";
    still_fails(file, any, "sliding accumulator").await;
}

#[tokio::test]
async fn lead_lag() {
    let file = "planner/correctness/lead_lag";
    let values =
        "FROM (VALUES (1,3),(2,2),(3,2),(4,4),(5,NULL),(6,NULL),(7,4)) v(id,x) ORDER BY id";
    let next = format!("SELECT lead(x, 2) IGNORE NULLS OVER (ORDER BY id) {values}");
    still_gives(
        file,
        &next,
        &["2", "4", "NULL", "NULL", "NULL", "NULL", "NULL"],
    )
    .await;
    let none = "SELECT lag(x, NULL) OVER (ORDER BY x) FROM (VALUES (1),(2)) v(x) ORDER BY x";
    still_gives(file, none, &["1", "2"]).await;
    let by_row = "SELECT lag(x, x) OVER (ORDER BY x) FROM (VALUES (1),(2)) v(x)";
    still_fails(file, by_row, "only support Literal").await;
}

#[tokio::test]
async fn regr_r2() {
    let level = "SELECT regr_r2(y, x) FROM (VALUES (1.0, 5.0), (1.0, 6.0)) v(y, x)";
    still_gives("functions/correctness/regr_r2", level, &["NULL"]).await;
}

#[tokio::test]
async fn string_agg() {
    let sql = "SELECT string_agg(x, ',' ORDER BY x), string_agg(x, ',' ORDER BY y) \
               FROM (VALUES ('a', 2), ('b', 1)) t(x, y)";
    still_fails(
        "functions/correctness/string_agg",
        sql,
        "Conflicting ordering",
    )
    .await;
}

#[tokio::test]
async fn time_of_text() {
    still_gives(
        "functions/correctness/time_of_text",
        "SELECT CAST('0930' AS TIME)",
        &["00:00:00.000000930"],
    )
    .await;
}

#[tokio::test]
async fn to_timestamp() {
    still_fails(
        "functions/correctness/to_timestamp",
        "SELECT to_timestamp('02/03/2026 10:20', 'DD/MM/YYYY HH24:MI')",
        "input contains invalid characters",
    )
    .await;
}

#[tokio::test]
async fn to_char() {
    still_gives(
        "functions/correctness/to_char",
        "SELECT to_char(DATE '2026-03-02', 'YYYY-MM')",
        &["YYYY-MM"],
    )
    .await;
}

#[tokio::test]
async fn series_bounds() {
    let sql = "SELECT generate_series(DATE '2026-01-01', TIMESTAMP '2026-01-02 00:00:00', INTERVAL '1 day')";
    still_fails(
        "functions/correctness/series_bounds",
        sql,
        "generate_series",
    )
    .await;
}
