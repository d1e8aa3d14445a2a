//! Reports of one's own: a file, a folder, a copy of a shipped one, and what is wrong with them.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{
    SHIPPED, array, blocks, desk, deskql, kpi, kpi_rows, model, sample, sample_model, summary, text,
};

/// A measure with a source of its own, text with values, a table of a named query, a chart.
const OWN: &str = r#"
title = "Mail desk"
question = "How does mail fare?"
readers = "those who answer it"
period = "month"
kpis = ["csat", "long_mails"]
tiles = ["long_mails"]
population = "channel {channel}"

[param.channel]
type = "text"
default = "email"
about = "the channel"

[sources.mails]
rows = "mails"
sql = "SELECT * FROM tickets WHERE merged_into_id IS NULL AND channel = $channel"
time = "created_at"
dimensions = ["team"]

[measures.long_mails]
title = "Mails with many replies"
short = "Long mails"
definition = "Share of mails that took more than two replies."
unit = "%"
better = "down"
source = "mails"
detail = "rate_detail(replies > 2)"
compare = "compare_rate(replies > 2, side)"

[[section]]
id = "summary"
heading = "Summary"

[[section.block]]
kind = "summary"

[[section.block]]
kind = "text"
text = "In **{period}** CSAT was {csat}, {csat.before} before: {csat.verdict}. Long mails: {long_mails}."

[[section]]
id = "metrics"
heading = "Key metrics"

[[section.block]]
kind = "kpis"

[[section.block]]
kind = "table"
id = "busiest"
title = "The busiest days"
query = "busy_days"
params = { from = "$start_day", to = "$end_day", least = 20 }
rows = 3

[[section.block]]
kind = "chart"
id = "by-team"
title = "Mails of each team"
chart = { kind = "bar", x = "team", y = ["mails"] }
sql = """
SELECT team, count(*) AS mails FROM tickets
WHERE channel = $channel AND created_at >= $start AND created_at < $end GROUP BY team ORDER BY mails DESC"""
"#;

const BUSY_DAYS: &str = r#"-- title = "Busy days"
-- question = "Which days had most tickets?"
-- needs.tickets = ["created_at"]
-- param.from = { type = "date", about = "first day" }
-- param.to = { type = "date", about = "the day after the last" }
-- param.least = { type = "integer", default = 1, about = "leave out quieter days" }

SELECT CAST(created_at AS DATE) AS day, count(*) AS tickets
FROM tickets WHERE created_at >= $from AND created_at < $to
GROUP BY day HAVING count(*) >= $least ORDER BY tickets DESC, day
"#;

const DAY: &str = "2025-03-12";

pub(super) fn months() -> tempfile::TempDir {
    desk(&[
        (
            "tickets.parquet",
            "SELECT * FROM tickets WHERE created_at >= '2025-01-20' AND created_at < '2025-04-10'",
        ),
        (
            "surveys.parquet",
            "SELECT * FROM surveys WHERE offered_at >= '2025-01-20' AND offered_at < '2025-04-10'",
        ),
        ("customers.parquet", "SELECT * FROM customers"),
    ])
}

/// The folder of a report, beside the tables.
fn write_folder(folder: &Path) {
    fs::create_dir(folder).unwrap();
    fs::write(folder.join("report.toml"), OWN).unwrap();
    fs::write(folder.join("busy_days.sql"), BUSY_DAYS).unwrap();
}

fn is_mail_desk(report: &Value) {
    let row = kpi(report, "long_mails");
    assert_eq!(row["title"], "Mails with many replies");
    assert_eq!((text(row, "unit"), text(row, "better")), ("%", "down"));
    // DuckDB: 63 of 414 mails of March, without those that were merged.
    assert_eq!(row["value"]["n"], 414);
    let value = row["value"]["value"].as_f64().unwrap();
    assert!((value - 100.0 * 63.0 / 414.0).abs() < 1e-9, "{value}");
    let said = text(blocks(report, None, "text")[0], "markdown");
    assert_eq!(
        said,
        "In **March 2025** CSAT was 67.5%, 86.8% before: worse. Long mails: 15.2%."
    );
    let table = blocks(report, None, "table")[0];
    let days: Vec<[&str; 2]> = array(&table["rows"])
        .iter()
        .map(|row| [text(&row[0], "text"), text(&row[1], "text")])
        .collect();
    // DuckDB, of all tickets; 21 days had 20 or more.
    assert_eq!(
        days,
        [
            ["2025-03-18", "58"],
            ["2025-03-24", "57"],
            ["2025-03-25", "57"]
        ]
    );
    assert_eq!(table["omitted"], 18);
    let chart = blocks(report, None, "chart")[0];
    assert_eq!(chart["id"], "by-team");
    assert_eq!(array(&chart["table"]["rows"]).len(), 5);
}

