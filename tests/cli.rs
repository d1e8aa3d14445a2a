//! The program as a process: its output, exit codes and leftover files.

use std::path::Path;
use std::time::{Duration, Instant};

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin_cmd;

/// More rows than a query can process during a test.
const ENDLESS: &str = "SELECT count(*) FROM generate_series(1, 1000000) AS a, \
     generate_series(1, 10000000) AS b WHERE a.value * b.value % 7 = 3";
/// A value that cannot be cast is in the last rows, long after the first have been written.
const FAILS_LATE: &str = "SELECT CAST(CASE WHEN value = 299999 THEN 'x' ELSE value::VARCHAR END \
     AS INT) AS v FROM generate_series(1, 300000)";

fn deskql() -> Command {
    let mut command = cargo_bin_cmd!("deskql");
    command.timeout(Duration::from_secs(120));
    command
}

fn stdout(arguments: &[&str]) -> String {
    let output = deskql()
        .args(arguments)
        .assert()
        .success()
        .get_output()
        .clone();
    String::from_utf8(output.stdout).unwrap()
}

/// Exit code and standard error of a run that must print nothing on standard output.
fn failure(arguments: &[&str]) -> (i32, String) {
    let output = deskql().args(arguments).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{arguments:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), said)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn commands_files_and_standard_input_run_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("two.sql");
    std::fs::write(&file, "SELECT 2 AS b; SELECT 3 AS c -- no semicolon").unwrap();
    let mut command = deskql();
    command
        .args(["--format", "csv", "-c", "SELECT 1 AS a", "-f"])
        .arg(&file);
    command
        .args(["-c", "SELECT 4 AS d;", "-f", "-"])
        .write_stdin("SELECT 5 AS e");
    command
        .assert()
        .success()
        .stdout("a\n1\nb\n2\nc\n3\nd\n4\ne\n5\n");
}

#[test]
fn standard_input_is_the_script_when_nothing_else_is_given() {
    let mut command = deskql();
    command.arg("--format=csv").write_stdin("SELECT 1 AS a");
    command.assert().success().stdout("a\n1\n").stderr("");
    deskql().write_stdin("").assert().success().stdout("");
}

#[test]
fn statements_of_one_run_share_a_session() {
    let sql = "CREATE TABLE t AS VALUES (1), (2); SELECT count(*) AS n FROM t";
    assert_eq!(stdout(&["--format", "csv", "-c", sql]), "n\n2\n");
}

#[test]
fn the_version_names_the_engine_too() {
    let expected = format!("(DataFusion {})", datafusion::DATAFUSION_VERSION);
    assert!(stdout(&["--version"]).contains(&expected));
}

