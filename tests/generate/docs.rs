//! `docs/data-model.md` describes every table and column, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{TABLES, open_sample};
use crate::support::data::rows;

/// (table, column) pairs of the tables of the page: a heading names the table, the first cell of a
/// row the column.
fn documented() -> BTreeSet<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/data-model.md");
    let page = fs::read_to_string(page).unwrap();
    let mut table = "";
    let mut found = BTreeSet::new();
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            table = heading.trim().trim_matches('`');
        } else if let Some(cell) = line.strip_prefix("| `") {
            let column = cell.split('`').next().unwrap();
            if TABLES.contains(&table) {
                found.insert(format!("{table}|{column}"));
            }
        }
    }
    found
}

#[tokio::test]
async fn every_column_is_documented() {
    let engine = open_sample().await;
    let sql = "SELECT table_name, column_name FROM information_schema.columns
               WHERE table_schema = 'public'";
    let written: BTreeSet<String> = rows(&engine, sql).await.into_iter().collect();
    assert_eq!(documented(), written);
}
