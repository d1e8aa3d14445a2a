//! `backlog_series` against plain SQL that compares every ticket with every end of a period.

use deskql::Engine;

use crate::support::data::{error, open, rows};

/// Valid tickets and invalid ones: never closed, closed before they opened, due before they opened,
/// opened at midnight sharp, without any time; one row for each time open.
async fn desk(seed: u64) -> Engine {
    let engine = open(&[]).await.unwrap();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut random = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    // Around the daylight-saving change in New York on 8 March 2026, in quarters of an hour.
    let at = |quarters: u64| format!("make_at({quarters})");
    let mut values = Vec::new();
    for id in 0..300 {
        let opened = random(1500);
        let opened_at = if random(20) == 0 {
            "NULL".to_owned()
        } else {
            at(opened)
        };
        let closed_at = match random(10) {
            0..3 => "NULL".to_owned(),
            3 => at(random(1500)),
            _ => at(opened + random(200)),
        };
        let due_at = match random(4) {
            0 => "NULL".to_owned(),
            _ => at((opened + random(100)).saturating_sub(random(40))),
        };
        let team = ["'a'", "'b'", "NULL"][usize::try_from(random(3)).unwrap()];
        values.push(format!(
            "({id}, {opened_at}, {closed_at}, {due_at}, {team})"
        ));
    }
    let values = values.join(", ").replace("make_at(", "q(");
    let values = instants(&values);
    let sql = format!(
        "CREATE TABLE desk AS SELECT id, opened::TIMESTAMPTZ AS created_at, closed::TIMESTAMPTZ AS closed_at, \
         due::TIMESTAMPTZ AS due_at, team FROM (VALUES {values}) AS t(id, opened, closed, due, team)"
    );
    rows(&engine, &sql).await;
    rows(&engine, "SET deskql.invalid_values = 'ignore'").await;
    engine
}

/// `q(n)` as text: n quarters of an hour after 2026-03-03 00:00 in UTC.
fn instants(values: &str) -> String {
    let first: jiff::Timestamp = "2026-03-03T00:00:00Z".parse().unwrap();
    let mut parts = values.split("q(");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (quarters, rest) = part.split_once(')').unwrap();
        let later = jiff::SignedDuration::from_mins(15 * quarters.parse::<i64>().unwrap());
        text.push_str(&format!("'{}'{rest}", first + later));
    }
    text
}

fn sorted(mut rows: Vec<String>) -> Vec<String> {
    rows.sort();
    rows
}

/// Backlog at the end of each period of a series, by comparing all tickets with it.
fn plain(series: &str, zone: &str, next: &str) -> String {
    format!(
        "SELECT s.period, s.team, \
         count(*) FILTER (WHERE created_at <= ends AND (closed_at IS NULL OR closed_at > ends)), \
         count(*) FILTER (WHERE created_at <= ends AND (closed_at IS NULL OR closed_at > ends) AND due_at < ends), \
         count(*) FILTER (WHERE created_at > starts AND created_at <= ends) \
         FROM (SELECT *, from_local_time(period::TIMESTAMP, '{zone}') AS starts, \
         from_local_time(period::TIMESTAMP + INTERVAL '{next}', '{zone}') AS ends FROM {series}) AS s \
         LEFT JOIN desk ON (desk.team IS NOT DISTINCT FROM s.team) AND desk.created_at IS NOT NULL \
         AND (closed_at IS NULL OR closed_at >= created_at) \
         GROUP BY ALL ORDER BY s.team, s.period"
    )
}

#[tokio::test]
async fn levels_equal_a_comparison_of_every_ticket_with_every_period() {
    for (seed, zone) in [(1, "UTC"), (2, "America/New_York"), (3, "Asia/Kolkata")] {
        let engine = desk(seed).await;
        for (grain, next) in [
            ("hour", "1 hour"),
            ("day", "1 day"),
            ("week", "7 days"),
            ("month", "1 month"),
        ] {
            let series =
                format!("backlog_series(desk, grain => '{grain}', zone => '{zone}', by => team)");
            let ours = format!(
                "SELECT period, team, open_at_end, overdue_at_end, opened FROM {series} ORDER BY team, period"
            );
            let ours = sorted(rows(&engine, &ours).await);
            assert!(ours.len() >= 3, "{grain} in {zone}: {ours:?}");
            assert_eq!(
                ours,
                sorted(rows(&engine, &plain(&series, zone, next)).await),
                "{grain} in {zone}"
            );
        }
    }
}

