//! The command line: formats, files, exit codes, wrong input.

use std::fs;

use super::audit;
use super::by_hand::desk;

#[test]
fn a_report_is_complete_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    desk(folder.path());
    let said = |format: &str| {
        let output = audit(folder.path(), &["--format", format])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(3));
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(error, "deskql: 8 errors in the data\n");
        String::from_utf8(output.stdout).unwrap()
    };
    let table = said("table");
    assert!(
        table.contains("│ duplicate_key") && table.contains("row_number()"),
        "{table}"
    );
    let markdown = said("markdown");
    assert!(markdown.starts_with("| severity | check | table | column | count | out_of | share |"));
    let json: serde_json::Value = serde_json::from_str(&said("json")).unwrap();
    let keys: Vec<_> = json[0].as_object().unwrap().keys().cloned().collect();
    let mut expected = [
        "severity", "check", "table", "column", "count", "out_of", "share", "finding", "examples",
        "sql",
    ];
    expected.sort_unstable();
    let mut keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, expected);
}

#[test]
fn the_exit_code_follows_fail_on() {
    let folder = tempfile::tempdir().unwrap();
    desk(folder.path());
    let code = |arguments: &[&str]| {
        let output = audit(folder.path(), arguments).output().unwrap();
        output.status.code().unwrap()
    };
    assert_eq!(code(&[]), 3);
    assert_eq!(code(&["--fail-on", "never"]), 0);
    assert_eq!(code(&["--table", "customers", "--fail-on", "warning"]), 0);
    assert_eq!(code(&["--fail-on", "sometimes"]), 2);
    assert_eq!(code(&["--since", "yesterday"]), 2);
}

#[test]
fn a_file_has_the_report_of_data_that_fails() {
    let folder = tempfile::tempdir().unwrap();
    desk(folder.path());
    let output = audit(
        folder.path(),
        &["--output", "out/audit.md", "--severity", "warning"],
    )
    .output()
    .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stdout.is_empty());
    let report = fs::read_to_string(folder.path().join("out/audit.md")).unwrap();
    // Two lines of heading, eight errors, two warnings.
    assert_eq!(report.lines().count(), 12, "{report}");
}

#[test]
fn the_sql_of_a_report_runs_as_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    desk(folder.path());
    let output = audit(folder.path(), &["--table", "surveys", "--format", "json"])
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let finding = report
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["check"] == "off_scale");
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("deskql");
    command
        .current_dir(folder.path())
        .args(["--data", ".", "--format", "csv", "-c"]);
    command.arg(finding.unwrap()["sql"].as_str().unwrap());
    let rows = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert_eq!(rows.lines().count(), 1 + 3, "{rows}");
}

#[test]
fn wrong_input_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("deskql");
    let output = command
        .current_dir(folder.path())
        .arg("audit")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        said,
        "deskql: no tables to audit: name them with --data LOCATION or in deskql.toml\n"
    );
    desk(folder.path());
    let output = audit(folder.path(), &["--table", "survey"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        said,
        "deskql: --table: there is no table \"survey\"; did you mean \"surveys\"?\n"
    );
}
