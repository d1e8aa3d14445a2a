//! The numbers of the reports are those of the named queries of the same cadence, and of other engines.

use serde_json::{Value, json};

use super::{array, deskql, kpi, kpi_rows, sample, sample_model, text};
use crate::support::answers::{duckdb, leave_out, number};

/// KPIs of outcomes that ripen. The reports count what had come by the end of the period, so that a period is seen at
/// the same age as those before it; the named queries count all that is known today. DuckDB computes some of them below.
const RIPENING: [&str; 9] = [
    "frt",
    "frt_median",
    "frt_p90",
    "answered_within_hour",
    "first_response_sla",
    "sla_rate",
    "reopen_rate",
    "fcr_one_touch",
    "interactions_per_ticket",
];

/// Columns of `team_weekly` and what they count, by KPI.
const OF_A_WEEK: [(&str, &str, Option<&str>); 4] = [
    ("ticket_volume", "tickets", None),
    ("backlog", "open_at_end", None),
    ("overdue_backlog", "overdue_at_end", None),
    ("csat", "csat_pct", Some("csat_n")),
];

/// Rows of a named query over the sample.
fn query(name: &str, day: &str) -> Value {
    let day = format!("day={day}");
    let arguments = [
        "--data", ".", "--format", "json", "run", name, "--param", &day,
    ];
    let ended = deskql(&sample(), &arguments);
    assert_eq!(ended.code, 0, "{}", ended.said);
    serde_json::from_str(&ended.out).unwrap()
}

/// The value of a KPI equals one that was rounded to a digit, and so does n where there is one.
fn agrees(row: &Value, rounded: &Value, n: Option<&Value>, day: &str) {
    let name = text(row, "kpi");
    match (row["value"]["value"].as_f64(), rounded.as_f64()) {
        (Some(value), Some(rounded)) => {
            // Half of the last digit, and what a double may be off.
            assert!(
                (value - rounded).abs() < 0.050_001,
                "{name} on {day}: {value} and {rounded}"
            );
        }
        (None, None) => {}
        other => panic!("{name} on {day}: {other:?}"),
    }
    if let Some(n) = n {
        // Of a month without any row the query has NULL.
        let [ours, theirs] = [&row["value"]["n"], n].map(|n| n.as_u64().unwrap_or(0));
        assert_eq!(ours, theirs, "n of {name} on {day}");
    }
}

/// The KPIs that a report shares with the named query whose rows are KPIs.
fn agrees_by_title(report: &str, day: &str) -> usize {
    let model = sample_model(&[report, "--day", day]);
    let answer = query(report, day);
    let mut shared = 0;
    for row in kpi_rows(&model, None) {
        let of_query = array(&answer)
            .iter()
            .find(|line| line["kpi"] == row["title"]);
        let Some(line) = of_query.filter(|_| !RIPENING.contains(&text(row, "kpi"))) else {
            continue;
        };
        // The n of overdue tickets is that of all open ones in the query.
        let n = (text(row, "kpi") != "overdue_backlog").then_some(&line["n"]);
        agrees(row, &line["value"], n, day);
        shared += 1;
    }
    shared
}

#[test]
fn months_equal_the_named_query() {
    for day in ["2024-02-29", "2025-03-12", "2025-09-30"] {
        assert_eq!(agrees_by_title("department_monthly", day), 24, "{day}");
    }
}

#[test]
fn quarters_equal_the_named_query() {
    // Backlog, reopens, complaints and response rate are in the report alone.
    for day in ["2024-06-30", "2025-03-12", "2025-10-01"] {
        assert_eq!(agrees_by_title("executive_quarterly", day), 16, "{day}");
    }
}

#[test]
fn weeks_equal_the_named_query() {
    for day in ["2024-12-31", "2025-03-12", "2025-09-21"] {
        let model = sample_model(&["team_weekly", "--day", day]);
        let answer = query("team_weekly", day);
        let all = array(&answer)
            .iter()
            .find(|line| line["team"] == "all teams");
        let all = all.unwrap();
        for (name, value, n) in OF_A_WEEK {
            agrees(kpi(&model, name), &all[value], n.map(|n| &all[n]), day);
        }
        // Seconds in the report, minutes in the query.
        let mut handle_time = kpi(&model, "aht").clone();
        let seconds = handle_time["value"]["value"].as_f64().unwrap();
        handle_time["value"]["value"] = json!(seconds / 60.0);
        agrees(&handle_time, &all["aht_min"], Some(&all["aht_n"]), day);
    }
}

