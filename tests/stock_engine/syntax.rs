//! Faults of the parser and of the syntax tree.

use super::{LITERALS_AS_DECIMALS, still_fails, still_gives, stock_after};

#[tokio::test]
async fn grouping_ordinals() {
    let file = "parser/correctness/grouping_ordinals";
    let sql = "SELECT count(*) FROM (VALUES (1), (2)) t(x) GROUP BY ROLLUP (1)";
    still_gives(file, sql, &["2", "2"]).await;
}

#[tokio::test]
async fn exponents() {
    let answer = stock_after(&[LITERALS_AS_DECIMALS], "SELECT 1e308").await;
    let error = answer.map_err(|error| error.to_string()).unwrap_err();
    assert!(
        error.contains("Decimal scale"),
        "mended upstream: retire src/{} ({error})",
        "parser/correctness/exponents"
    );
}

#[tokio::test]
async fn distinct_from() {
    still_gives(
        "parser/correctness/distinct_from",
        "SELECT x FROM (VALUES (true, 1), (false, 5), (NULL, 1)) v(f, x) WHERE f IS DISTINCT FROM true AND x > 3",
        &["1", "5", "1"],
    )
    .await;
}

#[tokio::test]
async fn operator_strength() {
    still_gives(
        "parser/correctness/operator_strength",
        "SELECT 1 | 2 & 2",
        &["3"],
    )
    .await;
    still_fails(
        "parser/correctness/operator_strength",
        "SELECT true = 5 BETWEEN 1 AND 10",
        "",
    )
    .await;
}

#[tokio::test]
async fn power_sign() {
    still_gives("parser/correctness/power_sign", "SELECT 2 ^ 3", &["1"]).await;
}

#[tokio::test]
async fn pattern_operands() {
    let sql = "SELECT 'a' LIKE 'b' ESCAPE lower('X')";
    still_fails("parser/correctness/pattern_operands", sql, "").await;
    let sql = "SELECT 2 BETWEEN SYMMETRIC 3 AND 1";
    still_fails("parser/correctness/pattern_operands", sql, "").await;
}

#[tokio::test]
async fn like_escape() {
    let sql = "SELECT '100%' LIKE '100!%' ESCAPE '!'";
    still_fails("parser/correctness/like_escape", sql, "escape_char").await;
}

#[tokio::test]
async fn similar_to() {
    still_gives(
        "parser/correctness/similar_to",
        "SELECT 'abc' SIMILAR TO 'b', 'abc' SIMILAR TO 'a%'",
        &["true,false"],
    )
    .await;
}

#[tokio::test]
async fn named_windows() {
    still_gives(
        "parser/correctness/named_windows",
        "SELECT id, sum(x) OVER (w ORDER BY id) FROM (VALUES (1, 'a', 1), (2, 'b', 3)) v(id, team, x) \
         WINDOW w AS (PARTITION BY team) ORDER BY id",
        &["1,1", "2,4"],
    )
    .await;
}

#[tokio::test]
async fn quantified_comparison() {
    still_gives(
        "parser/correctness/quantified_comparison",
        "SELECT x FROM (VALUES (1), (2)) t(x) WHERE x >= ALL (SELECT x FROM (VALUES (1), (2)) t(x)) ORDER BY x",
        &["1", "2"],
    )
    .await;
}

#[tokio::test]
async fn merged_columns() {
    still_gives(
        "parser/correctness/merged_columns",
        "SELECT k FROM (VALUES (1)) a(k) FULL JOIN (VALUES (2)) b(k) USING (k) ORDER BY k NULLS LAST",
        &["1", "NULL"],
    )
    .await;
}

#[tokio::test]
async fn row_memberships() {
    let sql = "SELECT (1, 2) IN (SELECT 1, 2)";
    still_fails("parser/correctness/row_memberships", sql, "").await;
}

#[tokio::test]
async fn series_of_rows() {
    let sql = "SELECT s.value FROM (VALUES (2)) t(n), generate_series(1, t.n) AS s";
    still_fails("parser/correctness/series_of_rows", sql, "").await;
}

#[tokio::test]
async fn row_comparisons() {
    still_gives(
        "parser/correctness/row_comparisons",
        "SELECT (x, 1) = (x, 1) FROM (VALUES (CAST(NULL AS INT))) t(x)",
        &["true"],
    )
    .await;
}

#[tokio::test]
async fn cast_names() {
    let sql = "SELECT min(x::BIGINT), min(x) FROM (VALUES (1.5)) t(x)";
    still_fails("parser/correctness/cast_names", sql, "have the same name").await;
}

#[tokio::test]
async fn far_literals() {
    still_fails(
        "parser/correctness/far_literals",
        "SELECT TIMESTAMP '9999-12-31 00:00:00'",
        "9999-12-31 00:00:00",
    )
    .await;
}

#[tokio::test]
async fn interval_text() {
    let sql = "SELECT INTERVAL '2 days 02:30:00'";
    still_fails(
        "parser/correctness/interval_text",
        sql,
        "Invalid input syntax for type interval",
    )
    .await;
}

#[tokio::test]
async fn insert_sources() {
    let before = [
        "CREATE TABLE t (a INT, b DOUBLE)",
        "INSERT INTO t SELECT v.b, v.a FROM (VALUES (2.5, 7)) AS v(a, b)",
    ];
    let rows = stock_after(&before, "SELECT b FROM t").await.unwrap();
    let file = "parser/correctness/insert_sources";
    assert_eq!(rows, ["2.0"], "mended upstream: retire src/{file}");
}

#[tokio::test]
async fn delete_alias() {
    let before = ["CREATE TABLE t AS VALUES (1), (2)"];
    let answer = stock_after(&before, "DELETE FROM t AS x WHERE x.column1 = 1").await;
    let file = "parser/correctness/delete_alias";
    assert!(answer.is_err(), "mended upstream: retire src/{file}");
}

#[tokio::test]
async fn repeated_assignments() {
    let before = [
        "CREATE TABLE t AS VALUES (1), (2)",
        "UPDATE t SET column1 = 3, column1 = 4",
    ];
    let rows = stock_after(&before, "SELECT * FROM t").await.unwrap();
    let file = "parser/correctness/repeated_assignments";
    assert_eq!(rows, ["4", "4"], "mended upstream: retire src/{file}");
}

#[tokio::test]
async fn show_functions() {
    let before = ["SET datafusion.catalog.information_schema = true"];
    let rows = stock_after(&before, "SHOW FUNCTIONS LIKE 'coalesce'")
        .await
        .unwrap();
    let file = "sql/show_functions";
    assert!(rows.is_empty(), "mended upstream: retire src/{file}");
}

#[tokio::test]
async fn series_texts() {
    let sql = "SELECT * FROM generate_series(1, '3')";
    still_fails("parser/correctness/series_texts", sql, "").await;
}

#[tokio::test]
async fn repeated_keys() {
    let file = "parser/correctness/repeated_keys";
    let sql = "SELECT count(*) FROM (VALUES (1)) t(x) GROUP BY ROLLUP (x, x)";
    still_fails(file, sql, "duplicate").await;
    let sql = "SELECT count(*) FROM (VALUES (1, 2)) t(x, y) GROUP BY ROLLUP ((x, y), x)";
    still_fails(file, sql, "Tuple expressions are not supported").await;
}

#[tokio::test]
async fn json_arrow() {
    let sql = "SELECT a -> 'b' FROM (VALUES ('{}')) AS t(a)";
    still_fails("parser/correctness/json_arrow", sql, "").await;
}
