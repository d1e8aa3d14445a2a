//! Findings on the sample that an analyst must make without being told.

use deskql::{Engine, EngineSettings};

use crate::support::data::rows;

async fn engine() -> Engine {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data").to_owned();
    let settings = EngineSettings {
        data: vec![data],
        ..EngineSettings::default()
    };
    Engine::open(settings).await.unwrap()
}

const DAYS: &str = "(SELECT local_time(created_at, 'America/New_York')::DATE AS day, count(*) AS \
                    tickets FROM tickets WHERE merged_into_id IS NULL GROUP BY day)";

/// 15 of 731 days, the outage of 2025-09-16 first: 290 tickets where 36 are expected.
#[tokio::test]
async fn the_outage_is_the_first_of_fifteen_days() {
    let engine = engine().await;
    let call = format!("anomalies({DAYS}, time => day, value => tickets, counts => true)");
    let sql = format!("SELECT count(*), count(*) FILTER (WHERE is_anomaly) FROM {call}");
    assert_eq!(rows(&engine, &sql).await, ["731|15"]);
    let sql = format!(
        "SELECT time, value, expected FROM {call} WHERE is_anomaly ORDER BY abs(score) DESC LIMIT 1"
    );
    assert_eq!(rows(&engine, &sql).await, ["2025-09-16|290|36.0"]);
    let sql = format!("SELECT time FROM {call} WHERE is_anomaly AND score > 0 ORDER BY time");
    let above = ["2024-10-21", "2025-09-16", "2025-09-19", "2025-11-11"];
    assert_eq!(rows(&engine, &sql).await, above);
}

/// Weekly CSAT: down in the week of 2025-03-10, back in the week of 2025-04-21, and nothing else.
#[tokio::test]
async fn csat_changes_its_level_twice() {
    let sql = "SELECT change_at, round(before, 1), round(after, 1) FROM change_points((SELECT date_trunc('week', local_time(responded_at, 'America/New_York'))::DATE AS week, count(*) FILTER (WHERE score >= 4) AS hits, count(score) AS n FROM surveys \
               WHERE kind = 'csat' GROUP BY week), time => week, hits => hits, n => n, kind => 'rate', grain => 'week', \
               min_size => 2)";
    assert_eq!(
        rows(&engine().await, sql).await,
        ["2025-03-10|85.2|63.0", "2025-04-21|63.0|86.9"]
    );
}
