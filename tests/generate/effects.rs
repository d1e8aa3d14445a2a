//! The effects that the data model promises, measured in plain SQL on the sample. Margins are wide
//! against the sampling error of 20,000 tickets, so that only a lost effect fails.

use super::{numbers, open_sample};

#[tokio::test]
async fn times_are_heavy_tailed() {
    let engine = open_sample().await;
    for (end, least) in [("first_response_at", 3.0), ("resolved_at", 2.5)] {
        let sql = format!(
            "SELECT avg(s), median(s) FROM (SELECT date_part('epoch', {end})
               - date_part('epoch', created_at) AS s FROM tickets WHERE {end} IS NOT NULL)"
        );
        let values = numbers(&engine, &sql).await;
        assert!(values[0] > least * values[1], "{end}: {values:?}");
    }
}

#[tokio::test]
async fn demand_has_a_week_a_day_and_growth() {
    let engine = open_sample().await;
    let shares = numbers(
        &engine,
        "WITH t AS (SELECT to_local_time(created_at AT TIME ZONE 'America/New_York') AS at FROM tickets)
         SELECT 100.0 * count(*) FILTER (WHERE date_part('dow', at) IN (0, 6)) / count(*),
           100.0 * count(*) FILTER (WHERE date_part('hour', at) BETWEEN 8 AND 17) / count(*),
           100.0 * count(*) FILTER (WHERE at >= '2025-01-01') / count(*)
         FROM t",
    )
    .await;
    assert!((7.0..14.0).contains(&shares[0]), "week-ends: {shares:?}");
    assert!(
        (70.0..85.0).contains(&shares[1]),
        "working hours: {shares:?}"
    );
    assert!((53.0..65.0).contains(&shares[2]), "second year: {shares:?}");
}

#[tokio::test]
async fn customers_are_unequal_and_come_back() {
    let engine = open_sample().await;
    let top = numbers(
        &engine,
        "SELECT 100.0 * sum(n) FILTER (WHERE tenth = 1) / sum(n)
         FROM (SELECT n, ntile(10) OVER (ORDER BY n DESC) AS tenth
           FROM (SELECT count(*) AS n FROM tickets GROUP BY customer_id))",
    )
    .await;
    assert!((35.0..60.0).contains(&top[0]), "busiest tenth: {top:?}");
    let repeats = numbers(
        &engine,
        "SELECT 100.0 * count(*) FILTER (WHERE next <= created_at + INTERVAL '7 days') / count(*)
         FROM (SELECT created_at,
           lead(created_at) OVER (PARTITION BY customer_id ORDER BY created_at) AS next FROM tickets)",
    )
    .await;
    assert!((15.0..30.0).contains(&repeats[0]), "repeats: {repeats:?}");
}

#[tokio::test]
async fn surveys_are_answered_by_some_and_at_desk_levels() {
    let engine = open_sample().await;
    for (kind, rate) in [
        ("csat", 17.0..27.0),
        ("ces", 17.0..27.0),
        ("nps", 17.0..27.0),
    ] {
        let sql = format!(
            "SELECT 100.0 * count(responded_at) / count(*) FROM surveys WHERE kind = '{kind}'"
        );
        let found = numbers(&engine, &sql).await;
        assert!(rate.contains(&found[0]), "{kind}: {found:?}");
    }
    let levels = numbers(
        &engine,
        "SELECT 100.0 * count(*) FILTER (WHERE kind = 'csat' AND score >= 4)
             / count(*) FILTER (WHERE kind = 'csat'),
           avg(score) FILTER (WHERE kind = 'ces'),
           100.0 * (count(*) FILTER (WHERE kind = 'nps' AND score >= 9)
             - count(*) FILTER (WHERE kind = 'nps' AND score <= 6))
             / count(*) FILTER (WHERE kind = 'nps')
         FROM surveys WHERE score IS NOT NULL",
    )
    .await;
    assert!((79.0..89.0).contains(&levels[0]), "CSAT {levels:?}");
    assert!((5.2..6.0).contains(&levels[1]), "CES {levels:?}");
    assert!((25.0..45.0).contains(&levels[2]), "NPS {levels:?}");
}

