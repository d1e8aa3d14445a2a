//! Mistakes of users are reported on one line.

use deskql::Engine;

use super::desk::{configured, desk, policy};
use crate::support::data::{error, rows};
use crate::ticket_facts::log::created;

/// A policy with one more line, its fifth.
fn with(line: &str) -> String {
    format!("[[sla_policies]]\nname = 'gold'\nmetric = 'first_reply'\ntarget = '4h'\n{line}\n")
}

async fn refused(config: &str, expected: &str) {
    let found = configured(config).await.unwrap_err().to_string();
    assert!(found.contains(expected), "{config}\n{found}");
    assert!(!found.trim().contains('\n'), "{found}");
}

#[tokio::test]
async fn wrong_targets_are_told_with_file_and_line() {
    let cases = [
        (with("metrics = 'a'"), ":5: unknown key \"metrics\""),
        (
            with("").replace("first_reply", "first_repyl"),
            ":3: unknown metric \"first_repyl\"; did you mean \"first_reply\"?",
        ),
        (
            with("").replace("'4h'", "'4'"),
            ":4: \"4\" has no unit; write \"4m\" for minutes",
        ),
        (
            with("").replace("'4h'", "4"),
            ":4: target = 4 means nothing; write \"4h\"",
        ),
        (
            with("").replace("'4h'", "{ urgent = '1x' }"),
            ":4: \"1x\" is no length of time",
        ),
        (with("").replace("'4h'", "{}"), ":4: target has no priority"),
        (
            with("").replace("target = '4h'", ""),
            "missing field `target`",
        ),
    ];
    for (config, expected) in cases {
        refused(&config, expected).await;
    }
}

#[tokio::test]
async fn wrong_policies_are_told_with_file_and_line() {
    let cases = [
        (
            with("calendar = 'offices'"),
            ":5: unknown calendar \"offices\"; declare it",
        ),
        (
            format!(
                "{}calendar = 'uk'\n[calendars.uk]\ntime_zone = 'Europe/London'\nhours = {{}}\n",
                with("").replace("'4h'", "'2d'")
            ),
            ":4: \"2d\": a day of business time is as long as the calendar's hours",
        ),
        (
            with("pause = ['pnding']"),
            ":5: \"pnding\" is no status that can pause a clock; there are new, open",
        ),
        (
            with("when = 'plan ='"),
            ":5: \"plan =\" is no condition in SQL",
        ),
        (with("when = 'a; b'"), ":5: \"a; b\" is no condition in SQL"),
        (
            with("effective_from = '1.2.2026'"),
            ":5: \"1.2.2026\" is no date",
        ),
        (
            with("effective_from = 2026-02-01\neffective_to = 2026-02-01"),
            ":6: effective_to is not after effective_from",
        ),
        (
            "[sla_tables]\npolicies = 'rules'\n".to_owned(),
            "rules: [sla_tables] names this table, but it is not there",
        ),
        (
            "[sla_tables]\npolicies = 'agents'\n".to_owned(),
            "agents: column policy is missing; a table of [sla_tables] has policy, metric, target",
        ),
    ];
    for (config, expected) in cases {
        refused(&config, expected).await;
    }
}

async fn fails(engine: &Engine, call: &str, expected: &str) {
    let found = error(engine, &format!("SELECT * FROM {call}")).await;
    assert!(found.contains(expected), "{call}: {found}");
}

