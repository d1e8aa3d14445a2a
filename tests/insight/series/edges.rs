//! Times of all types, gaps, NULLs and conditions.

use deskql::Engine;

use super::super::values::error;
use super::said;
use crate::support::data::{open, rows};

async fn engine() -> Engine {
    open(&[]).await.unwrap()
}

async fn answer(sql: &str) -> Vec<String> {
    rows(&engine().await, sql).await
}

/// Hours of elapsed time: New York repeats 01:00 to 02:00 on 2026-11-01, which are two hours.
#[tokio::test]
async fn a_repeated_hour_is_two_hours() {
    let hours = "(SELECT arrow_cast('2026-11-01T04:00:00Z'::TIMESTAMPTZ + i * INTERVAL '1 hour', 'Timestamp(us, \
                 \"America/New_York\")') AS at, i FROM generate_series(0, 4) AS t(i))";
    let sql = format!(
        "SELECT count(*), count(DISTINCT time), arrow_typeof(max(time)) FROM control_chart({hours}, time => at, value \
         => i, grain => 'hour')"
    );
    assert_eq!(
        answer(&sql).await,
        ["5|5|Timestamp(µs, \"America/New_York\")"]
    );
}

/// Days of 23 and 25 hours are days; forecasts lie at local midnight.
#[tokio::test]
async fn days_of_a_zone_have_23_to_25_hours() {
    for first in ["2026-02-22", "2026-10-18"] {
        let days = format!(
            "(SELECT arrow_cast(from_local_time((DATE '{first}' + i::INT)::TIMESTAMP, 'America/New_York'), 'Timestamp(us, \"America/New_York\")') AS at, 10 + i % 7 AS \
             tickets FROM generate_series(0, 20) AS t(i))"
        );
        let sql = format!(
            "SELECT local_time(time, 'America/New_York')::VARCHAR FROM forecast({days}, time => at, value => \
             tickets, horizon => 3, method => 'seasonal_naive')"
        );
        let next: jiff::civil::Date = first.parse().unwrap();
        let wanted: Vec<String> = (21..24)
            .map(|days| {
                let day = next.checked_add(jiff::Span::new().days(days)).unwrap();
                format!("{day}T00:00:00")
            })
            .collect();
        let found: Vec<String> = answer(&sql)
            .await
            .iter()
            .map(|at| at.replace(' ', "T"))
            .collect();
        assert_eq!(found, wanted);
    }
}

/// A day without rows is 0 for counts, in the type of the table, up to the last day of all series.
#[tokio::test]
async fn days_without_rows_are_zero_days_of_counts() {
    let days = "(SELECT * FROM (VALUES (DATE '2026-01-01', 'a', 5), (DATE '2026-01-03', 'a', 6), (DATE \
                '2026-01-04', 'b', 7), (DATE '2026-01-05', NULL, 8)) AS t(day, team, tickets))";
    let sql = format!(
        "SELECT time, team, value, expected FROM anomalies({days}, time => day, value => tickets, by => team, counts \
         => true)"
    );
    assert_eq!(
        answer(&sql).await,
        [
            "2026-01-01|a|5|",
            "2026-01-02|a|0|",
            "2026-01-03|a|6|",
            "2026-01-04|a|0|",
            "2026-01-05|a|0|",
            "2026-01-04|b|7|",
            "2026-01-05|b|0|",
            "2026-01-05||8|",
        ]
    );
    let skipped = format!(
        "SELECT time, team FROM anomalies({days}, time => day, value => tickets, by => team, counts => true, missing \
         => 'skip')"
    );
    assert_eq!(answer(&skipped).await.len(), 4);
    let typed = format!(
        "SELECT arrow_typeof(value), arrow_typeof(time) FROM anomalies({days}, time => day, value => \
         tickets::DECIMAL(9, 2), counts => true) LIMIT 1"
    );
    assert_eq!(answer(&typed).await, ["Float64|Date32"]);
}

