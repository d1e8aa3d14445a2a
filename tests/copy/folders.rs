//! Folders that are not empty, and runs that end early.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use super::{deskql, files, refused, run};

const PARTS: &str = "(FORMAT parquet, PARTITION_BY (k))";

fn copy(folder: &Path, rows: &str, behind: &str) {
    run(
        folder,
        &format!("COPY (SELECT * FROM (VALUES {rows}) AS t(k, v)) TO 'out' {PARTS} {behind}"),
    );
}

fn content(folder: &Path) -> String {
    run(folder, "SELECT k, v FROM 'out/' ORDER BY k, v")
}

#[test]
fn a_second_run_is_refused_unless_it_says_what_it_means() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    copy(folder, "(1, 10), (2, 20)", "");
    let said = refused(
        folder,
        &format!("COPY (SELECT 1 AS k, 1 AS v) TO 'out' {PARTS}"),
    );
    assert!(
        said.starts_with("out: the folder is not empty: write OVERWRITE"),
        "{said}"
    );
    assert_eq!(content(folder), "k,v\n1,10\n2,20\n");
    copy(folder, "(2, 21), (3, 30)", "OVERWRITE_PARTITIONS");
    assert_eq!(content(folder), "k,v\n1,10\n2,21\n3,30\n");
    copy(folder, "(3, 31), (4, 40)", "APPEND");
    assert_eq!(content(folder), "k,v\n1,10\n2,21\n3,30\n3,31\n4,40\n");
    copy(folder, "(9, 90)", "OVERWRITE");
    assert_eq!(content(folder), "k,v\n9,90\n");
    let option = "(FORMAT parquet, PARTITION_BY (k), OVERWRITE true)";
    run(
        folder,
        &format!("COPY (SELECT 8 AS k, 80 AS v) TO 'out' {option}"),
    );
    assert_eq!(content(folder), "k,v\n8,80\n");
    run(
        folder,
        "COPY (SELECT 7 AS k, 70 AS v) TO 'out/' STORED AS PARQUET PARTITIONED BY (k) OPTIONS (append true)",
    );
    assert_eq!(content(folder), "k,v\n7,70\n8,80\n");
    assert!(
        std::fs::read_dir(folder).unwrap().count() == 1,
        "{:?}",
        files(folder)
    );
}

#[test]
fn a_folder_can_be_overwritten_by_its_own_rows() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    copy(folder, "(1, 10), (2, 20)", "");
    run(
        folder,
        &format!("COPY (SELECT k, v + 1 AS v FROM 'out/') TO 'out' {PARTS} OVERWRITE"),
    );
    assert_eq!(content(folder), "k,v\n1,11\n2,21\n");
}

#[test]
fn what_does_not_fit_is_not_appended() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    copy(folder, "(1, 10)", "");
    for (copy, said) in [
        (
            "SELECT 1 AS v) TO 'out/' (FORMAT parquet) APPEND",
            "APPEND would partition by no column, and the folder has k=1/",
        ),
        (
            "SELECT 1 AS v, 2 AS j) TO 'out' (FORMAT parquet, PARTITION_BY (j)) APPEND",
            "APPEND would partition by j",
        ),
        (
            "SELECT 1 AS k, 2 AS w) TO 'out' (FORMAT parquet, PARTITION_BY (k)) APPEND",
            "(v) there and (w) here",
        ),
        (
            "SELECT 1 AS k, 'x' AS v) TO 'out' (FORMAT parquet, PARTITION_BY (k)) APPEND",
            "v is BIGINT there and VARCHAR here",
        ),
        (
            "SELECT 1 AS k, 2 AS v) TO 'out' (FORMAT csv, PARTITION_BY (k)) APPEND",
            "APPEND would write .csv files beside k=1/",
        ),
        (
            "SELECT 1 AS v) TO 'out/' (FORMAT parquet) OVERWRITE_PARTITIONS",
            "OVERWRITE_PARTITIONS needs PARTITION_BY",
        ),
        (
            "SELECT 1 AS v) TO '.' (FORMAT parquet) OVERWRITE",
            "the program runs in this folder",
        ),
    ] {
        let line = refused(folder, &format!("COPY ({copy}"));
        assert!(line.contains(said), "{copy}: {line}");
    }
    std::fs::write(folder.join("out/notes.txt"), "mine").unwrap();
    let line = refused(
        folder,
        &format!("COPY (SELECT 1 AS k, 2 AS v) TO 'out' {PARTS} OVERWRITE"),
    );
    assert!(
        line.contains("notes.txt in it is not a data file"),
        "{line}"
    );
    assert_eq!(files(&folder.join("out")), ["k=1/*.parquet", "notes.txt"]);
}

