//! Traps of the engine that concern time zones: literals, comparisons, casts and bins.
//!
//! The letter in a name is the row of `docs/engine-traps.md`. Expected values are worked out by hand:
//! New York skipped 02:00 to 03:00 on 8 March 2026 and repeated 01:00 to 02:00 on 1 November.

use std::sync::Arc;

use datafusion::arrow::array::TimestampMicrosecondArray;
use deskql::{Engine, EngineSettings};

use crate::support::data::{error as failure, open, parquet, rows};

async fn answer(sql: &str) -> Vec<String> {
    rows(&open(&[]).await.unwrap(), sql).await
}

async fn error(sql: &str) -> String {
    failure(&open(&[]).await.unwrap(), sql).await
}

#[tokio::test]
async fn trap_e_a_literal_cast_to_timestamptz_has_a_zone() {
    let sql = "SELECT arrow_typeof('2026-01-01T00:00:00'::timestamptz), \
               '2026-01-01T00:00:00+05:30'::timestamptz";
    assert_eq!(
        answer(sql).await,
        ["Timestamp(ns, \"UTC\")|2025-12-31T18:30:00Z"]
    );
}

#[tokio::test]
async fn trap_d_a_naive_column_and_a_zoned_literal_meet_at_the_same_instant() {
    let sql = "SELECT x = '2026-01-01T12:00:00'::timestamptz, x < '2026-01-01T12:00:01Z'::timestamptz, \
               x = '2026-01-01T14:00:00+02:00'::timestamptz \
               FROM (VALUES (timestamp '2026-01-01 12:00:00')) t(x)";
    assert_eq!(answer(sql).await, ["true|true|true"]);
}

#[tokio::test]
async fn trap_d_a_naive_time_beside_a_zoned_one_is_read_on_its_clock() {
    // Literals and columns alike: noon in New York is 17:00 UTC in winter.
    let sql = "SELECT z = TIMESTAMP '2026-01-01 12:00:00', z = n, n < z, z BETWEEN n AND n, z IN (n), \
               z > DATE '2026-01-01', z BETWEEN DATE '2026-01-01' AND DATE '2026-01-02' \
               FROM (SELECT arrow_cast('2026-01-01T17:00:00Z', 'Timestamp(us, \"America/New_York\")') AS z, \
               TIMESTAMP '2026-01-01 12:00:00' AS n)";
    assert_eq!(answer(sql).await, ["true|true|false|true|true|true|true"]);
    // Midnight in New York is 05:00 UTC.
    let sql = "SELECT DATE '2026-01-02' BETWEEN z AND z + INTERVAL '1 second', DATE '2026-01-01' BETWEEN z AND z, \
               DATE '2026-01-02' IN (z + INTERVAL '1 second'), DATE '2026-01-02' NOT BETWEEN DATE '2026-01-01' AND z \
               FROM (SELECT arrow_cast('2026-01-02T04:59:59Z', 'Timestamp(us, \"America/New_York\")') AS z)";
    assert_eq!(answer(sql).await, ["true|false|true|true"]);
    let sql = "SELECT z < DATE '2026-01-02', DATE '2026-01-02' > z, z IN (DATE '2026-01-02'), n = z FROM (SELECT \
               arrow_cast('2026-01-02T04:59:59Z', 'Timestamp(us, \"America/New_York\")') AS z, \
               TIMESTAMP '2026-01-01 23:59:59' AS n)";
    assert_eq!(answer(sql).await, ["true|true|false|true"]);
}

