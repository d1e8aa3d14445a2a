//! Columns whose names differ in case only between files are one column.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array};

use crate::support::data::{ints, open, parquet, rows, text, texts};

#[tokio::test]
async fn parquet_columns_are_found_in_every_file() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("t");
    let some: ArrayRef = Arc::new(Int64Array::from(vec![Some(7), None]));
    parquet(
        &table.join("a.parquet"),
        vec![
            ("Name", texts(&["ann", "bob"])),
            ("Id", ints(&[1, 2])),
            ("Score", some),
        ],
    );
    parquet(
        &table.join("b.parquet"),
        vec![
            ("score", ints(&[9, 11])),
            ("id", ints(&[3, 4])),
            ("name", texts(&["bob", "cy"])),
        ],
    );
    let engine = open(&[folder.path()]).await.unwrap();
    for (question, expected) in [
        (
            "SELECT count(*), count(name), count(score), min(id), max(id) FROM t",
            vec!["4|4|3|1|4"],
        ),
        (
            "SELECT name, count(*) FROM t GROUP BY name ORDER BY name",
            vec!["ann|1", "bob|2", "cy|1"],
        ),
        (
            "SELECT id FROM t WHERE name = 'bob' ORDER BY id",
            vec!["2", "3"],
        ),
        (
            "SELECT id FROM t WHERE score > 8 ORDER BY id",
            vec!["3", "4"],
        ),
        ("SELECT id FROM t WHERE score IS NULL", vec!["2"]),
        (
            "SELECT id FROM t WHERE id >= 3 AND score IS NOT NULL ORDER BY id DESC",
            vec!["4", "3"],
        ),
        (
            "SELECT * FROM t ORDER BY id LIMIT 3",
            vec!["ann|1|7", "bob|2|", "bob|3|9"],
        ),
    ] {
        assert_eq!(rows(&engine, question).await, expected, "{question}");
    }
}

#[tokio::test]
async fn csv_headers_may_differ_in_case() {
    let folder = tempfile::tempdir().unwrap();
    text(&folder.path().join("t/a.csv"), "Id,Name\n1,ann\n");
    text(&folder.path().join("t/b.csv"), "id,NAME\n2,bob\n");
    let engine = open(&[folder.path()]).await.unwrap();
    let sql = "SELECT sum(id), max(name) FROM t";
    assert_eq!(rows(&engine, sql).await, ["3|bob"]);
    text(&folder.path().join("t/c.csv"), "ID,name\n4,cy\n");
    assert_eq!(rows(&engine, sql).await, ["7|cy"]);
}

#[tokio::test]
async fn two_spellings_in_one_file_stay_two_columns() {
    let folder = tempfile::tempdir().unwrap();
    parquet(
        &folder.path().join("t/a.parquet"),
        vec![("v", ints(&[1])), ("V", ints(&[2]))],
    );
    parquet(&folder.path().join("t/b.parquet"), vec![("v", ints(&[4]))]);
    let engine = open(&[folder.path()]).await.unwrap();
    let sql = "SELECT sum(\"v\"), sum(\"V\") FROM t";
    assert_eq!(rows(&engine, sql).await, ["5|2"]);
}
