//! `deskql queries` and `deskql run` as processes.

use std::path::Path;

use assert_cmd::cargo::cargo_bin_cmd;
use indoc::indoc;

const TALLY: &str = indoc! {r#"
    -- title = "Tickets by channel"
    -- question = "How many tickets came in by each channel?"
    -- needs.tickets = ["created_at", "channel"]
    -- param.from = { type = "date", optional = true, about = "first day" }
    -- param.to = { type = "date", optional = true, about = "the day after the last" }
    -- param.by = { type = "column", default = "channel", choices = { channel = "channel", all = "'all'" }, about = "segment" }
    -- param.least = { type = "integer", default = 1, about = "leave out smaller segments" }

    SELECT $by AS segment, count(*) AS tickets
    FROM tickets
    WHERE ($from IS NULL OR created_at >= $from) AND ($to IS NULL OR created_at < $to)
    GROUP BY segment HAVING count(*) >= $least
    ORDER BY segment
"#};

const TICKETS: &str = indoc! {"
    created_at,channel
    2026-01-01 00:00:00,chat
    2026-01-31 23:59:59,chat
    2026-02-01 00:00:00,email
    2026-02-02 00:00:00,it's
"};

/// A folder with `tickets.csv` and `queries/tally.sql`.
fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tickets.csv"), TICKETS).unwrap();
    std::fs::create_dir(folder.path().join("queries")).unwrap();
    std::fs::write(folder.path().join("queries/tally.sql"), TALLY).unwrap();
    folder
}

/// Exit code, standard output and standard error.
fn deskql(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = cargo_bin_cmd!("deskql");
    command.current_dir(folder).args(["--queries", "queries"]);
    let output = command.args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn run(folder: &Path, parameters: &[&str]) -> (i32, String, String) {
    let mut arguments = vec!["--data", "tickets.csv", "--format", "csv", "run", "tally"];
    for parameter in parameters {
        arguments.extend(["--param", parameter]);
    }
    deskql(folder, &arguments)
}

#[test]
fn parameters_have_defaults_and_can_be_given() {
    let desk = desk();
    for (parameters, rows) in [
        (&[][..], "chat,2\nemail,1\nit's,1\n"),
        (&["to=2026-02-01"], "chat,2\n"),
        (&["from=2026-02-01", "to=2026-02-02"], "email,1\n"),
        (&["by=all"], "all,4\n"),
        (&["least=2"], "chat,2\n"),
    ] {
        let (code, out, said) = run(desk.path(), parameters);
        assert_eq!((code, said.as_str()), (0, ""), "{parameters:?}");
        assert_eq!(out, format!("segment,tickets\n{rows}"), "{parameters:?}");
    }
}

#[test]
fn a_bad_value_is_one_line_and_nothing_runs() {
    let desk = desk();
    for (parameters, problem) in [
        (
            &["from=1.2.2026"][..],
            "parameter from: \"1.2.2026\" is not a date such as 2026-01-31",
        ),
        (
            &["by=team"],
            "parameter by: \"team\" is none of channel, all",
        ),
        (
            &["by=channel; DROP TABLE tickets"],
            "parameter by: \"channel; DROP TABLE tickets\" is none of channel, all",
        ),
        (
            &["least=many"],
            "parameter least: \"many\" is not a whole number such as 7",
        ),
        (
            &["form=2026-01-01"],
            "no parameter form; did you mean from?",
        ),
        (
            &["to=2026-01-01", "to=2026-01-02"],
            "parameter to is given twice",
        ),
    ] {
        let (code, out, said) = run(desk.path(), parameters);
        assert_eq!((code, out.as_str()), (2, ""), "{parameters:?}");
        assert_eq!(said, format!("deskql: query tally: {problem}\n"));
    }
}

#[test]
fn missing_tables_and_columns_are_named_before_anything_runs() {
    let desk = desk();
    let (code, _, said) = deskql(desk.path(), &["run", "tally"]);
    assert_eq!(code, 2);
    assert_eq!(
        said,
        "deskql: query tally needs a table tickets (created_at, channel): name the data with --data, \
         or map your columns to it in deskql.toml\n"
    );
    std::fs::write(desk.path().join("tickets.csv"), "created_at\n2026-01-01\n").unwrap();
    let (code, _, said) = run(desk.path(), &[]);
    assert_eq!(code, 2);
    assert!(
        said.starts_with("deskql: query tally needs column channel in tickets: "),
        "{said}"
    );
}

#[test]
fn queries_are_listed_found_and_shown() {
    let desk = desk();
    let (_, list, _) = deskql(desk.path(), &["queries"]);
    assert!(list.contains("\n  tally "), "{list}");
    assert!(list.contains("How is the desk doing?"), "{list}");
    let (_, page, _) = deskql(desk.path(), &["queries", "tally"]);
    for line in [
        "tally: Tickets by channel",
        "  by: segment; column, default channel; one of channel, all",
        "  from: first day; date, may be left out",
        "  tickets (created_at, channel)",
        "  deskql run tally",
    ] {
        assert!(page.lines().any(|l| l == line), "{line}\n{page}");
    }
    let (_, by_word, _) = deskql(
        desk.path(),
        &["queries", "by", "CHANNEL", "tickets", "came"],
    );
    assert_eq!(by_word, page, "one match is shown whole");
    let (_, sql, _) = deskql(desk.path(), &["queries", "tally", "--sql"]);
    assert!(
        sql.starts_with("SELECT $by") && sql.ends_with("ORDER BY segment\n"),
        "{sql}"
    );
    let (code, out, said) = deskql(desk.path(), &["queries", "taly"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(said, "deskql: no query taly: did you mean tally?\n");
}

#[test]
fn a_broken_file_is_named_with_its_line() {
    let desk = desk();
    let path = desk.path().join("queries/broken.sql");
    for (text, problem) in [
        (
            "SELECT 1",
            "queries/broken.sql:1: no header: begin the file with -- title = \"..\" and -- question = \"..\"",
        ),
        (
            "-- title = \"A\"\n-- question = 3\n\nSELECT 1",
            "queries/broken.sql:2: invalid type: integer `3`, expected a string",
        ),
        (
            "-- title = \"A\"\n-- question = \"?\"\n\nDROP TABLE t",
            "queries/broken.sql: a named query is one SELECT, and this is another statement",
        ),
        (
            "-- title = \"A\"\n-- question = \"?\"\n",
            "queries/broken.sql: no SELECT after the header",
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        let (code, _, said) = deskql(desk.path(), &["queries"]);
        assert_eq!(code, 1);
        assert_eq!(said, format!("deskql: {problem}\n"));
    }
    let (code, _, said) = deskql(desk.path(), &["--queries", "nowhere", "queries"]);
    assert_eq!(code, 1);
    assert!(
        said.contains("broken.sql") || said.starts_with("deskql: nowhere: "),
        "{said}"
    );
}
