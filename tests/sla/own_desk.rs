//! The generator's own columns, and those of `ticket_facts`, from clocks.

use super::desk::configured;
use crate::support::data::rows;

/// Targets of the generator according to docs/data-model.md.
const PAID: &str = "
[[sla_policies]]
name = 'paid'
metric = 'first_reply'
when = \"plan <> 'free'\"
target = { urgent = '2h', high = '8h', normal = '24h', low = '72h' }
[[sla_policies]]
name = 'paid'
metric = 'total_resolution'
when = \"plan <> 'free'\"
target = { urgent = '12h', high = '48h', normal = '120h', low = '10d' }
";

/// The last event that the sample knows of.
const END: &str = "as_of => TIMESTAMP '2026-01-01 05:00:00'";

/// Junk, of which some is merged, has no target.
const NO_JUNK: &str = "(t.status <> 'closed' OR t.first_resolved_at IS NOT NULL
           OR t.merged_into_id IS NOT NULL AND t.due_at IS NOT NULL)";

/// The generator's clock of the first response also runs for tickets of agents, and continues while a
/// ticket is solved; junk has no target. All others are recomputed.
#[tokio::test]
async fn the_first_responses_of_the_sample() {
    let engine = configured(PAID).await.unwrap();
    let sql = format!(
        "SELECT count(*), count(*) FILTER (
             WHERE (t.first_response_due_at IS DISTINCT FROM s.due_at)
                OR s.due_at IS NOT NULL AND (t.first_response_at IS DISTINCT FROM s.fulfilled_at)
                OR (t.first_response_sla_met IS DISTINCT FROM CASE
                     WHEN s.cancelled_at IS NOT NULL THEN NULL
                     WHEN s.status IN ('met', 'breached') THEN s.status = 'met'
                     WHEN s.status = 'overdue' THEN false END))
         FROM tickets t LEFT JOIN (
           SELECT * FROM sla_events(ticket_events, tickets => tickets, {END})
           WHERE metric = 'first_reply') s USING (ticket_id)
         WHERE t.created_by <> 'agent' AND (t.reopens = 0 OR t.first_response_at < t.first_resolved_at)
           AND {NO_JUNK}"
    );
    let found = rows(&engine, &sql).await;
    let (count, differ) = found[0].split_once('|').unwrap();
    assert!(count.parse::<u32>().unwrap() > 18_000, "{count}");
    assert_eq!(differ, "0");
}

/// The generator measures a reopened ticket from its creation to its last solution.
#[tokio::test]
async fn the_resolutions_of_the_sample() {
    let engine = configured(PAID).await.unwrap();
    let sql = format!(
        "SELECT count(*), count(*) FILTER (
             WHERE (t.due_at IS DISTINCT FROM s.due_at)
                OR (t.sla_met IS DISTINCT FROM CASE
                     WHEN s.cancelled_at IS NOT NULL THEN NULL
                     WHEN s.status IN ('met', 'breached') THEN s.status = 'met'
                     WHEN s.status = 'overdue' THEN false END))
         FROM tickets t LEFT JOIN (
           SELECT * FROM sla_events(ticket_events, tickets => tickets, {END})
           WHERE metric = 'total_resolution') s USING (ticket_id)
         WHERE t.reopens = 0
           AND {NO_JUNK}"
    );
    let found = rows(&engine, &sql).await;
    let (count, differ) = found[0].split_once('|').unwrap();
    assert!(count.parse::<u32>().unwrap() > 17_000, "{count}");
    assert_eq!(differ, "0");
}

/// Around the clock, clocks have run for as long as `ticket_facts` measures.
#[tokio::test]
async fn clocks_agree_with_facts() {
    let all = ["first_reply", "next_reply", "requester_wait", "agent_work"];
    let policies = all.map(|metric| super::desk::policy(metric, "'1h'"));
    let engine = configured(&policies.concat()).await.unwrap();
    let sql = format!(
        "WITH s AS (
           SELECT ticket_id,
             max(elapsed_business_seconds) FILTER (WHERE metric = 'requester_wait') AS requester_wait,
             max(elapsed_business_seconds) FILTER (WHERE metric = 'agent_work') AS agent_work,
             max(elapsed_business_seconds)
               FILTER (WHERE metric = 'next_reply' AND fulfilled_at IS NOT NULL) AS longest,
             count(*) FILTER (WHERE metric = 'next_reply' AND fulfilled_at IS NOT NULL) AS replies,
             max(started_at) FILTER (WHERE metric = 'next_reply' AND status IN ('on_track', 'overdue'))
               AS waiting_since,
             max(fulfilled_at) FILTER (WHERE metric = 'first_reply') AS first_response_at
           FROM sla_events(ticket_events, tickets => tickets, {END}) GROUP BY ticket_id)
         SELECT count(*), count(*) FILTER (
             WHERE (f.requester_wait_seconds IS DISTINCT FROM s.requester_wait)
                OR (f.agent_work_seconds IS DISTINCT FROM s.agent_work)
                OR (f.longest_next_reply_seconds IS DISTINCT FROM s.longest)
                OR (f.next_replies IS DISTINCT FROM s.replies)
                OR (f.waiting_since IS DISTINCT FROM s.waiting_since)
                OR f.created_by <> 'agent' AND (f.first_response_at IS DISTINCT FROM s.first_response_at))
         FROM ticket_facts(ticket_events, {END}) f LEFT JOIN s USING (ticket_id)"
    );
    assert_eq!(rows(&engine, &sql).await, ["20000|0"]);
}