/// Two series apart: the same table without `by` has two rows in a period only where it has.
#[tokio::test]
async fn months_are_counted_not_days() {
    let months = "(SELECT DATE '2020-01-31' + INTERVAL '1 month' * i AS month, 100 + i % 12 * 10 AS tickets FROM \
                  generate_series(0, 35) AS t(i))";
    let sql = format!(
        "SELECT time::DATE, forecast FROM forecast({months}, time => month, value => tickets, grain => 'month', season \
         => 12, horizon => 3, method => 'seasonal_naive')"
    );
    // Month ends stay month ends: the last of January, February (2023: 28 days) and March.
    assert_eq!(
        answer(&sql).await,
        ["2023-01-31|100.0", "2023-02-28|110.0", "2023-03-31|120.0"]
    );
    let quarters = "(SELECT DATE '2024-01-01' + INTERVAL '3 months' * i AS quarter, i FROM generate_series(0, 7) AS \
                    t(i) WHERE i <> 5)";
    let sql = format!(
        "SELECT time::DATE, value FROM control_chart({quarters}, time => quarter, value => i, grain => 'quarter', \
         missing => 'zero') WHERE value = 0 OR value = 4"
    );
    assert_eq!(
        answer(&sql).await,
        ["2024-01-01|0.0", "2025-01-01|4.0", "2025-04-01|0.0"]
    );
    let years =
        "(SELECT make_date(2000 + i, 1, 1) AS year, i % 2 AS x FROM generate_series(0, 9) AS t(i))";
    let sql = format!(
        "SELECT time, forecast FROM forecast({years}, time => year, value => x, grain => 'year', season => 2, horizon \
         => 2, method => 'seasonal_naive')"
    );
    assert_eq!(answer(&sql).await, ["2010-01-01|0.0", "2011-01-01|1.0"]);
}

/// Weeks that start on Sunday keep their Sundays.
#[tokio::test]
async fn weeks_keep_their_first_day() {
    let weeks = "(SELECT DATE '2026-01-04' + (7 * i)::INT AS week, i % 2 AS x FROM generate_series(0, 9) AS t(i))";
    let sql = format!(
        "SELECT time, strftime(time, '%a') FROM forecast({weeks}, time => week, value => x, grain => 'week', season \
         => 2, horizon => 1, method => 'seasonal_naive')"
    );
    assert_eq!(answer(&sql).await, ["2026-03-15|Sun"]);
}

/// A weekday's place comes from the calendar: a missing week does not shift it.
#[tokio::test]
async fn weekdays_follow_the_calendar() {
    let days = "(SELECT DATE '2026-01-05' + i::INT AS day, CASE WHEN i % 7 = 0 THEN 100 ELSE 10 + i % 3 END AS \
                tickets FROM generate_series(0, 60) AS t(i) WHERE i NOT BETWEEN 30 AND 37)";
    let sql = format!(
        "SELECT count(*) FROM anomalies({days}, time => day, value => tickets) WHERE is_anomaly AND value = 100"
    );
    assert_eq!(answer(&sql).await, ["0"]);
}

/// An outage within the window of the next days does not hide a second one.
#[tokio::test]
async fn an_anomaly_in_the_window_of_the_next_hides_nothing() {
    let days = "(SELECT DATE '2026-01-05' + i::INT AS day, CASE WHEN i IN (60, 62) THEN 300 ELSE 30 + (i * 7) % 5 + i \
                % 7 END AS tickets FROM generate_series(0, 70) AS t(i))";
    let sql = format!(
        "SELECT time FROM anomalies({days}, time => day, value => tickets, counts => true) WHERE is_anomaly"
    );
    assert_eq!(answer(&sql).await, ["2026-03-06", "2026-03-08"]);
}

/// Ignored days are listed, not judged, and in no reference.
#[tokio::test]
async fn ignored_days_are_not_judged() {
    let days = "(SELECT DATE '2026-01-05' + i::INT AS day, CASE WHEN i % 10 = 0 THEN 900 ELSE 30 + (i * 7) % 5 END AS \
                tickets FROM generate_series(0, 60) AS t(i))";
    let sql = format!(
        "SELECT count(*), count(is_anomaly), count(*) FILTER (WHERE is_anomaly), max(expected) < 40 FROM \
         anomalies({days}, time => day, value => tickets, counts => true, ignore => tickets = 900, season => 1)"
    );
    // Judged from the 15th usable day on; 55 of 61 days are usable.
    assert_eq!(answer(&sql).await, ["61|40|0|true"]);
    let sql = format!(
        "SELECT max(high) < 60, count(low), count(*) FROM control_chart({days}, time => day, value => tickets, ignore => \
         tickets = 900)"
    );
    assert_eq!(answer(&sql).await, ["true|54|61"]);
    let sql = format!(
        "SELECT max(forecast) < 40 FROM forecast({days}, time => day, value => tickets, ignore => tickets = 900, season \
         => 7, method => 'seasonal_naive')"
    );
    assert_eq!(answer(&sql).await, ["true"]);
}