#[test]
fn a_failing_query_ends_with_1_and_one_line() {
    for sql in [
        "SELECT * FROM nowhere",
        "SELECT nsp(1)",
        "SELECT 1 +",
        "SELECT CAST('x' AS INT)",
    ] {
        let (code, said) = failure(&["-c", sql]);
        assert_eq!(code, 1, "{sql}: {said}");
        assert!(
            said.starts_with("deskql: ") && said.ends_with('\n'),
            "{said}"
        );
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn a_typing_error_in_the_last_statement_runs_none() {
    let (code, _) = failure(&["-c", "SELECT 1; SELEC 2"]);
    assert_eq!(code, 1);
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let wrong: &[&[&str]] = &[
        &["--bogus"],
        &["--format", "xlsx", "-c", "SELECT 1"],
        &["--memory-limit", "lots", "-c", "SELECT 1"],
        &["--timeout", "soon", "-c", "SELECT 1"],
        &["--threads", "0", "-c", "SELECT 1"],
        &["functions", "nsp"],
        &["-c", "SELECT 1", "functions"],
    ];
    for arguments in wrong {
        assert_eq!(failure(arguments).0, 2, "{arguments:?}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let (code, said) = failure(&["-f", "no-such.sql"]);
    assert_eq!(code, 1);
    assert!(said.contains("no-such.sql"), "{said}");
    let (code, said) = failure(&["--data", "no-such-folder", "-c", "SELECT 1"]);
    assert_eq!(code, 1);
    assert!(said.contains("no-such-folder"), "{said}");
    let (code, said) = failure(&["--temp-dir", "no-such-folder", "-c", "SELECT 1"]);
    assert_eq!(code, 1);
    assert!(said.contains("no-such-folder"), "{said}");
}

#[test]
fn the_extension_of_output_decides_the_format() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [("a.csv", "n\n1\n"), ("a.ndjson", "{\"n\":1}\n")] {
        let path = folder.path().join(name);
        let text = stdout(&["-c", "SELECT 1 AS n", "--output", path.to_str().unwrap()]);
        assert_eq!(text, "");
        assert_eq!(std::fs::read_to_string(path).unwrap(), content);
    }
    assert_eq!(names(folder.path()), ["a.csv", "a.ndjson"]);
}

#[test]
fn an_output_that_cannot_be_is_refused_before_the_query() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    for path in [at("a.xlsx"), at("a"), "Cargo.toml/a.csv".to_owned(), at("")] {
        let (code, said) = failure(&["-c", ENDLESS, "-o", &path]);
        assert_eq!(code, 2, "{path}: {said}");
    }
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_file_holds_one_result() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv").display().to_string();
    for sql in ["SELECT 1; SELECT 2", "CREATE TABLE t AS VALUES (1)"] {
        let (code, said) = failure(&["-c", sql, "-o", &path]);
        assert_eq!(code, 2, "{said}");
    }
    assert!(names(folder.path()).is_empty());
    // A statement without a result does not count as a second result.
    stdout(&[
        "-c",
        "CREATE TABLE t AS VALUES (1); SELECT * FROM t",
        "-o",
        &path,
    ]);
    assert_eq!(names(folder.path()), ["a.csv"]);
}

#[test]
fn a_failing_query_leaves_the_previous_output_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.csv", "a.json", "a.parquet", "a.arrow", "a.md", "a.txt"] {
        let path = folder.path().join(name);
        std::fs::write(&path, "before").unwrap();
        let (code, _) = failure(&["-c", FAILS_LATE, "-o", path.to_str().unwrap()]);
        assert_eq!(code, 1);
        assert_eq!(std::fs::read(&path).unwrap(), b"before", "{name}");
    }
    assert_eq!(names(folder.path()).len(), 6);
}

#[test]
fn copy_writes_everything_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    for target in ["a.csv", "a.json", "a.parquet", "a.arrow", "a.csv.gz"] {
        let (code, said) = failure(&["-c", &format!("COPY ({FAILS_LATE}) TO '{}'", path(target))]);
        assert_eq!(code, 1, "{said}");
        assert!(
            names(folder.path()).is_empty(),
            "{target}: {:?}",
            names(folder.path())
        );
    }
    let good = format!(
        "COPY (SELECT value FROM generate_series(1, 5)) TO '{}'",
        path("a.csv")
    );
    deskql()
        .args(["-c", &good])
        .assert()
        .success()
        .stdout("")
        .stderr("5 rows written\n");
    assert_eq!(names(folder.path()), ["a.csv"]);
    let content = std::fs::read_to_string(path("a.csv")).unwrap();
    assert_eq!(content, "value\n1\n2\n3\n4\n5\n");
}

#[test]
fn copy_by_partition_writes_every_folder_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("out");
    let copy = |query: &str| {
        format!(
            "COPY ({query}) TO '{}/' STORED AS CSV PARTITIONED BY (p)",
            target.display()
        )
    };
    let bad = format!("SELECT v, v % 3 AS p FROM ({FAILS_LATE})");
    assert_eq!(failure(&["-c", &copy(&bad)]).0, 1);
    assert!(
        files_below(&target).is_empty(),
        "{:?}",
        files_below(&target)
    );
    let good = "SELECT value AS v, value % 3 AS p FROM generate_series(1, 9)";
    deskql()
        .args(["-q", "-c", &copy(good)])
        .assert()
        .success()
        .stdout("")
        .stderr("");
    assert_eq!(files_below(&target).len(), 3);
}

