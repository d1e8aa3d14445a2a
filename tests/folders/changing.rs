//! Files that change while they are read.

use std::path::Path;
use std::time::Duration;

use datafusion::arrow::array::Int64Array;
use deskql::{Engine, StatementExecution};

use crate::support::data::{ints, open, parquet, text};

/// Lines that take several reads and batches.
const ROWS: i64 = 400_000;

fn lines(path: &Path, format: &str, first: i64) {
    let mut content = String::from(if format == "csv" { "id\n" } else { "" });
    for row in first..first + ROWS {
        content.push_str(&match format {
            "csv" => format!("{row}\n"),
            _ => format!("{{\"id\": {row}}}\n"),
        });
    }
    text(path, &content);
}

async fn run(engine: &Engine, sql: &str) -> StatementExecution {
    engine.run(sql).await.unwrap()
}

/// Sum of the remaining rows, or the error.
async fn rest(mut execution: StatementExecution) -> Result<i64, String> {
    let mut sum = 0;
    let all = async {
        while let Some(batch) = execution
            .next_batch()
            .await
            .map_err(|error| error.to_string())?
        {
            let column = batch.column(0);
            let ids = column.as_any().downcast_ref::<Int64Array>().unwrap();
            sum += ids.iter().flatten().sum::<i64>();
        }
        Ok(sum)
    };
    tokio::time::timeout(Duration::from_secs(60), all)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn text_that_becomes_shorter_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["csv", "ndjson"] {
        let path = folder.path().join(format!("t.{format}"));
        lines(&path, format, 0);
        let engine = open(&[&path]).await.unwrap();
        let execution = run(&engine, "SELECT id FROM t").await;
        let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(1_000).unwrap();
        let problem = rest(execution).await.unwrap_err();
        assert!(
            problem.contains(&format!("t.{format}: changed while it was read")),
            "{problem}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_that_is_written_anew_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    lines(&path, "csv", 0);
    let engine = open(&[&path]).await.unwrap();
    let execution = run(&engine, "SELECT id FROM t").await;
    lines(&path, "csv", 3_000_000);
    let problem = rest(execution).await.unwrap_err();
    assert!(
        problem.contains("t.csv: changed while it was read"),
        "{problem}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_are_appended_do_not_disturb() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    lines(&path, "csv", 0);
    let engine = open(&[&path]).await.unwrap();
    let execution = run(&engine, "SELECT id FROM t").await;
    let mut log = std::fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .unwrap();
    std::io::Write::write_all(&mut log, b"7\n").unwrap();
    assert_eq!(rest(execution).await.unwrap(), (ROWS - 1) * ROWS / 2);
    let execution = run(&engine, "SELECT id FROM t").await;
    assert_eq!(rest(execution).await.unwrap(), (ROWS - 1) * ROWS / 2 + 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn parquet_that_is_replaced_is_read_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    let ids: Vec<i64> = (0..ROWS).collect();
    parquet(&path, vec![("id", ints(&ids))]);
    let other = folder.path().join("other");
    parquet(&other, vec![("id", ints(&[1]))]);
    let engine = open(&[&path]).await.unwrap();
    let execution = run(&engine, "SELECT id FROM t").await;
    std::fs::rename(&other, &path).unwrap();
    assert_eq!(rest(execution).await.unwrap(), (ROWS - 1) * ROWS / 2);
    let execution = run(&engine, "SELECT id FROM t").await;
    assert_eq!(rest(execution).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn parquet_that_is_written_anew_in_its_place_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    let ids: Vec<i64> = (0..ROWS).collect();
    parquet(&path, vec![("id", ints(&ids))]);
    let engine = open(&[&path]).await.unwrap();
    let execution = run(&engine, "SELECT id FROM t").await;
    parquet(&path, vec![("id", ints(&[1, 2, 3]))]);
    let problem = rest(execution).await.unwrap_err();
    assert!(problem.contains("t.parquet"), "{problem}");
}
