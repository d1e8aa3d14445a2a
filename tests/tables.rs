//! Tables from folders, files and globs.

use std::path::Path;

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

/// The error of opening an engine over one location.
async fn refused(location: &Path) -> String {
    let problem = open(&[location]).await.unwrap_err().to_string();
    assert!(!problem.contains('\n'), "one line: {problem}");
    problem
}

#[tokio::test]
async fn csv_and_ndjson_register_compressed_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    text(&root.join("plain.csv"), "a,b\n1,x\n2,y\n");
    text(&root.join("tabs.tsv"), "a\tb\n1\tx\n2\ty\n");
    text(
        &root.join("lines.ndjson"),
        "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n",
    );
    text(
        &root.join("more.jsonl"),
        "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n",
    );
    let engine = open(&[root]).await.unwrap();
    for (name, format) in [("zipped.csv.gz", "gzip"), ("zst.ndjson.zst", "zstd")] {
        let kind = if name.contains("csv") { "CSV" } else { "JSON" };
        let path = root.join(name);
        let sql = format!(
            "COPY (SELECT a, b FROM plain) TO '{}' STORED AS {kind} OPTIONS ('format.compression' '{format}')",
            path.display()
        );
        engine.sql(&sql).await.unwrap().collect().await.unwrap();
        assert!(path.is_file(), "{name}");
    }
    let engine = open(&[root]).await.unwrap();
    for table in ["plain", "tabs", "lines", "more", "zipped", "zst"] {
        let sql = format!("SELECT sum(a), max(b) FROM {table}");
        assert_eq!(rows(&engine, &sql).await, ["3|y"], "{table}");
    }
}

#[tokio::test]
async fn a_folder_of_partitions_is_itself_the_table() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("tickets");
    parquet(
        &table.join("year=2026/month=01/a.parquet"),
        vec![("v", ints(&[1]))],
    );
    parquet(
        &table.join("year=2026/month=02/a.parquet"),
        vec![("v", ints(&[2]))],
    );
    let engine = open(&[&table]).await.unwrap();
    assert_eq!(
        rows(&engine, "SELECT sum(v) FROM tickets WHERE month = 2").await,
        ["2"]
    );
    text(&table.join("stray.parquet"), "");
    assert!(refused(&table).await.contains("\"stray.parquet\""));
}

#[tokio::test]
async fn globs_choose_files_and_folders() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for name in ["a1.csv", "a2.csv", "b1.csv", "sub/c.csv"] {
        text(&root.join(name), "v\n1\n");
    }
    let engine = open(&[&root.join("a*.csv")]).await.unwrap();
    assert_eq!(
        rows(
            &engine,
            "SELECT sum(v) FROM (SELECT v FROM a1 UNION ALL SELECT v FROM a2)"
        )
        .await,
        ["2"]
    );
    assert!(error(&engine, "SELECT * FROM b1").await.contains("b1"));
    let engine = open(&[&root.join("s*")]).await.unwrap();
    assert_eq!(rows(&engine, "SELECT sum(v) FROM sub").await, ["1"]);
    let sql = format!("SELECT sum(v) FROM '{}/*.csv'", root.display());
    assert_eq!(rows(&engine, &sql).await, ["3"]);
    let sql = format!("SELECT sum(v) FROM '{}/**/*.csv'", root.display());
    assert_eq!(rows(&engine, &sql).await, ["4"]);
    assert!(
        refused(&root.join("z*.csv"))
            .await
            .contains("no data file matches")
    );
}

#[tokio::test]
async fn names_are_found_whatever_their_case_and_may_need_quotes() {
    let folder = tempfile::tempdir().unwrap();
    text(&folder.path().join("Ticket Events-2026.csv"), "v\n1\n");
    text(&folder.path().join("Surveys.csv"), "v\n2\n");
    let engine = open(&[folder.path()]).await.unwrap();
    assert_eq!(
        rows(&engine, "SELECT v FROM \"Ticket Events-2026\"").await,
        ["1"]
    );
    assert_eq!(rows(&engine, "SELECT v FROM surveys").await, ["2"]);
    assert_eq!(
        rows(&engine, "SELECT Surveys.v FROM SURVEYS AS surveys").await,
        ["2"]
    );
}

#[tokio::test]
async fn schemas_are_made_and_dropped() {
    let engine = open(&[]).await.unwrap();
    for sql in [
        "CREATE SCHEMA s",
        "CREATE TABLE s.t AS SELECT 1 AS v",
        "DROP SCHEMA s CASCADE",
    ] {
        engine.sql(sql).await.unwrap().collect().await.unwrap();
    }
    assert!(error(&engine, "SELECT * FROM s.t").await.contains("s.t"));
}

#[tokio::test]
async fn one_name_for_two_tables_is_refused_with_both_places() {
    let folder = tempfile::tempdir().unwrap();
    text(&folder.path().join("one/tickets.csv"), "v\n1\n");
    text(&folder.path().join("two/tickets.csv"), "v\n1\n");
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let problem = open(&[&one, &two]).await.unwrap_err().to_string();
    assert!(
        problem.contains("one/tickets.csv") && problem.contains("two/tickets.csv"),
        "{problem}"
    );
}

#[tokio::test]
async fn bad_locations_give_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    text(&root.join("tickets.csv"), "v\n1\n");
    let near = refused(&root.join("tikets.csv")).await;
    assert!(near.contains("did you mean \"tickets.csv\"?"), "{near}");
    let far = refused(&root.join("nowhere/at/all")).await;
    assert!(far.contains("nowhere is missing"), "{far}");
    std::fs::create_dir(root.join("empty")).unwrap();
    assert!(
        refused(&root.join("empty"))
            .await
            .contains("the folder is empty")
    );
    text(&root.join("docs/README.md"), "hello");
    assert!(
        refused(&root.join("docs"))
            .await
            .contains("it holds README.md")
    );
    assert!(
        refused(&root.join("docs/README.md"))
            .await
            .contains("not a data file by its name")
    );
    text(&root.join("mixed/t/a.csv"), "v\n1\n");
    text(&root.join("mixed/t/b.ndjson"), "{\"v\":1}\n");
    assert!(
        refused(&root.join("mixed"))
            .await
            .contains("must be of one kind")
    );
    assert!(
        refused(Path::new("s4://bucket/x"))
            .await
            .contains("did you mean s3://?")
    );
}

#[tokio::test]
async fn damaged_files_give_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    text(&root.join("empty/t.parquet"), "");
    assert!(
        refused(&root.join("empty"))
            .await
            .contains("empty (0 bytes)")
    );
    text(
        &root.join("text/t.parquet"),
        "this is not the file you are looking for",
    );
    assert!(
        refused(&root.join("text"))
            .await
            .contains("not a Parquet file")
    );
    let whole = root.join("whole/t.parquet");
    parquet(&whole, vec![("v", ints(&[1, 2, 3]))]);
    let bytes = std::fs::read(&whole).unwrap();
    std::fs::create_dir(root.join("cut")).unwrap();
    std::fs::write(root.join("cut/t.parquet"), &bytes[..bytes.len() / 2]).unwrap();
    let cut = refused(&root.join("cut")).await;
    assert!(
        cut.contains("t.parquet") && cut.contains("truncated or damaged"),
        "{cut}"
    );
    let engine = open(&[]).await.unwrap();
    let sql = format!("SELECT * FROM '{}/cut/t.parquet'", root.display());
    assert!(error(&engine, &sql).await.contains("truncated or damaged"));
}
