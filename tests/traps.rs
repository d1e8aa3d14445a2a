//! Traps of the engine that concern the session: its settings, rules and stand-in functions.
//!
//! The letter in a name is the row of `docs/engine-traps.md` (`traps_tables` and `traps_zones` hold the others).
//! Expected values are worked out by hand.

use deskql::{Engine, EngineSettings};

use crate::support::data::{error as failure, open, rows};

/// A session that runs in `partitions` with the given settings.
async fn session(partitions: usize, settings: &[&str]) -> Engine {
    let engine = Engine::open(EngineSettings {
        threads: Some(partitions),
        ..EngineSettings::default()
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
    assert!(text.contains("does not fit in BIGINT"), "{text}");
    let text = error(&format!("SELECT sum(x) OVER (ORDER BY g) {values}")).await;
    assert!(text.contains("does not fit in BIGINT"), "{text}");
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
    assert!(text.contains("does not fit in DURATION"), "{text}");
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
            text.contains("does not fit in BIGINT"),
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
        .sql(&format!("SELECT * FROM (SELECT a + b, -a {values})"))
        .await
        .unwrap();
    let names: Vec<_> = frame
        .schema()
        .fields()
        .iter()
        .map(|field| field.name())
        .collect();
    assert_eq!(names, ["a + b", "(- a)"]);
}

#[tokio::test]
async fn trap_j_the_check_can_be_turned_off() {
    let engine = session(1, &["SET deskql.checked_arithmetic = false"]).await;
    let sql = format!("SELECT x + 1 FROM (VALUES ({BIG})) t(x)");
    assert_eq!(rows(&engine, &sql).await, ["-9223372036854775808"]);
}

#[tokio::test]
async fn trap_j_the_mean_of_large_decimals_is_right() {
    // Their sum has more than 38 digits; the double nearest to their mean is 10^38.
    let nines = "arrow_cast('99999999999999999999999999999999999999', 'Decimal128(38,0)')";
    let sql = format!("SELECT avg(x) FROM (VALUES ({nines}), ({nines})) t(x)");
    assert_eq!(answer(&sql).await, ["1e38"]);
}

/// Rows of a query over grouping sets, and how many there are when equal keys are put together.
async fn groups(engine: &Engine, sets: &str, condition: &str) -> String {
    let marks = "grouping(a) AS ga, grouping(b) AS gb, grouping(c) AS gc";
    let inner =
        format!("SELECT a, b, c, {marks}, count(*) AS n FROM t WHERE {condition} GROUP BY {sets}");
    let again = format!("SELECT 1 FROM ({inner}) GROUP BY a, b, c, ga, gb, gc");
    let sql = format!(
        "SELECT count(*) AS groups, (SELECT count(*) FROM ({again})) AS keys, sum(n) FROM ({inner})"
    );
    rows(engine, &sql).await.remove(0)
}

#[tokio::test]
async fn trap_k_grouping_sets_over_a_constant_key_give_each_group_once() {
    // b is 'x' in half of the 4000 rows, where a takes 5 values and c 1000 (a decides c mod 5).
    let create = "CREATE TABLE t AS SELECT i % 5 AS a, CASE WHEN i % 2 = 0 THEN 'x' ELSE 'y' END AS b, \
                  i % 1000 AS c FROM (SELECT unnest(range(4000)) AS i)";
    for partitions in [1, 4] {
        let settings = [
            "SET datafusion.execution.batch_size = 64",
            "SET datafusion.execution.skip_partial_aggregation_probe_rows_threshold = 0",
            "SET datafusion.execution.skip_partial_aggregation_probe_ratio_threshold = 0.0",
            create,
        ];
        let engine = session(partitions, &settings).await;
        // With b = 'x' i is even, so c takes 500 values; per set: abc 500, ab 5, bc 500, ac 500,
        // a 5, b 1, c 500 and the total 1. Each of the 2000 rows counts once in each of the 8 sets.
        let found = groups(&engine, "CUBE (a, b, c)", "b = 'x'").await;
        assert_eq!(found, "2012|2012|16000", "{partitions} partitions");
        let found = groups(&engine, "ROLLUP (b, a, c)", "b = 'x'").await;
        assert_eq!(found, "507|507|8000", "{partitions} partitions");
    }
}

#[tokio::test]
async fn trap_k_a_constant_key_of_a_rollup_is_still_sorted() {
    let sql = "SELECT b, count(*) FROM (VALUES (1, 'x'), (2, 'x'), (3, 'y')) t(a, b) WHERE b = 'x' \
               GROUP BY ROLLUP (b) ORDER BY b NULLS FIRST";
    assert_eq!(answer(sql).await, ["|2", "x|2"]);
}

#[tokio::test]
async fn trap_k_grouping_sets_over_a_sorted_union_give_each_group_once() {
    let engine = session(1, &["SET datafusion.execution.batch_size = 2"]).await;
    let part = |a: &str| {
        format!("(SELECT '{a}' AS a, i AS b FROM (SELECT unnest(range(6)) AS i) ORDER BY b)")
    };
    let sql = format!(
        "SELECT a, b, count(*) AS n FROM ({} UNION ALL {}) GROUP BY GROUPING SETS ((a, b), (b), (a)) \
         HAVING count(*) <> 1 OR a IS NULL ORDER BY a, b",
        part("x"),
        part("y")
    );
    let both: Vec<String> = (0..6).map(|b| format!("|{b}|2")).collect();
    let mut expected = vec!["x||6".to_owned(), "y||6".to_owned()];
    expected.extend(both);
    assert_eq!(rows(&engine, &sql).await, expected);
}

#[tokio::test]
async fn trap_l_a_query_that_passes_the_memory_limit_fails_and_says_so() {
    let engine = Engine::open(EngineSettings {
        memory_limit: Some(4 << 20),
        threads: Some(2),
        ..EngineSettings::default()
    })
    .await
    .unwrap();
    let numbers = "(SELECT unnest(range(400000)) AS i)";
    // A hash join keeps one side whole.
    let sql = format!("SELECT count(*) FROM {numbers} a JOIN {numbers} b ON a.i = b.i + 1");
    let text = failure(&engine, &sql).await;
    assert!(
        text.to_lowercase().contains("memory") || text.contains("allocat"),
        "{text}"
    );
    // The session still works.
    assert_eq!(rows(&engine, "SELECT 1 + 1").await, ["2"]);
}

#[tokio::test]
async fn trap_m_struct_keys_stay_one_group_under_memory_pressure() {
    let engine = Engine::open(EngineSettings {
        memory_limit: Some(48 << 20),
        threads: Some(2),
        ..EngineSettings::default()
    })
    .await
    .unwrap();
    let keys =
        "SELECT named_struct('k', i % 50000) AS k, i FROM (SELECT unnest(range(150000)) AS i)";
    let sql = format!(
        "SELECT count(*), min(n), max(n) FROM (SELECT k, count(*) AS n FROM ({keys}) GROUP BY k)"
    );
    assert_eq!(rows(&engine, &sql).await, ["50000|3|3"]);
}

#[tokio::test]
async fn trap_r_filters_are_not_pushed_into_the_parquet_decoder() {
    let sql = "SELECT value FROM information_schema.df_settings \
               WHERE name = 'datafusion.execution.parquet.pushdown_filters'";
    assert_eq!(answer(sql).await, ["false"]);
}

#[tokio::test]
async fn trap_t_nested_values_pass_windows_joins_and_groups() {
    let sql = "SELECT first_value(s) OVER (PARTITION BY g ORDER BY i), count(*) OVER (PARTITION BY s) \
               FROM (VALUES (1, 1, [1, 2]), (1, 2, [3]), (2, 3, [1, 2])) t(g, i, s) ORDER BY i";
    assert_eq!(answer(sql).await, ["[1, 2]|2", "[1, 2]|1", "[1, 2]|2"]);
    let sql = "SELECT a.i, b.i FROM (VALUES (1, [1]), (2, [2])) a(i, s) \
               FULL JOIN (VALUES (3, [2]), (4, [5])) b(i, s) ON a.s = b.s ORDER BY a.i, b.i";
    assert_eq!(answer(sql).await, ["1|", "2|3", "|4"]);
    let sql = "SELECT count(*) FROM (VALUES ('abc'), ('xbc')) t(s) WHERE s ~ '^a'";
    assert_eq!(answer(sql).await, ["1"]);
    assert_eq!(
        answer("SELECT approx_distinct(s) FROM (VALUES ('a'), ('b'), ('a')) t(s)").await,
        ["2"]
    );
}

/// apache/datafusion#25262: a filter pushed from a join through a projection in a filter lost rows
/// when two columns had one name.
#[tokio::test]
async fn trap_q_join_filters_keep_rows_when_names_repeat() {
    for partitions in [1, 4] {
        let engine = session(partitions, &["SET datafusion.execution.batch_size = 3"]).await;
        for statement in [
            "CREATE TABLE l AS SELECT i AS id, i % 7 AS k, i % 3 AS v FROM (SELECT unnest(range(60)) AS i)",
            "CREATE TABLE r AS SELECT i AS id, i % 5 AS k, i % 2 AS v FROM (SELECT unnest(range(40)) AS i)",
            "CREATE TABLE s AS SELECT i AS id FROM (SELECT unnest(range(10)) AS i)",
        ] {
            rows(&engine, statement).await;
        }
        // Ids 0 to 9 are in all three; v = 1 in r leaves 1, 3, 5, 7, 9.
        let sql = "SELECT count(*), sum(j.lid) FROM (SELECT l.id AS lid, r.id, l.v, r.v AS rv FROM l \
                   JOIN r ON l.id = r.id WHERE r.v = 1) j JOIN s ON j.id = s.id";
        assert_eq!(
            rows(&engine, sql).await,
            ["5|25"],
            "{partitions} partitions"
        );
    }
}
