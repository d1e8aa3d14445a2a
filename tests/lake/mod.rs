//! Tables of a lake: exports written to them again and again, killed, side by side, and their files optimized.

mod exports;
mod kills;
mod optimized;
mod side_by_side;
mod threads;

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin_cmd;

/// Columns of the exports of these tests.
pub(crate) const MAPPING: &str = r#"
[source]
timezone = "UTC"
[tables.tickets]
key = ["ticket_id"]
version = "updated_at"
partition_by = "created_at"
sort = ["created_at"]
[tables.tickets.columns]
ticket_id = { type = "int" }
created_at = { type = "timestamp", required = true }
updated_at = { type = "timestamp" }
channel = { values = { "mail" = "email" } }
"#;

/// The program, in `folder`.
pub(crate) fn deskql(folder: &Path) -> Command {
    let mut command = cargo_bin_cmd!("deskql");
    command.current_dir(folder);
    command.timeout(std::time::Duration::from_secs(300));
    command
}

/// Runs `ingest` of `export` into `lake` and gives what it prints.
pub(crate) fn ingest(folder: &Path, export: &str) -> String {
    std::fs::write(folder.join("export.csv"), export).unwrap();
    std::fs::write(folder.join("mapping.toml"), MAPPING).unwrap();
    let output = ingest_command(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn ingest_command(folder: &Path) -> Command {
    let mut command = deskql(folder);
    command.args([
        "ingest",
        "export.csv",
        "--mapping",
        "mapping.toml",
        "--to",
        "lake",
    ]);
    command
}

/// A table with the rows of `export`.
pub(crate) fn tickets_table(folder: &Path, export: &str) -> PathBuf {
    ingest(folder, export);
    folder.join("lake/tickets")
}

/// Lines of the answer to `sql` over the lake, without the header.
pub(crate) fn ask(folder: &Path, sql: &str) -> Vec<String> {
    let mut command = deskql(folder);
    command.args(["-q", "--format", "csv", "--data", "lake", "-c", sql]);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{sql}: {said}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().skip(1).map(str::to_owned).collect()
}
