//! Column mapping by field id, beside deletion vectors, and in tables that are written to.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::datatypes::{Field, Schema};
use parquet::arrow::{ArrowWriter, PARQUET_FIELD_ID_META_KEY};
use serde_json::{Value, json};

use super::{DeltaFolder, features, field, metadata, protocol};
use crate::support::data::{error, ints, open, rows, switches, texts};

fn mapped(name: &str, kind: &str, id: i64, in_files: &str) -> Value {
    field(
        name,
        kind,
        json!({ "delta.columnMapping.id": id, "delta.columnMapping.physicalName": in_files }),
    )
}

fn by(mode: &str) -> Value {
    json!({ "delta.columnMapping.mode": mode, "delta.columnMapping.maxColumnId": "9" })
}

/// Writes a data file whose columns have ids; gives its `add` action.
fn file(
    table: &DeltaFolder,
    name: &str,
    columns: Vec<(&str, Option<i64>, ArrayRef)>,
    partition: Value,
    stats: Value,
) -> Value {
    let fields = columns.iter().map(|(name, id, column)| {
        let id = id.map(|id| (PARQUET_FIELD_ID_META_KEY.to_owned(), id.to_string()));
        Field::new(*name, column.data_type().clone(), true)
            .with_metadata(id.into_iter().collect::<HashMap<_, _>>())
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let arrays = columns.into_iter().map(|(_, _, column)| column).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).unwrap();
    let path = table.root.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let out = std::fs::File::create(&path).unwrap();
    let mut writer = ArrowWriter::try_new(out, schema, None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let size = std::fs::metadata(&path).unwrap().len();
    json!({ "add": {
        "path": name, "partitionValues": partition, "size": size, "modificationTime": 1_700_000_000_000_i64,
        "dataChange": true, "stats": stats.to_string(),
    }})
}

fn fields() -> Vec<Value> {
    vec![
        mapped("ticket", "long", 1, "c1"),
        mapped("team", "string", 2, "c2"),
        mapped("old", "string", 3, "c3"),
        // Added later.
        mapped("score", "long", 7, "c7"),
    ]
}

/// A table of two files whose columns are found by id: names, order and number differ, and names mislead.
fn table(root: &Path) -> DeltaFolder {
    let mut table = DeltaFolder::with_schema(root, fields(), &["team"], by("id"), protocol(2, 5));
    let stats = |rows: u64, min: i64, max: i64| json!({ "numRecords": rows, "minValues": { "c1": min }, "maxValues": { "c1": max }, "nullCount": { "c1": 0 } });
    let first = vec![
        // The name of another column of the table, with the id of a dropped one.
        ("old", Some(5), texts(&["gone", "gone"])),
        ("c7", Some(6), ints(&[-1, -1])),
        ("anything", Some(1), ints(&[1, 2])),
        ("c1", Some(3), texts(&["x", "y"])),
    ];
    let second = vec![("score", Some(7), ints(&[5])), ("c1", Some(1), ints(&[9]))];
    let adds = [
        file(
            &table,
            "x/a.parquet",
            first,
            json!({ "c2": "red" }),
            stats(2, 1, 2),
        ),
        file(
            &table,
            "x/b.parquet",
            second,
            json!({ "c2": "blue" }),
            stats(1, 9, 9),
        ),
    ];
    table.commit(&adds);
    table
}

const ALL: [&str; 3] = ["1|red|x|", "2|red|y|", "9|blue||5"];

#[tokio::test]
async fn columns_are_found_by_their_ids() {
    let folder = tempfile::tempdir().unwrap();
    let table = table(&folder.path().join("t"));
    let engine = open(&[&table.root]).await.unwrap();
    for switch in [true, false] {
        for name in switches(&engine) {
            let set = format!("SET {name} = {switch}");
            engine.sql(&set).await.unwrap().collect().await.unwrap();
        }
        for (sql, expected) in [
            ("SELECT * FROM t ORDER BY ticket", &ALL[..]),
            (
                "SELECT sum(ticket), sum(score), count(score), count(old) FROM t",
                &["12|5|1|2"],
            ),
            (
                "SELECT old FROM t WHERE ticket > 1 AND team = 'red'",
                &["y"],
            ),
            ("SELECT ticket FROM t WHERE score = 5", &["9"]),
            ("SELECT ticket FROM t WHERE score < 0 OR old = 'gone'", &[]),
            (
                "SELECT old, count(*) FROM t GROUP BY old ORDER BY old",
                &["x|1", "y|1", "|1"],
            ),
            (
                "SELECT max(ticket), min(old) FROM t WHERE score IS NULL",
                &["2|x"],
            ),
        ] {
            assert_eq!(rows(&engine, sql).await, expected, "{switch}: {sql}");
        }
    }
}

#[tokio::test]
async fn a_column_keeps_its_id_when_it_is_renamed() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = table(&folder.path().join("t"));
    let mut renamed = fields();
    renamed[0]["name"] = json!("number");
    // Another column takes the name.
    renamed[2]["name"] = json!("ticket");
    table.commit(&[metadata(renamed, &["team"], by("id"))]);
    let engine = open(&[&table.root]).await.unwrap();
    assert_eq!(
        rows(&engine, "SELECT number, ticket FROM t ORDER BY number").await,
        ["1|x", "2|y", "9|"]
    );
    assert_eq!(
        rows(&engine, "SELECT * FROM t VERSION AS OF 1 ORDER BY ticket").await,
        ALL
    );
}

#[tokio::test]
async fn a_file_without_ids_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = table(&folder.path().join("t"));
    let add = file(
        &table,
        "c.parquet",
        vec![("c1", None, ints(&[4])), ("c7", None, ints(&[4]))],
        json!({ "c2": "red" }),
        json!({ "numRecords": 1 }),
    );
    table.commit(&[add]);
    let engine = open(&[&table.root]).await.unwrap();
    let problem = error(&engine, "SELECT sum(ticket) FROM t").await;
    assert!(problem.contains("has no field ids"), "{problem}");
}

