//! Errors in a `deskql.toml` are reported with their line.

use deskql::{Engine, EngineSettings};

use crate::support::data::text;

async fn refused(config: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deskql.toml");
    text(&path, config);
    text(
        &folder.path().join("bad.ics"),
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:party@desk\n\
        DTSTART:20261224T120000Z\nEND:VEVENT\nEND:VCALENDAR\n",
    );
    let settings = EngineSettings {
        config: Some(path),
        ..EngineSettings::default()
    };
    let problem = Engine::open(settings).await.unwrap_err().to_string();
    assert!(!problem.contains('\n'), "one line: {problem}");
    problem.replace(&format!("{}/", folder.path().display()), "")
}

/// Lines of a calendar, and the error they cause: those about special days come after its hours.
async fn told(cases: &[(&str, &str)]) {
    for (lines, expected) in cases {
        let has_hours = lines.starts_with("hours") || *lines == "holidays = []";
        let hours = if has_hours {
            ""
        } else {
            "hours = { mon = ['09:00-17:00'] }\n"
        };
        let problem = with(&format!("{hours}{lines}")).await;
        assert!(
            problem.contains(&format!("deskql.toml{expected}")),
            "{lines}: {problem}"
        );
    }
}

/// A calendar with one line in place of the others.
async fn with(line: &str) -> String {
    refused(&format!(
        "[calendars.us]\ntime_zone = 'America/New_York'\n{line}\n"
    ))
    .await
}

#[tokio::test]
async fn hours_are_checked() {
    told(&[
        (
            "hours = { mon = ['9 to 5'] }",
            ":3: \"9 to 5\" is no stretch of a day",
        ),
        (
            "hours = { mon = ['09:00-09:00'] }",
            ":3: \"09:00-09:00\" opens and closes at one",
        ),
        (
            "hours = { monn = ['09:00-17:00'] }",
            ":3: \"monn\" is no weekday",
        ),
        (
            "hours = { mon-fri = ['09:00-17:00'], tue = [] }",
            ":3: hours of Tue are there twice",
        ),
        ("holidays = []", ":1: missing field `hours`"),
    ])
    .await;
}

#[tokio::test]
async fn special_days_and_versions_are_checked() {
    told(&[
        (
            "holidays = [\n  '2026-12-25',\n  '2026-02-30',\n]",
            ":6: \"2026-02-30\" is no day",
        ),
        (
            "holidays = [{ date = '12-24', hour = ['09:00-12:00'] }]",
            ":4: hour = ",
        ),
        (
            "holidays = [{ hours = ['09:00-12:00'] }]",
            ":4: date is missing",
        ),
        (
            "holidays = [{ date = '12-24', hours = ['22:00-06:00'] }]",
            ":4: hours of 12-24 run past",
        ),
        (
            "holidays = [{ date = '2026-12-24', to_year = 2030 }]",
            ":4: 2026-12-24 is a date",
        ),
        (
            "openings = ['2026-12-24']",
            ":4: the opening of 2026-12-24 needs hours",
        ),
        ("ics = 'none.ics'", ":4: none.ics: No such file"),
        (
            "ics = ['bad.ics']",
            ":4: bad.ics: event \"party@desk\": DTSTART is 20261224T120000Z",
        ),
        (
            "versions = [\n  { from = 'soon' },\n]",
            ":5: \"soon\" is no date",
        ),
        (
            "versions = [{ from = 2026-01-01 }, { from = 2026-01-01 }]",
            ":1: two versions take",
        ),
        (
            "holidayz = []",
            ":4: unknown key \"holidayz\"; did you mean \"holidays\"?",
        ),
    ])
    .await;
}

#[tokio::test]
async fn zones_and_names() {
    let problem = refused("[calendars.us]\nhours = {}\ntime_zone = 'America/New_Yorc'\n").await;
    assert!(
        problem
            .contains(":3: unknown time zone 'America/New_Yorc', did you mean 'America/New_York'?"),
        "{problem}"
    );
    let own = |name: &str| format!("[calendars.{name}]\ntime_zone = 'UTC'\nhours = {{}}\n");
    let problem = refused(&own("24x7")).await;
    assert!(
        problem.contains(":1: calendar \"24x7\" is there already (built in)"),
        "{problem}"
    );
    let problem = refused(&own("ignore")).await;
    assert!(
        problem.contains(":1: a calendar cannot be called \"ignore\""),
        "{problem}"
    );
}
