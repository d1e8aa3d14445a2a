//! `deskql generate` as a process.

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::cargo::cargo_bin_cmd;

use super::TABLES;

fn deskql(arguments: &[&str], output: Option<&Path>) -> Output {
    let mut command = cargo_bin_cmd!("deskql");
    command.arg("generate").args(arguments);
    if let Some(folder) = output {
        command.arg("--output").arg(folder);
    }
    command.output().unwrap()
}

/// The only line on standard error of a usage error.
fn refusal(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn writes_the_tables_and_tells_their_rows_on_standard_error() {
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("a/desk");
    let output = deskql(&["--tickets", "50", "--dirty", "0.2"], Some(&new));
    assert!(
        output.status.success() && output.stdout.is_empty(),
        "{output:?}"
    );
    let said = String::from_utf8(output.stderr).unwrap();
    for table in TABLES {
        assert!(said.contains(table), "{said}");
        assert!(new.join(format!("{table}.parquet")).is_file(), "{table}");
    }
    assert!(
        said.contains("duplicate") && said.contains("faults"),
        "{said}"
    );
    assert_eq!(fs::read_dir(&new).unwrap().count(), TABLES.len());

    let again = refusal(&deskql(&["--tickets", "50"], Some(&new)));
    assert!(again.contains("--force"), "{again}");
    let forced = deskql(&["--tickets", "50", "--force", "--quiet"], Some(&new));
    assert!(
        forced.status.success() && forced.stderr.is_empty(),
        "{forced:?}"
    );
}

#[test]
fn says_what_is_missing_or_does_not_belong() {
    let missing = refusal(&deskql(&[], None));
    assert!(missing.contains("--output DIR"), "{missing}");
    let folder = tempfile::tempdir().unwrap();
    let stray = refusal(&deskql(&["--format", "csv"], Some(folder.path())));
    assert!(
        stray.contains("--format") && stray.contains("leave it out"),
        "{stray}"
    );
    let rate = refusal(&deskql(&["--dirty", "7"], Some(folder.path())));
    assert!(rate.contains("from 0 to 1"), "{rate}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_timeout_stops_it_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--tickets", "2000000", "--timeout", "100ms"];
    let output = deskql(&arguments, Some(folder.path()));
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("--timeout"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_it_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("deskql"))
        .args(["generate", "--tickets", "2000000", "--output"])
        .arg(folder.path())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let begun = || fs::read_dir(folder.path()).unwrap().count() > 0;
    while !begun() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let id = child.id().to_string();
    let kill = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "deskql: interrupted\n"
    );
    assert!(!begun());
}
