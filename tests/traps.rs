//! Traps of the engine that concern the session: its settings, rules and stand-in functions.
//!
//! The letter in a name is the row of the list of traps (`traps_tables` holds the others). Expected
//! values are worked out by hand.

use deskql::{Engine, Settings};

use crate::support::data::{error as failure, open, rows};

/// A session that runs in `partitions` with the given settings.
async fn session(partitions: usize, settings: &[&str]) -> Engine {
    let engine = Engine::open(Settings {
        threads: Some(partitions),
        ..Settings::default()
    })
    .await
    .unwrap();
    for setting in settings {
        rows(&engine, setting).await;
    }
    engine
}

async fn answer(sql: &str) -> Vec<String> {
    rows(&open(&[]).await.unwrap(), sql).await
}

async fn error(sql: &str) -> String {
    failure(&open(&[]).await.unwrap(), sql).await
}

const BIG: &str = "9223372036854775807";

#[tokio::test]
async fn trap_j_integer_sum_overflow_is_an_error() {
    let values = format!("FROM (VALUES (1, {BIG}), (1, 1), (2, 5)) t(g, x)");
    let text = error(&format!("SELECT sum(x) {values} WHERE g = 1")).await;
    assert!(
        text.contains("sum: the total 9223372036854775808 of 2 values"),
        "{text}"
    );
    let text = error(&format!("SELECT g, sum(x) {values} GROUP BY g")).await;
    assert!(text.contains("does not fit in Int64"), "{text}");
    let text = error(&format!("SELECT sum(x) OVER (ORDER BY g) {values}")).await;
    assert!(text.contains("does not fit in Int64"), "{text}");
}

#[tokio::test]
async fn trap_j_a_sum_may_pass_the_limit_on_its_way() {
    // BIG + 1 - 2 = BIG - 1, whatever order and partition the rows come in.
    for partitions in [1, 4] {
        let engine = session(partitions, &["SET datafusion.execution.batch_size = 1"]).await;
        let sql = format!("SELECT sum(x) FROM (VALUES ({BIG}), (1), (-2)) t(x)");
        assert_eq!(rows(&engine, &sql).await, ["9223372036854775806"]);
    }
}

#[tokio::test]
async fn trap_j_sums_of_other_types_do_not_wrap() {
    let nines = "arrow_cast('99999999999999999999999999999999999999', 'Decimal128(38,0)')";
    let text = error(&format!(
        "SELECT sum(x) FROM (VALUES ({nines}), ({nines})) t(x)"
    ))
    .await;
    assert!(
        text.contains("199999999999999999999999999999999999998"),
        "{text}"
    );
    let unsigned = "arrow_cast(18446744073709551615, 'UInt64')";
    let text = error(&format!(
        "SELECT sum(x) FROM (VALUES ({unsigned}), ({unsigned})) t(x)"
    ))
    .await;
    assert!(text.contains("36893488147419103230"), "{text}");
}

#[tokio::test]
async fn trap_j_the_mean_of_long_durations_is_right() {
    // 40,000 durations of 200 hours are 913 years, more than 64 bits of nanoseconds hold.
    let durations = "SELECT timestamp '2026-01-09 08:00:00' - timestamp '2026-01-01 00:00:00' AS d, \
                     i % 2 AS g FROM (SELECT unnest(range(40000)) AS i)";
    let sql = format!("SELECT avg(d) = max(d), arrow_typeof(max(d)) FROM ({durations})");
    assert_eq!(answer(&sql).await, ["true|Duration(ns)"]);
    let sql = format!("SELECT g, avg(d) = max(d) FROM ({durations}) GROUP BY g ORDER BY g");
    assert_eq!(answer(&sql).await, ["0|true", "1|true"]);
    let text = error(&format!("SELECT sum(d) FROM ({durations})")).await;
    assert!(text.contains("does not fit in Duration(ns)"), "{text}");
}

#[tokio::test]
async fn trap_j_sliding_sums_forget_what_left_the_frame() {
    let sql = format!(
        "SELECT sum(x) OVER (ORDER BY i ROWS 1 PRECEDING) \
         FROM (VALUES (1, 1), (2, {BIG} - 1), (3, NULL), (4, NULL), (5, -3)) t(i, x)"
    );
    // 1; 1 + (BIG - 1); BIG - 1 and a NULL; two NULLs; a NULL and -3.
    assert_eq!(
        answer(&sql).await,
        ["1", BIG, "9223372036854775806", "", "-3"]
    );
}

#[tokio::test]
async fn trap_j_integer_operators_fail_on_overflow() {
    for expression in [
        format!("{BIG} + 1"),
        format!("x + 1 FROM (VALUES ({BIG})) t(x)"),
        format!("1 - x FROM (VALUES (-{BIG})) t(x)"),
        format!("x * x FROM (VALUES ({BIG})) t(x)"),
        "-x FROM (VALUES (-9223372036854775808)) t(x)".to_owned(),
        format!("sum(x * 2) OVER () FROM (VALUES ({BIG})) t(x)"),
        format!("count(*) FROM (VALUES ({BIG})) t(x) WHERE x + 1 > 0"),
        format!("count(*) FROM (VALUES ({BIG})) t(x) GROUP BY x + 1"),
    ] {
        let text = error(&format!("SELECT {expression}")).await;
        assert!(
            text.contains("does not fit in Int64"),
            "{expression}: {text}"
        );
    }
}

#[tokio::test]
async fn trap_j_operators_keep_their_names_types_and_nulls() {
    let values = "FROM (VALUES (1, 2), (NULL, 3)) t(a, b)";
    let sql = format!("SELECT a + b, a * 2 - b, -a, a + NULL {values} ORDER BY b");
    assert_eq!(answer(&sql).await, ["3|0|-1|", "|||"]);
    let sql = "SELECT arrow_typeof(arrow_cast(1, 'Int8') + arrow_cast(2, 'Int8'))";
    assert_eq!(answer(sql).await, ["Int8"]);
    let engine = open(&[]).await.unwrap();
    let frame = engine
        .sql(&format!("SELECT a + b, -a {values}"))
        .await
        .unwrap();
    let names: Vec<_> = frame
        .schema()
        .fields()
        .iter()
        .map(|field| field.name())
        .collect();
    assert_eq!(names, ["t.a + t.b", "(- t.a)"]);
}

#[tokio::test]
async fn trap_j_the_check_can_be_turned_off() {
    let engine = session(1, &["SET deskql.checked_arithmetic = false"]).await;
    let sql = format!("SELECT x + 1 FROM (VALUES ({BIG})) t(x)");
    assert_eq!(rows(&engine, &sql).await, ["-9223372036854775808"]);
}

#[tokio::test]
async fn trap_j_the_mean_of_decimals_fails_rather_than_wraps() {
    let nines = "arrow_cast('99999999999999999999999999999999999999', 'Decimal128(38,0)')";
    let text = error(&format!(
        "SELECT avg(x) FROM (VALUES ({nines}), ({nines})) t(x)"
    ))
    .await;
    assert!(text.contains("Overflow"), "{text}");
}

#[tokio::test]
async fn trap_e_a_literal_cast_to_timestamptz_has_a_zone() {
    let sql = "SELECT arrow_typeof('2026-01-01T00:00:00'::timestamptz), \
               '2026-01-01T00:00:00+05:30'::timestamptz";
    assert_eq!(
        answer(sql).await,
        ["Timestamp(ns, \"UTC\")|2025-12-31T18:30:00Z"]
    );
}
