//! Timelines one by one, with what they must give worked out by hand.

use super::desk::{at, clocks, policy};
use crate::ticket_facts::log::{Event, change, comment, created, status};

const ENDS: &str = "arrow_cast(due_at, 'Int64'), arrow_cast(fulfilled_at, 'Int64'), \
                    arrow_cast(cancelled_at, 'Int64'), elapsed_business_seconds, status";

async fn ends(metric: &str, target: &str, log: &[Event], as_of: i64) -> Vec<String> {
    clocks(&policy(metric, target), log, &at(as_of), ENDS).await
}

#[tokio::test]
async fn a_reply_in_time_and_one_too_late() {
    let log = [created(0, "customer"), comment(60, "agent", true)];
    assert_eq!(
        ends("first_reply", "'60s'", &log, 100).await,
        ["60|60||60.0|met"]
    );
    assert_eq!(
        ends("first_reply", "'59s'", &log, 100).await,
        ["59|60||60.0|breached"]
    );
    // Before the reply it is unknown.
    assert_eq!(
        ends("first_reply", "'60s'", &log, 59).await,
        ["60|||59.0|on_track"]
    );
    assert_eq!(
        ends("first_reply", "'40s'", &log, 40).await,
        ["40|||40.0|on_track"]
    );
    assert_eq!(
        ends("first_reply", "'40s'", &log, 41).await,
        ["40|||41.0|overdue"]
    );
    // The ticket is unknown before its creation.
    assert!(ends("first_reply", "'40s'", &log, -1).await.is_empty());
}

#[tokio::test]
async fn bots_and_notes_answer_nobody() {
    let log = [
        created(0, "customer"),
        comment(5, "bot", true),
        comment(9, "system", true),
        comment(20, "agent", false),
        comment(60, "agent", true),
    ];
    assert_eq!(
        ends("first_reply", "'30s'", &log, 100).await,
        ["30|60||60.0|breached"]
    );
}

#[tokio::test]
async fn nobody_waits_for_the_first_reply_of_an_agents_ticket() {
    let log = [
        created(0, "agent"),
        comment(50, "customer", true),
        comment(70, "agent", true),
    ];
    assert!(ends("first_reply", "'30s'", &log, 100).await.is_empty());
    assert_eq!(
        ends("next_reply", "'30s'", &log, 100).await,
        ["80|70||20.0|met"]
    );
    // The first message is public, so an update is due.
    assert_eq!(
        ends("periodic_update", "'60s'", &log, 100).await,
        ["60|70||70.0|breached", "130|||30.0|on_track"]
    );
}

#[tokio::test]
async fn each_wait_has_its_clock() {
    let log = [
        created(0, "customer"),
        comment(10, "agent", true),
        comment(20, "customer", true),
        comment(25, "customer", true),
        comment(40, "agent", true),
        comment(50, "customer", true),
        comment(90, "agent", true),
        comment(95, "customer", true),
    ];
    assert_eq!(
        ends("next_reply", "'30s'", &log, 100).await,
        [
            "50|40||20.0|met",
            "80|90||40.0|breached",
            "125|||5.0|on_track"
        ]
    );
    assert_eq!(
        ends("periodic_update", "'30s'", &log, 130).await,
        [
            "40|40||30.0|met",
            "70|90||50.0|breached",
            "120|||40.0|overdue"
        ]
    );
}

#[tokio::test]
async fn solving_without_a_reply_calls_waits_off() {
    let log = [
        created(0, "customer"),
        comment(10, "agent", true),
        comment(20, "customer", true),
        status(30, "new", "solved"),
    ];
    assert_eq!(
        ends("next_reply", "'30s'", &log, 99).await,
        ["50||30|10.0|cancelled"]
    );
    // A target that was missed before then stays missed.
    assert_eq!(
        ends("next_reply", "'9s'", &log, 99).await,
        ["29||30|10.0|breached"]
    );
    assert_eq!(
        ends("periodic_update", "'30s'", &log, 99).await,
        ["40||30|20.0|cancelled"]
    );
    let unanswered = [created(0, "customer"), status(30, "new", "solved")];
    assert_eq!(
        ends("first_reply", "'60s'", &unanswered, 99).await,
        ["60||30|30.0|cancelled"]
    );
}

