//! The faults that `src/correctness/` mends, asked of DataFusion as it ships.
//!
//! A test here holds that the wrong answer still comes. When one turns red, upstream has mended the fault: the
//! file of the same name in `src/correctness/` can be deleted.

use std::path::Path;

use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::Result;
use datafusion::prelude::SessionContext;
use datafusion_sqllogictest::read_dir_recursive;

/// The rows of the stock engine's answer, columns with a comma between, NULL as `NULL`.
async fn stock(sql: &str) -> Result<Vec<String>> {
    stock_after(&[], sql).await
}

/// As [`stock`], after other statements of the same session.
async fn stock_after(before: &[&str], sql: &str) -> Result<Vec<String>> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the stock engine is what is asked here"
    )]
    let context = SessionContext::new();
    for statement in before {
        context.sql(statement).await?.collect().await?;
    }
    let batches = context.sql(sql).await?.collect().await?;
    let options = FormatOptions::new().with_null("NULL");
    let mut rows = Vec::new();
    for batch in &batches {
        let columns: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column, &options))
            .collect::<Result<_, _>>()?;
        rows.extend((0..batch.num_rows()).map(|row| {
            let values = columns.iter().map(|column| column.value(row).to_string());
            values.collect::<Vec<_>>().join(",")
        }));
    }
    Ok(rows)
}

/// Holds that the stock engine still gives `wrong`.
async fn still_gives(file: &str, sql: &str, wrong: &[&str]) {
    let rows = stock(sql).await.unwrap();
    assert_eq!(
        rows, wrong,
        "mended upstream: retire src/correctness/{file}.rs ({sql})"
    );
}

/// Holds that the stock engine still fails, with `text` in the error.
async fn still_fails(file: &str, sql: &str, text: &str) {
    let answer = stock(sql).await.map_err(|error| error.to_string());
    assert!(
        answer.as_ref().is_err_and(|error| error.contains(text)),
        "mended upstream: retire src/correctness/{file}.rs ({sql} gives {answer:?})"
    );
}

#[test]
fn every_mend_names_its_upstream_issue_and_its_end() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/correctness");
    let own = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file!())).unwrap();
    for path in read_dir_recursive(&folder).unwrap() {
        let name = path.strip_prefix(&folder).unwrap().with_extension("");
        let name = name.to_string_lossy();
        if name.ends_with("mod") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for line in ["//! Upstream: ", "//! Retire when: "] {
            assert!(text.contains(line), "{name}: no line {line}");
        }
        assert!(
            own.contains(&format!("\"{name}\"")),
            "{name}: not asked of the stock engine in {}",
            file!()
        );
    }
}

#[tokio::test]
async fn list_arguments() {
    let file = "functions/list_arguments";
    still_gives(file, "SELECT length(make_array(1, 2))", &["6"]).await;
    still_gives(file, "SELECT reverse(make_array(1, 2))", &["]2 ,1["]).await;
    still_gives(file, "SELECT left(make_array(1, 2), 2)", &["[1"]).await;
}

#[tokio::test]
async fn list_totals() {
    let file = "functions/list_totals";
    let sql = "SELECT array_sum(make_array(9007199254740993))";
    still_gives(file, sql, &["9007199254740992.0"]).await;
}

#[tokio::test]
async fn grouping_ordinals() {
    let file = "syntax/grouping_ordinals";
    let sql = "SELECT count(*) FROM (VALUES (1), (2)) t(x) GROUP BY ROLLUP (1)";
    still_gives(file, sql, &["2", "2"]).await;
}

#[tokio::test]
async fn coalesce() {
    let sql = "SELECT coalesce(DATE '2026-02-01', '2026-01-01')";
    still_fails("functions/coalesce", sql, "Expect to get struct").await;
}

#[tokio::test]
async fn decimal_quotient() {
    let file = "functions/decimal_quotient";
    let sql = "SELECT CAST(20 AS DECIMAL(10, 0)) / 30";
    still_gives(file, sql, &["0.6666"]).await;
}

#[tokio::test]
async fn round() {
    let sql = "SELECT round(CAST('1.005' AS DOUBLE), 2)";
    still_gives("functions/round", sql, &["1.0"]).await;
}