#[tokio::test]
async fn levels_equal_the_kpis_at_the_end_of_each_day() {
    let engine = desk(4).await;
    let sql = "SELECT period, open_at_end, overdue_at_end FROM backlog_series((SELECT * FROM desk \
               WHERE closed_at IS NULL OR closed_at >= created_at), zone => 'Europe/London') ORDER BY period";
    let series = rows(&engine, sql).await;
    for row in &series {
        let (day, levels) = row.split_once('|').unwrap();
        let end = format!("from_local_time(DATE '{day}' + INTERVAL '1 day', 'Europe/London')");
        let sql = format!(
            "SELECT backlog(created_at, closed_at, {end}), overdue_backlog(created_at, closed_at, due_at, {end}) \
             FROM desk WHERE closed_at IS NULL OR closed_at >= created_at"
        );
        assert_eq!(rows(&engine, &sql).await, [levels], "{day}");
    }
}

#[tokio::test]
async fn periods_are_all_there_and_only_those_that_clocks_show() {
    let engine = open(&[]).await.unwrap();
    let sql = "CREATE TABLE t AS SELECT a::TIMESTAMPTZ AS o, b::TIMESTAMPTZ AS c FROM (VALUES \
               ('2026-03-08T06:30:00Z', '2026-03-08T07:30:00Z'), ('2026-03-08T09:00:00Z', NULL)) AS v(a, b)";
    rows(&engine, sql).await;
    // 01:30 to 03:30 in New York, where 02:00 to 03:00 is skipped; opened at 05:00 sharp.
    let sql = "SELECT period, opened, closed, open_at_end FROM backlog_series(t, opened_at => o, \
               closed_at => c, due_at => NULL, grain => 'hour', zone => 'America/New_York') ORDER BY period";
    assert_eq!(
        rows(&engine, sql).await,
        [
            "2026-03-08T01:00:00|1|0|1",
            "2026-03-08T03:00:00|0|1|0",
            "2026-03-08T04:00:00|1|0|1",
        ]
    );
    let sql = "SELECT x.period, x.open_at_end FROM backlog_series((SELECT o FROM t), opened_at => o, \
               closed_at => NULL, due_at => NULL, grain => 'week', week_start => 'sunday', \
               zone => 'America/New_York') AS x";
    assert_eq!(rows(&engine, sql).await, ["2026-03-08|2"]);
    let sql = "SELECT count(*) FROM backlog_series((SELECT * FROM t WHERE o IS NULL), opened_at => o, \
               closed_at => c, due_at => NULL)";
    assert_eq!(rows(&engine, sql).await, ["0"]);
}

/// Same columns as `backlog`.
#[tokio::test]
async fn closed_before_opened_is_an_error_or_left_out() {
    let engine = open(&[]).await.unwrap();
    let sql = "CREATE TABLE t AS SELECT a::TIMESTAMPTZ AS created_at, b::TIMESTAMPTZ AS closed_at FROM (VALUES \
               ('2026-01-05T10:00:00Z', '2026-01-05T09:00:00Z'), ('2026-01-05T10:00:00Z', NULL)) AS v(a, b)";
    rows(&engine, sql).await;
    let series = "SELECT period, opened, open_at_end FROM backlog_series(t, due_at => NULL)";
    let at = "SELECT backlog(created_at, closed_at, TIMESTAMPTZ '2026-01-06T00:00:00Z') FROM t";
    for sql in [series, at] {
        let text = error(&engine, sql).await;
        let said =
            "closed 2026-01-05T09:00:00Z before opened 2026-01-05T10:00:00Z; filter such rows out";
        assert!(text.contains(said), "{text}");
    }
    rows(&engine, "SET deskql.invalid_values = 'ignore'").await;
    assert_eq!(rows(&engine, series).await, ["2026-01-05|1|1"]);
    assert_eq!(rows(&engine, at).await, ["1"]);
    let sunday = "SELECT period, open_at_end FROM backlog_series(t, due_at => NULL, grain => 'week', \
                  week_start => 'sunday')";
    assert_eq!(rows(&engine, sunday).await, ["2026-01-04|1"]);
}