/// The optimizer moves casts of columns to the literals that they are compared with, zone or not.
#[tokio::test]
async fn trap_d_columns_of_files_meet_literals_of_any_zone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    let noon = 1_767_268_800_000_000_i64;
    let values = TimestampMicrosecondArray::from(vec![noon, noon + 1]);
    parquet(&path, vec![("n", Arc::new(values))]);
    let engine = open(&[&path]).await.unwrap();
    for (literal, expected) in [
        // Noon in local time of New York, of a place two hours ahead of UTC, and of UTC.
        (
            "arrow_cast('2026-01-01T17:00:00Z', 'Timestamp(us, \"America/New_York\")')",
            "1",
        ),
        (
            "arrow_cast('2026-01-01T10:00:00Z', 'Timestamp(us, \"+02:00\")')",
            "1",
        ),
        ("'2026-01-01T12:00:00Z'::TIMESTAMPTZ", "1"),
        (
            "'2026-01-01T17:00:00Z' AT TIME ZONE 'America/New_York'",
            "1",
        ),
        (
            "arrow_cast('2026-01-01T12:00:00Z', 'Timestamp(us, \"+02:00\")')",
            "0",
        ),
    ] {
        let sql = format!("SELECT count(*) FROM t WHERE n = {literal}");
        assert_eq!(rows(&engine, &sql).await, [expected], "{literal}");
        let sql = format!(
            "SELECT count(*) FROM t WHERE n > {literal} AND n <= {literal} + INTERVAL '1 second'"
        );
        assert_eq!(rows(&engine, &sql).await, [expected], "{literal}");
    }
    // In a session of another zone, literals without one are of that zone, and so is the displayed
    // time.
    rows(
        &engine,
        "SET datafusion.execution.time_zone = 'America/New_York'",
    )
    .await;
    let sql = "SELECT count(*) FROM t WHERE n = '2026-01-01T12:00:00'::TIMESTAMPTZ";
    assert_eq!(rows(&engine, sql).await, ["1"]);
    let sql = "SELECT count(*) FROM t WHERE n = '2026-01-01T17:00:00Z'::TIMESTAMPTZ";
    assert_eq!(rows(&engine, sql).await, ["1"]);
}

#[tokio::test]
async fn comparisons_in_utc_still_skip_files() {
    let engine = Engine::open(EngineSettings {
        data: vec!["sample-data".to_owned()],
        ..EngineSettings::default()
    })
    .await
    .unwrap();
    for literal in [
        "'2026-03-01'",
        "TIMESTAMP '2026-03-01 00:00:00'",
        "'2026-03-01T00:00:00Z'::TIMESTAMPTZ",
        "TIMESTAMP '2026-03-01 00:00:00' AT TIME ZONE 'America/New_York'",
    ] {
        let sql = format!("EXPLAIN SELECT count(*) FROM tickets WHERE created_at >= {literal}");
        let plan = rows(&engine, &sql).await.join("\n");
        let predicate = plan.contains("pruning_predicate=created_at_null_count");
        assert!(
            predicate && !plan.contains("instant_of_local_time"),
            "{plan}"
        );
    }
}

/// The start of the day of an instant, by three functions.
#[tokio::test]
async fn trap_f_bins_follow_the_clock_of_the_zone_as_truncation_does() {
    // Days in Kolkata begin at 18:30 UTC; those of New York on 8 March 2026 at 05:00 and last 23 hours;
    // São Paulo skipped midnight to 01:00 on 4 November 2018.
    for (zone, instant, day) in [
        (
            "Asia/Kolkata",
            "2026-01-01T18:29:59Z",
            "2025-12-31T18:30:00Z",
        ),
        (
            "Asia/Kolkata",
            "2026-01-01T18:30:00Z",
            "2026-01-01T18:30:00Z",
        ),
        (
            "America/New_York",
            "2026-03-08T04:59:59Z",
            "2026-03-07T05:00:00Z",
        ),
        (
            "America/New_York",
            "2026-03-09T03:59:59Z",
            "2026-03-08T05:00:00Z",
        ),
        (
            "America/New_York",
            "2026-11-02T04:59:59Z",
            "2026-11-01T04:00:00Z",
        ),
        (
            "America/Sao_Paulo",
            "2018-11-04T12:00:00Z",
            "2018-11-04T03:00:00Z",
        ),
        ("+05:30", "2026-01-01T18:30:00Z", "2026-01-01T18:30:00Z"),
    ] {
        let at = format!("arrow_cast('{instant}', 'Timestamp(us, \"{zone}\")')");
        let sql = format!(
            "SELECT date_bin(INTERVAL '1 day', t) = b, date_trunc('day', t) = b, \
             time_bucket(INTERVAL '1 day', t) = b FROM (SELECT {at} AS t, '{day}'::TIMESTAMPTZ AS b)"
        );
        assert_eq!(
            answer(&sql).await,
            ["true|true|true"],
            "{instant} in {zone}"
        );
    }
}

