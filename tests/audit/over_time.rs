//! Gaps, volume, drift and time zones, on rows laid out by hand.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use datafusion::arrow::array::{ArrayRef, TimestampMicrosecondArray};

use super::{outline, report, sql_gives_the_counts, the};
use crate::support::data::{parquet, text, texts};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn days(from: &str, count: u64) -> impl Iterator<Item = NaiveDate> {
    let first = date(from);
    (0..count).map(move |day| first + Days::new(day))
}

/// Twelve calls on each working day of eight weeks, but none on Wednesday 5 February and sixty on Tuesday the 11th.
/// From February on crashes take the place of bugs, and no agent is written any more.
fn calls(folder: &Path) {
    let mut csv = "call_id,opened_at,reason,agent_no\n".to_owned();
    let mut id = 0;
    for day in days("2025-01-06", 54) {
        let calls = match day {
            _ if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) => 0,
            _ if day == date("2025-02-05") => 0,
            _ if day == date("2025-02-11") => 60,
            _ => 12,
        };
        let is_january = day.month() == 1;
        for call in 0..calls {
            id += 1;
            let reason = match call % 2 {
                0 => "billing",
                _ if is_january => "bug",
                _ => "crash",
            };
            let agent = if is_january { "7" } else { "" };
            let hour = 9 + call % 8;
            writeln!(
                csv,
                "{id},{day}T{hour:02}:{:02}:07Z,{reason},{agent}",
                call % 60
            )
            .unwrap();
        }
    }
    text(&folder.join("calls.csv"), &csv);
}

#[tokio::test]
async fn days_and_months_that_differ_are_found() {
    let folder = tempfile::tempdir().unwrap();
    calls(folder.path());
    let (code, findings) = report(folder.path(), &["--as-of", "2025-03-01"]);
    assert_eq!(code, 0);
    // January has 20 working days: 240 calls, 120 of them about bugs. February has 18 of 12 calls and one of 60: 276
    // calls, 138 of them about crashes.
    assert_eq!(
        outline(&findings),
        [
            "warning missing_days calls.opened_at 1",
            "warning volume calls.opened_at 1",
            "warning null_drift calls.agent_no 276",
            "warning category_drift calls.reason 120",
            "warning category_drift calls.reason 138",
        ]
    );
    let gap = the(&findings, "missing_days", "opened_at");
    // From 6 January to 28 February lie 52 days.
    assert_eq!(
        (gap.out_of, gap.examples.as_slice()),
        (52, ["2025-02-05".to_owned()].as_slice())
    );
    let volume = the(&findings, "volume", "opened_at");
    // 12 + 6 * sqrt(12) = 32.8.
    assert_eq!(
        volume.examples,
        ["2025-02-11: 60 rows, usual on Tue 0 to 32"]
    );
    let drift = the(&findings, "null_drift", "agent_no");
    assert_eq!(
        drift.message,
        "agent_no is NULL in 100.00 % of 2025-02 after 0.00 % of 2025-01"
    );
    sql_gives_the_counts(folder.path(), &findings).await;
}

/// Twenty rows a day in eight hours of work, from `start` on.
fn working_day(csv: &mut String, day: NaiveDate, start: u32, zone: &str) {
    for row in 0..20 {
        let hour = start + row % 8;
        writeln!(csv, "{day}T{hour:02}:{:02}:11{zone}", 7 + row).unwrap();
    }
}

#[tokio::test]
async fn a_changed_time_zone_moves_the_hours() {
    for zone in ["", "Z"] {
        let folder = tempfile::tempdir().unwrap();
        let mut csv = "at\n".to_owned();
        days("2025-01-01", 31).for_each(|day| working_day(&mut csv, day, 9, zone));
        days("2025-02-01", 28).for_each(|day| working_day(&mut csv, day, 14, zone));
        text(&folder.path().join("logins.csv"), &csv);
        let (_, findings) = report(folder.path(), &["--as-of", "2025-03-01"]);
        // 28 days of 20 rows.
        assert_eq!(outline(&findings), ["warning time_zone logins.at 560"]);
        let moved = the(&findings, "time_zone", "at");
        assert!(
            moved.message.contains("2025-01 moved by +5 h"),
            "{}",
            moved.message
        );
        sql_gives_the_counts(folder.path(), &findings).await;
    }
}

#[tokio::test]
async fn midnights_of_another_zone_are_a_spike() {
    let folder = tempfile::tempdir().unwrap();
    let mut csv = "at\n".to_owned();
    for day in days("2025-01-01", 25) {
        working_day(&mut csv, day, 9, "Z");
        // Midnight in India.
        for _ in 0..2 {
            writeln!(csv, "{day}T18:30:00Z").unwrap();
        }
    }
    text(&folder.path().join("imports.csv"), &csv);
    let (_, findings) = report(folder.path(), &["--as-of", "2025-03-01"]);
    assert_eq!(outline(&findings), ["warning time_zone imports.at 50"]);
    let spike = the(&findings, "time_zone", "at");
    assert!(
        spike.message.contains("exactly 18:30:00 UTC"),
        "{}",
        spike.message
    );
    assert_eq!(spike.out_of, 550);
    sql_gives_the_counts(folder.path(), &findings).await;
}

#[test]
fn dates_have_no_time_zone() {
    let folder = tempfile::tempdir().unwrap();
    let mut csv = "at\n".to_owned();
    for day in days("2025-01-01", 25) {
        for _ in 0..20 {
            writeln!(csv, "{day}T00:00:00Z").unwrap();
        }
    }
    text(&folder.path().join("imports.csv"), &csv);
    let (_, findings) = report(folder.path(), &["--as-of", "2025-03-01"]);
    assert!(outline(&findings).is_empty(), "{findings:?}");
}

/// Microseconds since 1970 of `hour` and `minute` of a day, in UTC.
fn micros(day: NaiveDate, hour: u32, minute: u32) -> i64 {
    let time = day.and_hms_opt(hour, minute, 0).unwrap();
    time.and_utc().timestamp_micros()
}

#[tokio::test]
async fn columns_of_another_zone_are_read_in_utc() {
    let folder = tempfile::tempdir().unwrap();
    let (mut times, mut names) = (Vec::new(), Vec::new());
    for day in days("2025-01-01", 59) {
        for row in 0..20 {
            times.push(micros(day, 12 + row % 8, 7 + row));
            names.push(if day.month() == 1 { "old" } else { "new" });
        }
        // Midnight in New York, on which the days of February begin there.
        for _ in 0..3 {
            times.push(micros(day, 5, 0));
            names.push(if day.month() == 1 { "old" } else { "new" });
        }
    }
    let times = TimestampMicrosecondArray::from(times).with_timezone("America/New_York");
    let columns: Vec<(&str, ArrayRef)> = vec![("at", Arc::new(times)), ("name", texts(&names))];
    parquet(&folder.path().join("visits.parquet"), columns);
    let (_, findings) = report(folder.path(), &["--as-of", "2025-03-01"]);
    // 31 days of 23 rows, 28 days of 23 rows, 59 days of 3 midnights.
    assert_eq!(
        outline(&findings),
        [
            "warning category_drift visits.name 644",
            "warning category_drift visits.name 713",
            "warning time_zone visits.at 177",
        ]
    );
    sql_gives_the_counts(folder.path(), &findings).await;
}
