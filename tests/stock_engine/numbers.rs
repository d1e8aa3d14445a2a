//! Faults of numbers of unlike types.

use super::{LITERALS_AS_DECIMALS, still_fails, still_gives, stock_after};

#[tokio::test]
async fn binary() {
    let sql = "SELECT CAST('99999999999999999999999999999999999999' AS DECIMAL(38, 0)) + 1";
    let cut = "10000000000000000000000000000000000000";
    still_gives("planner/correctness/numbers/binary", sql, &[cut]).await;
}

#[tokio::test]
async fn bounds() {
    let sql = "SELECT arrow_typeof(CASE WHEN column1 > CAST(0.5 AS DECIMAL(2, 1)) THEN 1 END) \
               FROM (VALUES (1))";
    // It only affects speed.
    still_gives("planner/correctness/numbers/bounds", sql, &["Int64"]).await;
}

#[tokio::test]
async fn calls() {
    let sql = "SELECT power(CAST(1.05 AS DECIMAL(3, 2)), 12)";
    let answer = stock_after(&[LITERALS_AS_DECIMALS], sql).await.unwrap();
    assert_ne!(
        answer,
        ["1.795856326022129150390625"],
        "mended upstream: retire src/{}",
        "planner/correctness/numbers/calls"
    );
}

#[tokio::test]
async fn casts() {
    let sql = "SELECT CAST(CAST('2.7' AS DOUBLE) AS INT) AS a, CAST(CAST('2.7' AS DECIMAL(2, 1)) AS INT) AS b";
    still_gives("planner/correctness/numbers/join_keys", sql, &["2,2"]).await;
    still_gives("planner/correctness/numbers/casts", sql, &["2,2"]).await;
    let sql = "SELECT CAST(column1 AS DECIMAL(14, 3)) = CAST('0.333' AS DECIMAL(3, 3)) \
               FROM (VALUES (CAST('0.3331' AS DECIMAL(12, 4))))";
    still_gives("planner/correctness/numbers/casts", sql, &["false"]).await;
}

/// The decimal of 15 digits that doubles become beside a decimal.
const OF_15_DIGITS: &str = "Decimal128(30, 15)";

#[tokio::test]
async fn choices() {
    let sql = "SELECT arrow_typeof(CASE WHEN true THEN CAST('1.5' AS DOUBLE) ELSE CAST('0.0' AS \
               DECIMAL(2, 1)) END)";
    still_gives("planner/correctness/numbers/choices", sql, &[OF_15_DIGITS]).await;
}

#[tokio::test]
async fn set_operations() {
    let sql = "SELECT x FROM (SELECT substr('a007', 2) AS x) t INTERSECT SELECT 7";
    still_gives("planner/correctness/numbers/set_operations", sql, &["007"]).await;
}

#[tokio::test]
async fn writes() {
    let sql = "SELECT arrow_typeof(coalesce(CAST('1.5' AS DOUBLE), CAST('0.0' AS DECIMAL(2, 1))))";
    still_gives("planner/correctness/numbers/writes", sql, &[OF_15_DIGITS]).await;
}

#[tokio::test]
async fn dates() {
    let sql = "SELECT DATE '2024-01-01' >= 2025-06-01";
    still_gives("planner/correctness/numbers/dates", sql, &["true"]).await;
}

#[tokio::test]
async fn zeros() {
    let sql = "SELECT rank() OVER (ORDER BY column1) FROM (VALUES (-0.0), (0.0))";
    still_gives("planner/correctness/numbers/zeros", sql, &["1", "2"]).await;
}

#[tokio::test]
async fn planner() {
    let sql = "SELECT '1' + 1";
    still_fails("planner/correctness/numbers/planner", sql, "Cannot coerce").await;
}

#[tokio::test]
async fn relations() {
    let sql = "SELECT arrow_typeof(x) FROM (SELECT CAST('1.5' AS DOUBLE) AS x UNION ALL SELECT \
               CAST('0.0' AS DECIMAL(2, 1))) LIMIT 1";
    still_gives(
        "planner/correctness/numbers/relations",
        sql,
        &[OF_15_DIGITS],
    )
    .await;
}

#[tokio::test]
async fn texts() {
    let sql = "SELECT arrow_typeof(CASE WHEN true THEN 1 ELSE '2' END)";
    still_gives("planner/correctness/numbers/texts", sql, &["Utf8"]).await;
}

#[tokio::test]
async fn types() {
    let sql = "SELECT arrow_typeof(CAST('1.5' AS DOUBLE) = CAST('1.5' AS DECIMAL(2, 1)))";
    still_gives("planner/correctness/numbers/types", sql, &["Boolean"]).await;
}

#[tokio::test]
async fn numbers_as_dates() {
    still_gives(
        "planner/correctness/numbers/numbers_as_dates",
        "SELECT CAST(20260102 AS DATE)",
        &["+57440-04-11"],
    )
    .await;
}
