//! Calendars from tables, and holidays from an iCalendar file.

use std::path::Path;

use deskql::{Engine, EngineSettings};

use crate::support::data::{rows, text};

const HOURS: &str = "calendar,time_zone,weekday,opens,closes,effective_from\n\
    us,America/New_York,mon-fri,09:00,17:00,\n\
    us,America/New_York,1,08:00,12:00,2026-07-01\n\
    us,America/New_York,1,13:00,18:00,2026-07-01\n\
    night,UTC,7,22:00,06:00,\n";
const HOLIDAYS: &str = "calendar,date,opens,closes,is_opening\n\
    us,2026-12-25,,,\n\
    us,2026-01-02,09:00,12:00,false\n\
    us,2026-01-10,10:00,14:00,true\n\
    ,01-01,,,\n";

async fn engine(folder: &Path, config: &str) -> deskql::Result<Engine> {
    let path = folder.join("deskql.toml");
    text(&path, config);
    Engine::open(EngineSettings {
        config: Some(path),
        ..EngineSettings::default()
    })
    .await
}

const CONFIG: &str = "[calendar_tables]\nhours = 'schedules'\nholidays = 'days_off'\n\
    [tables.schedules]\nlocation = 'schedules.csv'\n[tables.days_off]\nlocation = 'days_off.csv'\n";

#[tokio::test]
async fn rows_are_calendars() {
    let folder = tempfile::tempdir().unwrap();
    text(&folder.path().join("schedules.csv"), HOURS);
    text(&folder.path().join("days_off.csv"), HOLIDAYS);
    let engine = engine(folder.path(), CONFIG).await.unwrap();
    let listed = "SELECT name, version, effective_from, seconds_per_week / 3600, source \
                  FROM deskql.calendars WHERE name <> '24x7' ORDER BY name, version";
    assert_eq!(
        rows(&engine, listed).await,
        [
            "night|1||8|table schedules",
            "us|1||40|table schedules",
            "us|2|2026-07-01T04:00:00Z|9|table schedules",
        ]
    );
    // Thursday the 1st is closed, Friday open for 3 hours, Saturday the 10th for 4.
    let hours = "SELECT business_hours(TIMESTAMPTZ '2026-01-01T05:00:00Z', TIMESTAMPTZ '2026-01-03T05:00:00Z', 'us'), \
                 business_hours(TIMESTAMPTZ '2026-01-10T05:00:00Z', TIMESTAMPTZ '2026-01-11T05:00:00Z', 'us'), \
                 business_hours(TIMESTAMPTZ '2026-07-06T04:00:00Z', TIMESTAMPTZ '2026-07-13T04:00:00Z', 'us')";
    assert_eq!(rows(&engine, hours).await, ["3.0|4.0|9.0"]);
}

#[tokio::test]
async fn what_is_wrong_in_a_table_is_told_with_its_row() {
    let folder = tempfile::tempdir().unwrap();
    text(&folder.path().join("days_off.csv"), HOLIDAYS);
    let told = [
        (
            "us,Mars/Base,mon,09:00,17:00,\n",
            "unknown time zone 'Mars/Base'",
        ),
        (
            "us,UTC,8,09:00,17:00,\n",
            "row (us, UTC, 8, 09:00, 17:00, NULL): 8 is no weekday",
        ),
        ("us,UTC,mon,9,17:00,\n", "is no stretch of a day"),
        (
            "us,UTC,mon,09:00,17:00,\nus,Asia/Tokyo,tue,09:00,17:00,\n",
            "another time_zone",
        ),
        ("eu,UTC,mon,09:00,17:00,\n", "calendar \"us\" has no hours"),
        ("us,UTC,mon,09:00,17:00,someday\n", "\"someday\" is no date"),
    ];
    for (lines, expected) in told {
        let (header, _) = HOURS.split_once('\n').unwrap();
        text(
            &folder.path().join("schedules.csv"),
            &format!("{header}\n{lines}"),
        );
        let problem = engine(folder.path(), CONFIG).await.unwrap_err().to_string();
        assert!(
            problem.contains(expected) && !problem.contains('\n'),
            "{lines}: {problem}"
        );
    }
    let missing = engine(folder.path(), "[calendar_tables]\nhours = 'nowhere'\n").await;
    assert!(missing.unwrap_err().to_string().contains("nowhere"));
}

#[tokio::test]
async fn holidays_of_an_ics_file() {
    let folder = tempfile::tempdir().unwrap();
    let event =
        |uid: &str, lines: &str| format!("BEGIN:VEVENT\r\nUID:{uid}\r\n{lines}END:VEVENT\r\n");
    let events = event(
        "a",
        "DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261226\r\n",
    ) + &event("b", "DTSTART;VALUE=DATE:20200101\r\nRRULE:FREQ=YEARLY\r\n")
        + &event(
            "c",
            "DTSTART;VALUE=DATE:20260525\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO\r\n",
        );
    let file = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n");
    text(&folder.path().join("days/us.ics"), &file);
    let config = "[calendars.us]\ntime_zone = 'America/New_York'\nics = 'days/us.ics'\n\
                  hours = { mon-fri = ['09:00-17:00'] }\n";
    let engine = engine(folder.path(), config).await.unwrap();
    // Of each week around them, one day is closed: New Year 2027 is a Friday, Memorial Day 2027 the
    // 31st of May, and New Year 2019 was before the rule.
    let week = |monday: &str| {
        format!(
            "business_hours(TIMESTAMPTZ '{monday}T00:00:00-05:00', \
             TIMESTAMPTZ '{monday}T00:00:00-05:00' + INTERVAL '168 hours', 'us')"
        )
    };
    let weeks = ["2026-12-21", "2026-12-28", "2027-05-31", "2018-12-31"].map(week);
    let sql = format!("SELECT {}", weeks.join(", "));
    assert_eq!(rows(&engine, &sql).await, ["32.0|32.0|32.0|40.0"]);
}
