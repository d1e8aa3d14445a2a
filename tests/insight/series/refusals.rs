//! Calls that cannot be answered, and what is said of them.

use deskql::Engine;

use super::super::values::error;
use super::said;
use crate::support::data::{open, rows};

async fn refused(engine: &Engine, call: &str) -> String {
    let sql = if call.starts_with("SELECT") {
        call.to_owned()
    } else {
        format!("SELECT * FROM {call}")
    };
    let found = error(engine, &sql).await;
    said(&found).to_owned()
}

const DAYS: &str = "(SELECT DATE '2026-01-01' + i::INT AS day, i, i % 5 AS x, 9 AS n, 'team ' || i % 2 AS team, \
                    TIMESTAMP '2026-01-01 00:00:00' + i * INTERVAL '1 hour' AS at FROM generate_series(0, 30) AS t(i))";

/// Rows of months would be forecast as days with nothing between them.
#[tokio::test]
async fn rows_of_longer_periods_need_their_grain() {
    let engine = open(&[]).await.unwrap();
    let series = |step: &str| {
        format!(
            "(SELECT (DATE '2025-01-01' + i * INTERVAL '{step}')::DATE AS at, 20 + i % 3 AS n FROM generate_series(0, 30) AS t(i))"
        )
    };
    for (function, options) in [
        ("anomalies", "counts => true"),
        ("forecast", "horizon => 3"),
        ("forecast", "kind => 'backlog', horizon => 3"),
    ] {
        for (step, grain) in [
            ("1 month", "month"),
            ("3 months", "quarter"),
            ("1 year", "year"),
            ("7 days", "week"),
        ] {
            let call = format!(
                "{function}({}, time => at, value => n, {options})",
                series(step)
            );
            assert_eq!(
                refused(&engine, &call).await,
                format!(
                    "{function}: the times are a {grain} apart, and a period is a day: add grain => '{grain}', or \
                     grain => 'day' if the days between count"
                )
            );
        }
        let daily = format!(
            "{function}({}, time => at, value => n, {options})",
            series("1 day")
        );
        rows(&engine, &format!("SELECT count(*) FROM {daily}")).await;
    }
    let meant = format!(
        "SELECT count(*) FROM anomalies({}, time => at, value => n, counts => true, grain => 'day')",
        series("7 days")
    );
    assert_eq!(rows(&engine, &meant).await, ["211"]);
}

