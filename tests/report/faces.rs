//! The same numbers in all faces, and the laws of the page.

use serde_json::Value;

use super::page::{is_sound, visible};
use super::{SHIPPED, kpi_rows, report, sample, sample_model, sample_text, text};

const DAY: &str = "2025-03-12";

/// A value as every face prints it; written again here, so that the faces are not compared with themselves.
fn printed(unit: &str, value: f64) -> String {
    let (decimals, behind) = match unit {
        "%" => (1, "%"),
        "h" => (1, " h"),
        "min" => (1, " min"),
        "s" => (0, " s"),
        "of 7" => (2, " of 7"),
        "money" => (2, ""),
        "messages" => (1, ""),
        "tickets" | "points" => (0, ""),
        other => panic!("no unit {other}"),
    };
    let digits = format!("{:.decimals$}", value.abs());
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut out = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    let sign = if value < 0.0 && digits.contains(|c: char| ('1'..='9').contains(&c)) {
        "−"
    } else {
        ""
    };
    format!("{sign}{out}{rest}{behind}")
}

/// Title and printed value of each KPI that has one.
fn printed_rows(model: &Value) -> Vec<(String, String, String)> {
    let rows = kpi_rows(model, None).into_iter().filter_map(|row| {
        let value = row["value"]["value"].as_f64()?;
        let words = [text(row, "kpi"), text(row, "title")].map(str::to_owned);
        let [name, title] = words;
        Some((name, title, printed(text(row, "unit"), value)))
    });
    rows.collect()
}

/// The rows of the tables of a terminal: title without spaces, and the cell of the value. A title that is too long
/// for its column goes on in the next line, whose other cells are empty.
fn terminal_rows(page: &str) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> = Vec::new();
    for line in page.lines().filter(|line| line.starts_with('│')) {
        let cells: Vec<&str> = line.split('│').map(str::trim).collect();
        let [_, title, value, ..] = cells.as_slice() else {
            continue;
        };
        let title: String = title.split_whitespace().collect();
        match rows.last_mut().filter(|_| value.is_empty()) {
            Some(last) => last.0.push_str(&title),
            None => rows.push((title, (*value).to_owned())),
        }
    }
    rows
}

#[test]
fn all_faces_tell_the_same_numbers() {
    for name in SHIPPED {
        let arguments = [name, "--day", DAY];
        let expected = printed_rows(&sample_model(&arguments));
        assert!(expected.len() > 10, "{name}: {}", expected.len());
        let markdown = sample_text("markdown", &arguments);
        let html = sample_text("html", &arguments);
        let terminal = terminal_rows(&sample_text("terminal", &arguments));
        for (kpi, title, value) in expected {
            let is_row = |line: &&str| {
                let mut cells = line.split(" | ");
                let (first, second) = (cells.next(), cells.next());
                first.is_some_and(|cell| cell.contains(&title))
                    && second.is_some_and(|cell| cell.trim_matches(['(', ')']) == value)
            };
            let found = markdown.lines().filter(|line| line.starts_with("| "));
            assert!(
                found.clone().any(|line| is_row(&line)),
                "{name}: {title} {value} in Markdown"
            );
            let (_, row) = html.split_once(&format!("<tr id=\"kpi-{kpi}\"")).unwrap();
            let (row, _) = row.split_once("</tr>").unwrap();
            let (_, row) = row.split_once('>').unwrap();
            let cells: Vec<String> = row.split("</t").map(visible).collect();
            assert!(cells[0].contains(&title), "{title}: {}", cells[0]);
            let shown: String = cells[1].split_once(' ').unwrap().1.trim().to_owned();
            let shown = shown.trim_matches(['(', ')', ' ']);
            assert_eq!(shown, value, "{name}: {title} in HTML");
            let narrow: String = title.split_whitespace().collect();
            let in_table =
                |row: &(String, String)| row.0 == narrow && row.1.trim_matches(['(', ')']) == value;
            assert!(
                terminal.iter().any(in_table),
                "{name}: {title} {value} on a terminal: {terminal:?}"
            );
        }
    }
}

#[test]
fn pages_are_sound() {
    for name in SHIPPED {
        is_sound(&sample_text("html", &[name, "--day", DAY]));
    }
}

#[test]
fn every_number_leads_to_its_definition_and_sql() {
    for name in SHIPPED {
        let model = sample_model(&[name, "--day", DAY]);
        let html = sample_text("html", &[name, "--day", DAY]);
        for row in kpi_rows(&model, None) {
            let (kpi, statement) = (text(row, "kpi"), text(row, "statement"));
            assert!(html.contains(&format!("id=\"def-{kpi}\"")), "{kpi}");
            assert!(html.contains(&format!("id=\"sql-{statement}\"")), "{kpi}");
        }
    }
}

#[test]
fn the_same_data_give_the_same_bytes() {
    let arguments = ["team_weekly", "--day", DAY];
    for format in ["html", "markdown", "json"] {
        for threads in ["1", "3"] {
            let mut all = arguments.to_vec();
            all.extend(["--format", format, "--threads", threads]);
            let again = report(&sample(), &all);
            assert_eq!(again.code, 0, "{}", again.said);
            assert!(
                *again.out == *sample_text(format, &arguments),
                "{format} with {threads} threads"
            );
        }
    }
}

/// A fall or a rise is said only of an interval that leaves 0 out.
#[test]
fn no_sentence_claims_a_change_whose_interval_holds_0() {
    for name in SHIPPED {
        for row in kpi_rows(&sample_model(&[name, "--day", DAY]), None) {
            super::planted::claims_are_borne(row);
        }
    }
}