/// About 420 answers to tickets answered within the hour or after a day: standard error 2 points.
#[tokio::test]
async fn satisfaction_depends_on_speed_outcome_and_agent() {
    let engine = open_sample().await;
    let csat = |condition: &str| {
        format!(
            "100.0 * count(*) FILTER (WHERE score >= 4 AND {condition}) / count(*) FILTER (WHERE {condition})"
        )
    };
    let sql = format!(
        "SELECT {}, {}, {}, {} FROM surveys s JOIN tickets t ON s.ticket_id = t.ticket_id
         WHERE s.kind = 'csat' AND score IS NOT NULL",
        csat("first_response_at <= created_at + INTERVAL '1 hour'"),
        csat("first_response_at > created_at + INTERVAL '1 day'"),
        csat("reopens = 0"),
        csat("reopens > 0"),
    );
    let found = numbers(&engine, &sql).await;
    assert!(found[0] > found[1] + 5.0, "speed: {found:?}");
    assert!(found[2] > found[3] + 15.0, "reopening: {found:?}");
    let spread = numbers(
        &engine,
        "SELECT max(csat) - min(csat) FROM (SELECT 100.0 * count(*) FILTER (WHERE score >= 4) / count(*) AS csat
           FROM surveys WHERE kind = 'csat' AND score IS NOT NULL GROUP BY agent_id HAVING count(*) >= 100)",
    )
    .await;
    assert!(spread[0] > 15.0, "agents: {spread:?}");
}

/// About 110 and 230 answers: the standard error of the difference is 5 points.
#[tokio::test]
async fn the_release_of_march_2025_dips_csat_for_weeks() {
    let engine = open_sample().await;
    let csat = |from: &str, to: &str| {
        let inside = format!("offered_at >= '{from}T10:00:00Z' AND offered_at < '{to}T10:00:00Z'");
        format!(
            "100.0 * count(*) FILTER (WHERE score >= 4 AND {inside}) / count(*) FILTER (WHERE {inside})"
        )
    };
    let sql = format!(
        "SELECT {}, {}, {} FROM surveys WHERE kind = 'csat' AND score IS NOT NULL",
        csat("2025-01-11", "2025-03-11"),
        csat("2025-03-12", "2025-04-02"),
        csat("2025-05-01", "2025-06-30"),
    );
    let found = numbers(&engine, &sql).await;
    assert!(
        found[1] < found[0] - 10.0 && found[1] < found[2] - 10.0,
        "{found:?}"
    );
}

#[tokio::test]
async fn the_outage_of_september_2025_raises_volume() {
    let engine = open_sample().await;
    let found = numbers(
        &engine,
        "WITH days AS (SELECT CAST(to_local_time(created_at AT TIME ZONE 'America/New_York') AS DATE) AS day,
             count(*) AS n FROM tickets GROUP BY 1)
         SELECT max(n) FILTER (WHERE day = '2025-09-16'), median(n) FROM days
         WHERE day BETWEEN '2025-08-15' AND '2025-10-15' AND date_part('dow', day) BETWEEN 1 AND 5",
    )
    .await;
    assert!(found[0] > 4.0 * found[1], "{found:?}");
    let linked = numbers(
        &engine,
        "SELECT count(*) FROM tickets t JOIN incidents i ON t.incident_id = i.incident_id
         WHERE i.severity = 'sev1' AND i.started_at BETWEEN '2025-09-16T00:00:00Z' AND '2025-09-17T00:00:00Z'",
    )
    .await;
    assert!(linked[0] > 100.0, "{linked:?}");
}

