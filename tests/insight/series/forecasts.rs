//! Forecasts by each method, and what the program says where it was built without one.

use deskql::Engine;

use super::super::values::error;
use super::said;
use crate::support::data::{open, rows};

async fn engine() -> Engine {
    open(&[]).await.unwrap()
}

/// Weeks with noise about a fixed level: the mean of the past beats last week's value.
fn noisy(n: i64) -> String {
    format!(
        "(SELECT i, 40 + 10 * (i % 7) + (i * 7919 + i * i * 31) % 23 AS tickets FROM generate_series(0, {}) AS t(i))",
        n - 1
    )
}

#[cfg(feature = "forecast")]
#[tokio::test]
async fn auto_takes_the_method_with_the_smaller_error() {
    let engine = engine().await;
    let call = |n: i64, options: &str| {
        format!(
            "SELECT min(method), count(*), round(min(mase), 6) FROM forecast({}, time => i, value => tickets, \
             horizon => 14{options})",
            noisy(n)
        )
    };
    let auto = rows(&engine, &call(210, "")).await;
    assert!(auto[0].starts_with("mstl|14|0."), "{auto:?}");
    let naive = rows(&engine, &call(210, ", method => 'seasonal_naive'")).await;
    let mase = |row: &str| row.rsplit('|').next().unwrap().parse::<f64>().unwrap();
    assert!(mase(&auto[0]) < mase(&naive[0]));
    // Seven weeks are too few to choose by.
    let short = rows(&engine, &call(49, "")).await;
    assert!(short[0].starts_with("seasonal_naive|14|"), "{short:?}");
    let named = rows(&engine, &call(49, ", method => 'mstl'")).await;
    assert!(named[0].starts_with("mstl|14|"), "{named:?}");
}

/// A series that repeats itself to the last digit: last season's value, without error or width.
#[cfg(feature = "forecast")]
#[tokio::test]
async fn a_perfect_season_stays_seasonal_naive() {
    let sql = "SELECT DISTINCT method, mase, high - low FROM forecast((SELECT i, i % 7 AS x FROM generate_series(0, 83) \
               AS t(i)), time => i, value => x)";
    assert_eq!(rows(&engine().await, sql).await, ["seasonal_naive||0.0"]);
}

#[cfg(not(feature = "forecast"))]
#[tokio::test]
async fn without_the_feature_one_method_is_left() {
    let engine = engine().await;
    for method in ["", ", method => 'auto'", ", method => 'mstl'"] {
        let sql = format!(
            "SELECT * FROM forecast({}, time => i, value => tickets{method})",
            noisy(50)
        );
        let found = error(&engine, &sql).await;
        assert!(
            found.contains("write method => 'seasonal_naive'"),
            "{found}"
        );
    }
}

/// At 80 % about four in five of the weeks after the forecast lie within.
#[tokio::test]
async fn intervals_hold_what_they_promise() {
    let engine = engine().await;
    let sql = format!(
        "SELECT count(*) FILTER (WHERE tickets BETWEEN low AND high) FROM forecast((SELECT * FROM {} AS past WHERE i < \
         196), time => i, value => tickets, method => 'seasonal_naive', horizon => 14) AS f JOIN {} AS later ON \
         f.time = later.i",
        noisy(210),
        noisy(210)
    );
    let inside: i64 = rows(&engine, &sql).await[0].parse().unwrap();
    assert!((10..=14).contains(&inside), "{inside}");
}

/// Counts are never below 0; other values may be.
#[tokio::test]
async fn only_counts_end_at_zero() {
    let falling = "(SELECT i, 3 - i % 5 AS x FROM generate_series(0, 40) AS t(i))";
    for (kind, wanted) in [("count", "true|true"), ("value", "false|false")] {
        let sql = format!(
            "SELECT min(low) >= 0, min(forecast) >= 0 FROM forecast({falling}, time => i, value => x, kind => '{kind}', \
             season => 5, method => 'seasonal_naive')"
        );
        assert_eq!(rows(&engine().await, &sql).await, [wanted]);
    }
}

/// A gap takes the value one season before, in the first season that of the next.
#[tokio::test]
async fn gaps_may_take_the_season_before() {
    let sql = "SELECT forecast FROM forecast((SELECT i, i % 7 + i // 7 * 10 AS x FROM generate_series(0, 20) AS t(i) WHERE i \
               NOT IN (15, 16)), time => i, value => x, missing => 'skip', horizon => 3, method => 'seasonal_naive')";
    assert_eq!(rows(&engine().await, sql).await, ["20.0", "11.0", "12.0"]);
    let sql = sql.replace("'skip'", "'zero'");
    assert_eq!(rows(&engine().await, &sql).await, ["20.0", "0.0", "0.0"]);
}

#[tokio::test]
async fn what_cannot_be_forecast_is_said() {
    let engine = engine().await;
    for (call, wanted) in [
        (
            "(SELECT i, i AS x, 'a' AS team FROM generate_series(1, 9) AS t(i)), time => i, value => x, by => team",
            "forecast: 9 periods of team 'a' are fewer than two seasons, 14; take a longer time or a shorter season",
        ),
        (
            "(SELECT i, i AS x FROM generate_series(1, 9) AS t(i)), time => i, value => x, season => 100000000, horizon \
             => 10001",
            "forecast: horizon => 10001 is too far; 10000 periods are the most",
        ),
        (
            "(SELECT i, i AS x FROM generate_series(1, 9) AS t(i)), time => i, value => x, kind => 'backlog', method => \
             'mstl'",
            "forecast: a backlog is forecast by 'seasonal_naive' only; no other method has a variance of sums",
        ),
        (
            "(SELECT i, i AS x FROM generate_series(1, 9) AS t(i)), time => i, value => x, level => 1",
            "forecast: level must lie between 0 and 1, not 1",
        ),
    ] {
        let sql = format!("SELECT * FROM forecast({call}, method => 'seasonal_naive')");
        let sql = if call.contains("method") {
            sql.replace(", method => 'seasonal_naive')", ")")
        } else {
            sql
        };
        let found = error(&engine, &sql).await;
        assert_eq!(said(&found), wanted);
    }
}
