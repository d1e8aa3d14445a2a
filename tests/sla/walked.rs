//! SLA clocks by random calendars, compared with minutes counted by another time-zone library.

use std::sync::Arc;

use deskql::internal::calendar::{BusinessCalendar, BusinessCalendars, CalendarSchedule};
use deskql::internal::settings::DeskqlOptions;
use deskql::internal::sla::{PauseStatuses, SlaMetric, SlaPolicies, SlaRule};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::desk::desk;
use crate::calendar::model::{Plan, plans};
use crate::calendar::oracle::walk;
use crate::support::data::rows;
use crate::ticket_facts::log::{Event, created, status};

const SECOND: i64 = 1_000_000;

/// Created, paused, taken up again and solved at these seconds.
type Life = [i64; 4];

async fn measured(plans: &[Plan], target: i64, life: Life) -> Vec<String> {
    let [start, pause, resume, end] = life;
    let log: Vec<Event> = vec![
        created(start, "customer"),
        status(pause, "new", "pending"),
        status(resume, "pending", "open"),
        status(end, "open", "solved"),
    ];
    let engine = desk("", &log, 8).await;
    let versions = plans.iter().map(Plan::version).collect();
    let mut calendars = BusinessCalendars::default();
    let calendar =
        BusinessCalendar::new("random", "a test", CalendarSchedule::new(versions).unwrap());
    calendars.add(calendar).unwrap();
    let rule = SlaRule {
        policy: "random".to_owned(),
        metric: SlaMetric::TotalResolution,
        priority: None,
        when: None,
        target,
        calendar: Arc::clone(calendars.find("random").unwrap()),
        pauses: PauseStatuses::from_names(&["pending"]).unwrap(),
        from: None,
        to: None,
        source: String::new(),
    };
    {
        let state = engine.context().state_ref();
        let mut state = state.write();
        let options = state.config_mut().options_mut();
        DeskqlOptions::set_policies(options, SlaPolicies::new(vec![rule]));
    }
    let sql = "SELECT CAST(elapsed_business_seconds AS BIGINT), arrow_cast(due_at, 'Int64'), status
        FROM sla_events(events, as_of => TIMESTAMP '2040-01-01 00:00:00')";
    rows(&engine, sql).await
}

fn holds(plans: &[Plan], target: i64, life: Life, found: &str) {
    let cells: Vec<&str> = found.split('|').collect();
    let [start, pause, resume, end] = life;
    let open = walk(plans, &life.map(|second| second * SECOND));
    let elapsed = (open[1] - open[0] + open[3] - open[2]) / SECOND;
    assert_eq!(cells[0], elapsed.to_string(), "{plans:?} {life:?}");
    let Ok(due) = cells[1].parse::<i64>() else {
        // A calendar that never has so much open time.
        assert!(elapsed < target && cells[2] == "met", "{found}");
        return;
    };
    assert_eq!(cells[2], if end <= due { "met" } else { "breached" });
    // Target and due time are the same on the clock, and a moment before it was less.
    if due > end + 40 * 86_400 {
        return;
    }
    let counted = |until: i64| {
        let marks = [
            start,
            pause.min(until),
            resume.min(until).max(pause.min(until)),
            until,
        ];
        let open = walk(plans, &marks.map(|second| second * SECOND));
        (open[1] - open[0] + if until > resume { open[3] - open[2] } else { 0 }) / SECOND
    };
    assert!(
        !(pause + 1..=resume).contains(&due),
        "due while it stands still: {found}"
    );
    assert_eq!(counted(due), target, "{plans:?} {life:?} {found}");
    assert!(counted(due - 1) < target, "{plans:?} {life:?} {found}");
}

#[test]
fn clocks_are_as_walked() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::new(Config::with_cases(24));
    // From 2006 to 2018, up to some weeks for each part of a life.
    let life = (
        1_140_000_000_i64..1_520_000_000,
        1_i64..1_500_000,
        1_i64..900_000,
        1_i64..1_500_000,
    )
        .prop_map(|(start, a, b, c)| [start, start + a, start + a + b, start + a + b + c]);
    let outcome = runner.run(&(plans(), 1_i64..700_000, life), |(plans, target, life)| {
        let found = runtime.block_on(measured(&plans, target, life));
        holds(&plans, target, life, &found[0]);
        Ok(())
    });
    outcome.unwrap();
}