#[test]
fn a_failed_run_leaves_the_old_files_and_no_folders() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    copy(folder, "(1, 10)", "");
    let fails = "SELECT value % 3 AS k, CAST(CASE WHEN value = 90000 THEN 'x' ELSE value::VARCHAR END AS BIGINT) AS v \
                 FROM generate_series(1, 100000)";
    for behind in ["OVERWRITE", "OVERWRITE_PARTITIONS", "APPEND"] {
        refused(folder, &format!("COPY ({fails}) TO 'out' {PARTS} {behind}"));
        assert_eq!(content(folder), "k,v\n1,10\n");
    }
    refused(folder, &format!("COPY ({fails}) TO 'a/b/c' {PARTS}"));
    refused(folder, &format!("COPY ({fails}) TO 'a/b/c.csv'"));
    let names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|e| e.file_name())
        .collect();
    assert_eq!(names, ["out"]);
}

#[cfg(unix)]
#[test]
fn a_killed_run_leaves_the_old_files_and_the_next_one_clears_up() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    copy(folder, "(1, 10)", "");
    let endless = "SELECT a.value % 5 AS k, b.value AS v FROM generate_series(1, 1000000) AS a, generate_series(1, 100000) AS b";
    let sql = format!("COPY ({endless}) TO 'out' {PARTS} OVERWRITE");
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("deskql"))
        .current_dir(folder)
        .args(["-q", "-c", &sql])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let hidden = || {
        let entries = std::fs::read_dir(folder).unwrap().flatten();
        entries
            .filter(|e| e.file_name().to_string_lossy().starts_with(".out."))
            .count()
    };
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    while hidden() == 0 {
        assert!(std::time::Instant::now() < deadline, "nothing was started");
        std::thread::sleep(Duration::from_millis(50));
    }
    // A second run to the same target leaves the first one's folder alone.
    copy(folder, "(1, 11)", "OVERWRITE");
    assert_eq!(hidden(), 1);
    std::thread::sleep(Duration::from_millis(300));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(content(folder), "k,v\n1,11\n");
    copy(folder, "(2, 20)", "OVERWRITE");
    assert_eq!((content(folder).as_str(), hidden()), ("k,v\n2,20\n", 0));
    let late = deskql(folder)
        .args(["--timeout", "1s", "-c", &sql])
        .output()
        .unwrap();
    assert!(!late.status.success());
    assert_eq!((content(folder).as_str(), hidden()), ("k,v\n2,20\n", 0));
}

#[test]
fn what_is_hidden_is_not_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let write = |value: i32| format!("COPY (SELECT {value} AS a) TO 'out/' (FORMAT csv) OVERWRITE");
    run(folder.path(), &write(1));
    for hidden in [".env", ".git/config", "_archive/notes.txt"] {
        let path = out.join(hidden);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "x").unwrap();
        let said = refused(folder.path(), &write(2));
        assert!(
            said.contains(&format!("{hidden} in it is not a data file")),
            "{said}"
        );
        assert!(path.exists());
        std::fs::remove_file(&path).unwrap();
    }
    for mark in ["_SUCCESS", ".a.csv.crc"] {
        std::fs::write(out.join(mark), "").unwrap();
    }
    run(folder.path(), &write(3));
    assert_eq!(run(folder.path(), "SELECT a FROM 'out/'"), "a\n3\n");
}

#[test]
fn a_column_of_its_own_keeps_its_missing_values() {
    let folder = tempfile::tempdir().unwrap();
    run(
        folder.path(),
        "COPY (SELECT x FROM (VALUES (1), (NULL), (3)) AS t(x)) TO 'one.csv'",
    );
    let written = std::fs::read_to_string(folder.path().join("one.csv")).unwrap();
    assert_eq!(written, "x\n1\n\"\"\n3\n");
    assert_eq!(
        run(
            folder.path(),
            "SELECT count(*) AS n, count(x) AS known FROM 'one.csv'"
        ),
        "n,known\n3,2\n"
    );
}

#[test]
fn patterns_of_times_have_codes() {
    let folder = tempfile::tempdir().unwrap();
    let copy = |options: &str| format!("COPY (SELECT DATE '2026-03-05' AS d) TO 'd.csv' {options}");
    for options in [
        "(FORMAT csv, DATEFORMAT 'DD.MM.YYYY')",
        "(FORMAT csv, TIMESTAMPFORMAT 'DD/MM/YYYY HH24:MI')",
        "(FORMAT csv, DATEFORMAT '')",
        "STORED AS CSV OPTIONS ('format.date_format' 'DD.MM.YYYY')",
    ] {
        let said = refused(folder.path(), &copy(options));
        assert!(
            said.contains("takes percent codes, such as '%d.%m.%Y'"),
            "{said}"
        );
        assert!(!folder.path().join("d.csv").exists());
    }
    run(folder.path(), &copy("(FORMAT csv, DATEFORMAT '%d.%m.%Y')"));
    assert_eq!(
        std::fs::read_to_string(folder.path().join("d.csv")).unwrap(),
        "d\n05.03.2026\n"
    );
}
