//! Files whose first line is no header, and folders whose files begin differently.

use std::path::Path;

use deskql::Engine;

use super::{answer, configured, notes};
use crate::support::data::rows;

#[tokio::test]
async fn a_first_line_of_data_is_a_row() {
    let text = "1001,2024-01-02,5,open\n1002,2024-01-03,4,closed\n1003,2024-01-04,4,open\n";
    let sql = "SELECT count(*), sum(column_3), min(column_2) FROM t WHERE column_4 = 'open'";
    let (rows, notes) = answer("t.csv", text, sql).await;
    assert_eq!(rows, ["2|9|2024-01-02"]);
    assert!(notes[0].contains("it has no header"), "{notes:?}");
    let (rows, _) = answer("t.csv", "5\n9\n3\n", "SELECT sum(column_1) FROM t").await;
    assert_eq!(rows, ["17"]);
}

#[tokio::test]
async fn a_header_of_numbers_stays_one() {
    let text = "team,2023,2024\nbilling,5,6\ntech,7,8\n";
    let (rows, notes) = answer("t.csv", text, "SELECT sum(\"2024\") FROM t").await;
    assert_eq!((rows, notes), (vec!["14".to_owned()], Vec::new()));
}

#[tokio::test]
async fn the_config_knows_better() {
    let folder = tempfile::tempdir().unwrap();
    let text = "7,12\n1,5\n2,4\n";
    for (header, count) in [("true", "2"), ("false", "3")] {
        let config = format!("[tables.t]\nlocation = 't.csv'\ncsv = {{ header = {header} }}\n");
        let engine = configured(folder.path(), "t.csv", text, &config)
            .await
            .unwrap();
        assert_eq!(rows(&engine, "SELECT count(*) FROM t").await, [count]);
        assert!(engine.take_notes().is_empty());
    }
}

#[tokio::test]
async fn a_title_of_as_many_fields_is_left_out() {
    let text = "Export date,2024-01-31\n\nid,score\n1,5\n2,4\n";
    let (rows, notes) = answer("t.csv", text, "SELECT sum(score) FROM t").await;
    assert_eq!(rows, ["9"]);
    assert_eq!(notes, ["t.csv: its header is line 3 (skip = 2)"]);
}

/// The files of a folder as the table `t`.
async fn as_one_table(folder: &Path) -> deskql::Result<Engine> {
    let config = "[tables.t]\nlocation = '*.csv'\n";
    configured(folder, "other.txt", "", config).await
}

/// The error of a folder of two files that are parts of one table.
async fn folder_refusal(first: &[u8], second: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("2024-01.csv"), first).unwrap();
    std::fs::write(folder.path().join("2024-02.csv"), second).unwrap();
    let error = as_one_table(folder.path()).await.unwrap_err().to_string();
    shortened(&error, folder.path())
}

fn shortened(text: &str, folder: &Path) -> String {
    text.replace(&format!("{}/", folder.display()), "")
}

#[tokio::test]
async fn files_that_begin_differently_are_refused() {
    let plain = b"id,score\n4,5\n5,1\n";
    let problem = folder_refusal(b"Report\n\nid,score\n1,5\n2,4\n", plain).await;
    let said = "2024-01.csv has its header in line 3 and 2024-02.csv has its header in line 1";
    assert!(problem.contains(said), "{problem}");
    let problem = folder_refusal(b"3,5\n8,4\n9,9\n", plain).await;
    let said = "2024-01.csv has no header and 2024-02.csv has its header in line 1";
    assert!(problem.contains(said), "{problem}");
    let problem = folder_refusal(plain, b"id;score\n1;5\n").await;
    let said = "2024-01.csv has the delimiter \",\" and 2024-02.csv has the delimiter \";\"";
    assert!(problem.contains(said), "{problem}");
}

#[tokio::test]
async fn files_of_two_encodings_are_refused() {
    let utf8 = "id;name\n1;José\n".as_bytes();
    let western = b"id;name\n2;Jos\xe9\n";
    for problem in [
        folder_refusal(utf8, western).await,
        folder_refusal(western, utf8).await,
    ] {
        assert!(problem.contains("it is not UTF-8, and 2024-0"), "{problem}");
        assert!(problem.contains("iconv"), "{problem}");
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.csv", "b.csv"] {
        std::fs::write(folder.path().join(name), western).unwrap();
    }
    let engine = as_one_table(folder.path()).await.unwrap();
    let notes = notes(&engine, folder.path());
    assert!(notes[0].contains("read as windows-1252"), "{notes:?}");
}

#[tokio::test]
async fn parts_without_headers_are_one_table() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["part-1.csv", "part-2.csv"] {
        std::fs::write(folder.path().join(name), "1,2024-01-02,5\n2,2024-01-09,4\n").unwrap();
    }
    let engine = as_one_table(folder.path()).await.unwrap();
    let sum = rows(&engine, "SELECT sum(column_3) FROM t").await;
    assert_eq!(sum, ["18"]);
    assert_eq!(notes(&engine, folder.path()).len(), 1);
}