#[tokio::test]
async fn rounded_cast() {
    let sql = "SELECT CAST(CAST('1.005' AS DOUBLE) AS DECIMAL(5, 2))";
    still_gives("functions/rounded_cast", sql, &["1.00"]).await;
}

#[tokio::test]
async fn trunc() {
    let sql = "SELECT trunc(CAST('4.35' AS DOUBLE), 2)";
    still_gives("functions/trunc", sql, &["4.34"]).await;
}

const AS_DECIMAL: &str = "SET datafusion.sql_parser.parse_float_as_decimal = true; ";

#[tokio::test]
async fn exponents() {
    let sql = format!("{AS_DECIMAL}SELECT 1e308");
    still_fails("syntax/exponents", &sql, "Decimal scale").await;
}

#[tokio::test]
async fn binary() {
    let sql = "SELECT CAST('99999999999999999999999999999999999999' AS DECIMAL(38, 0)) + 1";
    let cut = "10000000000000000000000000000000000000";
    still_gives("plan/numbers/binary", sql, &[cut]).await;
}

#[tokio::test]
async fn bounds() {
    let sql = "SELECT arrow_typeof(CASE WHEN column1 > CAST(0.5 AS DECIMAL(2, 1)) THEN 1 END) \
               FROM (VALUES (1))";
    // Nothing but speed hangs on it.
    still_gives("plan/numbers/bounds", sql, &["Int64"]).await;
}

#[tokio::test]
async fn calls() {
    let sql = format!("{AS_DECIMAL}SELECT power(CAST(1.05 AS DECIMAL(3, 2)), 12)");
    let answer = stock(&sql).await.unwrap();
    assert_ne!(
        answer,
        ["1.795856326022129150390625"],
        "mended upstream: retire src/correctness/plan/numbers/calls.rs"
    );
}

#[tokio::test]
async fn casts() {
    let sql =
        "SELECT CAST(CAST('2.7' AS DOUBLE) AS INT), CAST(CAST('2.7' AS DECIMAL(2, 1)) AS INT)";
    still_gives("plan/numbers/casts", sql, &["2,2"]).await;
    let sql = "SELECT CAST(column1 AS DECIMAL(14, 3)) = CAST('0.333' AS DECIMAL(3, 3)) \
               FROM (VALUES (CAST('0.3331' AS DECIMAL(12, 4))))";
    still_gives("plan/numbers/casts", sql, &["false"]).await;
}

/// The decimal of 15 digits that doubles become beside a decimal.
const OF_15_DIGITS: &str = "Decimal128(30, 15)";

#[tokio::test]
async fn choices() {
    let sql = "SELECT arrow_typeof(CASE WHEN true THEN CAST('1.5' AS DOUBLE) ELSE CAST('0.0' AS \
               DECIMAL(2, 1)) END)";
    still_gives("plan/numbers/choices", sql, &[OF_15_DIGITS]).await;
}

#[tokio::test]
async fn dates() {
    let sql = "SELECT DATE '2024-01-01' >= 2025-06-01";
    still_gives("plan/numbers/dates", sql, &["true"]).await;
}

#[tokio::test]
async fn plain_double() {
    let sql = "SELECT nullif(column1, 0.0) FROM (VALUES (-0.0))";
    still_gives("functions/plain_double", sql, &["-0.0"]).await;
}

#[tokio::test]
async fn zeros() {
    let sql = "SELECT rank() OVER (ORDER BY column1) FROM (VALUES (-0.0), (0.0))";
    still_gives("plan/numbers/zeros", sql, &["1", "2"]).await;
}

#[tokio::test]
async fn planner() {
    let sql = "SELECT '1' + 1";
    still_fails("plan/numbers/planner", sql, "Cannot coerce").await;
}

#[tokio::test]
async fn relations() {
    let sql = "SELECT arrow_typeof(x) FROM (SELECT CAST('1.5' AS DOUBLE) AS x UNION ALL SELECT \
               CAST('0.0' AS DECIMAL(2, 1))) LIMIT 1";
    still_gives("plan/numbers/relations", sql, &[OF_15_DIGITS]).await;
}

#[tokio::test]
async fn texts() {
    let sql = "SELECT arrow_typeof(CASE WHEN true THEN 1 ELSE '2' END)";
    still_gives("plan/numbers/texts", sql, &["Utf8"]).await;
}

