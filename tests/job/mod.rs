//! `deskql job` as a process: order, what is up to date, failures, backfills, kills.

mod backfill;
mod delta;
mod failures;
mod files;
mod kills;
mod order;
mod pipes;
mod refusals;
mod report_refusals;
mod reports;
#[cfg(feature = "cloud")]
mod retries;
mod sample;
mod up_to_date;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::data::text;

/// A folder with a job file and its data.
struct Workshop {
    folder: tempfile::TempDir,
}

impl Workshop {
    /// A folder with this job, and the tickets of three months.
    fn new(job: &str) -> Self {
        let shop = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        shop.write("job.toml", job);
        shop.write("data/tickets.csv", TICKETS);
        shop
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        text(&self.path(name), content);
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs `deskql job job.toml` with `arguments`, from another folder than the job's.
    fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, &[])
    }

    fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        self.command(arguments)
            .envs(variables.iter().copied())
            .output()
            .unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deskql"));
        command
            .current_dir(std::env::temp_dir())
            .arg("job")
            .arg(self.path("job.toml"));
        command.args(arguments);
        command
    }

    /// The status of each step of a run that must succeed, as `step status`.
    fn statuses(&self, arguments: &[&str]) -> Vec<String> {
        let output = self.run(&[arguments, &["--log", "-"]].concat());
        assert!(output.status.success(), "{}", said(&output));
        statuses(&output)
    }

    /// Lines of the log of a run.
    fn log(&self, arguments: &[&str]) -> Vec<Value> {
        records(&self.run(&[arguments, &["--log", "-"]].concat()))
    }
}

/// Three tickets in November, one in December, two in January.
const TICKETS: &str = "ticket_id,day,team\n1,2025-11-03,a\n2,2025-11-20,b\n3,2025-11-30,a\n\
     4,2025-12-24,a\n5,2026-01-01,b\n6,2026-01-31,b\n";

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn records(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn statuses(output: &Output) -> Vec<String> {
    let word = |record: &Value, key: &str| record[key].as_str().unwrap().to_owned();
    let records = records(output);
    records
        .iter()
        .map(|record| format!("{} {}", word(record, "step"), word(record, "status")))
        .collect()
}

/// Exit code and standard error of a run that must fail.
fn failure(output: &Output) -> (i32, String) {
    assert!(!output.status.success(), "{}", said(output));
    (output.status.code().unwrap(), said(output))
}

/// All files below `folder` that are not hidden, as paths in it.
fn below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(below(&path).iter().map(|inner| format!("{name}/{inner}")));
        } else {
            found.push(name);
        }
    }
    found.retain(|name| !name.split('/').any(|part| part.starts_with('.')));
    found.sort();
    found
}

/// The rows of a query over `file`, by the program itself.
fn rows_of(file: &Path, columns: &str) -> String {
    let sql = format!("SELECT {columns} FROM '{}' ORDER BY ALL", file.display());
    let output = Command::new(env!("CARGO_BIN_EXE_deskql"))
        .args(["--format", "csv", "-c", &sql])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}