#[tokio::test]
async fn a_closing_in_the_year_9999_is_none() {
    for unit in ["s", "ms", "us"] {
        let engine = open(&[]).await.unwrap();
        let sql = format!(
            "CREATE TABLE t AS SELECT arrow_cast(a, 'Timestamp({unit}, \"UTC\")') AS created_at, \
             arrow_cast(b, 'Timestamp({unit}, \"UTC\")') AS closed_at FROM (VALUES \
             ('2026-01-05T10:00:00Z', '9999-12-31T00:00:00Z'), ('2026-01-05T10:00:00Z', '2026-01-07T10:00:00Z')) AS v(a, b)"
        );
        rows(&engine, &sql).await;
        let sql = "SELECT period, open_at_end, closed FROM backlog_series(t, due_at => NULL) ORDER BY period";
        assert_eq!(
            rows(&engine, sql).await,
            ["2026-01-05|2|0", "2026-01-06|2|0", "2026-01-07|1|1"],
            "{unit}"
        );
    }
    let engine = open(&[]).await.unwrap();
    let sql = "SELECT count(*) FROM backlog_series((SELECT TIMESTAMPTZ '2026-01-05T10:00:00Z' AS created_at, \
               TIMESTAMPTZ '2262-04-11T00:00:00Z' AS closed_at), due_at => NULL)";
    assert_eq!(rows(&engine, sql).await, ["1"]);
}

#[tokio::test]
async fn a_series_ends_where_it_is_told_to() {
    let engine = open(&[]).await.unwrap();
    let sql = "CREATE TABLE t AS SELECT \
               arrow_cast('2026-01-05T10:00:00Z', 'Timestamp(us, \"UTC\")') AS created_at, \
               arrow_cast('2999-12-31T00:00:00Z', 'Timestamp(us, \"UTC\")') AS closed_at";
    rows(&engine, sql).await;
    let until = |until: &str, grain: &str| {
        format!(
            "SELECT count(*), max(period), min(open_at_end), max(closed) FROM backlog_series(t, due_at => NULL, \
             grain => '{grain}', until => {until}, zone => 'America/New_York')"
        )
    };
    assert_eq!(
        rows(&engine, &until("DATE '2026-01-31'", "day")).await,
        ["27|2026-01-31|1|0"]
    );
    // A ticket opened at 05:00 sharp counts at the end of the hour before.
    assert_eq!(
        rows(&engine, &until("'2026-01-05 23:59:59'", "hour")).await,
        ["20|2026-01-05T23:00:00|1|0"]
    );
    let text = error(&engine, &until("TIMESTAMPTZ '2026-01-31T00:00:00Z'", "day")).await;
    assert!(text.contains("write local_time(.., zone)"), "{text}");
    let text = error(
        &engine,
        "SELECT count(*) FROM backlog_series(t, due_at => NULL, grain => 'hour')",
    )
    .await;
    assert!(text.contains("bound them with until"), "{text}");
}

#[tokio::test]
async fn mistakes_are_said_in_one_line() {
    let engine = desk(5).await;
    for (call, said) in [
        ("backlog_series()", "name the tickets first"),
        ("backlog_series(5)", "5 is not a table"),
        ("backlog_series(desk, 'day')", "options are named"),
        (
            "backlog_series(desk, grian => 'day')",
            "there is no option grian; there are opened_at",
        ),
        (
            "backlog_series(desk, grain => 'fortnight')",
            "no grain is called 'fortnight'",
        ),
        (
            "backlog_series(desk, zone => 'Mars')",
            "unknown time zone 'Mars'",
        ),
    ] {
        let text = error(&engine, &format!("SELECT * FROM {call}")).await;
        assert!(text.contains(said), "{call}: {text}");
    }
}