#[test]
fn a_team_has_its_own_row() {
    let model = sample_model(&[
        "team_weekly",
        "--day",
        "2025-06-11",
        "--param",
        "team=billing",
    ]);
    assert_eq!(model["population"], "team billing");
    let answer = query("team_weekly", "2025-06-11");
    let billing = array(&answer)
        .iter()
        .find(|line| line["team"] == "billing")
        .unwrap();
    for (name, value, n) in OF_A_WEEK {
        let n = n.map(|n| &billing[n]);
        agrees(kpi(&model, name), &billing[value], n, "2025-06-11");
    }
}

/// Each with the report, its day, the KPI and its definition in DuckDB's SQL.
const BY_DUCKDB: [(&str, &str, &str, &str); 14] = [
    (
        "department_monthly",
        "2025-03-12",
        "ticket_volume",
        "SELECT CAST(count(*) AS DOUBLE) FROM tickets
         WHERE merged_into_id IS NULL AND created_at >= '2025-03-01 00:00:00+00' AND created_at < '2025-04-01 00:00:00+00'",
    ),
    (
        "department_monthly",
        "2025-03-12",
        "csat",
        "SELECT 100 * avg(CASE WHEN score >= 4 THEN 1.0 ELSE 0.0 END) FROM surveys
         WHERE kind = 'csat' AND score IS NOT NULL AND responded_at >= '2025-03-01 00:00:00+00' AND responded_at < '2025-04-01 00:00:00+00'",
    ),
    (
        "department_monthly",
        "2025-03-12",
        "backlog",
        "SELECT CAST(count(*) AS DOUBLE) FROM tickets
         WHERE merged_into_id IS NULL AND created_at < '2025-04-01 00:00:00+00'
           AND (closed_at IS NULL OR closed_at >= '2025-04-01 00:00:00+00')",
    ),
    (
        "department_monthly",
        "2025-03-12",
        "survey_response_rate",
        "SELECT 100 * avg(CASE WHEN score IS NOT NULL THEN 1.0 ELSE 0.0 END) FROM surveys
         WHERE offered_at >= '2025-03-01 00:00:00+00' AND offered_at < '2025-04-01 00:00:00+00'",
    ),
    (
        "executive_quarterly",
        "2025-10-01",
        "retention_rate",
        "SELECT 100 * avg(CASE WHEN ended_at IS NULL OR ended_at >= '2026-01-01 00:00:00+00' THEN 1.0 ELSE 0.0 END) FROM customers
         WHERE started_at < '2025-10-01 00:00:00+00' AND (ended_at IS NULL OR ended_at >= '2025-10-01 00:00:00+00')",
    ),
    (
        "executive_quarterly",
        "2025-10-01",
        "cost_per_resolution",
        "SELECT sum(cost) / count(*) FILTER (WHERE resolved_at < '2026-01-01 00:00:00+00') FROM tickets
         WHERE merged_into_id IS NULL AND created_at >= '2025-10-01 00:00:00+00' AND created_at < '2026-01-01 00:00:00+00'",
    ),
    (
        "department_monthly",
        "2025-03-12",
        "frt_median",
        "SELECT quantile_cont((epoch_us(first_response_at) - epoch_us(created_at)) / 3.6e9, 0.5) FROM tickets
         WHERE merged_into_id IS NULL AND created_at >= '2025-03-01 00:00:00+00' AND created_at < '2025-04-01 00:00:00+00' AND first_response_at < '2025-04-01 00:00:00+00'",
    ),
    (
        "department_monthly",
        "2025-03-12",
        "first_response_sla",
        "SELECT 100 * avg(CASE WHEN first_response_sla_met THEN 1.0 ELSE 0.0 END) FROM tickets
         WHERE merged_into_id IS NULL AND created_at >= '2025-03-01 00:00:00+00' AND created_at < '2025-04-01 00:00:00+00' AND first_response_sla_met IS NOT NULL AND first_response_due_at < '2025-04-01 00:00:00+00'",
    ),
    (
        "department_monthly",
        "2025-03-12",
        "sla_rate",
        "SELECT 100 * avg(CASE WHEN sla_met THEN 1.0 ELSE 0.0 END) FROM tickets
         WHERE merged_into_id IS NULL AND created_at >= '2025-03-01 00:00:00+00' AND created_at < '2025-04-01 00:00:00+00' AND sla_met IS NOT NULL AND due_at < '2025-04-01 00:00:00+00'",
    ),
    (
        "team_weekly",
        "2025-03-12",
        "frt_median",
        "SELECT quantile_cont((epoch_us(first_response_at) - epoch_us(created_at)) / 3.6e9, 0.5) FROM tickets
         WHERE merged_into_id IS NULL AND created_at >= '2025-03-10 00:00:00+00' AND created_at < '2025-03-17 00:00:00+00' AND first_response_at < '2025-03-17 00:00:00+00'",
    ),
    (
        "team_weekly",
        "2025-03-12",
        "first_response_sla",
        "SELECT 100 * avg(CASE WHEN first_response_sla_met THEN 1.0 ELSE 0.0 END) FROM tickets
         WHERE merged_into_id IS NULL AND created_at >= '2025-03-10 00:00:00+00' AND created_at < '2025-03-17 00:00:00+00' AND first_response_sla_met IS NOT NULL AND first_response_due_at < '2025-03-17 00:00:00+00'",
    ),
    (
        "team_weekly",
        "2025-03-12",
        "sla_rate",
        "SELECT 100 * avg(CASE WHEN sla_met THEN 1.0 ELSE 0.0 END) FROM tickets
         WHERE merged_into_id IS NULL AND created_at >= '2025-03-10 00:00:00+00' AND created_at < '2025-03-17 00:00:00+00' AND sla_met IS NOT NULL AND due_at < '2025-03-17 00:00:00+00'",
    ),
    (
        "department_monthly",
        "2025-03-12",
        "reopen_rate",
        "SELECT 100 * avg(CASE WHEN reopens > 0 THEN 1.0 ELSE 0.0 END) FROM tickets
         WHERE merged_into_id IS NULL AND created_at >= '2025-03-01 00:00:00+00' AND created_at < '2025-04-01 00:00:00+00' AND first_resolved_at < '2025-04-01 00:00:00+00'",
    ),
    (
        "team_weekly",
        "2025-03-12",
        "fcr_one_touch",
        "SELECT 100 * avg(CASE WHEN replies = 1 AND reopens = 0 THEN 1.0 ELSE 0.0 END) FROM tickets
         WHERE merged_into_id IS NULL AND created_at >= '2025-03-10 00:00:00+00' AND created_at < '2025-03-17 00:00:00+00' AND first_resolved_at < '2025-03-17 00:00:00+00'",
    ),
];

#[test]
fn duckdb_computes_the_same() {
    let files = ["tickets", "surveys", "customers"];
    let paths = files.map(|name| sample().join(format!("{name}.parquet")));
    let tables: Vec<(&str, &std::path::Path)> = files
        .into_iter()
        .zip(paths.iter().map(std::path::PathBuf::as_path))
        .collect();
    let queries = BY_DUCKDB.map(|(_, _, _, sql)| sql);
    let answers = match duckdb(&tables, &queries) {
        Ok(answers) => answers,
        Err(reason) => return leave_out(&reason),
    };
    for ((report, day, name, _), answer) in BY_DUCKDB.into_iter().zip(answers) {
        let answer = answer.unwrap_or_else(|error| panic!("{name}: {error}"));
        let theirs = number(&answer[0][0]).unwrap();
        let model = sample_model(&[report, "--day", day]);
        let ours = kpi(&model, name)["value"]["value"].as_f64().unwrap();
        assert!(
            (ours - theirs).abs() < 1e-9 * theirs.abs(),
            "{name}: {ours} and {theirs}"
        );
    }
}
