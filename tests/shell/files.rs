//! Files, the text editor, the pager, and the start file.

use std::path::Path;

use super::terminal::Start;

/// A program that stands in for an editor or a pager.
fn script(folder: &Path, name: &str, body: &str) -> String {
    use std::os::unix::fs::PermissionsExt;

    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

#[test]
fn the_next_result_goes_into_a_file_and_files_are_run() {
    let home = tempfile::tempdir().unwrap();
    let terminal = Start::at(home.path()).run();
    terminal.wait_for_prompt();
    let screen = terminal.run("\\o out.nonsense");
    assert!(screen.contains("the extension does not say"), "{screen}");
    assert!(
        terminal
            .run("\\o out.csv")
            .contains("the next result goes to out.csv")
    );
    let screen = terminal.run("SELECT 1 AS n UNION ALL SELECT 2 ORDER BY n;");
    assert!(screen.contains("2 rows written to out.csv"), "{screen}");
    assert!(terminal.run("SELECT 3 AS n;").contains("│ 3 │"));
    let written = std::fs::read_to_string(home.path().join("out.csv")).unwrap();
    assert_eq!(written, "n\n1\n2\n");

    std::fs::write(
        home.path().join("two.sql"),
        "SELECT 10 AS ten;\n\\x on\nSELECT 11 AS eleven",
    )
    .unwrap();
    let screen = terminal.run("\\i two.sql");
    assert!(
        screen.contains("│  10 │") && screen.contains("eleven │ 11"),
        "{screen}"
    );
    std::fs::write(
        home.path().join("bad.sql"),
        "\\x off\n\nSELECT 1;\n\nSELECT x;\nSELECT 2;",
    )
    .unwrap();
    let screen = terminal.run("\\i bad.sql");
    assert!(
        screen.contains("bad.sql: no column named 'x'") && screen.contains("line 5"),
        "{screen}"
    );
    assert!(screen.contains("1 other statement"), "{screen}");
}

#[test]
fn a_failing_statement_leaves_no_file() {
    let home = tempfile::tempdir().unwrap();
    let terminal = Start::at(home.path()).run();
    terminal.wait_for_prompt();
    terminal.run("\\o out.csv");
    terminal.run("SELECT CAST('x' AS INT) AS n;");
    assert!(!home.path().join("out.csv").exists());
    terminal.run("SELECT 5 AS n;");
    assert_eq!(
        std::fs::read_to_string(home.path().join("out.csv")).unwrap(),
        "n\n5\n"
    );
}

#[test]
fn the_last_statement_is_changed_in_the_editor() {
    let home = tempfile::tempdir().unwrap();
    let editor = script(home.path(), "ed", "sed -i s/one/changed/ \"$1\"");
    let terminal = Start::at(home.path()).with("EDITOR", editor).run();
    terminal.wait_for_prompt();
    terminal.run("SELECT 1 AS one;");
    let screen = terminal.run("\\edit");
    assert!(
        screen.contains("SELECT 1 AS changed;") && screen.contains("│ changed │"),
        "{screen}"
    );
    let screen = terminal.run("\\edit");
    assert!(screen.contains("nothing was changed"), "{screen}");
}

#[test]
fn the_editor_opens_with_the_last_statement_of_the_history_and_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let scratch = home.path().join("scratch");
    std::fs::create_dir(&scratch).unwrap();
    let editor = script(home.path(), "ed", "sed -i s/one/changed/ \"$1\"");
    let start = || {
        let start = Start::at(home.path()).with("EDITOR", editor.as_str());
        let terminal = start.with("TMPDIR", scratch.display().to_string()).run();
        terminal.wait_for_prompt();
        terminal
    };
    let mut first = start();
    first.run("SELECT 1 AS one;");
    first.send("\\q\r");
    assert_eq!(first.ends_with(), 0);
    let mut second = start();
    let screen = second.run("\\edit");
    assert!(screen.contains("│ changed │"), "{screen}");
    second.send("\\q\r");
    assert_eq!(second.ends_with(), 0);
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0);
}

#[test]
fn what_is_longer_than_the_screen_goes_through_the_pager() {
    let home = tempfile::tempdir().unwrap();
    let pager = script(home.path(), "leaf", "cat > paged.txt; echo leafed");
    let terminal = Start::at(home.path()).with("DESKQL_PAGER", pager).run();
    terminal.wait_for_prompt();
    assert!(!terminal.run("SELECT 1 AS short;").contains("leafed"));
    let screen = terminal.run("SELECT value FROM generate_series(1, 500) ORDER BY value;");
    assert!(
        screen.contains("leafed") && screen.contains("500 rows"),
        "{screen}"
    );
    let paged = std::fs::read_to_string(home.path().join("paged.txt")).unwrap();
    assert!(paged.contains("│   500 │"), "{paged}");
    terminal.run("\\pager off");
    assert!(
        terminal
            .run("SELECT value FROM generate_series(1, 50);")
            .contains("└")
    );
}

#[test]
fn the_rc_file_runs_at_the_start_and_its_errors_have_a_line() {
    let home = tempfile::tempdir().unwrap();
    let rc = home.path().join(".deskqlrc");
    std::fs::write(
        &rc,
        "\\timing off\nCREATE VIEW one AS SELECT 1 AS n;\n\\nonsense\n",
    )
    .unwrap();
    let terminal = Start::at(home.path()).run();
    let screen = terminal.wait_for_prompt();
    assert!(
        screen.contains(".deskqlrc:3: no command \\nonsense"),
        "{screen}"
    );
    assert!(terminal.run("SELECT * FROM one;").contains("1 row\n"));
    let mut start = Start::at(home.path());
    start.arguments.push("--no-rc".to_owned());
    let terminal = start.run();
    terminal.wait_for_prompt();
    assert!(
        terminal
            .run("SELECT * FROM one;")
            .contains("no table named 'one'")
    );
}

#[test]
fn variables_are_defaults_that_options_overrule() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("a.csv"), "n\n1\n").unwrap();
    std::fs::write(home.path().join("b.csv"), "n\n2\n").unwrap();
    let start = |arguments: &[&str]| {
        let mut start = Start::at(home.path())
            .with("DESKQL_DATA", "a.csv:b.csv")
            .with("DESKQL_FORMAT", "json")
            .with("DESKQL_HISTORY", "here/history");
        start.arguments = arguments.iter().map(|&word| word.to_owned()).collect();
        let terminal = start.run();
        terminal.wait_for_prompt();
        terminal
    };
    let terminal = start(&[]);
    let screen = terminal.run("SELECT a.n, b.n AS m FROM a, b;");
    assert!(screen.contains("2 tables from a.csv, b.csv"), "{screen}");
    assert!(screen.contains("{\"n\":1,\"m\":2}"), "{screen}");
    assert!(home.path().join("here/history").is_file());
    let terminal = start(&["--data", "a.csv", "--format", "csv"]);
    let screen = terminal.run("SELECT n FROM a;");
    assert!(
        screen.contains("1 table from a.csv") && screen.contains("n\n1\n"),
        "{screen}"
    );
}
