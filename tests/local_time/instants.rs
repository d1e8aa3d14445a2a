//! Random instants from 1900 to 2100, and the seconds around every offset change of a zone.

use jiff::civil::{Date, Weekday};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{APIA, ZONES, days, integers, local, micros, table, zone};

const SECOND: i64 = 1_000_000;
const FIRST: i64 = -2_208_988_800;
const LAST: i64 = 4_102_444_800;

/// Rows for a table: an instant and the name of a zone.
fn rows() -> impl Strategy<Value = Vec<(i64, &'static str)>> {
    let any = FIRST * SECOND..LAST * SECOND;
    let apia = (APIA - 200_000) * SECOND..(APIA + 200_000) * SECOND;
    let change = (0..ZONES.len(), FIRST..LAST, -90_000_i64..90_000);
    let near = change.prop_map(|(place, from, aside)| {
        let from = jiff::Timestamp::from_second(from).unwrap();
        let zone = zone(ZONES[place]);
        let next = zone.following(from).next();
        let next = next.map_or(from, |next| next.timestamp()).as_second();
        // After 2099 one library continues with the last rule, the other with the last offset.
        (next + aside).min(LAST) * SECOND
    });
    let at = prop_oneof![2 => any, 1 => apia, 3 => near];
    vec(
        (at, (0..ZONES.len()).prop_map(|place| ZONES[place])),
        1..200,
    )
}

fn monday(date: Date) -> Date {
    start_of_week(date, Weekday::Monday)
}

fn start_of_week(date: Date, start: Weekday) -> Date {
    let back = i64::from(date.weekday().since(start));
    date.checked_sub(jiff::Span::new().days(back)).unwrap()
}

fn quarter(date: Date) -> Date {
    Date::new(date.year(), (date.month() - 1) / 3 * 3 + 1, 1).unwrap()
}

const COLUMNS: &str = "local_time(at, zone), local_date(at, zone), \
    local_trunc('hour', at, zone), local_trunc('day', at, zone), local_trunc('week', at, zone), \
    local_trunc('week', at, zone, 'sunday'), local_trunc('month', at, zone), \
    local_trunc('quarter', at, zone), local_trunc('year', at, zone)";

fn expected(at: i64, name: &str) -> Vec<i64> {
    let shown = local(&zone(name), at);
    let date = shown.date();
    let hour = date.at(shown.hour(), 0, 0, 0);
    vec![
        micros(shown),
        days(date),
        micros(hour),
        days(date),
        days(monday(date)),
        days(start_of_week(date, Weekday::Sunday)),
        days(date.first_of_month()),
        days(quarter(date)),
        days(date.first_of_year()),
    ]
}

#[test]
fn local_times_dates_and_buckets_equal_those_of_another_library() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(64)
    };
    proptest!(config, |(rows in rows())| {
        let columns = runtime.block_on(async {
            let engine = table(&rows).await;
            integers(&engine, &format!("SELECT {COLUMNS} FROM t")).await
        });
        for (row, (at, name)) in rows.iter().enumerate() {
            // The libraries have different versions of the time zone database, which disagree about 1965.
            if *name == "America/Sao_Paulo" && *at < 0 {
                continue;
            }
            let found: Vec<i64> = columns.iter().map(|column| column[row].unwrap()).collect();
            prop_assert_eq!(found, expected(*at, name), "{} in {}", at, name);
        }
    });
}

#[tokio::test]
async fn a_literal_zone_gives_what_a_column_gives() {
    let step = 5_000_011 * SECOND;
    let instants = (0..1_200).map(|row| FIRST * SECOND + row * step);
    let rows: Vec<_> = instants.map(|at| (at, "Australia/Lord_Howe")).collect();
    let engine = table(&rows).await;
    let by_column = integers(&engine, &format!("SELECT {COLUMNS} FROM t")).await;
    let literal = COLUMNS.replace("zone", "'Australia/Lord_Howe'");
    assert_eq!(
        integers(&engine, &format!("SELECT {literal} FROM t")).await,
        by_column
    );
}

/// Every change since 1970 of every zone that both libraries know, as far as both know the same rules.
#[tokio::test]
async fn changes_of_zones_are_found_to_the_second() {
    for name in ZONES {
        let zone = zone(name);
        let from = jiff::Timestamp::from_second(0).unwrap();
        let changes = zone
            .following(from)
            .map(|change| change.timestamp().as_second());
        let changes = changes.take_while(|at| *at < LAST);
        let rows: Vec<(i64, &str)> = changes
            .flat_map(|at| [at - 1, at].map(|at| (at * SECOND, name)))
            .collect();
        if rows.is_empty() {
            continue;
        }
        let engine = table(&rows).await;
        let sql = format!("SELECT local_time(at, '{name}') FROM t");
        let found = integers(&engine, &sql).await.remove(0);
        for ((at, _), found) in rows.iter().zip(found) {
            assert_eq!(found, Some(micros(local(&zone, *at))), "{at} in {name}");
        }
    }
}

#[tokio::test]
async fn every_local_time_comes_back_as_the_instant_that_another_library_chooses() {
    // Every quarter of an hour around the offset changes of a year, and around Samoa's skipped day.
    for (name, around) in [
        ("America/New_York", "2026-03-08"),
        ("America/New_York", "2026-11-01"),
        ("Australia/Lord_Howe", "2026-04-05"),
        ("Australia/Lord_Howe", "2026-10-04"),
        ("America/Sao_Paulo", "2018-11-04"),
        ("Pacific/Apia", "2011-12-30"),
    ] {
        let first = micros(around.parse::<Date>().unwrap().at(0, 0, 0, 0)) - 86_400 * SECOND;
        let walls: Vec<i64> = (0..288)
            .map(|quarter| first + quarter * 900 * SECOND)
            .collect();
        let rows: Vec<_> = walls.iter().map(|wall| (*wall, name)).collect();
        let engine = table(&rows).await;
        let sql = "SELECT from_local_time(to_local_time(at), zone) FROM t";
        let found = integers(&engine, sql).await.remove(0);
        for (wall, found) in walls.iter().zip(found) {
            let shown = local(&zone("UTC"), *wall);
            // Its rule is ours: forward over a gap, the first of two.
            let chosen = shown.to_zoned(zone(name)).unwrap();
            let expected = chosen.timestamp().as_microsecond();
            assert_eq!(found, Some(expected), "{shown} in {name}");
        }
    }
}