#[tokio::test]
async fn types() {
    let sql = "SELECT arrow_typeof(CAST('1.5' AS DOUBLE) = CAST('1.5' AS DECIMAL(2, 1)))";
    still_gives("plan/numbers/types", sql, &["Boolean"]).await;
}

#[tokio::test]
async fn distinct_from() {
    still_gives(
        "syntax/distinct_from",
        "SELECT x FROM (VALUES (true, 1), (false, 5), (NULL, 1)) v(f, x) WHERE f IS DISTINCT FROM true AND x > 3",
        &["1", "5", "1"],
    )
    .await;
}

#[tokio::test]
async fn operator_strength() {
    still_gives("syntax/operator_strength", "SELECT 1 | 2 & 2", &["3"]).await;
    still_fails(
        "syntax/operator_strength",
        "SELECT true = 5 BETWEEN 1 AND 10",
        "",
    )
    .await;
}

#[tokio::test]
async fn power_sign() {
    still_gives("syntax/power_sign", "SELECT 2 ^ 3", &["1"]).await;
}

#[tokio::test]
async fn pattern_operands() {
    let sql = "SELECT 'a' LIKE 'b' ESCAPE lower('X')";
    still_fails("syntax/pattern_operands", sql, "").await;
    let sql = "SELECT 2 BETWEEN SYMMETRIC 3 AND 1";
    still_fails("syntax/pattern_operands", sql, "").await;
}

#[tokio::test]
async fn like_escape() {
    let sql = "SELECT '100%' LIKE '100!%' ESCAPE '!'";
    still_fails("syntax/like_escape", sql, "escape_char").await;
}

#[tokio::test]
async fn similar_to() {
    still_gives(
        "syntax/similar_to",
        "SELECT 'abc' SIMILAR TO 'b', 'abc' SIMILAR TO 'a%'",
        &["true,false"],
    )
    .await;
}

#[tokio::test]
async fn named_windows() {
    still_gives(
        "syntax/named_windows",
        "SELECT id, sum(x) OVER (w ORDER BY id) FROM (VALUES (1, 'a', 1), (2, 'b', 3)) v(id, team, x) \
         WINDOW w AS (PARTITION BY team) ORDER BY id",
        &["1,1", "2,4"],
    )
    .await;
}

#[tokio::test]
async fn quantified_comparison() {
    still_gives(
        "syntax/quantified_comparison",
        "SELECT x FROM (VALUES (1), (2)) t(x) WHERE x >= ALL (SELECT x FROM (VALUES (1), (2)) t(x)) ORDER BY x",
        &["1", "2"],
    )
    .await;
}

#[tokio::test]
async fn merged_columns() {
    still_gives(
        "syntax/merged_columns",
        "SELECT k FROM (VALUES (1)) a(k) FULL JOIN (VALUES (2)) b(k) USING (k) ORDER BY k NULLS LAST",
        &["1", "NULL"],
    )
    .await;
}

#[tokio::test]
async fn all_of_sets() {
    still_gives(
        "plan/all_of_sets",
        "VALUES (1), (1) EXCEPT ALL VALUES (1)",
        &[],
    )
    .await;
    still_gives(
        "plan/all_of_sets",
        "VALUES (1), (1) INTERSECT ALL VALUES (1)",
        &["1", "1"],
    )
    .await;
}

#[tokio::test]
async fn moving_aggregates() {
    let file = "functions/moving_aggregates";
    let sum = "SELECT sum(x) OVER (ORDER BY id ROWS 1 PRECEDING) FROM (VALUES (1,1e16),(2,1.0),(3,2.0)) t(id,x) ORDER BY id";
    still_gives(file, sum, &["1e16", "1e16", "2.0"]).await;
    let any = "SELECT bool_or(x > 1) OVER (ORDER BY x ROWS 1 PRECEDING) FROM (VALUES (1),(2)) t(x)";
    still_fails(file, any, "sliding accumulator").await;
}

