//! `COPY` and `-o`: options, partitions, folders that are not empty, and what a killed run leaves.

mod folders;
mod options;
mod page;
mod partitions;
mod readable;
mod scripts;

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin_cmd;

/// The program in `folder`.
fn deskql(folder: &Path) -> Command {
    let mut command = cargo_bin_cmd!("deskql");
    command.current_dir(folder).args(["-q", "--format", "csv"]);
    command.timeout(std::time::Duration::from_secs(120));
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Standard output of a run that succeeds.
fn run(folder: &Path, sql: &str) -> String {
    let output: Output = deskql(folder).args(["-c", sql]).output().unwrap();
    assert!(output.status.success(), "{sql}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// The one line of a run that fails, without the program's name and what follows on further lines.
fn refused(folder: &Path, sql: &str) -> String {
    let output: Output = deskql(folder).args(["-c", sql]).output().unwrap();
    let said = text(&output.stderr);
    assert!(!output.status.success(), "{sql} runs");
    assert!(!said.contains("os error"), "{said}");
    let line = said.lines().next().unwrap_or_default();
    line.trim_start_matches("deskql: ").to_owned()
}

/// Paths of all files below `folder`, hidden ones too, sorted; generated names are `*`.
fn files(folder: &Path) -> Vec<String> {
    fn walk(root: &Path, folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
                continue;
            }
            let inner = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let is_generated = name.len() > 12 && !name.starts_with('.');
            found.push(if is_generated {
                inner.replace(name, "*")
            } else {
                inner
            });
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}