/// Half hours around offset changes: of an hour, of half an hour, at midnight, and of a whole day.
#[tokio::test]
async fn trap_f_bins_truncation_and_local_buckets_agree() {
    let engine = open(&[]).await.unwrap();
    for (zone, around) in [
        ("America/New_York", "2026-03-08"),
        ("America/New_York", "2026-11-01"),
        ("Europe/London", "2026-03-29"),
        ("Asia/Kolkata", "2026-03-29"),
        ("Australia/Lord_Howe", "2026-04-05"),
        ("Australia/Lord_Howe", "2026-10-04"),
        ("America/Santiago", "2026-04-05"),
        ("America/Santiago", "2026-09-06"),
        ("America/Sao_Paulo", "2018-11-04"),
        ("Pacific/Apia", "2011-12-30"),
        // Midnight comes twice.
        ("America/Havana", "2026-11-01"),
        ("Atlantic/Azores", "2026-10-25"),
    ] {
        for unit in ["s", "us", "ns"] {
            let times = format!(
                "SELECT arrow_cast(unnest(generate_series(TIMESTAMPTZ '{around}T00:00:00Z' - INTERVAL '40 days', \
                 TIMESTAMPTZ '{around}T00:00:00Z' + INTERVAL '3 days', INTERVAL '30 minutes')), \
                 'Timestamp({unit}, \"{zone}\")') AS t"
            );
            let agree = |width: &str, grain: &str| {
                format!(
                    "count(*) FILTER (WHERE date_bin(INTERVAL '1 {width}', t) = date_trunc('{grain}', t) \
                     AND time_bucket(INTERVAL '1 {width}', t) = date_trunc('{grain}', t) \
                     AND local_trunc('{grain}', date_bin(INTERVAL '1 {width}', t), '{zone}') \
                         = local_trunc('{grain}', t, '{zone}'))"
                )
            };
            let sql = format!(
                "SELECT count(*) = {}, count(*) = {}, count(*) = count(*) FILTER (WHERE \
                 date_bin(INTERVAL '7 days', t, TIMESTAMP '2007-01-01 00:00:00') = date_trunc('week', t)) FROM ({times})",
                agree("day", "day"),
                agree("month", "month")
            );
            assert_eq!(
                rows(&engine, &sql).await,
                ["true|true|true"],
                "{zone} {around} {unit}"
            );
            // As many days as the calendar has.
            let sql = format!(
                "SELECT count(DISTINCT date_trunc('day', t)) = count(DISTINCT local_date(t, '{zone}')) FROM ({times})"
            );
            assert_eq!(
                rows(&engine, &sql).await,
                ["true"],
                "days of {zone} {around} {unit}"
            );
            let sql = format!("SELECT count(*) = {} FROM ({times})", agree("hour", "hour"));
            assert_eq!(
                rows(&engine, &sql).await,
                ["true"],
                "hours of {zone} {around} {unit}"
            );
        }
    }
}

#[tokio::test]
async fn trap_f_an_origin_is_read_off_the_clock() {
    // Weeks from a Sunday in New York's local time, even across offset changes.
    let sql = "SELECT date_bin(INTERVAL '7 days', t, o)::TIMESTAMP FROM (SELECT \
               arrow_cast('2026-03-10T16:00:00Z', 'Timestamp(us, \"America/New_York\")') AS t, \
               arrow_cast('2026-01-04T05:00:00Z', 'Timestamp(ns, \"America/New_York\")') AS o)";
    assert_eq!(answer(sql).await, ["2026-03-08T00:00:00"]);
    // NULLs, and local time in UTC.
    let sql = "SELECT date_bin(INTERVAL '1 day', arrow_cast(NULL, 'Timestamp(us, \"America/New_York\")')), \
               date_bin(INTERVAL '1 day', TIMESTAMPTZ '2026-03-08T12:00:00Z')";
    assert_eq!(answer(sql).await, ["|2026-03-08T00:00:00Z"]);
}