fn files_below(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return vec![];
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path.display().to_string()]
            }
        })
        .collect()
}

#[test]
fn a_reader_that_leaves_ends_the_program_quietly() {
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("deskql"))
        .args([
            "--format",
            "csv",
            "-c",
            "SELECT value FROM generate_series(1, 100000000)",
        ])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 16];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut first).unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// Trap S of `docs/engine-traps.md`: a cross join does not yield, so nothing inside the query can stop.
#[test]
fn trap_s_a_timeout_ends_a_join_that_does_not_yield() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv").display().to_string();
    let started = Instant::now();
    let (code, said) = failure(&["--timeout", "500ms", "-c", ENDLESS, "-o", &path]);
    assert_eq!(
        (code, said.as_str()),
        (1, "deskql: stopped after 0.5 s (--timeout)\n")
    );
    assert!(
        started.elapsed() < Duration::from_secs(15),
        "{:?}",
        started.elapsed()
    );
    assert!(names(folder.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn trap_s_ctrl_c_ends_a_join_that_does_not_yield_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let spill = tempfile::tempdir().unwrap();
    let sql = format!(
        "COPY ({ENDLESS}) TO '{}/a.csv'; {ENDLESS}",
        folder.path().display()
    );
    let child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("deskql"))
        .args(["-c", &sql, "--memory-limit", "100MB", "--temp-dir"])
        .arg(spill.path())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    wait_for(|| !names(spill.path()).is_empty());
    std::thread::sleep(Duration::from_secs(1));
    let started = Instant::now();
    let id = child.id().to_string();
    std::process::Command::new("kill")
        .args(["-INT", &id])
        .status()
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "deskql: interrupted\n"
    );
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
    assert!(
        names(folder.path()).is_empty(),
        "{:?}",
        names(folder.path())
    );
    assert!(names(spill.path()).is_empty(), "{:?}", names(spill.path()));
}

#[cfg(unix)]
fn wait_for(mut ready: impl FnMut() -> bool) {
    let started = Instant::now();
    while !ready() {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "waited too long"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(unix)]
#[test]
fn a_device_is_written_to_and_not_replaced() {
    let text = stdout(&[
        "--format",
        "csv",
        "-c",
        "SELECT 1 AS n",
        "-o",
        "/dev/stdout",
    ]);
    assert_eq!(text, "n\n1\n");
    stdout(&["--format", "csv", "-c", "SELECT 1 AS n", "-o", "/dev/null"]);
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn functions_lists_ours_by_family_and_explains_one() {
    let list = stdout(&["functions"]);
    assert!(
        list.contains("Customer feedback\n") && list.contains("  nps "),
        "{list}"
    );
    assert!(!list.contains("  array_agg "), "{list}");
    assert!(stdout(&["functions", "--all"]).contains("  array_agg "));
    let page = stdout(&["functions", "NPS"]);
    for part in [
        "Net Promoter Score",
        "Syntax",
        "Arguments",
        "Example",
        "Related",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(
        failure(&["functions", "nsp"])
            .1
            .contains("did you mean nps?")
    );
}

#[test]
fn what_cannot_spill_says_what_to_do() {
    let sql = "SELECT median(value) FROM generate_series(1, 2000000)";
    let (code, said) = failure(&["--memory-limit", "5MB", "-c", sql]);
    let expected = "deskql: an aggregation needs more memory: raise --memory-limit or lower \
         --threads\n";
    assert_eq!((code, said.as_str()), (1, expected));
}

#[test]
fn more_sql_than_memory_is_refused() {
    let sql = format!("SELECT 1{}", " ".repeat(40_000));
    let (code, said) = failure(&["--memory-limit", "5MB", "-c", &sql]);
    let expected = "deskql: the SQL has 40008 bytes, and parsing takes up to 160 times as many, more than the memory limit: \
                    run it in parts, or load rows from a file\n";
    assert_eq!((code, said.as_str()), (1, expected));
}
