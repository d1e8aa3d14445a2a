//! `deskql ingest` as a process.

use std::path::Path;
use std::time::Duration;

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin_cmd;

use super::support::ExportFolder;

fn ingest(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = cargo_bin_cmd!("deskql");
    command.timeout(Duration::from_secs(120));
    command.current_dir(folder).arg("ingest").args(arguments);
    command
}

/// Exit code, standard output and standard error.
fn outcome(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = ingest(folder, arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

const MAPPING: &str = "[source]\ntimezone = \"UTC\"\n[tables.t]\nkey = [\"id\"]\n[tables.t.columns]\n\
    id = { type = \"int\" }\nat = { type = \"timestamp\" }\nnote = \"remark\"\n";

#[test]
fn a_dry_run_says_what_would_happen_and_writes_nothing() {
    let folder = ExportFolder::new();
    folder.write("m.toml", MAPPING);
    folder.write("in/a.csv", "id;at\n1;2026-01-01\nx;2026-01-01\n3\n");
    folder.write(
        "in/b.ndjson",
        "{\"id\": 4, \"remark\": \"hi\"}\n{\"id\": \"y\"}\n",
    );
    let (code, out, said) = outcome(folder.path(), &["in", "--mapping", "m.toml", "--dry-run"]);
    assert_eq!(code, 0, "{said}");
    let expected = "in/a.csv: 3 rows read = 1 that fit + 2 rejected\n\
        in/b.ndjson: 2 rows read = 1 that fit + 1 rejected\n\
        2 files: 5 rows read = 2 that fit + 3 rejected\n\
        table t: 2 rows, before duplicates are taken out\n\
        rejected 2: t.id: expected a whole number of 64 bits, first \"x\" in in/a.csv, line 3\n\
        rejected 1: the row: it has 1 field, and the header has 2, first in in/a.csv, line 4\n";
    assert_eq!(out, expected);
    let notes = "in/a.csv: its delimiter is \";\" (csv = { delimiter = \";\" })\n\
        in/a.csv: it has no column for t.note: NULL there\n";
    assert_eq!(said, notes);
    let (_, _, said) = outcome(
        folder.path(),
        &["in", "--mapping", "m.toml", "--dry-run", "--quiet"],
    );
    assert_eq!(said, "");
    let mut names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["in", "m.toml"]);
}

/// Looks at one export.
const READ: [&str; 4] = ["a.csv", "--mapping", "m.toml", "--dry-run"];

#[test]
fn limits_and_mistakes_have_their_exit_codes() {
    let folder = ExportFolder::new();
    folder.write("m.toml", MAPPING);
    folder.write("a.csv", "id,at,remark\nx,2026-01-01,\n");
    folder.write("bad.toml", "[tables.t]\nkey = [\"id\"]\nclumns = 1\n");
    for (arguments, code, expected) in [
        (
            &[&READ[..], &["--max-rejects", "0"]].concat()[..],
            1,
            "1 of 1 rows were rejected",
        ),
        (
            &["a.csv", "--mapping", "bad.toml", "--dry-run"],
            1,
            "bad.toml:3: unknown key \"clumns\"; did you mean \"columns\"?",
        ),
        (
            &["b.csv", "--mapping", "m.toml", "--dry-run"],
            1,
            "b.csv: no such file or folder; did you mean \"a.csv\"?",
        ),
        (
            &["a.csv", "--preset", "zendesc", "--dry-run"],
            2,
            "no preset \"zendesc\"; did you mean \"zendesk\"?",
        ),
        (&["a.csv", "--dry-run"], 2, "by which mapping?"),
        (&["a.csv", "--mapping", "m.toml"], 2, "where to?"),
        (
            &[&READ[..], &["--format", "csv"]].concat(),
            2,
            "--format does not go with ingest",
        ),
        (
            &[&READ[..], &["--max-rejects", "many"]].concat(),
            2,
            "is no limit",
        ),
        (&["--dry-run"], 2, "SOURCE"),
    ] {
        let (found, out, said) = outcome(folder.path(), arguments);
        assert_eq!((found, out.as_str()), (code, ""), "{arguments:?}: {said}");
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
}

#[test]
fn presets_are_listed_and_printed() {
    let folder = ExportFolder::new();
    let (code, out, _) = outcome(folder.path(), &["--presets"]);
    assert_eq!(code, 0);
    for name in [
        "zendesk",
        "freshdesk",
        "intercom",
        "jira",
        "servicenow",
        "survey-long",
        "survey-wide",
    ] {
        assert!(
            out.lines()
                .any(|line| line.starts_with(&format!("{name} "))),
            "{out}"
        );
    }
    let (code, out, _) = outcome(folder.path(), &["--show-preset", "jira"]);
    assert_eq!(code, 0);
    // The printed text is a mapping that --mapping takes.
    folder.write("mine.toml", &out);
    folder.write("a.csv", "Issue key,Created\nSUP-1,2026-01-01\n");
    let (code, out, said) = outcome(
        folder.path(),
        &["a.csv", "--mapping", "mine.toml", "--dry-run"],
    );
    assert_eq!(code, 0, "{said}");
    assert!(
        out.starts_with("a.csv: 1 row read = 1 that fit + 0 rejected\n"),
        "{out}"
    );
}

#[test]
fn the_environment_does_not_get_in_the_way() {
    let folder = ExportFolder::new();
    folder.write("m.toml", MAPPING);
    folder.write("a.csv", "id,at,remark\n1,2026-01-01,x\n");
    let mut command = ingest(
        folder.path(),
        &["a.csv", "--mapping", "m.toml", "--dry-run"],
    );
    command
        .env("DESKQL_DATA", "nowhere")
        .env("DESKQL_FORMAT", "csv");
    command.assert().success();
}

/// Without a version a row that differs in any column replaces the older, however many columns there are.
#[test]
fn a_row_that_differs_in_any_column_replaces_the_older() {
    let folder = ExportFolder::new();
    let columns: Vec<String> = (0..30).map(|number| format!("c{number}")).collect();
    let mut mapping = "[tables.t]\nkey = [\"id\"]\n[tables.t.columns]\nid = { type = \"int\" }\n\
        a = { type = \"int\" }\nb = { type = \"bool\" }\nc = { type = \"bool\" }\n"
        .to_owned();
    for column in &columns {
        mapping += &format!("{column} = \"{column}\"\n");
    }
    folder.write("m.toml", mapping);
    let header = format!("id,a,b,c,{}\n", columns.join(","));
    let row = |start: &str, last: &str| format!("{start}{}{last}\n", ",".repeat(columns.len()));
    let first =
        row("1,2,false,true", "x") + &row("2,2,false,true", "x") + &row("3,2,true,true", "x");
    folder.write("a.csv", header.clone() + &first);
    // Two booleans change places, the last text changes, and one row stays.
    let second =
        row("1,2,true,false", "x") + &row("2,2,false,true", "y") + &row("3,2,true,true", "x");
    folder.write("b.csv", header + &second);
    for (file, said) in [
        ("a.csv", "3 written"),
        ("a.csv", "0 written + 3 duplicate"),
        ("b.csv", "2 written + 1 duplicate"),
        ("b.csv", "0 written + 3 duplicate"),
    ] {
        let (code, out, error) = outcome(
            folder.path(),
            &[file, "--mapping", "m.toml", "--to", "lake"],
        );
        assert_eq!(code, 0, "{error}");
        assert!(out.contains(said), "{file}: {out}");
    }
    let output = cargo_bin_cmd!("deskql")
        .current_dir(folder.path())
        .args(["--data", "lake", "--format", "csv", "-c"])
        .arg("SELECT id, b, c, c29 FROM t ORDER BY id")
        .output()
        .unwrap();
    let found = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        found,
        "id,b,c,c29\n1,true,false,x\n2,false,true,y\n3,true,true,x\n"
    );
}