#[tokio::test]
async fn trap_g_a_local_time_in_a_gap_or_fold_is_an_instant_and_no_error() {
    for (local, instant) in [
        ("2026-03-08 02:30:00", "2026-03-08T07:30:00Z"),
        ("2026-03-08 01:59:59", "2026-03-08T06:59:59Z"),
        ("2026-03-08 03:00:00", "2026-03-08T07:00:00Z"),
        ("2026-11-01 01:30:00", "2026-11-01T05:30:00Z"),
        ("2026-11-01 02:00:00", "2026-11-01T07:00:00Z"),
    ] {
        for value in [format!("TIMESTAMP '{local}'"), format!("'{local}'")] {
            for cast in [
                "x AT TIME ZONE 'America/New_York'",
                "arrow_cast(x, 'Timestamp(us, \"America/New_York\")')",
                "arrow_cast(x, 'Timestamp(ns, \"America/New_York\")')",
                "arrow_try_cast(x, 'Timestamp(s, \"America/New_York\")')",
            ] {
                // As a column, and as a literal.
                for source in [
                    format!("SELECT {cast} AS z FROM (VALUES ({value})) t(x)"),
                    format!("SELECT {} AS z", cast.replacen('x', &value, 1)),
                ] {
                    let sql = format!(
                        "SELECT z = TIMESTAMPTZ '{instant}', from_local_time({value}, 'America/New_York') = z \
                         FROM ({source})"
                    );
                    assert_eq!(answer(&sql).await, ["true|true"], "{sql}");
                }
            }
        }
    }
}

/// CAST and literals are of the session's zone.
#[tokio::test]
async fn trap_g_a_session_of_another_zone_does_not_fail_either() {
    let engine = open(&[]).await.unwrap();
    rows(
        &engine,
        "SET datafusion.execution.time_zone = 'America/New_York'",
    )
    .await;
    let sql = "SELECT x::TIMESTAMPTZ = i, CAST(x AS TIMESTAMPTZ) = i, TRY_CAST(x AS TIMESTAMPTZ) = i, \
               TIMESTAMPTZ '2026-03-08 02:30:00' = i, '2026-03-08 02:30:00'::TIMESTAMPTZ = i, \
               TRY_CAST('2026-03-08 02:30:00' AS TIMESTAMPTZ) = i, TRY_CAST('soon' AS TIMESTAMPTZ) IS NULL, x = i, \
               to_timestamp(x) = i, to_timestamp_micros('2026-03-08 02:30:00') = i, \
               to_timestamp(1772955000) = i, to_timestamp(1772955000.0) = i, to_timestamp_millis(1772955000000) = i \
               FROM (SELECT TIMESTAMP '2026-03-08 02:30:00' AS x, TIMESTAMPTZ '2026-03-08T07:30:00Z' AS i)";
    let all = ["true"; 13].join("|");
    assert_eq!(rows(&engine, sql).await, [all]);
}

