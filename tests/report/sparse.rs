//! Desks without tables, without answers, with next to no data: the report is made all the same, and says what it
//! lacks.

use std::path::Path;

use serde_json::Value;

use super::hostile::{CUSTOMERS, MARCH, SURVEYS, TICKETS, faces};
use super::{array, desk, findings, kpi_rows, model, sample_model, summary, text};
use crate::support::messages::faults;

/// The report, whose first sentence and remarks are for people.
fn sensible(folder: &Path, arguments: &[&str]) -> Value {
    let report = model(folder, arguments);
    let sentences = summary(&report);
    let first = sentences.first().unwrap();
    assert!(first.ends_with('.') && first.len() > 20, "{first}");
    assert!(sentences.len() <= 5, "{sentences:#?}");
    let remarks = array(&report["data_quality"])
        .iter()
        .flat_map(|table| array(&table["remarks"]));
    for remark in remarks
        .filter_map(Value::as_str)
        .chain(sentences.iter().map(String::as_str))
    {
        let remark = remark.replace("no data", "");
        assert_eq!(faults(&remark), Vec::<String>::new(), "{remark}");
    }
    report
}

/// A remark about a source.
fn remarks(report: &Value, source: &str) -> String {
    let table = array(&report["data_quality"])
        .iter()
        .find(|table| text(table, "table") == source);
    let remarks = table
        .map(|table| array(&table["remarks"]))
        .unwrap_or_default();
    let remarks: Vec<&str> = remarks.iter().filter_map(Value::as_str).collect();
    remarks.join("; ")
}

#[test]
fn without_surveys_or_answers_the_rest_is_told() {
    let folder = desk(&[("tickets.parquet", TICKETS)]);
    let report = sensible(folder.path(), &["team_weekly", "--day", "2025-03-19"]);
    assert_eq!(kpi_rows(&report, Some("metrics")).len(), 7);
    assert_eq!(
        remarks(&report, "answers"),
        "Customer satisfaction (CSAT) is left out: no table named 'surveys'; there is tickets"
    );
    let unanswered = SURVEYS.replace(
        '*',
        "* REPLACE (CAST(NULL AS BIGINT) AS score, CAST(NULL AS TIMESTAMP) AS responded_at)",
    );
    let folder = desk(&[
        ("tickets.parquet", TICKETS),
        ("surveys.parquet", &unanswered),
        ("customers.parquet", CUSTOMERS),
    ]);
    let report = sensible(folder.path(), &MARCH);
    for row in kpi_rows(&report, None) {
        match text(row, "kpi") {
            "csat" => {
                assert!(row["value"]["value"].is_null());
                assert_eq!(row["verdict"], "not_compared");
            }
            "survey_response_rate" => assert!(
                row["value"]["value"]
                    .as_f64()
                    .is_some_and(|rate| rate < 1e-9)
            ),
            _ => {}
        }
    }
}

/// A change is looked into without the table that has some of its segments.
#[test]
fn a_change_is_told_without_the_table_of_customers() {
    let folder = desk(&[("tickets.parquet", TICKETS), ("surveys.parquet", SURVEYS)]);
    let report = sensible(folder.path(), &MARCH);
    assert!(
        summary(&report)[0].starts_with("CSAT fell by "),
        "{:?}",
        summary(&report)
    );
}

#[test]
fn one_ticket_and_none_are_a_desk() {
    for (tickets, first) in [
        (
            "SELECT * FROM tickets WHERE created_at >= '2025-03-12' ORDER BY ticket_id LIMIT 1",
            "The data end before week of 10 March 2025 does, so nothing is compared.",
        ),
        (
            "SELECT * FROM tickets LIMIT 0",
            "There are no data of week of 10 March 2025.",
        ),
    ] {
        let folder = desk(&[("tickets.parquet", tickets)]);
        let report = sensible(folder.path(), &["team_weekly", "--day", "2025-03-12"]);
        assert_eq!(summary(&report)[0], first);
        for row in kpi_rows(&report, None) {
            assert!(
                ["not_compared", "too_few"].contains(&text(row, "verdict")),
                "{row}"
            );
        }
        faces(folder.path(), &["team_weekly", "--day", "2025-03-12"]);
    }
}

