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
    #[expect(
        clippy::disallowed_methods,
        reason = "the stock engine is what is asked here"
    )]
    let batches = SessionContext::new().sql(sql).await?.collect().await?;
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
async fn the_stock_engine_answers() {
    still_gives("nothing", "SELECT 1, NULL", &["1,NULL"]).await;
    still_fails("nothing", "SELECT nothing", "nothing").await;
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
