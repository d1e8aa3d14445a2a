use chrono::{DateTime, MappedLocalTime, NaiveDateTime, Offset, TimeZone};
use proptest::prelude::*;

use super::*;

const ZONES: [Tz; 9] = [
    Tz::UTC,
    Tz::America__New_York,
    Tz::Europe__London,
    Tz::Asia__Kolkata,
    Tz::Australia__Lord_Howe,
    Tz::America__Santiago,
    Tz::Pacific__Apia,
    Tz::Africa__Casablanca,
    Tz::Africa__Monrovia,
];

fn seconds(text: &str) -> i64 {
    let time = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap();
    time.and_utc().timestamp()
}

fn text(seconds: i64) -> String {
    let time = DateTime::from_timestamp(seconds, 0).unwrap();
    time.format("%Y-%m-%d %H:%M:%S").to_string()
}

fn clock(zone: &str) -> LocalTimeConverter {
    LocalTimeConverter::new(named(zone).unwrap(), 1)
}

fn local(zone: &str, at: &str) -> String {
    text(clock(zone).local(seconds(at)).unwrap())
}

fn instant(zone: &str, at: &str) -> String {
    text(clock(zone).instant(seconds(at)).unwrap())
}

#[test]
fn clocks_of_summer_and_winter() {
    let berlin = |at| local("Europe/Berlin", at);
    assert_eq!(berlin("2026-01-15 11:00:00"), "2026-01-15 12:00:00");
    assert_eq!(berlin("2026-03-29 00:59:59"), "2026-03-29 01:59:59");
    assert_eq!(berlin("2026-03-29 01:00:00"), "2026-03-29 03:00:00");
    assert_eq!(berlin("2026-10-25 00:59:59"), "2026-10-25 02:59:59");
    assert_eq!(berlin("2026-10-25 01:00:00"), "2026-10-25 02:00:00");
    // Lord Howe Island changes its offset by half an hour.
    let island = |at| local("Australia/Lord_Howe", at);
    assert_eq!(island("2026-04-04 14:59:59"), "2026-04-05 01:59:59");
    assert_eq!(island("2026-04-04 15:00:00"), "2026-04-05 01:30:00");
    assert_eq!(
        local("+05:30", "2026-01-01 20:00:00"),
        "2026-01-02 01:30:00"
    );
    assert_eq!(local("-0330", "2026-01-01 02:00:00"), "2025-12-31 22:30:00");
}

#[test]
fn a_gap_moves_forward_and_a_fold_is_the_first_time() {
    let berlin = |at| instant("Europe/Berlin", at);
    assert_eq!(berlin("2026-03-29 02:30:00"), "2026-03-29 01:30:00");
    assert_eq!(berlin("2026-10-25 02:30:00"), "2026-10-25 00:30:00");
    assert_eq!(berlin("2026-10-25 03:00:00"), "2026-10-25 02:00:00");
    // Samoa skipped 30 December 2011: noon of it is noon of the 31st, at +14.
    let apia = |at| instant("Pacific/Apia", at);
    assert_eq!(apia("2011-12-30 12:00:00"), "2011-12-30 22:00:00");
    assert_eq!(apia("2011-12-31 12:00:00"), "2011-12-30 22:00:00");
    // The first moment of the skipped day is that of the next one.
    let mut clock = clock("Pacific/Apia");
    for midnight in [
        "2011-12-30 00:00:00",
        "2011-12-30 12:00:00",
        "2011-12-31 00:00:00",
    ] {
        let first = clock.not_before(seconds(midnight)).unwrap();
        assert_eq!(text(first), "2011-12-30 10:00:00");
    }
}

#[test]
fn names_are_said_right() {
    let problem = |name: &str| named(name).unwrap_err();
    assert_eq!(
        problem("america/new_york"),
        "unknown time zone 'america/new_york', did you mean 'America/New_York'?"
    );
    assert!(problem("New York").contains("'America/New_York'"));
    assert!(problem("Europe/Lisbn").contains("'Europe/Lisbon'"));
    assert!(problem("PST").contains("did you mean"));
    assert!(problem("").contains("IANA"));
    assert!(problem("+25:00").contains("+25:00"));
    assert!(problem("+é5:00").contains("unknown"));
}

