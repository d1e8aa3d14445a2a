//! Days of 23, 24 and 25 hours: every row belongs to one local day, even around offset changes.

use super::{days, integers, table};
use crate::support::data::{error, open, rows};

const MINUTE: i64 = 60_000_000;

/// Minutes by local day, of all minutes from noon to noon in UTC.
async fn minutes_by_day(zone: &str, from: &str, to: &str) -> Vec<(String, i64)> {
    let micros = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_microsecond();
    let (from, to) = (micros(from), micros(to));
    let minutes = (to - from) / MINUTE;
    let rows: Vec<_> = (0..minutes)
        .map(|minute| (from + minute * MINUTE, zone))
        .collect();
    let engine = table(&rows).await;
    let sql = format!(
        "SELECT local_date(at, '{zone}') AS day, count(*) AS n FROM t GROUP BY day ORDER BY day"
    );
    let columns = integers(&engine, &sql).await;
    let day = |days: i64| jiff::civil::date(1970, 1, 1) + jiff::Span::new().days(days);
    let days = columns[0].iter().map(|days| day(days.unwrap()).to_string());
    days.zip(columns[1].iter().map(|n| n.unwrap())).collect()
}

fn named(days: &[(&str, i64)]) -> Vec<(String, i64)> {
    let hours = days
        .iter()
        .map(|(day, minutes)| ((*day).to_owned(), *minutes));
    hours.collect()
}

#[tokio::test]
async fn a_day_of_23_hours_and_one_of_25() {
    // Midnight in New York is 05:00 UTC before 8 March 2026 and 04:00 from then on.
    let spring = minutes_by_day("America/New_York", "2026-03-07T05:00Z", "2026-03-10T04:00Z").await;
    let expected = [
        ("2026-03-07", 1440),
        ("2026-03-08", 1380),
        ("2026-03-09", 1440),
    ];
    assert_eq!(spring, named(&expected));
    let autumn = minutes_by_day("America/New_York", "2026-10-31T04:00Z", "2026-11-03T05:00Z").await;
    let expected = [
        ("2026-10-31", 1440),
        ("2026-11-01", 1500),
        ("2026-11-02", 1440),
    ];
    assert_eq!(autumn, named(&expected));
}

#[tokio::test]
async fn a_day_that_was_left_out_and_one_half_an_hour_longer() {
    // Samoa changed from -10 to +14 at the end of 29 December 2011.
    let apia = minutes_by_day("Pacific/Apia", "2011-12-29T10:00Z", "2012-01-01T10:00Z").await;
    let expected = [
        ("2011-12-29", 1440),
        ("2011-12-31", 1440),
        ("2012-01-01", 1440),
    ];
    assert_eq!(apia, named(&expected));
    // Lord Howe Island goes back by half an hour: from +11 to +10:30.
    let island = minutes_by_day(
        "Australia/Lord_Howe",
        "2026-04-03T13:00Z",
        "2026-04-06T13:30Z",
    )
    .await;
    let expected = [
        ("2026-04-04", 1440),
        ("2026-04-05", 1470),
        ("2026-04-06", 1440),
    ];
    assert_eq!(island, named(&expected));
    // São Paulo skipped the first hour of 4 November 2018.
    let paulo = minutes_by_day(
        "America/Sao_Paulo",
        "2018-11-03T03:00Z",
        "2018-11-05T02:00Z",
    )
    .await;
    assert_eq!(paulo, named(&[("2018-11-03", 1440), ("2018-11-04", 1380)]));
}

#[tokio::test]
async fn an_hour_shown_twice_is_one_bucket_of_two_hours() {
    let from = days("2026-11-01".parse().unwrap()) * 1440 * MINUTE;
    let rows: Vec<_> = (240..480)
        .map(|minute| (from + minute * MINUTE, "America/New_York"))
        .collect();
    let engine = table(&rows).await;
    let sql = "SELECT local_trunc('hour', at, zone)::TIMESTAMP(0) AS hour, count(*) AS n FROM t \
               GROUP BY hour ORDER BY hour";
    // 04:00 to 08:00 UTC: midnight to 01:00 once, 01:00 to 02:00 twice, 02:00 to 03:00.
    assert_eq!(
        crate::support::data::rows(&engine, sql).await,
        [
            "2026-11-01T00:00:00|60",
            "2026-11-01T01:00:00|120",
            "2026-11-01T02:00:00|60"
        ]
    );
}

