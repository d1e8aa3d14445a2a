//! Which files count, and what the log says of them.

use serde_json::json;

use super::{DeltaFolder, remove};
use crate::support::data::{error, ints, open, parquet, rows, texts};

#[tokio::test]
async fn files_that_the_log_does_not_name_do_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = DeltaFolder::new(&folder.path().join("t"), &[("id", "long")], &[]);
    table.append("a.parquet", vec![("id", ints(&[1, 2]))]);
    table.append("b.parquet", vec![("id", ints(&[3]))]);
    // A file that no version has, and one that a version has removed.
    table.file(
        "c.parquet",
        vec![("id", ints(&[100]))],
        json!({}),
        json!({}),
    );
    table.commit(&[remove("a.parquet")]);
    for location in [folder.path().to_owned(), table.root.clone()] {
        let engine = open(&[&location]).await.unwrap();
        assert_eq!(
            rows(&engine, "SELECT sum(id), count(*) FROM t").await,
            ["3|1"]
        );
    }
    let engine = open(&[]).await.unwrap();
    let root = table.root.display();
    for from in [format!("'{root}'"), format!("'{root}/'")] {
        assert_eq!(
            rows(&engine, &format!("SELECT id FROM {from}")).await,
            ["3"]
        );
    }
    let create = format!("CREATE EXTERNAL TABLE e STORED AS DELTA LOCATION '{root}'");
    engine.sql(&create).await.unwrap();
    assert_eq!(rows(&engine, "SELECT id FROM e").await, ["3"]);
}

/// What a first run that was stopped leaves: data files, and a log without a version. They are no rows yet.
#[tokio::test]
async fn files_of_a_first_run_that_was_stopped_are_no_rows() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("t");
    parquet(
        &table.join("month=2026-01-01/part.parquet"),
        vec![("id", ints(&[1, 2]))],
    );
    std::fs::create_dir_all(table.join("_delta_log")).unwrap();
    let wanted = "the Delta table has no version yet: the run that creates it has not finished, or was stopped";
    let failed = open(&[&table]).await.unwrap_err().to_string();
    assert!(failed.contains(wanted), "{failed}");
    let engine = open(&[]).await.unwrap();
    let failed = error(&engine, &format!("SELECT * FROM '{}'", table.display())).await;
    assert!(failed.contains(wanted), "{failed}");
}

#[tokio::test]
async fn folder_values_have_their_types_and_may_be_null() {
    let folder = tempfile::tempdir().unwrap();
    let columns = [
        ("day", "date"),
        ("id", "long"),
        ("region", "string"),
        ("n", "integer"),
    ];
    let mut table = DeltaFolder::new(&folder.path().join("t"), &columns, &["day", "region", "n"]);
    let parts = [
        (
            "p/1.parquet",
            json!({ "day": "2026-01-31", "region": "eu/west", "n": "7" }),
            1,
        ),
        (
            "p/2.parquet",
            json!({ "day": null, "region": null, "n": null }),
            2,
        ),
        (
            "p/3.parquet",
            json!({ "day": "2026-02-01", "region": "__HIVE_DEFAULT_PARTITION__", "n": "-1" }),
            3,
        ),
    ];
    let adds = parts.into_iter().map(|(name, values, id)| {
        table.file(
            name,
            vec![("id", ints(&[id]))],
            values,
            json!({ "numRecords": 1 }),
        )
    });
    let adds: Vec<_> = adds.collect();
    table.commit(&adds);
    let engine = open(&[&table.root]).await.unwrap();
    assert_eq!(
        rows(&engine, "SELECT * FROM t ORDER BY id").await,
        [
            "2026-01-31|1|eu/west|7",
            "|2||",
            "2026-02-01|3|__HIVE_DEFAULT_PARTITION__|-1"
        ]
    );
    for (filter, ids) in [
        ("day >= DATE '2026-02-01'", "3"),
        ("day IS NULL", "2"),
        ("day IS NOT NULL AND n > 0", "1"),
        ("region = 'eu/west'", "1"),
        ("region IS DISTINCT FROM 'eu/west'", "2,3"),
        ("n IN (7, -1)", "1,3"),
        ("coalesce(n, 0) = 0", "2"),
    ] {
        let query = format!("SELECT string_agg(id::text, ',' ORDER BY id) FROM t WHERE {filter}");
        assert_eq!(rows(&engine, &query).await, [ids], "{filter}");
    }
    assert_eq!(
        rows(&engine, "SELECT count(n), min(n), max(day) FROM t").await,
        ["2|-1|2026-02-01"]
    );
}

#[tokio::test]
async fn bounds_in_the_log_choose_files_but_are_no_values() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = DeltaFolder::new(
        &folder.path().join("t"),
        &[("id", "long"), ("name", "string")],
        &[],
    );
    // Texts are cut off in the log: the greatest is a bound only.
    let stats = |low: i64, high: i64, first: &str, last: &str| {
        json!({ "numRecords": 2, "minValues": { "id": low, "name": first }, "maxValues": { "id": high, "name": last },
            "nullCount": { "id": 0, "name": 0 } })
    };
    let adds = [
        table.file(
            "a.parquet",
            vec![("id", ints(&[1, 2])), ("name", texts(&["ab", "az"]))],
            json!({}),
            stats(1, 2, "a", "b"),
        ),
        table.file(
            "b.parquet",
            vec![("id", ints(&[10, 20])), ("name", texts(&["m", "mzz"]))],
            json!({}),
            stats(10, 20, "m", "n"),
        ),
    ];
    table.commit(&adds);
    let engine = open(&[&table.root]).await.unwrap();
    assert_eq!(
        rows(&engine, "SELECT max(name), min(name), max(id) FROM t").await,
        ["mzz|ab|20"]
    );
    assert_eq!(
        rows(&engine, "SELECT name FROM t WHERE id > 10").await,
        ["mzz"]
    );
    // The first file is not even opened.
    std::fs::remove_file(table.root.join("a.parquet")).unwrap();
    assert_eq!(
        rows(&engine, "SELECT name FROM t WHERE id > 10").await,
        ["mzz"]
    );
    assert_eq!(
        rows(&engine, "SELECT count(*) FROM t WHERE name > 'n'").await,
        ["0"]
    );
}

#[tokio::test]
async fn a_file_that_is_missing_or_another_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = DeltaFolder::new(&folder.path().join("t"), &[("id", "long")], &[]);
    table.append("a.parquet", vec![("id", ints(&[1, 2]))]);
    table.append("b.parquet", vec![("id", ints(&[3]))]);
    let engine = open(&[&table.root]).await.unwrap();
    std::fs::write(table.root.join("a.parquet"), "short").unwrap();
    let problem = error(&engine, "SELECT sum(id) FROM t").await;
    assert!(
        problem.contains("a.parquet is damaged: it has 5 bytes, and the log"),
        "{problem}"
    );
    std::fs::remove_file(table.root.join("a.parquet")).unwrap();
    let problem = error(&engine, "SELECT sum(id) FROM t").await;
    assert!(
        problem.contains("a.parquet of version 2 of the Delta table is missing"),
        "{problem}"
    );
    assert_eq!(problem.lines().count(), 1, "{problem}");
}