/// No two changes that cancel each other may be closer than the step of the search for changes.
#[test]
fn no_change_is_missed_in_any_zone() {
    for zone in TZ_VARIANTS {
        let (table, mut clock) = (from_tz(zone), LocalTimeConverter::new(from_tz(zone), 1));
        for (index, span) in table.spans().iter().enumerate().skip(1) {
            for second in [span.start - 1, span.start] {
                assert_eq!(clock.local(second), Some(by_chrono(zone, second)), "{zone}");
            }
            let is_short = span.end.saturating_sub(span.start) < 3 * 86_400;
            let around = (table.spans()[index - 1], table.spans().get(index + 1));
            let cancels = around
                .1
                .is_some_and(|after| after.offset == around.0.offset);
            assert!(!(is_short && cancels), "{zone}: {span:?}");
        }
        // Prime to a day and an hour, so that all times of the day are tried.
        for second in (-4_000_000_000..5_000_000_000).step_by(4_999_999) {
            assert_eq!(clock.local(second), Some(by_chrono(zone, second)), "{zone}");
        }
    }
}

#[test]
fn the_far_past_and_future_have_offsets_too() {
    let zone = named("America/New_York").unwrap();
    let mut clock = LocalTimeConverter::new(Arc::clone(&zone), 1);
    for second in [-60_000_000_000, 10_000_000_000, 90_000_000_000] {
        let expected = by_chrono(Tz::America__New_York, second);
        assert_eq!(clock.local(second), Some(expected));
    }
    let mut clock = LocalTimeConverter::new(zone, 1_000_000_000);
    assert_eq!(clock.local(i64::MIN), None);
    assert_eq!(clock.local(i64::MAX), None);
    assert_eq!(clock.instant(i64::MAX), None);
    assert_eq!(
        clock.local(1_800_000_000_000_000_000),
        Some(1_799_982_000_000_000_000)
    );
}

fn by_chrono(zone: Tz, second: i64) -> i64 {
    let utc = DateTime::from_timestamp(second, 0).unwrap().naive_utc();
    let offset = zone.offset_from_utc_datetime(&utc).fix();
    second + i64::from(offset.local_minus_utc())
}

/// Zone, and instants of which many are near its changes.
fn times() -> impl Strategy<Value = (Tz, Vec<i64>)> {
    (0..ZONES.len()).prop_flat_map(|index| {
        let zone = ZONES[index];
        let changes: Vec<i64> = from_tz(zone)
            .spans()
            .iter()
            .map(|span| span.start)
            .collect();
        let near = (0..changes.len(), -100_000_i64..100_000);
        let near = near.prop_map(move |(at, aside)| changes[at].max(-2_000_000_000) + aside);
        let any = -2_300_000_000_i64..4_200_000_000;
        let each = prop_oneof![any, near];
        (Just(zone), prop::collection::vec(each, 1..40))
    })
}

proptest! {
    #[test]
    fn a_clock_agrees_with_chrono((zone, seconds) in times(), unit in 0..4_u32, rest in 0..1_000_i64) {
        let ticks = 1_000_i64.pow(unit);
        let rest = rest % ticks;
        let mut clock = LocalTimeConverter::new(from_tz(zone), ticks);
        for second in seconds {
            let Some(whole) = second.checked_mul(ticks) else { continue };
            let local = clock.local(whole + rest);
            prop_assert_eq!(local, Some(by_chrono(zone, second) * ticks + rest));
            let back = clock.instant(local.unwrap()).unwrap();
            prop_assert!(back <= whole + rest);
            prop_assert_eq!(clock.local(back), local);
        }
    }

    #[test]
    fn local_times_agree_with_chrono((zone, seconds) in times()) {
        let mut clock = LocalTimeConverter::new(from_tz(zone), 1);
        for local in seconds {
            let naive = DateTime::from_timestamp(local, 0).unwrap().naive_utc();
            let found = clock.instant(local).unwrap();
            match zone.offset_from_local_datetime(&naive) {
                MappedLocalTime::Single(offset) | MappedLocalTime::Ambiguous(offset, _) => {
                    prop_assert_eq!(local - found, i64::from(offset.fix().local_minus_utc()));
                }
                MappedLocalTime::None => prop_assert!(clock.local(found).unwrap() > local),
            }
        }
    }
}
