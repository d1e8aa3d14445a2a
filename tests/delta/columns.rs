//! Columns that came later, have another name in the files, or another type.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int32Array};
use serde_json::{Value, json};

use super::{DeltaFolder, features, field, metadata, protocol};
use crate::support::data::{error, ints, open, rows, switches, texts};

#[tokio::test]
async fn files_from_before_a_column_have_null_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = DeltaFolder::new(&folder.path().join("t"), &[("id", "long")], &[]);
    table.append("a.parquet", vec![("id", ints(&[1]))]);
    let fields = vec![
        field("id", "long", json!({})),
        field("team", "string", json!({})),
    ];
    table.commit(&[metadata(fields, &[], json!({}))]);
    table.append(
        "b.parquet",
        vec![("id", ints(&[2])), ("team", texts(&["red"]))],
    );
    let engine = open(&[&table.root]).await.unwrap();
    assert_eq!(
        rows(&engine, "SELECT id, team FROM t ORDER BY id").await,
        ["1|", "2|red"]
    );
    assert_eq!(
        rows(&engine, "SELECT id FROM t WHERE team IS NULL").await,
        ["1"]
    );
    assert_eq!(
        rows(&engine, "SELECT * FROM t VERSION AS OF 1").await,
        ["1"]
    );
}

#[tokio::test]
async fn numbers_of_older_files_are_widened() {
    let folder = tempfile::tempdir().unwrap();
    let narrow: ArrayRef = Arc::new(Int32Array::from(vec![Some(7), None]));
    let mut table = DeltaFolder::with_schema(
        &folder.path().join("t"),
        vec![field("n", "integer", json!({}))],
        &[],
        json!({ "delta.enableTypeWidening": "true" }),
        features(&["typeWidening"]),
    );
    table.append("a.parquet", vec![("n", narrow)]);
    let changes = json!({ "delta.typeChanges": [{ "fromType": "integer", "toType": "long" }] });
    table.commit(&[metadata(
        vec![field("n", "long", changes)],
        &[],
        json!({ "delta.enableTypeWidening": "true" }),
    )]);
    table.append("b.parquet", vec![("n", ints(&[1 << 40]))]);
    let engine = open(&[&table.root]).await.unwrap();
    assert_eq!(
        rows(&engine, "SELECT sum(n), count(*) FROM t").await,
        ["1099511627783|3"]
    );
    assert_eq!(rows(&engine, "SELECT n FROM t WHERE n = 7").await, ["7"]);
}

fn mapped(name: &str, kind: &str, id: i64, in_files: &str) -> Value {
    field(
        name,
        kind,
        json!({ "delta.columnMapping.id": id, "delta.columnMapping.physicalName": in_files }),
    )
}

fn mapping(mode: &str) -> Value {
    json!({ "delta.columnMapping.mode": mode, "delta.columnMapping.maxColumnId": "3" })
}

#[tokio::test]
async fn renamed_columns_are_found_by_their_names_in_files() {
    let folder = tempfile::tempdir().unwrap();
    let fields = vec![
        mapped("ticket", "long", 1, "c1"),
        mapped("team", "string", 2, "c2"),
        // A column that was dropped had this name in the files.
        mapped("old", "string", 3, "c3"),
    ];
    let mut table = DeltaFolder::with_schema(
        &folder.path().join("t"),
        fields,
        &["team"],
        mapping("name"),
        protocol(2, 5),
    );
    let stats = json!({ "numRecords": 2, "minValues": { "c1": 1 }, "maxValues": { "c1": 2 }, "nullCount": { "c1": 0 } });
    let first = vec![
        ("c1", ints(&[1, 2])),
        ("old", texts(&["gone", "gone"])),
        ("c3", texts(&["x", "y"])),
    ];
    let stats_second = json!({ "numRecords": 1, "minValues": { "c1": 9 }, "maxValues": { "c1": 9 }, "nullCount": { "c1": 0 } });
    let second = vec![("c1", ints(&[9])), ("old", texts(&["gone"]))];
    let adds = [
        table.file("x/a.parquet", first, json!({ "c2": "red" }), stats),
        table.file("x/b.parquet", second, json!({ "c2": "blue" }), stats_second),
    ];
    table.commit(&adds);
    let engine = open(&[&table.root]).await.unwrap();
    for switch in [true, false] {
        for name in switches(&engine) {
            let set = format!("SET {name} = {switch}");
            engine.sql(&set).await.unwrap().collect().await.unwrap();
        }
        assert_eq!(
            rows(&engine, "SELECT * FROM t ORDER BY ticket").await,
            ["1|red|x", "2|red|y", "9|blue|"]
        );
        assert_eq!(
            rows(
                &engine,
                "SELECT old FROM t WHERE ticket > 1 AND team = 'red'"
            )
            .await,
            ["y"]
        );
        assert_eq!(
            rows(&engine, "SELECT old, count(*) FROM t WHERE old IS NULL OR old <> 'x' GROUP BY old ORDER BY 1").await,
            ["y|1", "|1"]
        );
    }
}

#[tokio::test]
async fn names_inside_a_column_that_differ_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut inner = mapped("inner", "long", 2, "c2");
    inner["nullable"] = json!(true);
    let mut outer = mapped("outer", "long", 1, "c1");
    outer["type"] = json!({ "type": "struct", "fields": [inner] });
    let table = DeltaFolder::with_schema(
        &folder.path().join("t"),
        vec![outer],
        &[],
        mapping("name"),
        protocol(2, 5),
    );
    let problem = open(&[&table.root]).await.unwrap_err().to_string();
    assert!(
        problem.contains("column \"outer\" has renamed fields inside"),
        "{problem}"
    );
}

#[tokio::test]
async fn what_a_table_needs_and_nobody_has_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let table = DeltaFolder::with_schema(
        &folder.path().join("t"),
        vec![field("id", "long", json!({}))],
        &[],
        json!({}),
        features(&["timeMachine"]),
    );
    let problem = open(&[&table.root]).await.unwrap_err().to_string();
    assert!(
        problem.contains("the Delta table needs what deskql does not have"),
        "{problem}"
    );
    assert_eq!(problem.lines().count(), 1, "{problem}");
    let engine = open(&[]).await.unwrap();
    let query = format!("SELECT * FROM '{}'", table.root.display());
    assert!(error(&engine, &query).await.contains("timeMachine"));
}