#[test]
fn one_day_is_no_week() {
    let tickets = TICKETS
        .replace("'2025-01-20'", "'2025-03-12'")
        .replace("'2025-04-10'", "'2025-03-13'");
    let folder = desk(&[("tickets.parquet", &tickets)]);
    let report = sensible(folder.path(), &["team_weekly", "--day", "2025-03-12"]);
    assert_eq!(
        summary(&report)[0],
        "The data end before week of 10 March 2025 does, so nothing is compared."
    );
}

#[test]
fn a_week_before_the_data_has_none() {
    let folder = desk(&[("tickets.parquet", TICKETS)]);
    let report = sensible(folder.path(), &["team_weekly", "--day", "2024-03-12"]);
    assert_eq!(
        summary(&report)[0],
        "There are no data of week of 11 March 2024."
    );
    for row in kpi_rows(&report, None) {
        assert_eq!(row["value"]["value"], Value::Null, "{row}");
    }
}

#[test]
fn segments_without_names_are_none() {
    let tickets = TICKETS.replace(
        '*',
        "* REPLACE (CAST(NULL AS VARCHAR) AS team, CAST(NULL AS VARCHAR) AS channel)",
    );
    let folder = desk(&[
        ("tickets.parquet", &tickets),
        ("surveys.parquet", SURVEYS),
        ("customers.parquet", CUSTOMERS),
    ]);
    let report = sensible(folder.path(), &MARCH);
    for list in ["Wins", "Opportunities", "Customer satisfaction (CSAT)"] {
        for finding in findings(&report, list) {
            // Offers of surveys have a channel of their own.
            assert!(
                !finding.starts_with("Median first response of "),
                "{finding}"
            );
            assert!(!finding.contains(" of team "), "{finding}");
        }
    }
    faces(folder.path(), &MARCH);
}

#[test]
fn a_period_that_the_data_do_not_reach_is_not_compared() {
    let arguments = ["team_weekly", "--day", "2025-12-30"];
    let report = sample_model(&arguments);
    assert_eq!(report["period"]["is_unfinished"], true);
    assert_eq!(
        summary(&report)[0],
        "The data end before week of 29 December 2025 does, so nothing is compared."
    );
    for row in kpi_rows(&report, None) {
        assert_eq!(row["verdict"], "not_compared", "{row}");
        assert!(
            row["change"].is_null() && row["change_in_year"].is_null(),
            "{row}"
        );
        let sentences = array(&row["sentences"]).iter().filter_map(Value::as_str);
        for sentence in sentences {
            let compares = [" rose ", " fell ", " more than ", " fewer than "];
            assert!(
                !compares.iter().any(|word| sentence.contains(word)),
                "{sentence}"
            );
        }
        let last = array(&row["history"]).last().unwrap();
        assert_eq!(last["is_unfinished"], true);
    }
    let pitfalls = array(&report["checks"])
        .iter()
        .map(|check| text(check, "text"));
    assert!(
        pitfalls.clone().any(|said| said
            == "The data end before week of 29 December 2025 does: nothing is compared."),
        "{:?}",
        pitfalls.collect::<Vec<_>>()
    );
}

#[test]
fn without_incidents_and_customers_the_quarter_is_told() {
    let folder = desk(&[
        ("tickets.parquet", "SELECT * FROM tickets"),
        ("surveys.parquet", "SELECT * FROM surveys"),
    ]);
    let report = sensible(
        folder.path(),
        &["executive_quarterly", "--day", "2025-08-12"],
    );
    let left_out = ["incidents", "customers", "accounts", "onboarding"];
    for source in left_out {
        assert!(remarks(&report, source).contains("is left out"), "{source}");
    }
    assert!(kpi_rows(&report, Some("metrics")).len() >= 5);
}
