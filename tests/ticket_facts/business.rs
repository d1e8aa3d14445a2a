//! `ticket_facts(.., calendar => ..)`: durations in business time too.

use deskql::{Engine, EngineSettings};

use super::log::{Event, comment, created, engine_with, status};
use super::random::{compare, expected, facts, log};
use crate::support::data::{rows, text};
use crate::support::random::Random;

const CALENDARS: &str = "[calendars.seconds]\ntime_zone = 'UTC'\n\
    hours = { mon-sun = ['00:00:07-00:00:19', '00:00:31-00:00:44', '00:01:10-00:01:11'] }\n\
    [calendars.office]\ntime_zone = 'Europe/London'\nhours = { mon-fri = ['09:00-17:00'] }\n\
    [calendars.never]\ntime_zone = 'UTC'\nhours = {}\n";

/// True if the calendar `seconds` is open, on its first day.
fn opens(second: i64) -> bool {
    matches!(second, 7..19 | 31..44 | 70..71)
}

const ZONED: &str =
    "(SELECT * REPLACE (arrow_cast(event_at, 'Timestamp(Second, \"UTC\")') AS event_at) FROM log)";

async fn engine(events: &[Event], size: usize) -> Engine {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("deskql.toml");
    text(&config, CALENDARS);
    let settings = EngineSettings {
        config: Some(config),
        ..EngineSettings::default()
    };
    engine_with(settings, events, true, size).await
}

#[tokio::test]
async fn random_logs_give_what_counting_open_seconds_gives() {
    for seed in 200..240 {
        let mut random = Random::new(seed);
        let events = log(&mut random);
        let size = usize::try_from(random.between(1, 64)).unwrap();
        let engine = engine(&events, size).await;
        let source = format!("ticket_facts({ZONED}, calendar => 'seconds')");
        let found = facts(&engine, &source).await;
        compare(&found, &expected(&events, None, Some(opens)), &events);
        let at = random.between(0, 80);
        let source = format!(
            "ticket_facts({ZONED}, calendar => 'seconds', \
             as_of => arrow_cast({at}, 'Timestamp(Second, None)'))"
        );
        let found = facts(&engine, &source).await;
        compare(&found, &expected(&events, Some(at), Some(opens)), &events);
    }
}

/// `business_seconds` over the instants of the same row, in every unit of the log.
#[tokio::test]
async fn durations_are_those_of_business_seconds() {
    let pairs = [
        ("first_response_at", "first_response"),
        ("first_any_response_at", "first_any_response"),
        ("first_ended_at", "first_resolution"),
        ("ended_at", "resolution"),
    ];
    let differs = pairs.map(|(at, name)| {
        format!(
            "(business_{name}_seconds IS DISTINCT FROM business_seconds(created_at, {at}, 'seconds'))"
        )
    });
    let mut random = Random::new(300);
    let events = log(&mut random);
    let engine = engine(&events, 16).await;
    for unit in ["Second", "Millisecond", "Microsecond", "Nanosecond"] {
        let log = format!(
            "(SELECT * REPLACE (arrow_cast(event_at, 'Timestamp({unit}, \"UTC\")') AS event_at)
              FROM log)"
        );
        let sql = format!(
            "SELECT count(*) > 0, count(*) FILTER (WHERE {})
             FROM ticket_facts({log}, calendar => 'seconds')",
            differs.join(" OR ")
        );
        assert_eq!(rows(&engine, &sql).await, ["true|0"], "{unit}");
    }
}

/// Monday 2 March 2026, 09:00 in London, in seconds.
const MONDAY: i64 = 1_772_442_000;
const HOUR: i64 = 3_600;

#[tokio::test]
async fn an_answer_in_closed_hours_takes_no_time() {
    // Asked on Friday at 18:00, answered on Saturday, solved on Monday at 10:30.
    let friday = MONDAY - 3 * 24 * HOUR;
    let events = [
        created(friday + 9 * HOUR, "customer"),
        comment(friday + 20 * HOUR, "agent", true),
        status(MONDAY + HOUR + HOUR / 2, "new", "solved"),
    ];
    let engine = engine(&events, 8).await;
    let sql = format!(
        "SELECT first_response_seconds / 3600, business_first_response_seconds,
                business_resolution_seconds / 3600, business_new_seconds / 3600,
                business_first_next_reply_seconds
         FROM ticket_facts({ZONED}, calendar => 'office')"
    );
    assert_eq!(rows(&engine, &sql).await, ["11.0|0.0|1.5|1.5|"]);
    // Business time is zero if the calendar never opens, and all time around the clock.
    let sql = |calendar: &str| {
        format!(
            "SELECT business_first_response_seconds, business_new_seconds = new_seconds
             FROM ticket_facts({ZONED}, calendar => {calendar})"
        )
    };
    assert_eq!(rows(&engine, &sql("'never'")).await, ["0.0|false"]);
    assert_eq!(rows(&engine, &sql("'24x7'")).await, ["39600.0|true"]);
}

#[tokio::test]
async fn the_longest_wait_is_the_longest_in_business_time() {
    // Friday 18:00 to Sunday 18:00 is the longest in elapsed time; Monday 09:00 to 11:00 in business
    // time.
    let friday = MONDAY - 3 * 24 * HOUR;
    let events = [
        created(friday, "customer"),
        comment(friday, "agent", true),
        comment(friday + 9 * HOUR, "customer", true),
        comment(friday + 57 * HOUR, "agent", true),
        comment(MONDAY, "customer", true),
        comment(MONDAY + 2 * HOUR, "agent", true),
    ];
    let engine = engine(&events, 8).await;
    let sql = format!(
        "SELECT longest_next_reply_seconds / 3600, business_longest_next_reply_seconds / 3600,
                first_next_reply_seconds / 3600, business_first_next_reply_seconds
         FROM ticket_facts({ZONED}, calendar => 'office')"
    );
    assert_eq!(rows(&engine, &sql).await, ["48.0|2.0|48.0|0.0"]);
}

/// Columns are chosen by name, and a NULL is no calendar.
#[tokio::test]
async fn without_a_calendar_there_are_no_further_columns() {
    let engine = engine(&[created(0, "customer")], 8).await;
    let count = async |options: &str| {
        let sql = format!("SELECT * FROM ticket_facts({ZONED}{options})");
        engine.sql(&sql).await.unwrap().schema().fields().len()
    };
    let plain = count("").await;
    assert_eq!(count(", calendar => NULL").await, plain);
    assert_eq!(count(", calendar => 'office'").await, plain + 16);
}
