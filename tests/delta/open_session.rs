//! What is committed while a session is open is seen by its next statement.

use super::{DeltaFolder, field, metadata, remove};
use datafusion::arrow::util::pretty::pretty_format_batches;
use serde_json::json;

use crate::support::data::{ints, open, rows, texts};

#[tokio::test]
async fn the_next_statement_sees_a_commit() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = DeltaFolder::new(&folder.path().join("t"), &[("id", "long")], &[]);
    table.append("a.parquet", vec![("id", ints(&[1]))]);
    let engine = open(&[&table.root]).await.unwrap();
    let view = "CREATE VIEW v AS SELECT id + 1 AS next FROM t";
    engine.sql(view).await.unwrap().collect().await.unwrap();
    assert_eq!(rows(&engine, "SELECT sum(id) FROM t").await, ["1"]);
    table.append("b.parquet", vec![("id", ints(&[10]))]);
    assert_eq!(rows(&engine, "SELECT sum(id) FROM t").await, ["11"]);
    assert_eq!(rows(&engine, "SELECT sum(next) FROM v").await, ["13"]);
    // Files that take the place of others, as optimizing does.
    let add = table.file(
        "c.parquet",
        vec![("id", ints(&[1, 10]))],
        json!({}),
        json!({ "numRecords": 2 }),
    );
    table.commit(&[add, remove("a.parquet"), remove("b.parquet")]);
    std::fs::remove_file(table.root.join("a.parquet")).unwrap();
    std::fs::remove_file(table.root.join("b.parquet")).unwrap();
    assert_eq!(
        rows(&engine, "SELECT count(*), sum(id) FROM t").await,
        ["2|11"]
    );
    assert_eq!(rows(&engine, "SELECT sum(next) FROM v").await, ["13"]);
}

#[tokio::test]
async fn a_new_column_is_seen_and_a_view_keeps_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = DeltaFolder::new(&folder.path().join("t"), &[("id", "long")], &[]);
    table.append("a.parquet", vec![("id", ints(&[1]))]);
    let engine = open(&[&table.root]).await.unwrap();
    engine
        .sql("CREATE VIEW v AS SELECT * FROM t")
        .await
        .unwrap()
        .collect()
        .await
        .unwrap();
    let fields = vec![
        field("team", "string", json!({})),
        field("id", "long", json!({})),
    ];
    table.commit(&[metadata(fields, &[], json!({}))]);
    table.append(
        "b.parquet",
        vec![("team", texts(&["red"])), ("id", ints(&[2]))],
    );
    assert_eq!(
        rows(&engine, "SELECT id, team FROM t ORDER BY id").await,
        ["1|", "2|red"]
    );
    assert_eq!(
        rows(&engine, "SELECT * FROM v ORDER BY 1").await,
        ["1", "2"]
    );
}

#[tokio::test]
async fn a_statement_reads_one_version_throughout() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = DeltaFolder::new(&folder.path().join("t"), &[("id", "long")], &[]);
    table.append("a.parquet", vec![("id", ints(&[1]))]);
    let engine = open(&[&table.root]).await.unwrap();
    let both = "SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM t WHERE id > 0), a.n FROM (SELECT count(*) AS n FROM t) a";
    let planned = engine.sql(both).await.unwrap();
    table.append("b.parquet", vec![("id", ints(&[2]))]);
    let batches = planned.collect().await.unwrap();
    let text = pretty_format_batches(&batches).unwrap().to_string();
    assert_eq!(text.matches(" 1 ").count(), 3, "{text}");
    assert_eq!(rows(&engine, "SELECT count(*) FROM t").await, ["2"]);
}
