//! Tables from folders, files and globs.

use crate::support::data::{error, ints, open, parquet, rows, text};

#[tokio::test]
async fn a_folder_of_files_and_sub_folders_becomes_tables() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    parquet(
        &root.join("tickets.parquet"),
        vec![("id", ints(&[1, 2, 3]))],
    );
    parquet(&root.join("events/a.parquet"), vec![("id", ints(&[1]))]);
    parquet(&root.join("events/b.parquet"), vec![("id", ints(&[2, 3]))]);
    parquet(
        &root.join("surveys/year=2026/month=01/a.parquet"),
        vec![("score", ints(&[9]))],
    );
    parquet(
        &root.join("surveys/year=2026/month=02/a.parquet"),
        vec![("score", ints(&[3, 10]))],
    );
    text(&root.join("events/_SUCCESS"), "");
    text(&root.join("events/._a.parquet"), "junk of another system");
    text(&root.join("notes/README.md"), "not data");

    let engine = open(&[root]).await.unwrap();
    assert_eq!(rows(&engine, "SELECT count(*) FROM tickets").await, ["3"]);
    assert_eq!(rows(&engine, "SELECT sum(id) FROM events").await, ["6"]);
    assert_eq!(
        rows(
            &engine,
            "SELECT month, sum(score) FROM surveys WHERE year = 2026 GROUP BY month ORDER BY month"
        )
        .await,
        ["1|9", "2|13"]
    );
    assert!(
        error(&engine, "SELECT * FROM notes")
            .await
            .contains("notes")
    );
}
