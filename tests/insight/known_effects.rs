//! What the generator did is found: `docs/data-model.md` says what happened, the functions must say so too, and
//! name no other cause.

use std::path::PathBuf;
use std::sync::OnceLock;

use deskql::Engine;
use deskql::internal::generate::{GenerateOptions, run};

use crate::support::data::{open, rows};

/// A desk of 100,000 tickets, of another seed than the sample's.
async fn desk() -> Engine {
    static DESK: OnceLock<PathBuf> = OnceLock::new();
    let folder = DESK.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("known_effects");
        let mut options = GenerateOptions::new(100_000, 11, &folder);
        options.force = true;
        run(&options, |_| Ok(())).unwrap();
        folder
    });
    open(&[folder]).await.unwrap()
}

/// The segments that `explain_change` calls clear, the largest part first.
async fn clear_segments(call: &str) -> Vec<String> {
    let sql = format!(
        "SELECT segment FROM explain_change({call}, depth => 1)
         WHERE scope = 'segment' AND p_adjusted < 0.01 ORDER BY abs(total) DESC"
    );
    rows(&desk().await, &sql).await
}

#[tokio::test]
async fn the_release_changes_the_level_of_csat_and_what_customers_write() {
    let changes = "SELECT change_at FROM change_points((SELECT local_trunc('week', responded_at, 'America/New_York') AS week,
             count(*) FILTER (WHERE score >= 4) AS hits, count(score) AS n
           FROM surveys WHERE kind = 'csat' GROUP BY week),
         time => week, hits => hits, n => n, kind => 'rate', grain => 'week', min_size => 2)";
    let found = rows(&desk().await, changes).await;
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0], "2025-03-10");
    assert!(
        ("2025-04-07".."2025-04-29").contains(&found[1].as_str()),
        "{found:?}"
    );
    if cfg!(feature = "text") {
        let themes =
            "SELECT theme FROM themes((SELECT comment, offered_at FROM surveys WHERE kind = 'csat'
               AND offered_at BETWEEN '2025-01-28T10:00:00Z' AND '2025-04-22T10:00:00Z'),
             text => comment, side => offered_at >= '2025-03-11T10:00:00Z')
             WHERE p_adjusted < 0.05 AND share_b > share_a ORDER BY p LIMIT 2";
        let mut found = rows(&desk().await, themes).await;
        found.sort();
        assert_eq!(found, ["crashes", "update"]);
    }
}

#[tokio::test]
async fn the_understaffed_queue_is_the_billing_teams() {
    let call = "(SELECT first_response_at <= created_at + INTERVAL '8 hours' AS in_time, created_at, team FROM tickets
           WHERE created_at BETWEEN '2025-04-21T04:00:00Z' AND '2025-07-14T04:00:00Z'),
         kpi => 'rate', value => in_time, side => created_at >= '2025-06-02T04:00:00Z', by => [team]";
    assert_eq!(clear_segments(call).await, ["billing"]);
    let changes = "SELECT change_at, after < before AS is_fall FROM change_points((SELECT local_trunc('week', created_at, 'America/New_York') AS week,
             count(*) FILTER (WHERE first_response_at <= created_at + INTERVAL '8 hours') AS hits, count(*) AS n
           FROM tickets WHERE team = 'billing' GROUP BY week),
         time => week, hits => hits, n => n, kind => 'rate', grain => 'week', min_size => 3)";
    // The week before has a holiday, on which tickets wait too.
    let found = rows(&desk().await, changes).await;
    assert!(
        matches!(found.as_slice(), [start, end]
            if ["2025-05-26|true", "2025-06-02|true"].contains(&start.as_str()) && end == "2025-07-14|false"),
        "{found:?}"
    );
}

#[tokio::test]
async fn the_price_rise_moves_one_plan() {
    let nps = "(SELECT score, offered_at, plan FROM surveys JOIN customers USING (customer_id)
           WHERE kind = 'nps' AND score IS NOT NULL AND offered_at >= '2025-07-01T04:00:00Z'),
         kpi => 'nps', value => score, side => offered_at >= '2025-10-01T04:00:00Z', by => [plan]";
    assert_eq!(clear_segments(nps).await, ["business"]);
    let churn = "(SELECT * FROM subscriptions WHERE month >= '2025-07-01'), kpi => 'rate',
         value => movement = 'churned', side => month >= DATE '2025-10-01', by => [plan]";
    assert_eq!(clear_segments(churn).await, ["business"]);
    let csat = "(SELECT score, offered_at, plan FROM surveys JOIN customers USING (customer_id)
           WHERE kind = 'csat' AND score IS NOT NULL AND offered_at >= '2025-07-01T04:00:00Z'),
         kpi => 'csat', value => score, side => offered_at >= '2025-10-01T04:00:00Z', by => [plan]";
    assert_eq!(clear_segments(csat).await, Vec::<String>::new());
    if cfg!(feature = "text") {
        let themes = "SELECT theme FROM themes((SELECT comment, offered_at FROM surveys JOIN customers USING (customer_id)
               WHERE kind = 'nps' AND plan = 'business' AND offered_at >= '2025-04-01T04:00:00Z'),
             text => comment, side => offered_at >= '2025-10-01T04:00:00Z')
             WHERE share_b > share_a ORDER BY p LIMIT 1";
        assert_eq!(rows(&desk().await, themes).await, ["price"]);
    }
}

/// The order of the effects in the simulation, and a driver that has none.
#[tokio::test]
async fn key_drivers_are_those_of_the_simulation() {
    let sql = "SELECT driver, share < 1 FROM key_drivers((SELECT score >= 4 AS satisfied, reopens > 0 AS reopened,
             ln(1 + (epoch(first_response_at) - epoch(created_at)) / 3600) AS wait, is_complaint,
             survey_id % 7 AS nothing
           FROM surveys JOIN tickets USING (ticket_id) WHERE kind = 'csat'),
         outcome => satisfied, drivers => [nothing, is_complaint, wait, reopened])";
    let expected = [
        "reopened|false",
        "wait|false",
        "is_complaint|false",
        "nothing|true",
    ];
    assert_eq!(rows(&desk().await, sql).await, expected);
}