#[test]
fn a_folder_has_its_queries_with_it() {
    let folder = months();
    let own = tempfile::tempdir().unwrap();
    let path = own.path().join("mail");
    write_folder(&path);
    let name = path.to_str().unwrap();
    let report = model(folder.path(), &[name, "--day", DAY]);
    assert_eq!(report["name"], "mail");
    is_mail_desk(&report);
}

#[test]
fn a_file_uses_the_queries_that_are_given() {
    let folder = months();
    let own = tempfile::tempdir().unwrap();
    fs::write(own.path().join("mail.toml"), OWN).unwrap();
    fs::create_dir(own.path().join("queries")).unwrap();
    fs::write(own.path().join("queries/busy_days.sql"), BUSY_DAYS).unwrap();
    let [file, queries] = ["mail.toml", "queries"].map(|name| own.path().join(name));
    let [file, queries] = [&file, &queries].map(|path| path.to_str().unwrap());
    let arguments = [file, "--queries", queries, "--day", DAY];
    let report = model(folder.path(), &arguments);
    assert_eq!(report["name"], "mail");
    is_mail_desk(&report);
    let mut chat = arguments.to_vec();
    chat.extend(["--param", "channel=chat"]);
    let other = model(folder.path(), &chat);
    assert_eq!(other["population"], "channel chat");
    // DuckDB.
    assert_eq!(kpi(&other, "long_mails")["value"]["n"], 245);
}

#[test]
fn a_copy_of_a_shipped_report_tells_the_same() {
    for name in SHIPPED {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy");
        let copy = copy.to_str().unwrap();
        let ended = deskql(folder.path(), &["report", name, "--eject", copy]);
        assert_eq!(ended.code, 0, "{}", ended.said);
        let written: Vec<&str> = ended.out.lines().collect();
        assert_eq!(
            written,
            [
                format!("{copy}/report.toml"),
                format!("{copy}/measures.toml")
            ]
        );
        let again = deskql(folder.path(), &["report", name, "--eject", copy]);
        assert_eq!(again.code, 2);
        assert!(
            again.said.contains("give --eject a new or empty folder"),
            "{}",
            again.said
        );
        let mut copied = model(&sample(), &[copy, "--day", "2025-03-12"]);
        let shipped = sample_model(&[name, "--day", "2025-03-12"]);
        assert_eq!(copied["name"], "copy");
        copied["name"] = shipped["name"].clone();
        assert!(copied == shipped, "{name}");
    }
}

#[test]
fn a_copy_can_be_changed() {
    let folder = months();
    let copy = tempfile::tempdir().unwrap();
    let path = copy.path().join("mine");
    let path = path.to_str().unwrap();
    let ended = deskql(folder.path(), &["report", "team_weekly", "--eject", path]);
    assert_eq!(ended.code, 0, "{}", ended.said);
    let file = copy.path().join("mine/report.toml");
    let text = fs::read_to_string(&file).unwrap();
    let fewer = text
        .replace("title = \"Team, weekly\"", "title = \"Our week\"")
        .replace("\"backlog\", \"overdue_backlog\", ", "");
    let fewer = fewer.replace(
        "\"first_response_sla\", \"backlog\", ",
        "\"first_response_sla\", ",
    );
    fs::write(&file, fewer).unwrap();
    let report = model(folder.path(), &[path, "--day", "2025-03-19"]);
    assert_eq!(report["title"], "Our week");
    assert_eq!(kpi_rows(&report, Some("metrics")).len(), 6);
    assert!(!summary(&report).join(" ").contains("Backlog"));
}

/// The rows of contacts are spoken of with those of tickets, but not with those of a source of the file's own.
#[test]
fn sources_of_other_rows_are_told_apart() {
    let head = "title = \"T\"\nquestion = \"Q?\"\nreaders = \"r\"\nperiod = \"month\"\n\
                kpis = [\"ticket_volume\", \"fcr_no_repeat\"]\n";
    let own = "[sources.tickets]\nsql = \"SELECT * FROM tickets WHERE team = 'billing'\"\ntime = \"created_at\"\n";
    let section =
        "[[section]]\nid = \"one\"\nheading = \"One\"\n[[section.block]]\nkind = \"kpis\"\n";
    let folder = tempfile::tempdir().unwrap();
    for (sources, tables) in [("", vec!["tickets"]), (own, vec!["contacts", "tickets"])] {
        let path = folder.path().join(format!("{}.toml", tables.join("_")));
        fs::write(&path, format!("{head}{sources}{section}")).unwrap();
        let report = sample_model(&[path.to_str().unwrap(), "--day", "2025-03-12"]);
        let quality = array(&report["data_quality"]);
        let shown: Vec<&str> = quality.iter().map(|row| text(row, "table")).collect();
        assert_eq!(shown, tables);
        let rows: Vec<u64> = quality
            .iter()
            .filter_map(|row| row["rows"].as_u64())
            .collect();
        assert!(rows.is_sorted_by(|one, other| one > other), "{rows:?}");
    }
}
