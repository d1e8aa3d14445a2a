//! Faults of lengths of time.

use super::{still_fails, still_gives, stock_after};

#[tokio::test]
async fn length_keys() {
    let file = "planner/correctness/lengths/length_keys";
    let sql =
        "SELECT INTERVAL '36 hours' > INTERVAL '1 day', INTERVAL '60 days' > INTERVAL '1 month'";
    still_gives(file, sql, &["false,false"]).await;
    let sql = "SELECT TIMESTAMP '2026-01-05 00:00:00' - TIMESTAMP '2026-01-01 00:00:00' > INTERVAL '1 day'";
    still_gives(file, sql, &["false"]).await;
    let sql = "SELECT extract(hour FROM TIMESTAMP '2026-01-05 01:00:00' - TIMESTAMP '2026-01-01 00:00:00')";
    still_gives(file, sql, &["97"]).await;
}

#[tokio::test]
async fn length_expressions() {
    let file = "planner/correctness/lengths/length_expressions";
    let sql = "SELECT INTERVAL '1 day' = '24 hours'";
    still_fails(file, sql, "Cannot infer common argument type").await;
}

#[tokio::test]
async fn length_groups() {
    let sql = "SELECT count(*) FROM (SELECT DISTINCT d FROM (VALUES (INTERVAL '1 day'), (INTERVAL '24 hours')) v(d))";
    still_gives("planner/correctness/lengths/length_groups", sql, &["2"]).await;
}

#[tokio::test]
async fn length_arithmetic() {
    let file = "planner/correctness/lengths/length_arithmetic";
    let sql = "SELECT DATE '2026-03-02' + INTERVAL '9 hours'";
    still_gives(file, sql, &["2026-03-02"]).await;
    let sql = "SELECT (TIMESTAMP '2026-01-05 00:00:00' - TIMESTAMP '2026-01-01 00:00:00') / 2";
    still_fails(file, sql, "Cannot coerce arithmetic expression").await;
}

#[tokio::test]
async fn length_operands() {
    let sql = "SELECT rank() OVER (ORDER BY b - a) FROM \
               (VALUES (TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-05 00:00:00')) v(a, b)";
    let text = "Cannot run range queries on datatype";
    still_fails("planner/correctness/lengths/length_operands", sql, text).await;
}

#[tokio::test]
async fn length_aggregates() {
    let file = "functions/correctness/length_aggregates";
    let sql = "SELECT arrow_typeof(avg(d)) FROM (SELECT arrow_cast(1, 'Duration(Second)') AS d)";
    still_gives(file, sql, &["Duration(s)"]).await;
    let sql = "SELECT avg(d) FROM (VALUES (INTERVAL '1 day'), (INTERVAL '2 days')) v(d)";
    still_fails(file, sql, "avg").await;
}

#[tokio::test]
async fn date_difference() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dates.parquet");
    let path = path.display();
    let copy = format!(
        "COPY (SELECT DATE '2026-01-01' AS a, DATE '2026-01-09' AS b) TO '{path}' STORED AS PARQUET"
    );
    let question = "SELECT count(*) FROM dates WHERE b - a > 3";
    let table = format!("CREATE EXTERNAL TABLE dates STORED AS PARQUET LOCATION '{path}'");
    let answer = stock_after(&[&copy, &table], question).await;
    let text = "Only intervals with the same data type are comparable";
    assert!(
        answer
            .as_ref()
            .is_err_and(|error| error.to_string().contains(text)),
        "mended upstream: retire src/{} ({answer:?})",
        "planner/correctness/times/date_difference"
    );
}

#[tokio::test]
async fn length_minus() {
    let sql = "SELECT -(TIMESTAMP '2026-01-05 00:00:00' - TIMESTAMP '2026-01-01 00:00:00')";
    still_fails(
        "parser/correctness/length_minus",
        sql,
        "Unary operator '-' only supports",
    )
    .await;
}
