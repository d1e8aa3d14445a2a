//! `deskql bench`: its report and its comparison of runs. Durations are not tested.

use std::path::Path;

use assert_cmd::cargo::cargo_bin_cmd;

const QUERY: &str = "-- title = \"Count\"\n-- question = \"How many?\"\n-- needs.agents = [\"agent_id\"]\n\n\
     SELECT count(*) FILTER (WHERE agent_id > 3) AS n FROM agents\n";

fn bench(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = cargo_bin_cmd!("deskql");
    command.arg("bench").args(arguments);
    // Two files that are compared need no queries.
    if !arguments.contains(&"--compare") {
        command.arg("--queries").arg(folder);
    }
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("head_count.sql"), QUERY).unwrap();
    folder
}

#[test]
fn a_run_is_written_down_and_compares_with_itself() {
    let folder = folder();
    let file = folder.path().join("run.json");
    let file = file.to_str().unwrap();
    let arguments = [
        "head_count",
        "--data",
        "sample-data",
        "--runs",
        "3",
        "--output",
        file,
    ];
    let (code, table, said) = bench(folder.path(), &arguments);
    assert_eq!((code, said.as_str()), (0, ""));
    assert!(
        table.contains("9 tables") && table.contains("3 warm runs or more"),
        "{table}"
    );
    let row = table.lines().find(|line| line.starts_with("head_count"));
    assert!(row.is_some(), "{table}");

    let report: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let timing = &report["queries"][0];
    assert_eq!(timing["name"], "head_count");
    assert!((3..=12).contains(&timing["warm"].as_array().unwrap().len()));
    assert_eq!(timing["rows"], 1);
    assert_eq!(timing["rows_read"], 24);
    assert!(timing["bytes_read"].as_u64().unwrap() > 0);
    assert!(report["setup"]["threads"].as_u64().unwrap() > 0);
    assert!(report["machine"]["memory"].as_u64().unwrap() > 0);

    let (code, compared, _) = bench(folder.path(), &["--compare", file, file]);
    assert_eq!(code, 0);
    assert!(
        compared.contains("1.00") && compared.contains("same"),
        "{compared}"
    );
    assert!(
        compared.contains("geometric mean of the ratios: 1.00"),
        "{compared}"
    );
}

#[test]
fn a_desk_can_be_generated_for_it() {
    let folder = folder();
    let (code, json, said) = bench(
        folder.path(),
        &[
            "head_count",
            "--tickets",
            "500",
            "--runs",
            "1",
            "--warmups",
            "0",
            "--json",
        ],
    );
    assert_eq!((code, said.as_str()), (0, ""));
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        report["setup"]["data"][0],
        "generate --tickets 500 --seed 7"
    );
}

#[test]
fn wrong_input_is_one_line() {
    let folder = folder();
    let bad = folder.path().join("bad.json");
    std::fs::write(&bad, "{\n\"deskql\": 1}").unwrap();
    let bad = bad.to_str().unwrap();
    for (arguments, code, problem) in [
        (
            &["--data", "sample-data", "head_cont"][..],
            2,
            "no query head_cont: did you mean head_count?",
        ),
        (
            &["head_count"],
            2,
            "query head_count needs a table agents (agent_id)",
        ),
        (
            &["--compare", bad, bad],
            1,
            "bad.json:2: not a report of deskql bench --output",
        ),
        (
            &["--tickets", "5", "--data", "sample-data"],
            2,
            "--data does not go with bench --tickets, which generates its tables",
        ),
        (
            &["--data", "sample-data", "--output", "README.md/x.json"],
            1,
            "README.md is a file, and nothing can be written below it",
        ),
    ] {
        let (found, out, said) = bench(folder.path(), arguments);
        assert_eq!((found, out.as_str()), (code, ""), "{said}");
        assert!(
            said.starts_with("deskql: ") && said.contains(problem),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

/// An error is also a reply, and the next line is read.
#[test]
fn a_session_answers_line_by_line() {
    let questions = [
        r#"{"sql": "SELECT count(*) AS n FROM agents", "rows": true}"#,
        r#"{"sql": "SELECT nothing FROM agents"}"#,
        r#"{"query": "nps"}"#,
        r#"{"decode": {"files": ["sample-data/agents.parquet"], "columns": ["agent_id"]}, "rows": true}"#,
    ];
    let output = cargo_bin_cmd!("deskql")
        .args(["bench", "--session", "--data", "sample-data"])
        .write_stdin(questions.join("\n"))
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let replies = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let replies: Vec<serde_json::Value> = replies.collect();
    assert_eq!(replies.len(), 5, "{text}");
    assert!(replies[0]["version"].is_string());
    assert!(replies[1]["seconds"].is_number());
    assert!(replies[2]["error"].as_str().unwrap().contains("nothing"));
    assert!(replies[3]["seconds"].is_number() && replies[3]["rows"].is_null());
    assert_eq!(replies[1]["rows"], replies[4]["rows"]);
}

/// Each statement of a report, beside its scans; what they are is in the order in which they ran.
#[test]
fn a_report_is_timed_statement_by_statement() {
    let folder = folder();
    let arguments = [
        "report",
        "team_weekly",
        "--data",
        "sample-data",
        "--runs",
        "1",
        "--json",
    ];
    let (code, json, said) = bench(folder.path(), &arguments);
    assert_eq!((code, said.as_str()), (0, ""));
    let timing: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(timing["report"], "team_weekly");
    let whole = timing["seconds"][0].as_f64().unwrap();
    let statements = timing["statements"].as_array().unwrap();
    assert!(statements.len() > 10, "{json}");
    let seconds = |statement: &serde_json::Value, key: &str| {
        let runs = statement[key].as_array().unwrap();
        assert_eq!(runs.len(), 1, "{statement}");
        runs[0].as_f64().unwrap()
    };
    let all: f64 = statements.iter().map(|s| seconds(s, "seconds")).sum();
    assert!(all <= whole, "{all} of {whole}");
    assert!(statements.iter().any(|s| seconds(s, "scan_seconds") > 0.0));
    assert!(statements.iter().all(|s| s["sql"].is_string()));

    for (arguments, problem) in [
        (&["report", "team_weekley"][..], "no report team_weekley"),
        (
            &["report", "--format", "csv"],
            "--format does not go with bench report",
        ),
    ] {
        let (code, out, said) = bench(folder.path(), arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{said}");
        assert!(said.starts_with(&format!("deskql: {problem}")), "{said}");
    }
}
