//! Traps that real systems fell into with their KPIs.

use deskql::{Engine, EngineSettings};

use crate::support::data::rows;

async fn desk() -> Engine {
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    for sql in [
        // 1 solved then closed; 2 never answered; 3 straight to closed; 4 open for more than a year.
        "CREATE TABLE tickets AS SELECT * FROM (VALUES \
         (1, TIMESTAMP '2026-01-05 09:00:00', TIMESTAMP '2026-01-05 10:00:00', TIMESTAMP '2026-01-05 12:00:00', TIMESTAMP '2026-01-09 12:00:00', TIMESTAMP '2026-01-05 13:00:00'), \
         (2, TIMESTAMP '2026-01-05 09:00:00', NULL, NULL, NULL, TIMESTAMP '2026-01-06 09:00:00'), \
         (3, TIMESTAMP '2026-01-06 09:00:00', NULL, NULL, TIMESTAMP '2026-01-06 15:00:00', TIMESTAMP '2026-01-06 13:00:00'), \
         (4, TIMESTAMP '2024-12-01 09:00:00', TIMESTAMP '2026-01-10 09:00:00', NULL, NULL, NULL)) \
         AS t(id, created, answered, solved, closed, due)",
        // Ticket 1 was surveyed twice, 2 was offered a survey and did not answer.
        "CREATE TABLE surveys AS SELECT * FROM (VALUES \
         (1, 'answered', 5, 9), (1, 'answered', 2, 3), (2, 'offered', NULL, NULL), (3, 'answered', 4, 10)) \
         AS t(ticket, state, score, likely)",
    ] {
        engine.sql(sql).await.unwrap().collect().await.unwrap();
    }
    engine
}

async fn one(sql: &str) -> String {
    let found = rows(&desk().await, sql).await;
    assert_eq!(found.len(), 1, "{sql}: {found:?}");
    found[0].clone()
}

/// 60 minutes and 405 days; the unanswered two do not count, neither as 0 nor up to now.
#[tokio::test]
async fn unanswered_tickets_are_not_in_the_mean_response_time() {
    let sql = "SELECT frt(created, answered, 'day'), frt_detail(created, answered)['n'], count(*) FROM tickets";
    assert_eq!(
        one(sql).await,
        format!("{}|2|4", (405.0 + 1.0 / 24.0) / 2.0)
    );
    let only = "SELECT frt(created, answered) FROM tickets WHERE id IN (1, 2)";
    assert_eq!(one(only).await, "60.0");
}

/// Resolution time ends when the ticket was solved, or closed if it was never solved: 3 hours and 6
/// hours.
#[tokio::test]
async fn straight_to_closed_is_resolved_too() {
    assert_eq!(
        one(
            "SELECT art(created, solved, 'hour'), art(created, coalesce(solved, closed), 'hour'), \
             resolution_rate(coalesce(solved, closed) IS NOT NULL) FROM tickets"
        )
        .await,
        "3.0|4.5|50.0"
    );
}

/// A customer wrote twice; the second ticket was merged into the first and closed as its copy. There is one
/// request, answered in 30 minutes and resolved in 2 hours, and not two with a mean of 65 minutes.
#[tokio::test]
async fn merged_tickets_are_not_counted_twice() {
    let log = "(VALUES \
        (1, '09:00', 'created', 'customer', true, NULL, NULL, NULL), \
        (2, '09:10', 'created', 'customer', true, NULL, NULL, NULL), \
        (2, '09:20', 'change', 'agent', false, 'merged_into_id', NULL, '1'), \
        (2, '09:20', 'change', 'agent', false, 'status', 'new', 'closed'), \
        (1, '09:30', 'comment', 'agent', true, NULL, NULL, NULL), \
        (1, '11:00', 'change', 'agent', false, 'status', 'new', 'solved')) \
        AS t(ticket_id, at, kind, actor_role, is_public, field, old_value, new_value)";
    let events =
        format!("SELECT *, ('2026-01-05 ' || at || ':00')::TIMESTAMP AS event_at FROM {log}");
    let sql = |condition: &str| {
        format!(
            "SELECT count(*), frt(created_at, first_response_at), art(created_at, ended_at), \
             rate(ended_at IS NOT NULL) FROM ticket_facts(({events})) WHERE {condition}"
        )
    };
    assert_eq!(one(&sql("NOT is_merged")).await, "1|30.0|120.0|100.0");
    // The trap itself: the copy was never answered, and was over after ten minutes.
    assert_eq!(one(&sql("true")).await, "2|30.0|65.0|100.0");
    assert_eq!(one(&sql("merged_into_id = 1")).await, "1||10.0|100.0");
}

/// A join with the surveys repeats ticket 1: the response time has to be taken before the join.
#[tokio::test]
async fn several_surveys_do_not_multiply_tickets() {
    let joined =
        "SELECT frt_detail(created, answered)['n'] FROM tickets JOIN surveys ON ticket = id";
    assert_eq!(
        one(joined).await,
        "2",
        "the trap itself: one answered ticket, two rows"
    );
    let apart = "SELECT frt_detail(created, answered)['n'] FROM tickets WHERE id IN (SELECT ticket FROM surveys)";
    assert_eq!(one(apart).await, "1");
    // Every survey is an answer of its own; an average per ticket would lose one.
    assert_eq!(
        one("SELECT nps(likely), csat(score) FROM surveys").await,
        format!("{}|{}", 100.0 / 3.0, 200.0 / 3.0)
    );
}

/// The offered survey is no answer: 2 of 3 are satisfied, not 2 of 4.
#[tokio::test]
async fn an_offered_survey_is_no_answer() {
    assert_eq!(
        one("SELECT csat_detail(score)['n'], csat_detail(score)['satisfied'], rate(state = 'answered') FROM surveys").await,
        "3|2|75.0"
    );
}

/// 405 days is 583,200 minutes, whatever the unit of the column.
#[tokio::test]
async fn a_ticket_may_be_older_than_a_year() {
    for unit in ["Second", "Millisecond", "Microsecond", "Nanosecond"] {
        let cast = |column: &str| format!("arrow_cast({column}, 'Timestamp({unit}, None)')");
        let (created, answered) = (cast("created"), cast("answered"));
        let sql = format!(
            "SELECT frt({created}, {answered}), duration_median({created}, {answered}, 'day'), \
             backlog(created, closed, TIMESTAMP '2026-01-10 00:00:00') FROM tickets WHERE id = 4"
        );
        assert_eq!(one(&sql).await, "583200.0|405.0|1", "{unit}");
    }
}

/// Of the three with a target: 1 met it, 3 broke it, and 2 is open past it. Without the open ones 1 of
/// 2, with them 1 of 3; and where no target counts as met, 2 of 4.
#[tokio::test]
async fn service_levels_with_and_without_open_overdue_tickets() {
    let end = "coalesce(solved, closed)";
    let now = "TIMESTAMP '2026-01-10 00:00:00'";
    assert_eq!(
        one(&format!(
            "SELECT sla_rate({end} <= due), \
             sla_rate(CASE WHEN {end} IS NOT NULL THEN {end} <= due WHEN due < {now} THEN false END), \
             sla_rate(due IS NULL OR ({end} IS NOT NULL AND {end} <= due)), \
             overdue_backlog(created, closed, due, {now}) FROM tickets"
        ))
        .await,
        format!("50.0|{}|50.0|1", 100.0 / 3.0)
    );
}