#[tokio::test]
async fn any_unit_any_zone_and_null() {
    let engine = open(&[]).await.unwrap();
    for unit in ["s", "ms", "us", "ns"] {
        for stored in ["UTC", "Asia/Tokyo", "+02:00"] {
            let at =
                format!("arrow_cast('2026-03-29T01:30:00Z', 'Timestamp({unit}, \"{stored}\")')");
            let sql = format!(
                "SELECT local_time({at}, 'Europe/Berlin'), arrow_typeof(local_time({at}, 'UTC')) = arrow_typeof(arrow_cast(0, 'Timestamp({unit}, None)')), \
                 local_date({at}, 'Europe/Berlin'), local_trunc('minute', {at}, '-03:30')"
            );
            assert_eq!(
                rows(&engine, &sql).await,
                [String::from(
                    "2026-03-29T03:30:00|true|2026-03-29|2026-03-28T22:00:00"
                )]
            );
        }
    }
    let sql = "SELECT local_time(t, z), local_date(t, 'UTC'), local_trunc('month', t, z), \
               local_date(NULL, 'UTC'), local_date(now(), NULL) FROM (VALUES \
               (TIMESTAMPTZ '2026-01-01 00:30:00Z', 'Europe/London'), (NULL, 'Asia/Kolkata'), \
               (TIMESTAMPTZ '2026-01-31 20:00:00Z', NULL), \
               (TIMESTAMPTZ '2026-01-31 20:00:00Z', 'Asia/Kolkata')) AS v(t, z)";
    assert_eq!(
        rows(&engine, sql).await,
        [
            "2026-01-01T00:30:00|2026-01-01|2026-01-01||",
            "||||",
            "|2026-01-31|||",
            "2026-02-01T01:30:00|2026-01-31|2026-02-01||",
        ]
    );
}

#[tokio::test]
async fn what_cannot_be_answered_is_refused_in_one_line() {
    let engine = open(&[]).await.unwrap();
    for (call, said) in [
        (
            "local_time(TIMESTAMP '2026-01-01 00:00:00', 'UTC')",
            "from_local_time(column, 'UTC')",
        ),
        (
            "local_date(DATE '2026-01-01', 'UTC')",
            "the time has no time zone",
        ),
        (
            "local_date('2026-01-01', 'UTC')",
            "local_date: the time is text",
        ),
        ("local_date(5, 'UTC')", "local_date: the time is Int64"),
        ("local_date(now())", "call it as local_date(instant, zone)"),
        ("local_date(now(), 5)", "argument 2 is Int64, not text"),
        (
            "local_date(now(), 'Europe/Berln')",
            "did you mean 'Europe/Berlin'?",
        ),
        (
            "local_date(now(), z) FROM (VALUES ('Mars/Base')) AS v(z)",
            "unknown time zone 'Mars/Base'",
        ),
        (
            "local_trunc('fortnight', now(), 'UTC')",
            "no grain is called 'fortnight'",
        ),
        (
            "local_trunc(z, now(), 'UTC') FROM (VALUES ('day')) AS v(z)",
            "the grain must be a literal",
        ),
        (
            "local_trunc('week', now(), 'UTC', 'someday')",
            "no day of the week is called 'someday'",
        ),
        (
            "local_time(arrow_cast(9223372036854775807, 'Timestamp(us, \"UTC\")'), 'UTC')",
            "outside the calendar",
        ),
        (
            "local_date(arrow_cast(9223372036854775, 'Timestamp(s, \"UTC\")'), 'UTC')",
            "outside the calendar",
        ),
    ] {
        let text = error(&engine, &format!("SELECT {call}")).await;
        assert!(text.contains(said), "{call}: {text}");
    }
}
