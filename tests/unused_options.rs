//! Options that every command understands, before those that have no use for them: one line, and nothing is done.

use assert_cmd::cargo::cargo_bin_cmd;

/// Options with a value, each with the identifier that the table below has.
const OPTIONS: [(char, &[&str]); 8] = [
    ('d', &["--data", "sample-data"]),
    ('c', &["--config", "none.toml"]),
    ('q', &["--queries", "queries"]),
    ('f', &["--format", "csv"]),
    ('x', &["--expanded"]),
    ('r', &["--rows", "5"]),
    ('e', &["--exact"]),
    ('o', &["--output", "target/unused.csv"]),
];

/// Commands that need nothing but their arguments to say so, and the options that they have a use for.
const COMMANDS: [(&[&str], &str, &str); 15] = [
    (&["functions"], "functions", ""),
    (&["functions", "nps"], "functions", ""),
    (&["kpis"], "kpis", ""),
    (&["queries"], "queries", "q"),
    (&["generate"], "generate", "o"),
    (&["ingest", "none.csv", "--dry-run"], "ingest", ""),
    (&["ingest", "none.csv", "--to", "none"], "ingest", ""),
    (&["optimize", "none"], "optimize", ""),
    (&["optimize", "none", "--dry-run"], "optimize", ""),
    (&["job", "none.toml"], "job", "dcq"),
    (&["report"], "report without a name", ""),
    (
        &["report", "team_weekly", "--eject", "none"],
        "report --eject",
        "",
    ),
    (
        &["bench", "--compare", "a.json", "b.json"],
        "bench --compare",
        "",
    ),
    (&["bench", "report", "none"], "bench report", "dcq"),
    (&["run", "overview", "--chart"], "run --chart", "dcq"),
];

fn outcome(arguments: &[&str]) -> (i32, String, String) {
    let mut command = cargo_bin_cmd!("deskql");
    let command = command.args(arguments).env_remove("DESKQL_FORMAT");
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().unwrap();
    (code, text(&output.stdout), text(&output.stderr))
}

#[test]
fn options_without_a_use_are_refused_by_every_command() {
    for (command, name, used) in COMMANDS {
        for (letter, option) in OPTIONS {
            if used.contains(letter) {
                continue;
            }
            let behind = [command, option].concat();
            let before = [option, command].concat();
            for arguments in [behind, before] {
                let (code, out, said) = outcome(&arguments);
                assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {said}");
                let expected = format!("deskql: {} does not go with {name}", option[0]);
                assert!(said.starts_with(&expected), "{arguments:?}: {said}");
                assert_eq!(said.trim_end().lines().count(), 1, "{said}");
            }
        }
    }
}

#[test]
fn each_command_has_its_own_options() {
    for (arguments, expected) in [
        (
            &["report", "team_weekly", "-x"][..],
            "--expanded does not go with report, which is a document",
        ),
        (
            &["generate", "--memory-limit", "1GB"],
            "--memory-limit does not go with generate",
        ),
        (
            &["generate", "--temp-dir", "x"],
            "--temp-dir does not go with generate",
        ),
        (
            &["bench", "--format", "json"],
            "--format does not go with bench: it prints a table, or JSON with --json",
        ),
        (
            &["bench", "--session", "--output", "x.json"],
            "--output does not go with bench --session",
        ),
        (
            &["bench", "--tickets", "9", "--config", "x.toml"],
            "--config does not go with bench --tickets",
        ),
        (&["--no-rc", "kpis"], "--no-rc is for the shell"),
        (&["--history", "x", "kpis"], "--history is for the shell"),
        (&["report", "--day", "2025-01-01"], "required arguments"),
        (&["report", "--check"], "required arguments"),
        (
            &["bench", "--compare", "a", "b", "--json"],
            "cannot be used with",
        ),
    ] {
        let (code, out, said) = outcome(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {said}");
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
    // What limits a run, or keeps it quiet, is held by one that needs less.
    let held = ["--threads", "1", "--timeout", "1m", "-q", "kpis"];
    assert_eq!(outcome(&held).0, 0);
}

#[test]
fn variables_without_a_use_are_passed_over() {
    let mut command = cargo_bin_cmd!("deskql");
    for (name, value) in [
        ("DESKQL_DATA", "nowhere"),
        ("DESKQL_CONFIG", "none.toml"),
        ("DESKQL_QUERIES", "none"),
        ("DESKQL_FORMAT", "csv"),
        ("DESKQL_ROWS", "3"),
        ("DESKQL_MEMORY_LIMIT", "1GB"),
    ] {
        command.env(name, value);
    }
    command.arg("kpis").assert().success();
}
