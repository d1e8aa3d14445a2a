//! Late and odd events, one by one, with what they must give worked out by hand.

use super::log::{Event, change, comment, created, engine, status};
use crate::support::data::rows;

/// The named columns of ticket 1.
async fn facts(events: &[Event], columns: &str) -> String {
    let engine = engine(events, false, 3).await;
    let sql = format!("SELECT {columns} FROM ticket_facts(log)");
    let rows = rows(&engine, &sql).await;
    assert_eq!(rows.len(), 1);
    rows[0].clone()
}

const RESOLUTION: &str = "first_resolution_seconds, resolution_seconds, reopens, status";

#[tokio::test]
async fn a_bot_that_answers_first_is_no_first_response() {
    let events = [
        created(0, "customer"),
        comment(5, "bot", true),
        comment(9, "system", true),
        comment(20, "agent", false),
        comment(60, "agent", true),
    ];
    let columns = "first_any_response_seconds, first_response_seconds, replies, internal_notes";
    assert_eq!(facts(&events, columns).await, "5.0|60.0|1|1");
}

#[tokio::test]
async fn what_an_agent_creates_with_is_no_reply() {
    let events = [
        created(0, "agent"),
        comment(100, "customer", true),
        comment(130, "agent", true),
    ];
    let columns =
        "created_by, replies, first_response_seconds, next_replies, first_next_reply_seconds";
    assert_eq!(facts(&events, columns).await, "agent|1|130.0|1|30.0");
}

#[tokio::test]
async fn an_unanswered_ticket_has_no_response_time() {
    let events = [created(0, "customer"), comment(50, "customer", true)];
    let columns = "first_response_seconds IS NULL, waiting_since IS NULL, customer_messages";
    assert_eq!(facts(&events, columns).await, "true|true|1");
}

#[tokio::test]
async fn solved_twice_is_solved_once() {
    let twice = [
        created(0, "customer"),
        status(10, "new", "solved"),
        status(30, "solved", "solved"),
    ];
    assert_eq!(facts(&twice, RESOLUTION).await, "10.0|10.0|0|solved");
    let reopening_is_lost = [
        created(0, "customer"),
        status(10, "new", "solved"),
        status(30, "open", "solved"),
    ];
    assert_eq!(
        facts(&reopening_is_lost, RESOLUTION).await,
        "10.0|30.0|0|solved"
    );
}

#[tokio::test]
async fn solved_then_reopened_is_not_resolved() {
    let events = [
        created(0, "customer"),
        status(10, "new", "solved"),
        status(30, "solved", "open"),
    ];
    assert_eq!(facts(&events, RESOLUTION).await, "10.0||1|open");
    let columns = "first_resolved_at IS NULL, resolved_at IS NULL, ended_at IS NULL";
    assert_eq!(facts(&events, columns).await, "false|true|true");
}

#[tokio::test]
async fn closed_without_being_solved_is_an_end_but_no_resolution() {
    let events = [created(0, "customer"), status(40, "new", "closed")];
    assert_eq!(facts(&events, RESOLUTION).await, "40.0|40.0|0|closed");
    let columns = "first_resolved_at IS NULL, resolved_at IS NULL, closed_at IS NULL";
    assert_eq!(facts(&events, columns).await, "true|true|false");
}

#[tokio::test]
async fn closing_a_solved_ticket_moves_no_end() {
    let events = [
        created(0, "customer"),
        status(10, "new", "solved"),
        status(90, "solved", "closed"),
    ];
    assert_eq!(facts(&events, RESOLUTION).await, "10.0|10.0|0|closed");
    assert_eq!(
        facts(&events, "new_seconds, solved_seconds").await,
        "10.0|80.0"
    );
}

#[tokio::test]
async fn reopened_after_closed_is_reopened() {
    let events = [
        created(0, "customer"),
        status(10, "new", "solved"),
        status(20, "solved", "closed"),
        status(50, "closed", "open"),
        status(70, "open", "solved"),
    ];
    assert_eq!(facts(&events, RESOLUTION).await, "10.0|70.0|1|solved");
    // A closed ticket is not waiting.
    let columns = "requester_wait_seconds, solved_seconds, closed_at IS NULL";
    assert_eq!(facts(&events, columns).await, "30.0|10.0|true");
}

#[tokio::test]
async fn what_comes_before_the_creation_happened_at_it() {
    let events = [
        comment(-50, "agent", true),
        change(-20, "agent_id", None, "7"),
        created(0, "customer"),
        status(10, "new", "open"),
        status(30, "open", "solved"),
    ];
    let columns = "early_events, first_response_seconds, unassigned_seconds, agent_work_seconds";
    assert_eq!(facts(&events, columns).await, "2|0.0|0.0|30.0");
}