#[tokio::test]
async fn a_reopened_ticket_takes_its_clock_up() {
    let log = [
        created(0, "customer"),
        status(10, "new", "solved"),
        status(60, "solved", "open"),
        status(90, "open", "solved"),
    ];
    let solved = |as_of| {
        let log = log.clone();
        async move { ends("total_resolution", "'30s'", &log, as_of).await }
    };
    assert_eq!(solved(20).await, ["30|10||10.0|met"]);
    // 10 seconds were used up before, so that 20 are left from 60 on.
    assert_eq!(solved(70).await, ["80|||20.0|on_track"]);
    assert_eq!(solved(85).await, ["80|||35.0|overdue"]);
    assert_eq!(solved(99).await, ["80|90||40.0|breached"]);
    let paused = clocks(
        &policy("total_resolution", "'30s'"),
        &log,
        &at(99),
        "paused_seconds, remaining_seconds",
    )
    .await;
    assert_eq!(paused, ["50.0|-10.0"]);
}

#[tokio::test]
async fn solved_twice_is_solved_once() {
    let twice = [
        created(0, "customer"),
        status(10, "new", "solved"),
        status(30, "solved", "solved"),
    ];
    assert_eq!(
        ends("total_resolution", "'30s'", &twice, 99).await,
        ["30|10||10.0|met"]
    );
    // The log lacks the reopening: the later solution counts, the time between does not.
    let lost = [
        created(0, "customer"),
        status(10, "new", "solved"),
        status(80, "open", "solved"),
    ];
    assert_eq!(
        ends("total_resolution", "'30s'", &lost, 99).await,
        ["100|80||10.0|met"]
    );
}

#[tokio::test]
async fn closed_without_being_solved_is_an_end() {
    let log = [created(0, "customer"), status(40, "new", "closed")];
    for metric in ["total_resolution", "requester_wait", "agent_work"] {
        assert_eq!(
            ends(metric, "'30s'", &log, 99).await,
            ["30|40||40.0|breached"]
        );
    }
}

#[tokio::test]
async fn merged_and_deleted_tickets_are_called_off() {
    let merged = [
        created(0, "customer"),
        change(9, "merged_into_id", None, "12"),
        comment(9, "agent", true),
        status(9, "new", "closed"),
    ];
    let deleted = [
        created(0, "customer"),
        Event {
            kind: Some("deleted"),
            ..comment(9, "agent", false)
        },
    ];
    for metric in ["first_reply", "total_resolution"] {
        for log in [&merged[..], &deleted[..]] {
            assert_eq!(
                ends(metric, "'30s'", log, 99).await,
                ["30||9|9.0|cancelled"]
            );
        }
    }
}

#[tokio::test]
async fn statuses_pause_as_the_metric_or_the_policy_says() {
    let log = [
        created(0, "customer"),
        status(10, "new", "open"),
        status(20, "open", "pending"),
        status(40, "pending", "hold"),
        status(70, "hold", "open"),
    ];
    let columns =
        "arrow_cast(due_at, 'Int64'), elapsed_business_seconds, paused_seconds, is_paused";
    let found = async |config: &str, as_of| clocks(config, &log, &at(as_of), columns).await;
    let target = "'50s'";
    for (metric, expected) in [
        ("total_resolution", "50|100.0|0.0|false"),
        ("requester_wait", "70|80.0|20.0|false"),
        ("agent_work", "100|50.0|50.0|false"),
    ] {
        assert_eq!(found(&policy(metric, target), 100).await, [expected]);
    }
    let own = format!("{}pause = ['hold']\n", policy("agent_work", target));
    assert_eq!(found(&own, 100).await, ["80|70.0|30.0|false"]);
    // While it is paused its due time is unknown.
    assert_eq!(
        found(&policy("agent_work", target), 60).await,
        ["|20.0|40.0|true"]
    );
    // Unless it was due before.
    assert_eq!(
        found(&policy("agent_work", "'15s'"), 60).await,
        ["15|20.0|40.0|true"]
    );
}

#[tokio::test]
async fn the_target_is_that_of_the_first_priority_or_of_the_last() {
    let log = [
        created(0, "customer"),
        change(30, "priority", Some("low"), "urgent"),
        comment(60, "agent", true),
        change(90, "priority", Some("urgent"), "low"),
    ];
    let config = policy("first_reply", "{ urgent = '40s', LOW = '90s' }");
    let columns = "priority, target_seconds, arrow_cast(due_at, 'Int64'), status";
    let found = async |retarget: &str, as_of| {
        let options = format!("retarget => '{retarget}', {}", at(as_of));
        clocks(&config, &log, &options, columns).await
    };
    assert_eq!(found("keep", 99).await, ["low|90|90|met"]);
    // From the same start; what comes after the reply changes nothing.
    assert_eq!(found("change", 99).await, ["urgent|40|40|breached"]);
    assert_eq!(found("change", 20).await, ["low|90|90|on_track"]);
    assert_eq!(found("change", 45).await, ["urgent|40|40|overdue"]);
}

