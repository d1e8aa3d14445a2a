//! The terminal face of the reports of the fixture.

use unicode_width::UnicodeWidthStr;

use super::render;
use crate::report::fixture;
use crate::report::markdown::renamed::{hostile_names, renamed_report};
use crate::report::model::Report;

fn plain(report: &Report, width: usize, section: Option<&str>) -> String {
    render(report, width, false, section).unwrap()
}

/// `text` without the escape sequences of colours.
fn without_color(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.split_once('m').map_or(part, |(_, rest)| rest));
    first + &rest.collect::<String>()
}

#[test]
fn lines_fit_the_width() {
    for name in hostile_names() {
        for width in [40, 60, 80, 120] {
            for line in plain(&renamed_report(&name), width, None).lines() {
                assert!(line.width() <= width, "{width} {}: {line}", line.width());
            }
        }
    }
}

#[test]
fn data_command_no_terminal() {
    for name in hostile_names() {
        let report = renamed_report(&name);
        let text = plain(&report, 80, None);
        assert!(
            !text
                .chars()
                .any(|letter| letter.is_control() && letter != '\n'),
            "{text}"
        );
        assert!(!text.contains('\u{202e}'));
        let sql = plain(&report, 80, Some("sql"));
        assert!(
            !sql.chars()
                .any(|letter| letter.is_control() && letter != '\n'),
            "{sql}"
        );
        let colored = render(&report, 80, true, None).unwrap();
        let codes = colored.split('\u{1b}').skip(1);
        let is_color = |code: &str| {
            code.strip_prefix('[').is_some_and(|code| {
                code.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';')
                    .starts_with('m')
            })
        };
        assert!(codes.into_iter().all(is_color), "{colored}");
    }
}

#[test]
fn nothing_is_lost_without_colour() {
    let text = plain(&fixture::full(), 100, None);
    let colored = render(&fixture::full(), 100, true, None).unwrap();
    assert!(colored.contains("\u{1b}["));
    assert_eq!(without_color(&colored), text);
    for verdict in [
        "better",
        "worse",
        "higher",
        "lower",
        "hint",
        "no clear change",
        "unchanged",
        "too small to matter",
        "too few to say",
        "not compared",
    ] {
        assert!(text.contains(verdict), "{verdict} is missing:\n{text}");
    }
}

#[test]
fn narrow_tables_name_what_they_leave_out() {
    let narrow = plain(&fixture::full(), 80, Some("metrics"));
    assert!(narrow.contains("Too narrow to show: "), "{narrow}");
    assert!(narrow.contains("79.3%") && narrow.contains("worse"));
    let wide = plain(&fixture::full(), 250, Some("metrics"));
    assert!(!wide.contains("Too narrow to show: "), "{wide}");
    assert!(wide.contains("a year ago") && wide.contains("last 13 months"));
}

#[test]
fn one_section_is_printed_by_its_name() {
    let wins = plain(&fixture::full(), 80, Some("Wins & opportunities"));
    assert!(
        wins.contains("No change for the better is clear.") && !wins.contains("Executive summary")
    );
    let sql = plain(&fixture::full(), 80, Some("SQL"));
    assert!(sql.contains("\nSELECT team, csat(score) AS csat\nFROM surveys\n"));
    let summary = plain(&fixture::full(), 80, Some("EXECUTIVE summary"));
    assert!(summary.contains("CSAT fell by 5.0 points to 79.3%"));
}

#[test]
fn an_unknown_section_lists_those_there_are() {
    let error = render(&fixture::full(), 80, false, Some("acton\u{1b}s")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the report has no section 'actons'; did you mean 'actions'? (sections: summary, metrics, causes, wins, \
         actions, how-to-read, definitions, data-quality, annotations, checks, sql)"
    );
    let error = render(&fixture::empty(), 80, false, Some("wins")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the report has no section 'wins' (it has none)"
    );
}

#[test]
fn an_empty_report_is_a_page() {
    let text = plain(&fixture::empty(), 80, None);
    assert!(
        text.starts_with("Empty desk\nTeam, weekly: week of 3 March 2025\n"),
        "{text}"
    );
    assert!(text.contains("deskql 0.1.0, made "));
}
