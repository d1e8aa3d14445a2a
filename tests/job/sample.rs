//! Shipped queries over the sample, as a desk would run them each month.

use std::path::Path;

use super::Workshop;

fn shop() -> Workshop {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    Workshop::new(&format!(
        r#"
[job]
name = "monthly"
data = ["{}"]

[parameters]
month = {{ type = "month", about = "the month that is reported" }}

[steps.overview]
query = "overview"
output = "kpis/overview.parquet"

[steps.csat]
query = "csat"
params = {{ from = "{{month.start}}", to = "{{month.end}}", by = "channel" }}
output = "kpis/month={{month}}/csat.csv"

[steps.tickets_by_day]
sql = """
SELECT created_at::DATE AS day, channel, count(*) AS tickets
FROM tickets
WHERE created_at >= $month AND created_at < $month + INTERVAL '1 month'
GROUP BY ALL"""
output = "days"
format = "parquet"
partition_by = ["channel"]
mode = "append"
"#,
        sample.display()
    ))
}

#[test]
fn shipped_queries_are_steps() {
    let shop = shop();
    let log = shop.log(&["--backfill", "2025-01..2025-02"]);
    let statuses: Vec<&str> = log
        .iter()
        .map(|record| record["status"].as_str().unwrap())
        .collect();
    let expected = ["done", "done", "done", "up_to_date", "done", "done"];
    assert_eq!(statuses, expected, "{log:?}");
    // The same by the program without a job.
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    for (month, from, to) in [
        ("2025-01", "2025-01-01", "2025-02-01"),
        ("2025-02", "2025-02-01", "2025-03-01"),
    ] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_deskql"))
            .args(["--format", "csv", "--data"])
            .arg(&sample)
            .args(["run", "csat", "-p", "by=channel"])
            .args(["-p", &format!("from={from}"), "-p", &format!("to={to}")])
            .output()
            .unwrap();
        let written = shop.read(&format!("kpis/month={month}/csat.csv"));
        assert_eq!(written, String::from_utf8(output.stdout).unwrap());
    }
    let sum = super::rows_of(
        &shop.path("days/"),
        "sum(tickets) AS n, min(day) AS a, max(day) AS b",
    );
    let sql = format!(
        "SELECT count(*) AS n, min(created_at)::DATE AS a, max(created_at)::DATE AS b FROM '{}/tickets.parquet' \
         WHERE created_at >= '2025-01-01' AND created_at < '2025-03-01'",
        sample.display()
    );
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_deskql"))
        .args(["--format", "csv", "-c", &sql])
        .output()
        .unwrap();
    assert_eq!(sum, String::from_utf8(output.stdout).unwrap());
    let again = shop.log(&["--backfill", "2025-01..2025-02"]);
    assert!(
        again.iter().all(|record| record["status"] == "up_to_date"),
        "{again:?}"
    );
}

#[test]
fn the_example_of_the_page_runs() {
    let page = include_str!("../../docs/jobs.md");
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (job, _) = rest.split_once("```").unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    let job = job.replace("\"desk\"", &format!("\"{}\"", sample.display()));
    let shop = Workshop::new(&job.replace("s3://", ""));
    shop.write(
        "resolved.sql",
        "SELECT ticket_id, channel FROM tickets WHERE date_trunc('month', resolved_at) = $month",
    );
    let expected = ["csat done", "resolved done", "by_channel done", "page done"];
    assert_eq!(shop.statuses(&["month=2025-11"]), expected);
    let page = shop.read("pages/2025-11/support.html");
    assert!(
        page.contains("November 2025") && page.ends_with("</html>"),
        "{}",
        page.len()
    );
    let written = shop.read("reports/month=2025-11/by_channel.csv");
    let sql = format!(
        "SELECT channel, count(*) AS tickets FROM '{}/tickets.parquet' WHERE resolved_at >= '2025-11-01' \
         AND resolved_at < '2025-12-01' GROUP BY channel ORDER BY channel",
        sample.display()
    );
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_deskql"))
        .args(["--format", "csv", "-c", &sql])
        .output()
        .unwrap();
    assert_eq!(written, String::from_utf8(output.stdout).unwrap());
}