#[tokio::test]
async fn a_wrong_call_is_told_what_to_do() {
    let engine = desk(&policy("first_reply", "'4h'"), &[created(0, "customer")], 8).await;
    let cases = [
        ("sla_events()", "name the events first"),
        ("sla_events(5)", "name the events first"),
        ("sla_events(events, 5)", "options are named"),
        (
            "sla_events(events, asof => 5)",
            "no option asof; there are events, tickets, as_of and retarget",
        ),
        (
            "sla_events(events, tickets => 5)",
            "tickets is 5, not a table or a query",
        ),
        (
            "sla_events(events, retarget => 'yes')",
            "retarget is 'yes'; it is 'keep'",
        ),
        ("sla_events(events, as_of => 'noon')", "as_of"),
        (
            "sla_events(events, tickets => (SELECT 1 AS id))",
            "tickets have no column ticket_id",
        ),
        (
            "sla_events(events, tickets => (SELECT 'x' AS ticket_id))",
            "ticket_id is Utf8 in tickets and Int64 in the events",
        ),
        (
            "sla_events((SELECT 1 AS ticket_id))",
            "the events have no column event_at",
        ),
    ];
    for (call, expected) in cases {
        fails(&engine, call, expected).await;
    }
}

#[tokio::test]
async fn a_wrong_condition_is_told_with_file_and_line() {
    let config = format!(
        "{}when = \"plam = 'gold'\"\n",
        policy("first_reply", "'4h'")
    );
    let misspelt = desk(&config, &[created(0, "customer")], 8).await;
    let typed = desk(
        &format!(
            "{}when = \"ticket_id + 1\"\n",
            policy("first_reply", "'4h'")
        ),
        &[created(0, "customer")],
        8,
    )
    .await;
    let cases = [
        (
            &misspelt,
            "sla_events(events, tickets => tickets)",
            "deskql.toml:1: when of policy \"first_reply\": tickets have no column plam; did you mean plan?",
        ),
        (
            &misspelt,
            "sla_events(events)",
            "deskql.toml:1: when of policy \"first_reply\": tickets have no column plam; name the tickets that have it",
        ),
        (&typed, "sla_events(events)", "is Int64, not true or false"),
    ];
    for (engine, call, expected) in cases {
        fails(engine, call, expected).await;
    }
}

#[tokio::test]
async fn nothing_is_promised_without_policies() {
    let engine = desk("", &[created(0, "customer")], 8).await;
    let found = error(&engine, "SELECT * FROM sla_events(events)").await;
    assert!(
        found.contains("the desk has no SLA policies; declare [[sla_policies]]"),
        "{found}"
    );
    assert_eq!(
        rows(&engine, "SELECT count(*) FROM deskql.sla_policies").await,
        ["0"]
    );
}

/// A log without zones has no place in business hours; around the clock it has.
#[tokio::test]
async fn instants_without_a_zone_need_one_for_a_calendar() {
    let log = [created(0, "customer")];
    let uk = "[calendars.uk]\ntime_zone = 'Europe/London'\nhours = { mon-fri = ['09:00-17:00'] }\n";
    let config = format!("{}calendar = 'uk'\n{uk}", policy("first_reply", "'4h'"));
    let engine = desk(&config, &log, 8).await;
    let found = error(&engine, "SELECT * FROM sla_events(log)").await;
    assert!(found.contains("event_at has no time zone"), "{found}");
    let engine = desk(&policy("first_reply", "'4h'"), &log, 8).await;
    let sql = "SELECT due_at FROM sla_events(log, as_of => TIMESTAMP '1970-01-01 01:00:00')";
    assert_eq!(rows(&engine, sql).await, ["1970-01-01T04:00:00"]);
}

/// Two rows of one ticket that differ would make the answer depend on their order.
#[tokio::test]
async fn a_ticket_that_stands_twice_is_told() {
    let engine = desk(
        &policy("first_reply", "{ low = '4h' }"),
        &[created(0, "customer")],
        8,
    )
    .await;
    let tickets = |other: &str| {
        format!(
            "SELECT count(*) FROM sla_events(events, as_of => TIMESTAMP '1970-01-02 00:00:00',
               tickets => (SELECT 1 AS ticket_id, 'low' AS priority UNION ALL SELECT 1, '{other}'))"
        )
    };
    assert_eq!(rows(&engine, &tickets("low")).await, ["1"]);
    let found = error(&engine, &tickets("high")).await;
    assert!(
        found.contains("ticket 1 occurs twice in tickets"),
        "{found}"
    );
}
