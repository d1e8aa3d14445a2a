//! The faults that the `correctness` folders of `src/` fix, reproduced with DataFusion as it ships.
//!
//! A test here asserts that the wrong answer still occurs. When one fails, upstream has fixed the
//! fault: the file that it names can be deleted.

mod functions;
mod lengths;
mod numbers;
mod plan;
mod syntax;

use std::path::Path;

use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::Result;
use datafusion::prelude::SessionContext;
use datafusion_sqllogictest::read_dir_recursive;

/// Parses literals with a point as decimals.
const LITERALS_AS_DECIMALS: &str = "SET datafusion.sql_parser.parse_float_as_decimal = true";

/// Rows of the stock engine's answer, columns separated by a comma, NULL as `NULL`.
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

/// Asserts that the stock engine still returns `wrong`.
async fn still_gives(file: &str, sql: &str, wrong: &[&str]) {
    let rows = stock(sql).await.unwrap();
    assert_eq!(rows, wrong, "mended upstream: retire src/{file} ({sql})");
}

/// Asserts that the stock engine still fails, with `text` in the error.
async fn still_fails(file: &str, sql: &str, text: &str) {
    let answer = stock(sql).await.map_err(|error| error.to_string());
    assert!(
        answer.as_ref().is_err_and(|error| error.contains(text)),
        "mended upstream: retire src/{file} ({sql} gives {answer:?})"
    );
}

/// The folders of fixes, and those with one fix each, whose `mod.rs` stands for their files.
const MENDS: [&str; 3] = [
    "planner/correctness",
    "parser/correctness",
    "functions/correctness",
];
const OF_ONE_MEND: [&str; 5] = [
    "planner/correctness/changed_rows/",
    "planner/correctness/materialized/",
    "planner/correctness/subqueries/dependent_join/",
    "planner/correctness/zoned_time/",
    "functions/correctness/checked_totals/",
];

/// Files that serve fixes in other files.
const PARTS: [&str; 11] = [
    // Of planner/correctness/materialized.
    "parser/correctness/repeated_ctes",
    // Of planner/correctness/lead_lag.
    "functions/correctness/shifted_value",
    // Of parser/correctness/cast_names.
    "functions/correctness/named_cast",
    // Of planner/correctness/checked_arithmetic.
    "functions/correctness/checked_operator",
    // Of all rules that replace functions inside the keys of grouping sets; the stock ones keep names.
    "planner/correctness/grouping_keys",
    // Of the fixes beside them.
    "planner/correctness/times/time_literals",
    "planner/correctness/subqueries/correlation",
    "planner/correctness/subqueries/grand_totals",
    "planner/correctness/subqueries/outer_join",
    "planner/correctness/subqueries/outer_references",
    "planner/correctness/subqueries/three_valued",
];

#[test]
fn every_mend_names_its_upstream_issue_and_its_end() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own: String = read_dir_recursive(root.join("tests/stock_engine"))
        .unwrap()
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let sources = root.join("src");
    let files = MENDS.map(|folder| read_dir_recursive(sources.join(folder)).unwrap());
    for path in files.iter().flatten() {
        let name = path.strip_prefix(&sources).unwrap().with_extension("");
        let name = name.to_string_lossy();
        let folder = OF_ONE_MEND.iter().find(|folder| name.starts_with(*folder));
        let is_named_by_folder = name.ends_with("/mod") && folder.is_some();
        let speaks = is_named_by_folder || !(name.ends_with("/mod") || folder.is_some());
        if !speaks || PARTS.contains(&name.as_ref()) {
            continue;
        }
        let name = name.trim_end_matches("/mod");
        let text = std::fs::read_to_string(path).unwrap();
        for line in ["//! Upstream: ", "//! Retire when: "] {
            assert!(text.contains(line), "{name}: no line {line}");
        }
        assert!(
            own.contains(&format!("\"{name}\"")),
            "{name}: not asked of the stock engine in tests/stock_engine"
        );
    }
}

#[tokio::test]
async fn the_stock_engine_answers() {
    still_gives("nothing", "SELECT 1, NULL", &["1,NULL"]).await;
    still_fails("nothing", "SELECT nothing", "nothing").await;
}
