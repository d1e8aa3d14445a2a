//! Rows that a deletion vector leaves out.

use serde_json::{Value, json};

use super::{DeltaFolder, features, field};
use crate::support::data::{error, ints, open, rows, switches};

/// Positions 1 and 3, as a Roaring bitmap in Z85: the bytes were put together by the protocol's description.
const ONE_AND_THREE: &str = "^Bg9^0rr910000000000iXQKl0rr91000315c8Xg0rri4";
/// Positions 5 and 7.
const FIVE_AND_SEVEN: &str = "^Bg9^0rr910000000000iXQKl0rr91000315c8Xg1PO=c";

fn with_vector(mut add: Value, vector: &str) -> Value {
    add["add"]["deletionVector"] = json!({
        "storageType": "i", "pathOrInlineDv": vector, "sizeInBytes": 36, "cardinality": 2,
    });
    add
}

fn table(root: &std::path::Path) -> DeltaFolder {
    DeltaFolder::with_schema(
        root,
        vec![field("id", "long", json!({}))],
        &[],
        json!({ "delta.enableDeletionVectors": "true" }),
        features(&["deletionVectors"]),
    )
}

#[tokio::test]
async fn deleted_rows_are_in_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = table(&folder.path().join("t"));
    let stats = json!({ "numRecords": 5, "minValues": { "id": 10 }, "maxValues": { "id": 14 }, "nullCount": { "id": 0 },
        "tightBounds": false });
    let whole = table.file(
        "b.parquet",
        vec![("id", ints(&[100, 200]))],
        json!({}),
        json!({ "numRecords": 2 }),
    );
    let add = table.file(
        "a.parquet",
        vec![("id", ints(&[10, 11, 12, 13, 14]))],
        json!({}),
        stats,
    );
    table.commit(&[with_vector(add, ONE_AND_THREE), whole]);
    let engine = open(&[&table.root]).await.unwrap();
    for switch in [true, false] {
        for name in switches(&engine) {
            let set = format!("SET {name} = {switch}");
            engine.sql(&set).await.unwrap().collect().await.unwrap();
        }
        assert_eq!(rows(&engine, "SELECT count(*) FROM t").await, ["5"]);
        assert_eq!(
            rows(&engine, "SELECT count(id), sum(id), min(id) FROM t").await,
            ["5|336|10"]
        );
        assert_eq!(
            rows(
                &engine,
                "SELECT id FROM t WHERE id IN (11, 12, 13) ORDER BY id"
            )
            .await,
            ["12"]
        );
        assert_eq!(
            rows(&engine, "SELECT id FROM t ORDER BY id LIMIT 3").await,
            ["10", "12", "14"]
        );
    }
}

#[tokio::test]
async fn a_vector_of_rows_that_are_not_there_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = table(&folder.path().join("t"));
    let stats = json!({ "numRecords": 3 });
    let add = table.file(
        "a.parquet",
        vec![("id", ints(&[1, 2, 3]))],
        json!({}),
        stats,
    );
    table.commit(&[with_vector(add, FIVE_AND_SEVEN)]);
    let engine = open(&[&table.root]).await.unwrap();
    let problem = error(&engine, "SELECT sum(id) FROM t").await;
    assert!(
        problem.contains("the deletion vector of a.parquet names rows that the file does not have"),
        "{problem}"
    );
}
