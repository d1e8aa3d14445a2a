//! SLA clocks by calendars: published due times, closed hours, changed schedules, nights with an offset
//! change, and logs in every unit.

use super::desk::{configured, desk};
use crate::support::data::rows;
use crate::ticket_facts::log::{comment, created};

/// A calendar in UTC, and one policy by it.
fn promise(calendar: &str, target: &str) -> String {
    format!(
        "[calendars.desk]\n{calendar}\n[[sla_policies]]\nname = 'p'\nmetric = 'first_reply'\n\
         target = '{target}'\ncalendar = 'desk'\n"
    )
}

const OFFICE: &str = "time_zone = 'UTC'\nhours = { mon-fri = ['09:00-17:00'] }";

/// Due time, business seconds and status of a ticket that is created and answered at these instants.
async fn answered(config: &str, created: &str, answered: &str) -> String {
    let engine = configured(config).await.unwrap();
    let sql = format!(
        "WITH log AS (
           SELECT 1 AS ticket_id, '{created}'::TIMESTAMPTZ AS event_at, 'created' AS kind,
             'customer' AS actor_role, true AS is_public, NULL AS field, NULL AS old_value, NULL AS new_value
           UNION ALL SELECT 1, '{answered}'::TIMESTAMPTZ, 'comment', 'agent', true, NULL, NULL, NULL)
         SELECT strftime(due_at, '%a %Y-%m-%d %H:%M:%S'), elapsed_business_seconds, status
         FROM sla_events(log, as_of => TIMESTAMP '2050-01-01 00:00:00')"
    );
    rows(&engine, &sql).await.pop().unwrap()
}

/// <https://airclou.com/docs/helpdesk/admin/business-hours>: Friday 16:00 and 4 hours give Monday 12:00.
/// <https://crm.switchlabs.dev/guide/slas/business-hours>: Thursday 15:00 and 4 hours give Friday 11:00.
#[tokio::test]
async fn due_times_are_those_that_others_publish() {
    let four = promise(OFFICE, "4h");
    let friday = answered(&four, "2026-01-09T16:00:00Z", "2026-01-12T12:00:00Z").await;
    assert_eq!(friday, "Mon 2026-01-12 12:00:00|14400.0|met");
    let thursday = answered(&four, "2026-01-08T15:00:00Z", "2026-01-09T11:00:01Z").await;
    assert_eq!(thursday, "Fri 2026-01-09 11:00:00|14401.0|breached");
    // Two that are published wrong: Friday 17:00 and 8 hours give Monday 17:00, and Friday 16:00 and 4
    // hours until 17:00 from 8:00 on give Monday 11:00.
    let eight = answered(
        &promise(OFFICE, "8h"),
        "2026-01-09T17:00:00Z",
        "2026-01-12T09:00:00Z",
    )
    .await;
    assert_eq!(eight, "Mon 2026-01-12 17:00:00|0.0|met");
    let early = promise(&OFFICE.replace("09:00", "08:00"), "4h");
    let early = answered(&early, "2026-01-09T16:00:00Z", "2026-01-12T11:00:00Z").await;
    assert_eq!(early, "Mon 2026-01-12 11:00:00|14400.0|met");
}

#[tokio::test]
async fn a_reply_in_closed_hours_takes_no_time() {
    let config = promise(OFFICE, "1m");
    let found = answered(&config, "2026-01-10T10:00:00Z", "2026-01-11T20:00:00Z").await;
    assert_eq!(found, "Mon 2026-01-12 09:01:00|0.0|met");
}

/// A target that ends with closing time is due then, and not at the next opening.
#[tokio::test]
async fn closing_time_is_the_last_moment() {
    let config = promise(OFFICE, "8h");
    let found = answered(&config, "2026-01-09T09:00:00Z", "2026-01-09T17:00:00Z").await;
    assert_eq!(found, "Fri 2026-01-09 17:00:00|28800.0|met");
    let found = answered(&config, "2026-01-09T09:00:00Z", "2026-01-10T12:00:00Z").await;
    assert_eq!(found, "Fri 2026-01-09 17:00:00|28800.0|breached");
}