/// NULL values: unjudged, 0 where they are said to be, and an error where a search cannot go on.
#[tokio::test]
async fn null_values() {
    let days = "(SELECT i, CASE WHEN i <> 30 THEN 10 + i % 3 END AS x FROM generate_series(0, 40) AS t(i))";
    let call = |options: &str| {
        format!(
            "SELECT value, is_anomaly FROM anomalies({days}, time => i, value => x, season => 1{options}) WHERE time = 30"
        )
    };
    assert_eq!(answer(&call("")).await, ["|"]);
    assert_eq!(answer(&call(", missing => 'zero'")).await, ["0|true"]);
    let changes = |options: &str| {
        format!("SELECT * FROM change_points({days}, time => i, value => x{options})")
    };
    assert_eq!(
        said(&error(&engine().await, &changes("")).await),
        "change_points: value is NULL in the period 30; say what that is: missing => 'zero', or missing => 'skip' to \
         leave such periods out"
    );
    assert_eq!(answer(&changes(", missing => 'skip'")).await, [""; 0]);
    let forecast = format!(
        "SELECT * FROM forecast({days}, time => i, value => x, kind => 'value', method => 'seasonal_naive')"
    );
    assert!(
        error(&engine().await, &forecast)
            .await
            .contains("missing => 'zero'")
    );
}

/// Rows without a time are left out, and a table without rows has no series.
#[tokio::test]
async fn nothing_comes_of_nothing() {
    let none = "(SELECT DATE '2026-01-01' AS day, 1 AS x, 1 AS n, 'a' AS team WHERE false)";
    let null = "(SELECT NULL::DATE AS day, 1 AS x, 1 AS n, 'a' AS team)";
    for table in [none, null] {
        for call in [
            "anomalies({}, time => day, value => x, by => team)",
            "anomalies({}, time => day, value => x)",
            "control_chart({}, time => day, hits => x, n => n)",
            "change_points({}, time => day, value => x)",
            "forecast({}, time => day, value => x)",
        ] {
            let sql = format!("SELECT * FROM {}", call.replace("{}", table));
            assert_eq!(answer(&sql).await, [""; 0], "{sql}");
        }
    }
    let sql = "SELECT trend(i, x), trend_detail(i, x)['n'], trend_detail(i, x)['p'] FROM (SELECT 1 AS i, 2 AS x WHERE false)";
    assert_eq!(answer(sql).await, ["|0|"]);
}

/// The columns, their names and types, `by` among them.
#[tokio::test]
async fn columns_of_the_results() {
    let days = "(SELECT DATE '2026-01-01' + i::INT AS day, i % 7 AS x, 9 AS n, i % 2 AS team FROM generate_series(0, \
                40) AS t(i))";
    for (call, columns) in [
        (
            "anomalies({}, time => day, value => x, by => [team, x % 2])",
            "time, team, x % 2, value, expected, low, high, score, is_anomaly",
        ),
        (
            "control_chart({}, time => day, hits => x, n => n, by => team)",
            "time, team, n, value, centre, low, high, is_out, rules, kind",
        ),
        (
            "change_points({}, time => day, value => x, by => team)",
            "change_at, team, before, after, n_before, n_after",
        ),
        (
            "forecast({}, time => day, value => x, by => team)",
            "time, team, step, forecast, low, high, method, mase",
        ),
    ] {
        let sql = format!("SELECT * FROM {}", call.replace("{}", days));
        let engine = engine().await;
        let frame = engine.sql(&sql).await.unwrap();
        let names: Vec<String> = frame
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        assert_eq!(names.join(", "), columns);
    }
}

