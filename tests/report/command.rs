//! The command line of `deskql report`.

use std::fs;

use super::{SHIPPED, desk, deskql, report};

const TICKETS: &str =
    "SELECT * FROM tickets WHERE created_at >= '2025-01-20' AND created_at < '2025-04-10'";
const SURVEYS: &str =
    "SELECT * FROM surveys WHERE offered_at >= '2025-01-20' AND offered_at < '2025-04-10'";
const CUSTOMERS: &str = "SELECT * FROM customers";

fn small_desk() -> tempfile::TempDir {
    desk(&[
        ("tickets.parquet", TICKETS),
        ("surveys.parquet", SURVEYS),
        ("customers.parquet", CUSTOMERS),
    ])
}

#[test]
fn reports_are_listed_without_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let ended = deskql(folder.path(), &["report"]);
    assert_eq!((ended.code, ended.said.as_str()), (0, ""));
    for name in SHIPPED {
        assert!(ended.out.lines().any(|line| line == name), "{}", ended.out);
    }
    assert!(!ended.out.contains("measures"), "{}", ended.out);
}

/// Arguments, exit code and the beginning of the message.
const WRONG: &[(&[&str], i32, &str)] = &[
    (
        &["report", "team-weekley"],
        2,
        "no report team-weekley: did you mean team_weekly?",
    ),
    (
        &["report", "zzz"],
        2,
        "no report zzz: there is department_monthly, executive_quarterly, team_weekly, or give the path of a file of your own",
    ),
    (
        &["report", "team_weekly", "--format", "csv"],
        2,
        "--format csv: a report is html, markdown, terminal or json",
    ),
    (
        &["--format", "html", "--command", "SELECT 1"],
        2,
        "--format html is for deskql report",
    ),
    (
        &["run", "csat", "--format", "terminal"],
        2,
        "--format terminal is for deskql report",
    ),
    (
        &["report", "small.toml", "--output", "out.pdf"],
        2,
        "out.pdf: the extension is none of .html, .md, .txt and .json: add --format",
    ),
    (
        &[
            "report",
            "small.toml",
            "--section",
            "causes",
            "--format",
            "json",
        ],
        2,
        "--section goes with --format terminal",
    ),
    (
        &["report", "small.toml", "--param", "team=billing"],
        2,
        "report small: no parameter team",
    ),
    (
        &["report", "team_weekly", "--param", "taem=billing"],
        2,
        "report team_weekly: no parameter taem; did you mean team?",
    ),
    (
        &["report", "team_weekly", "--param", "team=biling"],
        2,
        "report team_weekly: --param team=biling: tickets.team has no such value; did you mean billing?",
    ),
    (
        &["report", "nothing.toml"],
        1,
        "nothing.toml: No such file or directory (os error 2)",
    ),
];

#[test]
fn wrong_input_is_one_line_and_nothing_is_written() {
    let folder = small_desk();
    for (arguments, code, problem) in WRONG {
        let mut all = vec!["--data", "."];
        all.extend(*arguments);
        let ended = deskql(folder.path(), &all);
        assert_eq!(
            (ended.code, ended.out.as_str()),
            (*code, ""),
            "{arguments:?}: {}",
            ended.said
        );
        assert!(
            ended.said.starts_with(&format!("deskql: {problem}")),
            "{arguments:?}: {}",
            ended.said
        );
    }
    assert!(!folder.path().join("out.pdf").exists());
    let bad_day = deskql(
        folder.path(),
        &["report", "small.toml", "--day", "12.3.2025"],
    );
    assert_eq!(bad_day.code, 2, "{}", bad_day.said);
}