#[tokio::test]
async fn without_a_creation_only_what_the_log_shows_is_known() {
    let events = [
        comment(10, "agent", true),
        status(20, "open", "solved"),
        status(50, "solved", "open"),
    ];
    let columns = "created_at IS NULL, replies, reopens, status, open_seconds IS NULL, \
                   first_response_seconds IS NULL, first_response_at IS NULL";
    assert_eq!(
        facts(&events, columns).await,
        "true|1|1|open|true|true|false"
    );
}

#[tokio::test]
async fn a_merged_ticket_names_where_it_went() {
    let into = [
        created(0, "customer"),
        change(9, "merged_into_id", None, "12"),
        status(9, "new", "closed"),
    ];
    let columns = "is_merged, merged_into_id, first_resolved_at IS NULL, is_escalated";
    assert_eq!(facts(&into, columns).await, "true|12|true|false");
    let nowhere = [
        created(0, "customer"),
        change(9, "merged_into", None, "another desk"),
    ];
    assert_eq!(facts(&nowhere, columns).await, "true||true|false");
}

#[tokio::test]
async fn changes_at_one_instant_are_taken_in_the_order_of_their_values() {
    let events = [
        status(10, "pending", "solved"),
        status(10, "new", "open"),
        created(0, "customer"),
        comment(10, "agent", true),
        comment(10, "customer", true),
        status(10, "open", "pending"),
        status(40, "solved", "closed"),
    ];
    let columns = "status, reopens, new_seconds, solved_seconds, open_seconds, replies";
    assert_eq!(facts(&events, columns).await, "closed|0|10.0|30.0|0.0|1");
}

#[tokio::test]
async fn a_next_reply_answers_the_oldest_message() {
    let events = [
        created(0, "customer"),
        comment(5, "customer", true),
        comment(10, "agent", true),
        comment(20, "customer", true),
        comment(25, "bot", true),
        comment(30, "customer", true),
        comment(60, "agent", true),
        comment(65, "agent", true),
        comment(80, "customer", true),
        status(85, "open", "solved"),
        comment(90, "customer", true),
    ];
    // 20 to 60; what was written at 80 needs no reply any more; what was written at 90 does.
    let columns = "next_replies, first_next_reply_seconds, longest_next_reply_seconds, \
                   arrow_cast(waiting_since, 'Int64')";
    assert_eq!(facts(&events, columns).await, "1|40.0|40.0|90");
}

#[tokio::test]
async fn escalations_and_deletion_are_told() {
    let events = [
        created(0, "customer"),
        change(10, "is_escalated", Some("false"), "true"),
        change(20, "is_escalated", Some("true"), "false"),
        change(30, "escalated", None, "TRUE"),
        Event {
            kind: Some("deleted"),
            ..comment(45, "agent", false)
        },
    ];
    let columns = "escalations, arrow_cast(escalated_at, 'Int64'), status, arrow_cast(deleted_at, 'Int64'), \
                   new_seconds, ended_at IS NULL";
    assert_eq!(facts(&events, columns).await, "2|10|deleted|45|45.0|true");
}

#[tokio::test]
async fn unknown_words_and_nulls_are_passed_over() {
    let nothing = Event {
        ticket: Some(1),
        at: Some(30),
        ..Event::default()
    };
    let events = [
        created(0, "martian"),
        Event {
            kind: Some("viewed"),
            ..comment(10, "agent", true)
        },
        Event {
            public: None,
            ..comment(12, "agent", true)
        },
        Event {
            role: None,
            ..comment(14, "agent", true)
        },
        Event {
            new: None,
            ..status(16, "new", "open")
        },
        change(18, "mood", Some("good"), "bad"),
        status(20, "new", "waiting for a part"),
        nothing,
    ];
    let columns = "events, created_by, replies, internal_notes, status, new_seconds, other_seconds";
    assert_eq!(facts(&events, columns).await, "8||0|0|other|20.0|10.0");
}

#[tokio::test]
async fn a_log_without_old_values_is_read_by_what_came_before() {
    let events = [
        created(0, "customer"),
        change(1, "team", None, "a"),
        change(2, "team", None, "b"),
        change(2, "status", None, "open"),
        change(9, "status", None, "solved"),
        change(11, "status", None, "open"),
    ];
    let columns = "handoffs, teams, reopens, new_seconds, open_seconds";
    assert_eq!(facts(&events, columns).await, "1|2|1|2.0|7.0");
}
