//! `deskql report`: its numbers, the same in every face; what it says of the sample and of hostile desks; settings,
//! reports of one's own, and the command line.

mod browser;
mod command;
mod faces;
mod golden;
mod hostile;
mod own;
mod own_errors;
mod page;
mod planted;
mod settings;
mod settings_errors;
mod sparse;
mod values;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::Value;

/// The shipped reports.
const SHIPPED: [&str; 3] = ["team_weekly", "department_monthly", "executive_quarterly"];

/// A report of the months of two tables, made quickly.
const SMALL: &str = r#"
title = "Small"
question = "How did the month go?"
readers = "tests"
period = "month"
kpis = ["ticket_volume", "frt_median", "first_response_sla", "csat", "survey_response_rate"]
tiles = ["csat"]
dimensions = ["team", "channel"]

[[section]]
id = "summary"
heading = "Summary"

[[section.block]]
kind = "summary"

[[section]]
id = "metrics"
heading = "Key metrics"

[[section.block]]
kind = "kpis"

[[section.block]]
kind = "table"
id = "teams"
title = "Tickets of each team"
sql = """
SELECT team, count(*) AS tickets FROM tickets WHERE created_at >= $start AND created_at < $end
GROUP BY team ORDER BY tickets DESC, team"""

[[section.block]]
kind = "chart"
id = "bars"
title = "The same as bars"
chart = { kind = "bar", x = "team", y = ["tickets"] }
sql = """
SELECT team, count(*) AS tickets FROM tickets WHERE created_at >= $start AND created_at < $end
GROUP BY team ORDER BY tickets DESC, team"""

[[section]]
id = "causes"
heading = "Causes"

[[section.block]]
kind = "causes"

[[section.block]]
kind = "wins"

[[section.block]]
kind = "opportunities"

[[section]]
id = "actions"
heading = "Actions"

[[section.block]]
kind = "actions"
"#;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sample() -> PathBuf {
    root().join("sample-data")
}

/// What the program did.
#[derive(Debug)]
struct Ended {
    code: i32,
    out: String,
    said: String,
}

/// The program in `folder`.
fn deskql(folder: &Path, arguments: &[&str]) -> Ended {
    let mut command = cargo_bin_cmd!("deskql");
    command.current_dir(folder).args(arguments);
    command.timeout(Duration::from_secs(600));
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended {
        code: output.status.code().unwrap(),
        out: text(output.stdout),
        said: text(output.stderr),
    }
}

/// A report over the tables in `folder`, with the same bytes for the same data.
fn report(folder: &Path, arguments: &[&str]) -> Ended {
    let mut all = vec!["--data", ".", "report", "--stamp", "noon"];
    all.extend(arguments);
    deskql(folder, &all)
}

/// A report of the sample in a format, made once for all tests that read it.
fn sample_text(format: &str, arguments: &[&str]) -> Arc<str> {
    type Made = Arc<OnceLock<Arc<str>>>;
    static MADE: Mutex<BTreeMap<String, Made>> = Mutex::new(BTreeMap::new());
    let key = format!("{format} {}", arguments.join(" "));
    let made = Arc::clone(MADE.lock().unwrap().entry(key).or_default());
    let text = made.get_or_init(|| {
        let mut all = arguments.to_vec();
        all.extend(["--format", format]);
        let ended = report(&sample(), &all);
        assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.said);
        ended.out.into()
    });
    Arc::clone(text)
}

/// The model of a report of the sample.
fn sample_model(arguments: &[&str]) -> Value {
    serde_json::from_str(&sample_text("json", arguments)).unwrap()
}

/// The model of a report over the tables in `folder`.
fn model(folder: &Path, arguments: &[&str]) -> Value {
    let mut all = arguments.to_vec();
    all.extend(["--format", "json"]);
    let ended = report(folder, &all);
    assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.said);
    serde_json::from_str(&ended.out).unwrap()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// Blocks of a kind, of one section or, without one, of all.
fn blocks<'v>(report: &'v Value, section: Option<&str>, kind: &str) -> Vec<&'v Value> {
    array(&report["sections"])
        .iter()
        .filter(|one| section.is_none_or(|id| text(one, "id") == id))
        .flat_map(|one| array(&one["blocks"]))
        .filter(|block| text(block, "kind") == kind)
        .collect()
}

/// Rows of the KPI tables of one section, or of all.
fn kpi_rows<'v>(report: &'v Value, section: Option<&str>) -> Vec<&'v Value> {
    blocks(report, section, "kpis")
        .into_iter()
        .flat_map(|block| array(&block["groups"]))
        .flat_map(|group| array(&group["rows"]))
        .collect()
}

/// The row of a KPI.
fn kpi<'v>(report: &'v Value, name: &str) -> &'v Value {
    let rows = kpi_rows(report, None);
    let found = rows.into_iter().find(|row| text(row, "kpi") == name);
    found.unwrap_or_else(|| panic!("no row of {name}"))
}

/// Sentences of the summary.
fn summary(report: &Value) -> Vec<String> {
    let summaries = blocks(report, None, "summary");
    let sentences = summaries
        .into_iter()
        .flat_map(|block| array(&block["sentences"]));
    sentences.map(|one| text(one, "text").to_owned()).collect()
}

/// Findings under a heading, with their details behind them.
fn findings(report: &Value, heading: &str) -> Vec<String> {
    let lists = blocks(report, None, "findings");
    let lists = lists
        .into_iter()
        .filter(|list| text(list, "heading") == heading);
    lists
        .flat_map(|list| array(&list["findings"]))
        .map(|one| {
            let details = array(&one["details"]).iter().filter_map(Value::as_str);
            let all: Vec<&str> = std::iter::once(text(one, "text")).chain(details).collect();
            all.join(" ")
        })
        .collect()
}

/// A folder with the tables that SELECTs over the sample give, by file.
fn desk(tables: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (file, sql) in tables {
        let path = folder.path().join(file);
        let path = path.to_str().unwrap();
        let ended = deskql(
            &sample(),
            &["--data", ".", "--output", path, "--command", sql],
        );
        assert_eq!(ended.code, 0, "{sql}: {}", ended.said);
    }
    std::fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    folder
}