/// Positions 1 and 3, see `deleted_rows.rs`.
const ONE_AND_THREE: &str = "^Bg9^0rr910000000000iXQKl0rr91000315c8Xg0rri4";

#[tokio::test]
async fn deleted_rows_of_mapped_columns_are_in_no_answer() {
    for mode in ["name", "id"] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("t");
        let mut properties = by(mode);
        properties["delta.enableDeletionVectors"] = json!("true");
        let mut table = DeltaFolder::with_schema(
            &root,
            vec![
                mapped("ticket", "long", 1, "c1"),
                mapped("old", "string", 3, "c3"),
            ],
            &[],
            properties,
            features(&["columnMapping", "deletionVectors"]),
        );
        let columns = vec![
            ("c3", Some(3), texts(&["a", "b", "c", "d", "e"])),
            ("c1", Some(1), ints(&[10, 11, 12, 13, 14])),
        ];
        let stats = json!({ "numRecords": 5, "minValues": { "c1": 10 }, "maxValues": { "c1": 14 },
            "nullCount": { "c1": 0 }, "tightBounds": false });
        let mut add = file(&table, "a.parquet", columns, json!({}), stats);
        add["add"]["deletionVector"] = json!({
            "storageType": "i", "pathOrInlineDv": ONE_AND_THREE, "sizeInBytes": 36, "cardinality": 2,
        });
        table.commit(&[add]);
        let engine = open(&[&table.root]).await.unwrap();
        for switch in [true, false] {
            for name in switches(&engine) {
                let set = format!("SET {name} = {switch}");
                engine.sql(&set).await.unwrap().collect().await.unwrap();
            }
            for (sql, expected) in [
                (
                    "SELECT ticket, old FROM t ORDER BY 1",
                    &["10|a", "12|c", "14|e"][..],
                ),
                ("SELECT count(*), sum(ticket), max(old) FROM t", &["3|36|e"]),
                ("SELECT old FROM t WHERE ticket IN (11, 12, 13)", &["c"]),
                ("SELECT ticket FROM t WHERE old = 'd'", &[]),
            ] {
                assert_eq!(rows(&engine, sql).await, expected, "{mode} {switch}: {sql}");
            }
        }
    }
}

const MAPPING: &str = r#"
[source]
timezone = "UTC"
[tables.t]
key = ["ticket"]
[tables.t.columns]
ticket = { type = "int" }
old = "old"
score = { type = "int" }
team = "team"
"#;

/// Three tickets in two files, one of them without the column of texts.
fn two_files(table: &DeltaFolder) -> [Value; 2] {
    let columns = vec![
        ("c1", Some(1), ints(&[1, 2])),
        ("c3", Some(3), texts(&["x", "y"])),
    ];
    let stats = json!({ "numRecords": 2 });
    [
        file(table, "x/a.parquet", columns, json!({ "c2": "red" }), stats),
        file(
            table,
            "x/b.parquet",
            vec![("c1", Some(1), ints(&[9])), ("c7", Some(7), ints(&[5]))],
            json!({ "c2": "blue" }),
            json!({ "numRecords": 1 }),
        ),
    ]
}

/// Rows are written under the names and ids of the files, not of the table.
#[tokio::test]
async fn tables_with_other_names_in_files_are_written_to() {
    for mode in ["name", "id"] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("lake/t");
        let mut table = DeltaFolder::with_schema(
            &root,
            fields(),
            &["team"],
            by(mode),
            features(&["columnMapping"]),
        );
        let adds = two_files(&table);
        table.commit(&adds);
        std::fs::write(folder.path().join("mapping.toml"), MAPPING).unwrap();
        std::fs::write(
            folder.path().join("export.csv"),
            "ticket,old,score,team\n2,z,7,red\n3,new,8,red\n",
        )
        .unwrap();
        let run = |arguments: &[&str]| {
            let mut command = crate::lake::deskql(folder.path());
            let output = command.args(arguments).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{mode}: {said}");
        };
        run(&[
            "ingest",
            "export.csv",
            "--mapping",
            "mapping.toml",
            "--to",
            "lake",
        ]);
        let after = ["1|red|x|", "2|red|z|7", "3|red|new|8", "9|blue||5"];
        let engine = open(&[&root]).await.unwrap();
        let all = "SELECT ticket, team, old, score FROM t ORDER BY ticket";
        assert_eq!(rows(&engine, all).await, after, "{mode}");
        run(&[
            "ingest",
            "export.csv",
            "--mapping",
            "mapping.toml",
            "--to",
            "lake",
        ]);
        run(&["optimize", "lake/t"]);
        let engine = open(&[&root]).await.unwrap();
        assert_eq!(rows(&engine, all).await, after, "{mode}: optimized");
    }
}
