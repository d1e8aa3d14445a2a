//! Pointers of Git LFS in the place of data.

use super::{configured, refusal};
use crate::support::data::open;

const POINTER: &str = "version https://git-lfs.github.com/spec/v1\n\
    oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

#[tokio::test]
async fn pointers_are_refused_whatever_they_are_named() {
    for name in [
        "t.csv",
        "t.tsv",
        "t.csv.gz",
        "t.json",
        "t.ndjson",
        "t.parquet",
        "t.arrow",
        "t.xlsx",
    ] {
        let expected = format!(
            "{name}: a Git LFS pointer, not the file itself: run git lfs pull in its folder"
        );
        assert_eq!(refusal(name, POINTER).await, expected);
    }
}

#[tokio::test]
async fn one_pointer_among_files_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("t");
    std::fs::create_dir(&table).unwrap();
    std::fs::write(table.join("part-1.csv"), "id,status\n1,open\n").unwrap();
    let config = "[tables.t]\nlocation = 't'\n";
    configured(&table, "part-2.csv", POINTER, "").await.unwrap();
    std::fs::remove_file(table.join("deskql.toml")).unwrap();
    let error = configured(folder.path(), "other.csv", "a\n", config)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("t/part-2.csv: a Git LFS pointer"), "{error}");
    // What only quotes one is data.
    let quoted = folder.path().join("quoted.csv");
    std::fs::write(&quoted, format!("note\n{POINTER}")).unwrap();
    open(&[&quoted]).await.unwrap();
}