#[test]
fn the_extension_decides_the_format() {
    let folder = small_desk();
    // Not among the tables.
    let target = tempfile::tempdir().unwrap();
    let read = |file: &str| fs::read_to_string(target.path().join(file)).unwrap();
    for (file, begins) in [
        ("out/report.html", "<!DOCTYPE html>"),
        ("out/report.md", "# Small\n"),
        ("out/report.json", "{\n  \"version\": 1,"),
        ("out/report.txt", "Small\n"),
        ("out/report.HTM", "<!DOCTYPE html>"),
    ] {
        let path = target.path().join(file);
        let path = path.to_str().unwrap();
        let ended = report(
            folder.path(),
            &["small.toml", "--day", "2025-03-12", "--output", path],
        );
        assert_eq!(
            (ended.code, ended.out.as_str()),
            (0, ""),
            "{file}: {}",
            ended.said
        );
        assert!(read(file).starts_with(begins), "{file}");
    }
    // A terminal's colours have no place in a file, nor in a pipe.
    assert!(!read("out/report.txt").contains('\u{1b}'));
    let piped = report(folder.path(), &["small.toml", "--day", "2025-03-12"]);
    assert!(piped.out == read("out/report.md"), "a pipe gets Markdown");
}

#[test]
fn a_compressed_file_is_compressed() {
    let folder = small_desk();
    for file in ["report.html", "report.html.gz"] {
        let ended = report(
            folder.path(),
            &["small.toml", "--day", "2025-03-12", "--output", file],
        );
        assert_eq!(ended.code, 0, "{file}: {}", ended.said);
    }
    let packed = fs::read(folder.path().join("report.html.gz")).unwrap();
    assert!(packed.starts_with(b"\x1f\x8b"));
    let plain = fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(plain.starts_with("<!DOCTYPE html>") && packed.len() < plain.len() / 2);
}

#[test]
fn a_section_is_printed_alone() {
    let folder = small_desk();
    let section = |name: &str| {
        let arguments = [
            "small.toml",
            "--day",
            "2025-03-12",
            "--format",
            "terminal",
            "--section",
            name,
        ];
        report(folder.path(), &arguments)
    };
    let causes = section("causes");
    assert_eq!(causes.code, 0, "{}", causes.said);
    assert!(
        causes.out.contains("Causes\n") && !causes.out.contains("Key metrics\n"),
        "{}",
        causes.out
    );
    let unknown = section("cuases");
    assert_eq!((unknown.code, unknown.out.as_str()), (2, ""));
    for words in [
        "the report has no section 'cuases'",
        "(sections: summary, metrics, causes, actions, ",
    ] {
        assert!(unknown.said.contains(words), "{}", unknown.said);
    }
}

#[test]
fn output_appears_whole_or_not_at_all() {
    let folder = small_desk();
    let path = folder.path();
    // A file stands where the folder of the page would be.
    fs::write(path.join("taken"), "mine").unwrap();
    let ended = report(
        path,
        &[
            "small.toml",
            "--day",
            "2025-03-12",
            "--output",
            "taken/report.html",
        ],
    );
    assert_eq!(ended.code, 2, "{}", ended.said);
    assert_eq!(
        ended.said.lines().last(),
        Some("deskql: taken/report.html: taken is a file, and nothing can be written below it")
    );
    assert_eq!(fs::read_to_string(path.join("taken")).unwrap(), "mine");
    // What was there before stays if the report fails.
    fs::write(path.join("report.html"), "yesterday").unwrap();
    let broken = super::SMALL.replace("SELECT team, count(*)", "SELECT taem, count(*)");
    fs::write(path.join("broken.toml"), broken).unwrap();
    let ended = report(
        path,
        &[
            "broken.toml",
            "--day",
            "2025-03-12",
            "--output",
            "report.html",
        ],
    );
    assert_eq!(ended.code, 1, "{}", ended.said);
    assert_eq!(
        fs::read_to_string(path.join("report.html")).unwrap(),
        "yesterday"
    );
    let mut names: Vec<String> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "broken.toml",
            "customers.parquet",
            "report.html",
            "small.toml",
            "surveys.parquet",
            "taken",
            "tickets.parquet",
        ]
    );
}
