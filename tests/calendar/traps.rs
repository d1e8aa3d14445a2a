//! The traps that other tools fall into.

use deskql::{Engine, EngineSettings};

use crate::support::data::{rows, text};

const CALENDARS: &str = r#"
[calendars.office]
time_zone = "America/New_York"
hours = { mon-fri = ["09:00-17:00"] }
holidays = ["2026-11-26", { date = "2026-11-27", hours = ["09:00-12:00"] }]
versions = [{ from = "2026-04-01", hours = { mon-fri = ["08:00-20:00"] } }]

[calendars.all_day]
time_zone = "America/New_York"
hours = { mon-sat = ["00:00-24:00"], sun = ["00:00-24:00"] }

[calendars.nights]
time_zone = "America/New_York"
hours = { sat = ["22:00-06:00"], sun = ["01:15-01:45", "02:15-02:45"] }

[calendars.santiago]
time_zone = "America/Santiago"
hours = { mon-sat = ["00:00-08:00"], sun = ["00:00-08:00"] }
"#;

/// Value of `business_hours` and similar functions for an expression over instants in UTC.
async fn value(expression: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deskql.toml");
    text(&path, CALENDARS);
    let settings = EngineSettings {
        config: Some(path),
        ..EngineSettings::default()
    };
    let engine = Engine::open(settings).await.unwrap();
    rows(&engine, &format!("SELECT {expression}"))
        .await
        .join("\n")
}

async fn hours(calendar: &str, from: &str, to: &str) -> i64 {
    // A literal would have nanoseconds, which end in 2262.
    let at = |text| format!("arrow_cast('{text}', 'Timestamp(Microsecond, Some(\"UTC\"))')");
    let call = format!("business_hours({}, {}, '{calendar}')", at(from), at(to));
    let value = value(&call).await;
    let whole = value.strip_suffix(".0");
    whole.unwrap_or_else(|| panic!("{value}")).parse().unwrap()
}

/// 8 hours on Tuesday 31 March by the old hours, 12 on Wednesday by the new ones: a tool that applies
/// the last schedule to the whole span returns 24.
#[tokio::test]
async fn a_schedule_changed_half_way() {
    let found = hours("office", "2026-03-31T04:00:00Z", "2026-04-02T04:00:00Z").await;
    assert_eq!(found, 20);
}

/// The day on which daylight saving begins has 23 hours, the one on which it ends 25; office hours on
/// the Mondays after them are still 8 (12 from April on), at another time of UTC.
#[tokio::test]
async fn nights_on_which_clocks_change() {
    assert_eq!(
        hours("all_day", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z").await,
        23
    );
    assert_eq!(
        hours("all_day", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z").await,
        25
    );
    assert_eq!(
        hours("office", "2026-03-06T13:59:00Z", "2026-03-06T22:01:00Z").await,
        8
    );
    assert_eq!(
        hours("office", "2026-03-09T12:59:00Z", "2026-03-09T21:01:00Z").await,
        8
    );
    assert_eq!(
        hours("office", "2026-11-02T12:59:00Z", "2026-11-03T01:01:00Z").await,
        12
    );
    // A week across the change: no hour is lost or gained.
    assert_eq!(
        hours("office", "2026-03-06T14:00:00Z", "2026-03-13T13:00:00Z").await,
        40
    );
}

/// Skipped local hours do not count; repeated local hours count twice.
#[tokio::test]
async fn hours_within_gap_and_fold() {
    // On 8 March 02:00 became 03:00: 22:00 to 06:00 are 7 hours, which hold 01:15 to 01:45.
    assert_eq!(
        hours("nights", "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z").await,
        7
    );
    // On 1 November 02:00 became 01:00: 9 hours.
    assert_eq!(
        hours("nights", "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z").await,
        9
    );
    // Local time in Santiago jumped from midnight to 01:00 on 6 September 2026, so that morning has 7.
    assert_eq!(
        hours("santiago", "2026-09-06T03:00:00Z", "2026-09-07T03:00:00Z").await,
        7
    );
}

/// Thanksgiving is closed, the day after open for three hours.
#[tokio::test]
async fn holidays() {
    let found = hours("office", "2026-11-26T05:00:00Z", "2026-11-28T05:00:00Z").await;
    assert_eq!(found, 3);
}

/// From 1990 to 2020 there are 10,957 days, 7,827 of them weekdays of 8 hours (the first
/// of January 1990 is a Monday): 1,565 whole weeks, and a Monday and a Tuesday.
#[tokio::test]
async fn a_ticket_older_than_a_year() {
    let found = hours("office", "1990-01-01T05:00:00Z", "2020-01-01T05:00:00Z").await;
    assert_eq!(found, (1_565 * 5 + 2) * 8);
    // To the end date of a slowly changing dimension, and to the largest timestamp.
    let far = hours("all_day", "2026-01-01T05:00:00Z", "9999-12-31T05:00:00Z").await;
    let days = (9_999 - 2_026) * 365 + 1_933 + 364;
    assert_eq!(far, days * 24);
}

/// A reply on the same weekend: 0 minutes, not NULL, and it counts in the mean.
#[tokio::test]
async fn replies_outside_of_hours() {
    assert_eq!(
        hours("office", "2026-01-10T15:00:00Z", "2026-01-11T15:00:00Z").await,
        0
    );
    let mean = "frt(c, r, calendar => 'office') FROM (VALUES \
                (TIMESTAMPTZ '2026-01-10T15:00:00Z', TIMESTAMPTZ '2026-01-11T15:00:00Z'), \
                (TIMESTAMPTZ '2026-01-12T15:00:00Z', TIMESTAMPTZ '2026-01-12T15:10:00Z')) AS t(c, r)";
    assert_eq!(value(mean).await, "5.0");
}

/// 09:00:31 to 09:01:29 is 58 seconds, not 1, 0 or 2 minutes.
#[tokio::test]
async fn no_rounding_to_minutes() {
    let seconds = "business_seconds(TIMESTAMPTZ '2026-01-12T14:00:31Z', \
                   TIMESTAMPTZ '2026-01-12T14:01:29.000001Z', 'office')";
    assert_eq!(value(seconds).await, "58.000001");
}