#[tokio::test]
async fn lead_lag() {
    let file = "functions/lead_lag";
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
async fn truth_tests() {
    let sql = "SELECT count(*) FILTER (WHERE f IS TRUE), sum(CASE WHEN f IS TRUE THEN 1 END) FROM (VALUES (true),(NULL)) v(f)";
    still_fails("plan/truth_tests", sql, "Physical input schema").await;
}

#[tokio::test]
async fn in_subqueries() {
    let file = "plan/in_subqueries";
    let beside_or = "SELECT x FROM (VALUES (1),(NULL),(3)) v(x) WHERE x > 5 OR x NOT IN (SELECT y FROM (VALUES (1)) w(y)) ORDER BY x";
    still_gives(file, beside_or, &["3", "NULL"]).await;
    let constant = "SELECT count(*) FROM (VALUES (1),(2)) v(x) WHERE 1 NOT IN (SELECT y FROM (VALUES (NULL::int)) w(y))";
    still_gives(file, constant, &["2"]).await;
    let counted = "SELECT x FROM (VALUES (1,1),(0,2)) v(x,k) WHERE x IN (SELECT count(*) FROM (VALUES (1,1)) w(y,j) WHERE j = k)";
    still_gives(file, counted, &["1"]).await;
}

#[tokio::test]
async fn subquery_places() {
    let file = "plan/subquery_places";
    let sorted = "SELECT x FROM (VALUES (1),(2)) v(x) ORDER BY x IN (SELECT 1)";
    still_fails(file, sorted, "can only be used in").await;
    let filtered = "SELECT sum(x) FILTER (WHERE x IN (SELECT 1)) FROM (VALUES (1),(2)) v(x)";
    still_fails(file, filtered, "does not support logical expression").await;
}

#[tokio::test]
async fn projected_subqueries() {
    let sql = "SELECT EXISTS (SELECT 1 FROM (VALUES (1)) w(y) WHERE y = x) FROM (VALUES (1)) v(x)";
    let error = "does not support logical expression";
    still_fails("plan/projected_subqueries", sql, error).await;
}

#[tokio::test]
async fn regr_r2() {
    let level = "SELECT regr_r2(y, x) FROM (VALUES (1.0, 5.0), (1.0, 6.0)) v(y, x)";
    still_gives("functions/regr_r2", level, &["NULL"]).await;
}

#[tokio::test]
async fn row_comparisons() {
    still_gives(
        "syntax/row_comparisons",
        "SELECT (x, 1) = (x, 1) FROM (VALUES (CAST(NULL AS INT))) t(x)",
        &["true"],
    )
    .await;
}

#[tokio::test]
async fn cast_names() {
    let sql = "SELECT min(x::BIGINT), min(x) FROM (VALUES (1.5)) t(x)";
    still_fails("syntax/cast_names", sql, "have the same name").await;
}

#[tokio::test]
async fn repeated_sort_keys() {
    let sql = "SELECT array_agg(x ORDER BY x, x) FROM (SELECT 1 AS x UNION ALL SELECT 2) t";
    still_fails("plan/repeated_sort_keys", sql, "column types must match").await;
}

#[tokio::test]
async fn string_agg() {
    let sql = "SELECT string_agg(x, ',' ORDER BY x), string_agg(x, ',' ORDER BY y) \
               FROM (VALUES ('a', 2), ('b', 1)) t(x, y)";
    still_fails("functions/string_agg", sql, "Conflicting ordering").await;
}

#[tokio::test]
async fn time_of_text() {
    still_gives(
        "functions/time_of_text",
        "SELECT CAST('0930' AS TIME)",
        &["00:00:00.000000930"],
    )
    .await;
}

#[tokio::test]
async fn to_timestamp() {
    still_fails(
        "functions/to_timestamp",
        "SELECT to_timestamp('02/03/2026 10:20', 'DD/MM/YYYY HH24:MI')",
        "input contains invalid characters",
    )
    .await;
}

#[tokio::test]
async fn to_char() {
    still_gives(
        "functions/to_char",
        "SELECT to_char(DATE '2026-03-02', 'YYYY-MM')",
        &["YYYY-MM"],
    )
    .await;
}

#[tokio::test]
async fn casts_to_times() {
    still_gives(
        "plan/casts_to_times",
        "SELECT TRY_CAST('2026-01-02 03:04' AS TIMESTAMP), TRY_CAST('2026/01/02' AS DATE), \
         TRY_CAST(' 2026-01-02 ' AS DATE)",
        &["NULL,NULL,NULL"],
    )
    .await;
}

#[tokio::test]
async fn common_unit() {
    still_fails(
        "plan/common_unit",
        "SELECT coalesce(t, DATE '9999-12-31') FROM (VALUES (TIMESTAMP '2026-01-02 00:00:00')) v(t)",
        "2932896",
    )
    .await;
}

#[tokio::test]
async fn end_of_time() {
    still_fails(
        "plan/end_of_time",
        "SELECT t < DATE '9999-12-31' FROM (VALUES (TIMESTAMP '2026-01-02 00:00:00')) v(t)",
        "2932896",
    )
    .await;
}

#[tokio::test]
async fn numbers_as_dates() {
    still_gives(
        "plan/numbers_as_dates",
        "SELECT CAST(20260102 AS DATE)",
        &["+57440-04-11"],
    )
    .await;
}

#[tokio::test]
async fn far_literals() {
    still_fails(
        "syntax/far_literals",
        "SELECT TIMESTAMP '9999-12-31 00:00:00'",
        "9999-12-31 00:00:00",
    )
    .await;
}

#[tokio::test]
async fn length_keys() {
    let file = "plan/length_keys";
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
    let file = "plan/length_expressions";
    let sql = "SELECT INTERVAL '1 day' = '24 hours'";
    still_fails(file, sql, "Cannot infer common argument type").await;
}

#[tokio::test]
async fn length_groups() {
    let sql = "SELECT count(*) FROM (SELECT DISTINCT d FROM (VALUES (INTERVAL '1 day'), (INTERVAL '24 hours')) v(d))";
    still_gives("plan/length_groups", sql, &["2"]).await;
}

#[tokio::test]
async fn length_arithmetic() {
    let file = "plan/length_arithmetic";
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
    still_fails("plan/length_operands", sql, text).await;
}

#[tokio::test]
async fn length_aggregates() {
    let file = "functions/length_aggregates";
    let sql = "SELECT arrow_typeof(avg(d)) FROM (SELECT arrow_cast(1, 'Duration(Second)') AS d)";
    still_gives(file, sql, &["Duration(s)"]).await;
    let sql = "SELECT avg(d) FROM (VALUES (INTERVAL '1 day'), (INTERVAL '2 days')) v(d)";
    still_fails(file, sql, "avg").await;
}

#[tokio::test]
async fn interval_text() {
    let sql = "SELECT INTERVAL '2 days 02:30:00'";
    still_fails(
        "syntax/interval_text",
        sql,
        "Invalid input syntax for type interval",
    )
    .await;
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
        "mended upstream: retire src/correctness/{}.rs ({answer:?})",
        "plan/date_difference"
    );
}

