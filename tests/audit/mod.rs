//! `deskql audit`: findings on planted and hand-made faults, their SQL, thresholds, formats and exit codes.

mod by_hand;
mod command;
mod over_time;
mod planted;
mod thresholds;

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::Value;

use crate::support::data::{open, rows};

/// One finding of a report in JSON.
#[derive(Debug, Clone, PartialEq)]
struct ReportedFinding {
    severity: String,
    check: String,
    table: String,
    column: String,
    count: u64,
    out_of: u64,
    share: Option<f64>,
    message: String,
    examples: Vec<String>,
    sql: String,
}

impl ReportedFinding {
    fn from_line(line: &str) -> Self {
        let value: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let examples = value["examples"].as_array().unwrap().iter();
        Self {
            severity: text("severity"),
            check: text("check"),
            table: text("table"),
            column: text("column"),
            count: value["count"].as_u64().unwrap(),
            out_of: value["out_of"].as_u64().unwrap(),
            share: value["share"].as_f64(),
            message: text("finding"),
            examples: examples
                .map(|one| one.as_str().unwrap().to_owned())
                .collect(),
            sql: text("sql"),
        }
    }
}

/// The program in `folder`, auditing its tables as of 2025-01-19 if the arguments do not say otherwise.
fn audit(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = cargo_bin_cmd!("deskql");
    command.current_dir(folder).args(["audit", "--data", "."]);
    if !arguments.contains(&"--as-of") {
        command.args(["--as-of", "2025-01-19"]);
    }
    command.args(arguments);
    command.timeout(std::time::Duration::from_secs(240));
    command
}

/// Exit code and findings of a report.
fn report(folder: &Path, arguments: &[&str]) -> (i32, Vec<ReportedFinding>) {
    let output: Output = audit(folder, arguments)
        .args(["--format", "ndjson"])
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let findings = lines.lines().map(ReportedFinding::from_line).collect();
    let code = output.status.code().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(code, 0 | 3), "{code}: {said}");
    (code, findings)
}

/// `check table.column count severity` of all findings that are not only information.
fn outline(findings: &[ReportedFinding]) -> Vec<String> {
    let noticed = findings.iter().filter(|finding| finding.severity != "info");
    let line = |finding: &ReportedFinding| {
        let ReportedFinding {
            severity,
            check,
            table,
            column,
            count,
            ..
        } = finding;
        format!("{severity} {check} {table}.{column} {count}")
    };
    noticed.map(line).collect()
}

/// The SQL of each finding gives as many rows as the finding counts.
async fn sql_gives_the_counts(folder: &Path, findings: &[ReportedFinding]) {
    let engine = open(&[folder]).await.unwrap();
    for finding in findings {
        let listed = rows(&engine, &format!("SELECT count(*) FROM ({})", finding.sql)).await;
        assert_eq!(listed, [finding.count.to_string()], "{finding:?}");
    }
}

/// The one finding of a check about a column.
fn the<'a>(findings: &'a [ReportedFinding], check: &str, column: &str) -> &'a ReportedFinding {
    let found: Vec<_> = findings
        .iter()
        .filter(|finding| finding.check == check && finding.column == column)
        .collect();
    assert_eq!(found.len(), 1, "{check} {column}: {findings:#?}");
    found[0]
}
