//! What other engines have and deskql has not: the message says what to write.

use super::{engine, message};

#[expect(clippy::too_many_lines, reason = "one list of cases")]
#[tokio::test(flavor = "multi_thread")]
async fn functions_and_formats_of_other_engines_are_answered() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder).await;
    for (sql, said) in [
        (
            "SELECT printf('%d', 1)",
            "no function named 'printf': write join the parts: a || ' ' || round(b, 2); strftime writes times",
        ),
        (
            "SELECT skewness(id) FROM p",
            "no function named 'skewness': write avg(power(z, 3)) over a subquery with z = (x - avg(x) OVER ()) / \
             stddev_pop(x) OVER ()",
        ),
        (
            "SELECT ARRAY(SELECT 1)",
            "no function named 'array': write (SELECT array_agg(x ORDER BY x) FROM ..) in place of ARRAY(SELECT ..)",
        ),
        (
            "SELECT json_agg(id) FROM p",
            "no function named 'json_agg': write to_json(array_agg(x))",
        ),
        (
            "SELECT row_number() FROM p",
            "row_number is a window function: write row_number(..) OVER (PARTITION BY .. ORDER BY ..)",
        ),
        (
            "SELECT p_adjust(0.01)",
            "p_adjust is a window function: write p_adjust(..) OVER (PARTITION BY .. ORDER BY ..)",
        ),
        (
            "SELECT generate_series(DATE '2026-01-01', DATE '2026-01-02', INTERVAL '8 hours')",
            "a series of dates has steps of whole days: begin with a TIMESTAMP for shorter ones",
        ),
        (
            "CREATE EXTERNAL TABLE no (a INT) STORED AS AVRE LOCATION 'x'",
            "there is no format named AVRE: write STORED AS PARQUET, CSV, TSV, JSON, NDJSON or ARROW",
        ),
        (
            "CREATE EXTERNAL TABLE no (a INT) STORED AS EXCEL LOCATION 'x'",
            "a workbook is read by its name: CREATE TABLE t AS SELECT * FROM 'file.xlsx'",
        ),
        (
            "selct 1",
            "Expected: an SQL statement, found: selct; did you mean SELECT?",
        ),
        (
            "SELECT date_add(1, 2, 3, 4, 5)",
            "date_add takes other arguments: write date_add(part, n, time) or date_add(time, interval)",
        ),
        (
            "SELECT keywords(1)",
            "keywords is a table function: write SELECT .. FROM keywords(table, text => .., by => .. [, language => 'en'] [, top => 10] [, stop => [..]])",
        ),
        (
            "SELECT * FROM nps(1)",
            "nps is no table function: write SELECT nps(score) FROM ..",
        ),
        (
            "SELECT * FROM explain_change(SELECT 1, kpi => 'csat')",
            "a query that is an argument takes parentheses of its own: write f((SELECT ..), ..), as in \
             explain_change((SELECT ..), kpi => ..)",
        ),
        (
            "SELECT (1 + 1).*",
            "(..).* opens the fields of a STRUCT, and (1 + 1) is BIGINT: leave .* out",
        ),
        (
            "SELECT (1, 2) IN (SELECT 1, 2, 3)",
            "3 columns stand beside 2 names or values: write as many on both sides",
        ),
    ] {
        assert_eq!(message(&engine, sql).await.as_deref(), Some(said), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_that_are_looked_for_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder).await;
    let sql = "SELECT * FROM backlog_series((SELECT now() AS created_at, now() AS closed_at))";
    let said = super::located(&engine, sql).await;
    let advice =
        "there is created_at, closed_at; write due_at => NULL where there are no targets (line 1";
    assert!(said.contains(advice), "{said}");
}