#[tokio::test]
async fn no_policy_no_row() {
    let log = [
        created(0, "customer"),
        change(5, "priority", Some("low"), "high"),
    ];
    assert!(
        ends("first_reply", "{ urgent = '40s' }", &log, 99)
            .await
            .is_empty()
    );
    // A priority that is not known has the target of no priority.
    let log = [created(0, "customer")];
    assert!(
        ends("first_reply", "{ low = '40s' }", &log, 99)
            .await
            .is_empty()
    );
    assert_eq!(
        ends("first_reply", "{ low = '40s', default = '80s' }", &log, 99).await,
        ["80|||99.0|overdue"]
    );
}

#[tokio::test]
async fn the_first_policy_that_fits_is_taken() {
    let log = [
        created(0, "customer"),
        change(0, "team", None, "tier2"),
        change(50, "team", Some("tier2"), "billing"),
        comment(60, "agent", true),
        comment(70, "customer", true),
    ];
    let section = |name: &str, metric: &str, more: &str| {
        format!("[[sla_policies]]\nname = '{name}'\nmetric = '{metric}'\ntarget = '40s'\n{more}\n")
    };
    let config = [
        section("a", "next_reply", "when = \"team = 'tier2'\""),
        section("b", "first_reply", "when = \"TEAM = 'billing'\""),
        section(
            "c",
            "first_reply",
            "when = \"team = 'tier2' AND status = 'new'\"",
        ),
        section("d", "next_reply", ""),
        section("e", "first_reply", ""),
    ];
    let found = clocks(&config.concat(), &log, &at(99), "policy, metric").await;
    // The team is that of the start of each clock, after what happens at the same instant.
    assert_eq!(found, ["c|first_reply", "d|next_reply"]);
}

#[tokio::test]
async fn a_changed_policy_is_for_clocks_that_start_later() {
    let log = [
        created(0, "customer"),
        comment(10, "agent", true),
        comment(20, "customer", true),
        comment(29, "agent", true),
        comment(30, "customer", true),
    ];
    let config = "
        [[sla_policies]]\nname = 'old'\nmetric = 'next_reply'\ntarget = '50s'
        effective_to = '1970-01-01 00:00:30'
        [[sla_policies]]\nname = 'new'\nmetric = 'next_reply'\ntarget = '5s'
        effective_from = '1970-01-01 00:00:30'";
    let found = clocks(config, &log, &at(99), "policy, status").await;
    assert_eq!(found, ["old|met", "new|overdue"]);
}

#[tokio::test]
async fn what_comes_before_the_creation_happened_at_it() {
    let log = [
        comment(-50, "agent", true),
        status(-20, "new", "pending"),
        created(0, "customer"),
        status(10, "pending", "open"),
        status(30, "open", "solved"),
    ];
    assert_eq!(
        ends("first_reply", "'30s'", &log, 99).await,
        ["30|0||0.0|met"]
    );
    assert_eq!(
        ends("agent_work", "'30s'", &log, 99).await,
        ["40|30||20.0|met"]
    );
}

#[tokio::test]
async fn what_happens_at_one_instant_has_an_order() {
    // The message is answered, and the reply comes before the status that it leads to.
    let log = [
        status(10, "open", "solved"),
        comment(10, "agent", true),
        comment(10, "customer", true),
        created(0, "agent"),
    ];
    assert_eq!(
        ends("next_reply", "'30s'", &log, 99).await,
        ["40|10||0.0|met"]
    );
    assert_eq!(
        ends("periodic_update", "'30s'", &log, 99).await,
        ["30|10||10.0|met"]
    );
}

#[tokio::test]
async fn without_a_creation_only_waits_are_known() {
    let log = [
        comment(10, "agent", true),
        comment(20, "customer", true),
        status(50, "open", "solved"),
    ];
    for metric in ["first_reply", "total_resolution", "agent_work"] {
        assert!(ends(metric, "'30s'", &log, 99).await.is_empty());
    }
    assert_eq!(
        ends("next_reply", "'40s'", &log, 99).await,
        ["60||50|30.0|cancelled"]
    );
}