/// `auto`: `xmr` on a value, `laney_p` from ten points with cases on, p below.
#[tokio::test]
async fn charts_choose_their_kind() {
    for (n, kind) in [(9, "p"), (10, "laney_p")] {
        let sql = format!(
            "SELECT DISTINCT kind FROM control_chart((SELECT i, i % 3 AS hits, 5 AS n FROM generate_series(1, {n}) AS \
             t(i)), time => i, hits => hits, n => n)"
        );
        assert_eq!(answer(&sql).await, [kind]);
    }
    let sql = "SELECT DISTINCT kind, n FROM control_chart((SELECT i, i % 3 AS x FROM generate_series(1, 9) AS t(i)), \
               time => i, value => x)";
    assert_eq!(answer(sql).await, ["xmr|"]);
}

/// Limits of the days before a change, where those after it are far off.
#[tokio::test]
async fn a_baseline_sets_the_limits() {
    let days = "(SELECT DATE '2026-01-01' + i::INT AS day, CASE WHEN i < 20 THEN 10 + i % 2 ELSE 50 END AS x FROM \
                generate_series(0, 29) AS t(i))";
    let sql = format!(
        "SELECT count(*) FILTER (WHERE is_out), max(centre) FROM control_chart({days}, time => day, value => x, \
         baseline_until => DATE '2026-01-21')"
    );
    assert_eq!(answer(&sql).await, ["10|10.5"]);
}

/// Levels without a change in between, and a level that is NULL, stay where they were.
#[tokio::test]
async fn a_backlog_stays_where_nothing_is_said() {
    let days = "(SELECT i, 100 + i % 7 AS open FROM generate_series(0, 27) AS t(i) WHERE i NOT IN (25, 26, 27))";
    let sql = format!(
        "SELECT count(*), min(low) >= 0, min(method) FROM forecast({days}, time => i, value => open, kind => 'backlog')"
    );
    assert_eq!(answer(&sql).await, ["28|true|seasonal_naive"]);
    let gap = days.replace("25, 26, 27", "10");
    let sql = format!("SELECT * FROM forecast({gap}, time => i, value => open, kind => 'backlog'");
    let refused = error(&engine().await, &format!("{sql})")).await;
    assert_eq!(
        said(&refused),
        "forecast: there is no row in the period 10; say what that is: missing => 'zero', or missing => 'skip'"
    );
    assert_eq!(
        answer(&format!("{sql}, missing => 'zero')")).await.len(),
        28
    );
}

/// NaN is invalid; where invalid values are left out it is as NULL.
#[tokio::test]
async fn invalid_values_are_errors_or_left_out() {
    let engine = engine().await;
    let days = "(SELECT i, CASE WHEN i = 30 THEN 'NaN'::DOUBLE ELSE i % 3 END AS x, CASE WHEN i = 30 THEN 9 ELSE 2 END \
                AS hits, 5 AS n FROM generate_series(0, 40) AS t(i))";
    let anomalies = format!(
        "SELECT value, score FROM anomalies({days}, time => i, value => x, season => 1) WHERE time = 30"
    );
    let chart = format!(
        "SELECT value, low FROM control_chart({days}, time => i, hits => hits, n => n) WHERE time = 30"
    );
    let trend = format!("SELECT trend_detail(i, x)['n'] FROM {days} AS t");
    let found = error(&engine, &anomalies).await;
    assert!(
        found.starts_with("anomalies: value is NaN in the period 30; "),
        "{found}"
    );
    let found = error(&engine, &chart).await;
    assert!(
        found.starts_with("control_chart: hits are 9 of n = 5 in the period 30; "),
        "{found}"
    );
    let found = error(&engine, &trend).await;
    assert!(
        found.contains("trend_detail: NaN is not a number"),
        "{found}"
    );
    rows(&engine, "SET deskql.invalid_values = 'ignore'").await;
    assert_eq!(rows(&engine, &anomalies).await, ["NaN|"]);
    assert_eq!(rows(&engine, &chart).await, ["|"]);
    assert_eq!(rows(&engine, &trend).await, ["40"]);
}
