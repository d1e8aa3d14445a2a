//! Files of Delta, Iceberg and Hudi tables are never read as plain files. `tests/delta/` reads Delta tables.

use std::path::Path;

use crate::support::data::{error, ints, open, parquet, rows, text};

fn delta(root: &Path) {
    parquet(&root.join("part-0.parquet"), vec![("id", ints(&[1, 2]))]);
    parquet(&root.join("part-1.parquet"), vec![("id", ints(&[1]))]);
    text(&root.join("_delta_log/00000000000000000000.json"), "{}\n");
}

fn iceberg(root: &Path) {
    parquet(&root.join("data/a.parquet"), vec![("id", ints(&[1]))]);
    text(&root.join("metadata/v1.metadata.json"), "{}");
}

fn hudi(root: &Path) {
    parquet(&root.join("a.parquet"), vec![("id", ints(&[1]))]);
    text(&root.join(".hoodie/hoodie.properties"), "");
}

#[tokio::test]
async fn every_way_to_name_the_files_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().display();
    delta(&folder.path().join("lake/d"));
    iceberg(&folder.path().join("ice/i"));
    hudi(&folder.path().join("hoo/h"));
    let engine = open(&[]).await.unwrap();
    for (location, kind) in [
        ("lake/d/*.parquet", "a Delta table"),
        ("lake/d/part-0.parquet", "a Delta table"),
        ("lake/*/*.parquet", "a Delta table"),
        ("lake/**/*.parquet", "a Delta table"),
        ("ice/i/data/a.parquet", "an Iceberg table"),
        ("ice/i/data/", "an Iceberg table"),
        ("ice/*/data/*.parquet", "an Iceberg table"),
        ("hoo/h/*.parquet", "a Hudi table"),
    ] {
        let problem = error(
            &engine,
            &format!("SELECT count(*) FROM '{root}/{location}'"),
        )
        .await;
        assert!(
            problem.contains(kind) && problem.lines().count() == 1,
            "{location}: {problem}"
        );
    }
    let create =
        format!("CREATE EXTERNAL TABLE t (id BIGINT) STORED AS PARQUET LOCATION '{root}/lake/d/'");
    assert!(
        error(&engine, &create).await.contains("a Delta table"),
        "{create}"
    );
    for (location, kind) in [
        ("ice", "an Iceberg table"),
        ("ice/i", "an Iceberg table"),
        ("ice/i/data", "an Iceberg table"),
        ("hoo", "a Hudi table"),
    ] {
        let path = folder.path().join(location);
        let problem = open(&[path.as_path()]).await.unwrap_err().to_string();
        assert!(problem.contains(kind), "{location}: {problem}");
    }
}

#[tokio::test]
async fn the_log_itself_and_folders_of_like_names_are_read() {
    let folder = tempfile::tempdir().unwrap();
    delta(&folder.path().join("d"));
    text(
        &folder.path().join("m/metadata/tickets.metadata.json"),
        "{\"id\": 1}\n",
    );
    parquet(&folder.path().join("m/a.parquet"), vec![("id", ints(&[1]))]);
    let engine = open(&[]).await.unwrap();
    let root = folder.path().display();
    for file in ["d/_delta_log/00000000000000000000.json", "m/a.parquet"] {
        let count = format!("SELECT count(*) FROM '{root}/{file}'");
        assert_eq!(rows(&engine, &count).await, ["1"]);
    }
}
