//! Quotes that are never closed.

use std::fmt::Write as _;
use std::process::Command;

use super::{answer, refusal};
use crate::support::data::{error, open};

#[tokio::test]
async fn an_open_quote_is_an_error_with_its_line() {
    let problem = refusal("t.csv", "id,note\n1,\"left open\n2,b\n3,c\n").await;
    assert!(
        problem.starts_with("t.csv: a quote opens on line 2 and is never closed"),
        "{problem}"
    );
    let problem = refusal("t.csv", "id,note\n1,\"oops\n2,fine\n3,\"good\"\n4,z\n").await;
    assert!(
        problem.starts_with("t.csv: a quote opens on line 2 and the next one, on line 4"),
        "{problem}"
    );
}

#[tokio::test]
async fn compressed_files_are_checked_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    std::fs::write(&path, "id,note\n1,a\n2,\"open\n").unwrap();
    let zipped = Command::new("gzip").arg(&path).status();
    if !zipped.is_ok_and(|status| status.success()) {
        return;
    }
    let problem = open(&[&folder.path().join("t.csv.gz")])
        .await
        .unwrap_err()
        .to_string();
    assert!(problem.contains("a quote opens on line 3"), "{problem}");
}

/// The table is opened before the quote is there, and the file is large enough to be read in parts.
#[tokio::test]
async fn parts_of_a_file_are_checked_when_they_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    let mut text = "id,note\n".to_owned();
    for id in 0..1_200_000 {
        writeln!(text, "{id},\"a note\"").unwrap();
    }
    assert!(text.len() > 16 << 20);
    std::fs::write(&path, &text).unwrap();
    let engine = open(&[&path]).await.unwrap();
    let sql = "SELECT count(*), max(note) FROM t";
    assert_eq!(
        crate::support::data::rows(&engine, sql).await,
        ["1200000|a note"]
    );
    for line in [3_usize, 1_000_000] {
        let broken = text.replacen(
            &format!("\n{},\"a note\"\n", line - 2),
            &format!("\n{},\"a note \n", line - 2),
            1,
        );
        assert_eq!(broken.len(), text.len());
        std::fs::write(&path, broken).unwrap();
        let problem = error(&engine, sql).await;
        let expected = format!("t.csv: a quote opens on line {line} and");
        assert!(problem.contains(&expected), "{problem}");
    }
}

#[tokio::test]
async fn line_breaks_and_quotes_of_values_are_read() {
    let text = "id,note\n1,\"two\nlines\"\n2,\"say \"\"so\"\"\"\n3,5\" disk\n4,\"\"\n";
    let sql = "SELECT count(*), count(note), max(length(note)) FROM t";
    let (rows, notes) = answer("t.csv", text, sql).await;
    assert_eq!((rows, notes), (vec!["4|3|9".to_owned()], Vec::new()));
}
