//! Published values.

use deskql::{Engine, EngineSettings};

use crate::support::data::{rows, text};

async fn engine(config: &str) -> (tempfile::TempDir, Engine) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deskql.toml");
    text(&path, config);
    let engine = Engine::open(EngineSettings {
        config: Some(path),
        ..EngineSettings::default()
    });
    let engine = engine.await.unwrap();
    (folder, engine)
}

/// <https://airclou.com/docs/helpdesk/admin/business-hours>: Friday 16:00 and 4 hours is Monday
/// 12:00. <https://crm.switchlabs.dev/guide/slas/business-hours>: Thursday 15:00 and 4 hours is
/// Friday 11:00.
#[tokio::test]
async fn due_times_as_help_desks_print_them() {
    let (_folder, engine) =
        engine("[calendars.desk]\ntime_zone = 'UTC'\nhours = { mon-fri = ['09:00-17:00'] }\n")
            .await;
    let due = "SELECT business_add(TIMESTAMPTZ '2026-01-09T16:00:00Z', INTERVAL '4 hours', 'desk'), \
               business_add(TIMESTAMPTZ '2026-01-08T15:00:00Z', INTERVAL '4 hours', 'desk')";
    assert_eq!(
        rows(&engine, due).await,
        ["2026-01-12T12:00:00Z|2026-01-09T11:00:00Z"]
    );
}

/// The decision log of <https://github.com/fivetran/dbt_zendesk>: a ticket whose schedule changed
/// half-way. It prints 959.46 and 689.46 minutes, in which minutes and seconds are mixed with
/// decimals; exactly it is 960 min 8 s and 690 min 8 s.
#[tokio::test]
async fn a_schedule_switched_within_a_day() {
    // 720 to 1560 minutes from Sunday 00:00 in UTC, and so on every day; then 2340 to 2910.
    let (_folder, engine) = engine(
        r#"
        [calendars.all_schedules]
        time_zone = "UTC"
        hours = { mon-sat = ["12:00-02:00"], sun = ["12:00-02:00"] }
        versions = [{ from = "2020-09-30T19:01:25Z", hours = { mon-fri = ["15:00-00:30"] } }]

        [calendars.last_only]
        time_zone = "UTC"
        hours = { mon-fri = ["15:00-00:30"] }
        "#,
    )
    .await;
    let minutes = "SELECT business_seconds(a, b, 'all_schedules'), business_seconds(a, b, 'last_only'), \
                   business_minutes(a, b, 'all_schedules') FROM (SELECT \
                   TIMESTAMPTZ '2020-09-29T17:01:38Z' AS a, TIMESTAMPTZ '2020-09-30T19:01:46Z' AS b)";
    assert_eq!(
        rows(&engine, minutes).await,
        [format!(
            "{}.0|{}.0|960.1333333333333",
            960 * 60 + 8,
            690 * 60 + 8
        )]
    );
}