#[tokio::test]
async fn trap_g_one_odd_time_does_not_fail_the_query() {
    let sql = "SELECT count(*), count(z), min(z)::TIMESTAMPTZ FROM (SELECT x AT TIME ZONE 'America/New_York' AS z \
               FROM (VALUES ('2026-03-08 02:30:00'), ('2026-03-08T02:30:00+01:00'), (NULL)) t(x))";
    assert_eq!(answer(sql).await, ["3|2|2026-03-08T01:30:00Z"]);
    // A comparison casts too, and so does a date with a skipped midnight, and a text.
    let zoned = "arrow_cast('2018-11-04T03:00:00Z', 'Timestamp(us, \"America/Sao_Paulo\")')";
    let sql = format!(
        "SELECT {zoned} = TIMESTAMP '2018-11-04 00:00:00', {zoned} = DATE '2018-11-04', \
         {zoned} = '2018-11-04', {zoned} IN ('2018-11-04 00:00:00'), {zoned} = '2018-11-04 01:00:00'"
    );
    assert_eq!(answer(&sql).await, ["true|true|true|true|true"]);
    // So do the two halves of a UNION, and a join.
    let sql = format!(
        "SELECT count(DISTINCT z) FROM (SELECT {zoned} AS z UNION ALL SELECT TIMESTAMP '2018-11-04 00:30:00')"
    );
    assert_eq!(answer(&sql).await, ["2"]);
    let sql = format!(
        "SELECT count(*) FROM (SELECT {zoned} AS z) a JOIN (SELECT TIMESTAMP '2018-11-04 00:00:00' AS n) b ON z = n"
    );
    assert_eq!(answer(&sql).await, ["1"]);
    let sql = "SELECT x AT TIME ZONE 'America/New_York' FROM (VALUES ('2026-03-08 02:30:00'), ('soon')) t(x)";
    assert!(error(sql).await.contains("soon"));
}

#[tokio::test]
async fn trap_h_a_cast_to_timestamp_gives_the_wall_clock_of_the_zone() {
    // As in PostgreSQL, an instant AT TIME ZONE shows the local time of that zone.
    for instant in ["TIMESTAMPTZ '2026-01-01T17:00:00Z'", "i"] {
        let zoned = format!("({instant} AT TIME ZONE 'America/New_York')");
        let sql = format!(
            "SELECT {zoned}::TIMESTAMP, CAST({zoned} AS TIMESTAMP), TRY_CAST({zoned} AS TIMESTAMP), \
             to_local_time({zoned}), arrow_cast({zoned}, 'Timestamp(s, None)'), {zoned}::DATE, \
             {instant}::TIMESTAMP FROM (SELECT TIMESTAMPTZ '2026-01-01T17:00:00Z' AS i)"
        );
        let noon = "2026-01-01T12:00:00";
        let expected = format!("{noon}|{noon}|{noon}|{noon}|{noon}|2026-01-01|2026-01-01T17:00:00");
        assert_eq!(answer(&sql).await, [expected]);
    }
    // A column of that type, and back again.
    let sql = "SELECT z::TIMESTAMP, z::TIMESTAMP = z, to_unixtime(z), arrow_cast(z, 'Int64') / 1000000 FROM \
               (SELECT arrow_cast('2026-01-01T17:00:00Z', 'Timestamp(us, \"America/New_York\")') AS z)";
    assert_eq!(
        answer(sql).await,
        ["2026-01-01T12:00:00|true|1767286800|1767286800"]
    );
}

/// `PostgreSQL` returns the session's local time here, a cast the unchanged time: neither is guessed.
#[tokio::test]
async fn trap_h_a_naive_time_put_on_a_clock_and_cast_back_is_refused() {
    let zoned = "TIMESTAMP '2026-01-01 12:00:00' AT TIME ZONE 'America/New_York'";
    let text = error(&format!("SELECT ({zoned})::TIMESTAMP")).await;
    assert!(
        text.contains("from_local_time(ts, 'America/New_York')::TIMESTAMP"),
        "{text}"
    );
    let sql = "SELECT from_local_time(ts, 'America/New_York')::TIMESTAMP, \
               local_time(from_local_time(ts, 'UTC'), 'America/New_York') \
               FROM (SELECT TIMESTAMP '2026-01-01 12:00:00' AS ts)";
    assert_eq!(
        answer(sql).await,
        ["2026-01-01T17:00:00|2026-01-01T07:00:00"]
    );
}

#[tokio::test]
async fn trap_i_text_beside_a_zoned_column_is_read_in_the_columns_zone() {
    let sql = "SELECT x = '2026-01-01 12:00:00', x = '2026-01-01T17:00:00Z', x >= '2026-01-01' \
               FROM (VALUES (timestamp '2026-01-01 12:00:00' AT TIME ZONE 'America/New_York')) t(x)";
    assert_eq!(answer(sql).await, ["true|true|true"]);
}