#[tokio::test]
async fn pushed_filters() {
    // Row 1 of b has no partner in a, so that a.f is NULL and neither side of OR holds.
    still_gives(
        "plan/pushed_filters",
        "SELECT count(*) FROM (VALUES (2, true)) a(k, f) RIGHT JOIN (VALUES (1, 'x', true)) b(k, s, f) \
         ON a.k = b.k WHERE CASE WHEN b.s <> '' THEN a.f WHEN b.f THEN true END",
        &["1"],
    )
    .await;
}

#[tokio::test]
async fn length_minus() {
    let sql = "SELECT -(TIMESTAMP '2026-01-05 00:00:00' - TIMESTAMP '2026-01-01 00:00:00')";
    still_fails(
        "syntax/length_minus",
        sql,
        "Unary operator '-' only supports",
    )
    .await;
}

#[tokio::test]
async fn window_keys() {
    let sql = "SELECT rank() OVER (ORDER BY abs(abs(x - y))) FROM (VALUES (1, 2), (3, 7)) v(x, y)";
    still_fails(
        "plan/window_keys",
        sql,
        "does not satisfy order requirements",
    )
    .await;
}

#[tokio::test]
async fn in_lists() {
    // The second row has 5 in the list.
    let sql = "SELECT (k * a)::DECIMAL(38, 0) IN (7, CASE WHEN b > a THEN 3::DECIMAL(38, 0) ELSE a::DECIMAL(38, 0) END) \
               FROM (VALUES (4, 1, 2), (1, 5, 5)) v(k, a, b)";
    still_gives("plan/in_lists", sql, &["false", "false"]).await;
}

#[tokio::test]
async fn the_stock_engine_answers() {
    still_gives("nothing", "SELECT 1, NULL", &["1,NULL"]).await;
    still_fails("nothing", "SELECT nothing", "nothing").await;
}