#[tokio::test]
async fn two_rows_in_a_period_are_named_with_the_series() {
    let engine = open(&[]).await.unwrap();
    let wanted = |function: &str, period: &str, of: &str, grain: &str| {
        format!(
            "{function}: two rows lie in the {period}{of}; a series has one row a {grain}: sum them up with GROUP BY \
             first, or name in by what tells series apart"
        )
    };
    for (function, options) in [
        ("anomalies", "value => x, season => 1"),
        ("control_chart", "value => x"),
        ("change_points", "value => x"),
        (
            "forecast",
            "value => x, season => 1, method => 'seasonal_naive'",
        ),
    ] {
        let call = format!("{function}({DAYS}, time => day, {options}, grain => 'week')");
        assert_eq!(
            refused(&engine, &call).await,
            wanted(function, "week 2025-12-29", "", "week")
        );
        // The result of a control chart has an n of its own.
        if function == "control_chart" {
            continue;
        }
        let call = format!("{function}({DAYS}, time => at, {options}, by => [team, n])");
        assert_eq!(
            refused(&engine, &call).await,
            wanted(
                function,
                "day 2026-01-01",
                " of team 'team 0', n '9'",
                "day"
            )
        );
    }
    let call = format!("control_chart({DAYS}, time => day, value => x, grain => 'quarter')");
    assert_eq!(
        refused(&engine, &call).await,
        wanted("control_chart", "quarter 2026-Q1", "", "quarter")
    );
    let call = format!(
        "control_chart({DAYS}, time => n, value => x, by => CASE WHEN i < 2 THEN NULL END)"
    );
    assert!(
        refused(&engine, &call)
            .await
            .contains("two rows lie in the period 9 of CASE WHEN")
    );
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one list of cases")]
async fn wrong_options_are_plan_errors() {
    let engine = open(&[]).await.unwrap();
    for (call, wanted) in [
        (
            "anomalies($, time => team, value => x)",
            "anomalies: time must be a date, a timestamp or a whole number, not VARCHAR; cast it",
        ),
        (
            "anomalies($, time => day, value => team)",
            "anomalies: value must be a number, not VARCHAR; count or average the rows of a period first",
        ),
        (
            "anomalies($, time => day, value => x, ignore => x)",
            "anomalies: ignore must be true or false of each row, not BIGINT",
        ),
        (
            "anomalies($, time => i, value => x, grain => 'day')",
            "anomalies: time is a whole number, which is the period itself; leave grain => 'day' out, or give a date",
        ),
        (
            "anomalies($, time => day, value => x, grain => 'hour')",
            "anomalies: a date has no hours; give a timestamp, or grain => 'day'",
        ),
        (
            "anomalies($, time => day, value => x, grain => 'fortnight')",
            "anomalies: there is no grain 'fortnight'; there are 'day', 'week', 'month', 'quarter', 'year', 'hour'",
        ),
        (
            "anomalies($, time => at, value => x, grain => 'hour')",
            "anomalies: season => 7 is a week of days; with grain => 'hour' say after how many periods the season repeats: season => 168, or 1 for none",
        ),
        (
            "anomalies($, time => day, value => x, window => 20)",
            "anomalies: window => 20 holds fewer than three seasons of 7 periods, so that nothing could be judged; write window => 21 or more",
        ),
        (
            "anomalies($, time => day, value => x, window => 13)",
            "anomalies: window must be a whole number of 14 or more, not 13",
        ),
        (
            "anomalies($, time => day, value => x, threshold => 0)",
            "anomalies: threshold must be more than 0, not 0",
        ),
        (
            "anomalies($, time => day, value => x, season => 0)",
            "anomalies: season must be a whole number of 1 or more, not 0",
        ),
        (
            "anomalies($, time => day, value => x, missing => 'fill')",
            "anomalies: there is no missing 'fill'; there are 'zero', 'skip'",
        ),
        (
            "anomalies($, time => day, value => x, by => n % 2 AS score)",
            "",
        ),
        (
            "anomalies((SELECT day, x, team AS score FROM $ AS t), time => day, value => x, by => score)",
            "anomalies: by has a column named score, as the result has one; rename it in a query in parentheses: (SELECT score AS series, ..)",
        ),
        ("anomalies($, time => day)", ""),
        (
            "control_chart($, time => day)",
            "control_chart: give value => of each period, or hits => and n => for shares, and not both",
        ),
        (
            "control_chart($, time => day, value => x, n => n)",
            "control_chart: give value => of each period, or hits => and n => for shares, and not both",
        ),
        (
            "control_chart($, time => day, value => x, kind => 'p')",
            "control_chart: kind => 'p' needs hits => and n =>, not value",
        ),
        (
            "control_chart($, time => day, hits => x, n => n, kind => 'xmr')",
            "control_chart: kind => 'xmr' needs value =>, not hits and n",
        ),
        (
            "control_chart($, time => day, value => x, rules => [1, 4])",
            "control_chart: rules are Nelson's numbers 1, 2, 3, 5 and 6, such as rules => [1, 2], not 4",
        ),
        (
            "control_chart($, time => day, hits => x / 2.0, n => n)",
            "control_chart: hits is 0.5, not a whole number of 0 or more, in the day 2026-01-02; filter such rows out, or leave them all out with SET deskql.invalid_values = 'ignore'",
        ),
        (
            "change_points($, time => day, value => x, kind => 'rate')",
            "change_points: kind => 'rate' takes hits => and n =>, the other kinds take value =>",
        ),
        (
            "change_points($, time => day, hits => x, n => n)",
            "change_points: kind => 'rate' takes hits => and n =>, the other kinds take value =>",
        ),
        (
            "change_points($, time => day, value => x, kind => 'variance', season => 7)",
            "change_points: a season is taken out of kind => 'mean' only",
        ),
        (
            "change_points($, time => day, value => x, min_size => 0)",
            "change_points: min_size must be a whole number of 1 or more, not 0",
        ),
        (
            "SELECT trend(team, x) FROM $ AS t",
            "trend: time must be a date, a timestamp or a number, not VARCHAR; cast it",
        ),
        (
            "SELECT trend_detail(day, x, 1.5) FROM $ AS t",
            "trend_detail: level must lie between 0 and 1, not 1.5",
        ),
        (
            "SELECT erlang_c(-1, 10, 60, 20)",
            "erlang_c: agents must be a whole number of 0 or more, not -1",
        ),
        (
            "SELECT erlang_c(1, 10, -60, 20)",
            "erlang_c: handle_seconds must be 0 or more, not -60",
        ),
        (
            "SELECT erlang_agents(10, 60, 20, 100)",
            "erlang_agents: service_level must be 0, or a percentage from 1 to below 100, such as 30, not 100",
        ),
        (
            "SELECT erlang_agents(10, 60, 20, 80, 0)",
            "erlang_agents: max_occupancy must be a percentage from 1 to 100, such as 85, not 0",
        ),
        (
            "SELECT erlang_a(1, 10, 60, 0)",
            "erlang_a: patience_seconds must be above 0, not 0",
        ),
        (
            "SELECT erlang_c(1, 1e12, 3600, 20)",
            "erlang_c: more than 10000000 agents or waiting contacts are not counted; check the units: contacts an hour, and seconds",
        ),
        (
            "SELECT workload_agents(10, 60, 8, 80, 100)",
            "workload_agents: shrinkage must be 0, or a percentage from 1 to below 100, such as 30, not 100",
        ),
    ] {
        let found = refused(&engine, &call.replace('$', DAYS)).await;
        if wanted.is_empty() {
            assert!(!found.is_empty(), "{call}");
        } else {
            assert!(found.starts_with(wanted), "{call}: {found}");
        }
    }
}

/// A wrong date among days fills no memory, and a search over too many periods is refused before it starts.
#[tokio::test]
async fn what_would_take_too_long_is_refused() {
    let engine = open(&[]).await.unwrap();
    let wrong = "(SELECT * FROM (VALUES (1, 1), (2, 1), (20000000, 1)) AS t(i, x))";
    let call = format!("anomalies({wrong}, time => i, value => x, counts => true)");
    assert_eq!(
        refused(&engine, &call).await,
        "anomalies: from the period 1 to the period 20000000 there are more than 10000000 periods to fill; leave rows \
         with a wrong time out, or write missing => 'skip'"
    );
    let skipped = format!("SELECT count(*) FROM anomalies({wrong}, time => i, value => x)");
    assert_eq!(rows(&engine, &skipped).await, ["3"]);
    let call = format!(
        "forecast({wrong}, time => i, value => x, missing => 'skip', method => 'seasonal_naive')"
    );
    assert!(
        refused(&engine, &call)
            .await
            .contains("more than 10000000 periods")
    );
    let long = "(SELECT i, i % 5 AS x FROM generate_series(1, 80000) AS t(i))";
    let call = format!("change_points({long}, time => i, value => x)");
    assert_eq!(
        refused(&engine, &call).await,
        "change_points: 1 series of up to 80000 periods would take too long; take a longer grain, a part of the time or \
         fewer series"
    );
    let call = format!("anomalies({long}, time => i, value => x, window => 80000)");
    assert!(
        refused(&engine, &call)
            .await
            .contains("would take too long")
    );
}

/// A zone's calendar ends, and so do types of times.
#[tokio::test]
async fn times_off_their_range_are_named() {
    let engine = open(&[]).await.unwrap();
    let call = "forecast((SELECT arrow_cast(i + 230, 'UInt8') AS i, i % 2 AS x FROM generate_series(0, 9) AS t(i)), time => \
                i, value => x, season => 2, method => 'seasonal_naive')";
    assert_eq!(
        refused(&engine, call).await,
        "forecast: the period 256 is outside the range of the times"
    );
}
