//! Names that want to be code, comments with secrets, many teams.

use std::path::Path;

use serde_json::Value;

use super::page::is_sound;
use super::{array, blocks, desk, findings, report};

/// Eleven weeks of the sample, among them the bad release of 11 March.
pub(super) const TICKETS: &str =
    "SELECT * FROM tickets WHERE created_at >= '2025-01-20' AND created_at < '2025-04-10'";
pub(super) const SURVEYS: &str =
    "SELECT * FROM surveys WHERE offered_at >= '2025-01-20' AND offered_at < '2025-04-10'";
pub(super) const CUSTOMERS: &str = "SELECT * FROM customers";
pub(super) const MARCH: [&str; 3] = ["small.toml", "--day", "2025-03-12"];

/// The report in all its faces: each is made, and has no word of the layers below.
pub(super) fn faces(folder: &Path, arguments: &[&str]) -> [String; 4] {
    ["json", "html", "markdown", "terminal"].map(|format| {
        let mut all = arguments.to_vec();
        all.extend(["--format", format]);
        let ended = report(folder, &all);
        assert_eq!(ended.code, 0, "{arguments:?} {format}: {}", ended.said);
        for layer in [
            "DataFusion",
            "Arrow error",
            "panicked",
            "Error during planning",
        ] {
            assert!(
                !ended.out.contains(layer),
                "{arguments:?} {format}: {layer}"
            );
            assert!(!ended.said.contains(layer), "{}", ended.said);
        }
        if format == "html" {
            is_sound(&ended.out);
        }
        ended.out
    })
}

#[test]
fn names_and_comments_stay_text() {
    let tickets = TICKETS.replace(
        '*',
        "* REPLACE (CASE channel WHEN 'email' THEN '<script>alert(1)</script>' WHEN 'chat' THEN '\"quoted'' & <b>'
           WHEN 'phone' THEN 'دعم العملاء' WHEN 'web' THEN '🎧 team | *all*' ELSE repeat('long name ', 1000) END AS team)",
    );
    let surveys = SURVEYS.replace(
        '*',
        "* REPLACE (comment || ' Write to anna.b@example.com, card 4111 1111 1111 1111, +1 212 555 0123. '
           || repeat('crash ', 2000) AS comment)",
    );
    let folder = desk(&[
        ("tickets.parquet", &tickets),
        ("surveys.parquet", &surveys),
        ("customers.parquet", CUSTOMERS),
    ]);
    let [json, html, markdown, terminal] = faces(folder.path(), &MARCH);
    for face in [&json, &html, &markdown, &terminal] {
        for secret in ["anna.b@", "4111 1111", "555 0123"] {
            assert!(!face.contains(secret), "{secret}");
        }
        assert!(face.contains("دعم العملاء"));
    }
    let script =
        "Median first response of team <script>alert(1)</script> is clearly worse than elsewhere";
    assert!(json.contains(script));
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(html.contains("<bdi>دعم العملاء</bdi>"));
    assert!(markdown.contains("\\<script\\>"), "{markdown}");
    // A statement stands in a block of code, where nothing is escaped.
    let mut rows = markdown.lines().filter(|line| line.starts_with("| "));
    assert!(rows.all(|row| !row.contains("team | *all*")));
    assert!(terminal.contains("<script>"));
    let widest = terminal.lines().map(|line| line.chars().count()).max();
    // Statements, sentences and tables are broken at 100 columns; some letters are narrower than others.
    assert!(widest <= Some(110), "{widest:?}");
}

#[test]
fn five_hundred_teams_and_one_team_are_teams() {
    let many = TICKETS.replace('*', "* REPLACE ('team ' || ticket_id % 500 AS team)");
    let one = TICKETS.replace('*', "* REPLACE ('all' AS team)");
    for (tickets, teams) in [(many, 500), (one, 1)] {
        let folder = desk(&[
            ("tickets.parquet", &tickets),
            ("surveys.parquet", SURVEYS),
            ("customers.parquet", CUSTOMERS),
        ]);
        let [json, ..] = faces(folder.path(), &MARCH);
        let report: Value = serde_json::from_str(&json).unwrap();
        let tables = blocks(&report, None, "table");
        let shown = array(&tables[0]["rows"]).len();
        assert_eq!(shown, teams.min(20));
        assert_eq!(tables[0]["omitted"], teams - shown);
        for finding in findings(&report, "Wins")
            .into_iter()
            .chain(findings(&report, "Opportunities"))
        {
            assert!(!finding.contains("of team "), "{finding}");
        }
        assert!(json.len() < 2_000_000, "{} bytes", json.len());
    }
}