/// 150 tickets of the billing team within the six weeks, 1,500 in the rest of the year.
#[tokio::test]
async fn the_billing_queue_waits_in_june_2025() {
    let engine = open_sample().await;
    let wait = |team: &str, during: &str| {
        let inside = "created_at >= '2025-06-02T04:00:00Z' AND created_at < '2025-07-14T04:00:00Z'";
        format!(
            "median(epoch(first_response_at) - epoch(created_at)) FILTER (WHERE {team} AND ({inside}) = {during})"
        )
    };
    let factor = |team: &str| format!("{} / {}", wait(team, "true"), wait(team, "false"));
    let sql = format!(
        "SELECT {}, {} FROM tickets WHERE created_at >= '2025-01-01T05:00:00Z'",
        factor("team = 'billing'"),
        factor("team <> 'billing'")
    );
    let found = numbers(&engine, &sql).await;
    assert!(
        found[0] > 1.8 && (0.8..1.2).contains(&found[1]),
        "{found:?}"
    );
}

/// About 930 customers of the business plan a month: 19 leave in the quarter before, 90 in that of the price rise.
#[tokio::test]
async fn the_price_rise_of_october_2025_costs_customers() {
    let engine = open_sample().await;
    let sql = "SELECT count(*) FILTER (WHERE month < '2025-10-01'), count(*) FILTER (WHERE month >= '2025-10-01')
         FROM subscriptions WHERE plan = 'business' AND movement = 'churned' AND month >= '2025-07-01'";
    let left = numbers(&engine, sql).await;
    assert!(left[1] > 3.0 * left[0], "{left:?}");
    let sql = "SELECT count(*) FILTER (WHERE end_reason = 'price'), count(*) FROM customers
         WHERE plan = 'business' AND ended_at >= '2025-10-01T04:00:00Z'";
    let reasons = numbers(&engine, sql).await;
    assert!(reasons[0] > 0.6 * reasons[1], "{reasons:?}");
    let sql = "SELECT sum(mrr_end) / sum(mrr_start) FROM subscriptions
         WHERE plan = 'business' AND month = '2025-10-01' AND movement NOT IN ('new', 'churned')";
    let dearer = numbers(&engine, sql).await;
    assert!((1.15..1.25).contains(&dearer[0]), "{dearer:?}");
}

/// 205 bad answers, 11% of them followed by the end within 90 days (standard error 2.2 points),
/// against 2.7% of the good ones.
#[tokio::test]
async fn churn_follows_bad_experience() {
    let engine = open_sample().await;
    let left = |condition: &str| {
        format!(
            "100.0 * count(*) FILTER (WHERE {condition} AND ended_at > responded_at
               AND ended_at <= responded_at + INTERVAL '90 days') / count(*) FILTER (WHERE {condition})"
        )
    };
    let sql = format!(
        "SELECT {}, {} FROM surveys s JOIN customers c ON s.customer_id = c.customer_id
         WHERE kind = 'csat' AND score IS NOT NULL AND responded_at < '2025-10-01T00:00:00Z'",
        left("score <= 2"),
        left("score >= 4")
    );
    let found = numbers(&engine, &sql).await;
    assert!(found[0] > 2.0 * found[1] && found[1] > 0.5, "{found:?}");
}

#[tokio::test]
async fn revenue_expands_and_contracts() {
    let engine = open_sample().await;
    let found = numbers(
        &engine,
        "SELECT 100.0 * sum(CAST(coalesce(e.mrr_end, 0) AS DOUBLE)) / sum(CAST(s.mrr_start AS DOUBLE)),
           100.0 * sum(CAST(least(coalesce(e.mrr_end, 0), s.mrr_start) AS DOUBLE)) / sum(CAST(s.mrr_start AS DOUBLE))
         FROM subscriptions s
         LEFT JOIN (SELECT * FROM subscriptions WHERE month = '2025-12-01') e ON s.customer_id = e.customer_id
         WHERE s.month = '2025-01-01' AND s.mrr_start > 0",
    )
    .await;
    assert!((90.0..115.0).contains(&found[0]), "NRR of 2025: {found:?}");
    assert!(
        found[1] < found[0] && found[1] > 80.0,
        "GRR of 2025: {found:?}"
    );
    for movement in ["new", "expansion", "contraction", "churned"] {
        let sql = format!("SELECT count(*) FROM subscriptions WHERE movement = '{movement}'");
        assert!(numbers(&engine, &sql).await[0] > 100.0, "{movement}");
    }
}