/// From Wednesday on the desk closes at noon.
#[tokio::test]
async fn a_schedule_that_changes_half_way() {
    let calendar = format!(
        "{OFFICE}\nversions = [{{ from = '2026-01-07', hours = {{ mon-fri = ['09:00-12:00'] }} }}]"
    );
    // Tuesday has 1 hour left, Wednesday to Friday 3 each: 10 hours end on Friday at closing time.
    let found = answered(
        &promise(&calendar, "10h"),
        "2026-01-06T16:00:00Z",
        "2026-01-12T10:00:00Z",
    )
    .await;
    assert_eq!(found, "Fri 2026-01-09 12:00:00|39600.0|breached");
}

/// In London the hour from 01:00 to 02:00 is skipped on 2026-03-29 and repeated on 2026-10-25.
#[tokio::test]
async fn nights_on_which_clocks_change() {
    let config = promise(
        "time_zone = 'Europe/London'\nhours = { mon-sun = ['00:00-06:00'] }",
        "5h",
    );
    let spring = answered(&config, "2026-03-29T00:00:00Z", "2026-03-29T05:00:00Z").await;
    assert_eq!(spring, "Sun 2026-03-29 05:00:00|18000.0|met");
    let autumn = answered(&config, "2026-10-24T23:00:00Z", "2026-10-25T06:00:00Z").await;
    assert_eq!(autumn, "Sun 2026-10-25 04:00:00|25200.0|breached");
}

/// 365 days of 8 hours. Of the days from 2020-01-01 on, 1,043 before 2024 are neither Saturday nor Sunday.
#[tokio::test]
async fn a_ticket_older_than_years() {
    let config = promise(OFFICE, "2920h");
    let found = answered(&config, "2020-01-01T00:00:00Z", "2024-01-01T00:00:00Z").await;
    // Weekday number 365 from Wednesday 2020-01-01 on: 73 weeks, so the Tuesday of 2021-05-25.
    assert_eq!(found, "Tue 2021-05-25 17:00:00|30038400.0|breached");
}

/// Every unit of time gives the same, and sub-seconds count.
#[tokio::test]
async fn logs_in_every_unit() {
    let config = "[calendars.desk]\ntime_zone = 'UTC'\nhours = { mon-sun = ['00:00:10-23:00'] }\n\
        [[sla_policies]]\nname = 'p'\nmetric = 'first_reply'\ntarget = '30s'\ncalendar = 'desk'\n";
    let engine = desk(
        config,
        &[created(0, "customer"), comment(41, "agent", true)],
        8,
    )
    .await;
    for unit in ["Second", "Millisecond", "Microsecond", "Nanosecond"] {
        for (zone, minus) in [("UTC", ""), ("America/New_York", "")] {
            let sql = format!(
                "SELECT CAST(due_at AS TIMESTAMP){minus}, elapsed_business_seconds, status FROM sla_events((
                   SELECT * REPLACE (arrow_cast(event_at, 'Timestamp({unit}, \"{zone}\")') AS event_at)
                   FROM events), as_of => TIMESTAMP '1970-01-02 00:00:00')"
            );
            let found = rows(&engine, &sql).await;
            assert!(
                found[0].ends_with("|31.0|breached"),
                "{unit} {zone}: {found:?}"
            );
        }
    }
    let sql = "SELECT elapsed_business_seconds, remaining_seconds, status FROM sla_events((
        SELECT * REPLACE (arrow_cast(arrow_cast(event_at, 'Int64') * 1000 - 250 * arrow_cast(event_at, 'Int64') / 41,
          'Timestamp(Millisecond, \"UTC\")') AS event_at) FROM events),
        as_of => TIMESTAMP '1970-01-02 00:00:00')";
    assert_eq!(rows(&engine, sql).await, ["30.75|-0.75|breached"]);
}
