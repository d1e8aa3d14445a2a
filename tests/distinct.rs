//! Distinct counts by bitmaps against the stock plan and against a naive count.

use std::collections::{BTreeMap, BTreeSet};

use deskql::{Engine, EngineSettings};

use crate::support::data::rows;

const TYPES: [&str; 10] = [
    "TINYINT",
    "SMALLINT",
    "INT",
    "BIGINT",
    "TINYINT UNSIGNED",
    "SMALLINT UNSIGNED",
    "INT UNSIGNED",
    "BIGINT UNSIGNED",
    "DATE",
    "TIMESTAMP",
];

async fn engine(threads: usize, settings: &[&str]) -> Engine {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data").to_owned();
    let engine = Engine::open(EngineSettings {
        data: vec![data],
        threads: Some(threads),
        ..EngineSettings::default()
    })
    .await
    .unwrap();
    for setting in settings {
        rows(&engine, &format!("SET {setting}")).await;
    }
    engine
}

const OFF: &str = "deskql.distinct_bitmaps = false";
const SMALL: &str = "datafusion.execution.batch_size = 7";
const SKIP: &str = "datafusion.execution.skip_partial_aggregation_probe_rows_threshold = 0";
const RATIO: &str = "datafusion.execution.skip_partial_aggregation_probe_ratio_threshold = 0.0";

fn questions() -> Vec<String> {
    let mut all: Vec<String> = [
        "SELECT date_trunc('month', created_at) AS m, count(DISTINCT customer_id) FROM tickets GROUP BY 1 ORDER BY 1",
        "SELECT count(DISTINCT customer_id), count(DISTINCT agent_id), count(DISTINCT channel), count(*) FROM tickets",
        "SELECT team, count(DISTINCT agent_id), sum(cost), median(replies), count(DISTINCT incident_id) FROM tickets GROUP BY team ORDER BY team",
        "SELECT channel, count(DISTINCT customer_id) FILTER (WHERE reopens > 0), count(DISTINCT reopens) FROM tickets GROUP BY 1 ORDER BY 1",
        "SELECT customer_id, count(DISTINCT ticket_id) AS n FROM tickets GROUP BY 1 ORDER BY n DESC, 1 LIMIT 20",
        "SELECT count(DISTINCT merged_into_id), count(DISTINCT ticket_id) FROM tickets WHERE ticket_id < 0",
        "SELECT channel, team, count(DISTINCT customer_id) FROM tickets GROUP BY ROLLUP (channel, team) ORDER BY 1, 2",
        "SELECT customer_id, count(DISTINCT agent_id) OVER (PARTITION BY customer_id) AS n FROM tickets ORDER BY n DESC, 1 LIMIT 20",
        "SELECT channel, count(DISTINCT customer_id % 100) AS n FROM tickets GROUP BY 1 HAVING count(DISTINCT customer_id % 100) > 50 ORDER BY 1",
        "SELECT count(DISTINCT NULL)",
    ]
    .map(str::to_owned)
    .into();
    for (i, kind) in TYPES.iter().enumerate() {
        let value = match *kind {
            "DATE" => "CAST(created_at AS DATE)".to_owned(),
            "TIMESTAMP" => "CAST(created_at AS TIMESTAMP)".to_owned(),
            _ => format!("CAST(nullif(ticket_id % 101, {i}) AS {kind})"),
        };
        all.push(format!(
            "SELECT channel, count(DISTINCT {value}), active_customers({value}) FROM tickets GROUP BY 1 ORDER BY 1"
        ));
    }
    all
}

#[tokio::test]
async fn answers_are_those_of_the_stock_plan() {
    let stock = engine(1, &[OFF]).await;
    let ours = [
        engine(1, &[]).await,
        engine(4, &[]).await,
        engine(4, &[SMALL]).await,
        engine(4, &[SKIP, RATIO]).await,
    ];
    for question in questions() {
        let expected = rows(&stock, &question).await;
        for engine in &ours {
            assert_eq!(rows(engine, &question).await, expected, "{question}");
        }
    }
}

#[tokio::test]
async fn random_ids_are_counted_as_a_naive_count_does() {
    let engine = engine(4, &[]).await;
    let mut seed = 1_u64;
    let mut random = move || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        seed >> 20
    };
    let mut values = Vec::new();
    let mut seen: BTreeMap<u64, BTreeSet<i64>> =
        (0..3).map(|group| (group, BTreeSet::new())).collect();
    for _ in 0..4_000 {
        let (group, shape) = (random() % 3, random() % 4);
        let id = match shape {
            0 => None,
            1 => Some(i64::try_from(random() % 500).unwrap()),
            2 => Some(-i64::try_from(random() % 500).unwrap()),
            _ => Some(random().cast_signed()),
        };
        if let Some(id) = id {
            seen.entry(group).or_default().insert(id);
        }
        values.push(format!(
            "({group}, {})",
            id.map_or_else(|| "NULL".to_owned(), |id| id.to_string())
        ));
    }
    let sql = format!(
        "SELECT g, count(DISTINCT id) FROM (VALUES {}) AS t(g, id) GROUP BY g ORDER BY g",
        values.join(", ")
    );
    let expected: Vec<String> = seen
        .iter()
        .map(|(group, ids)| format!("{group}|{}", ids.len()))
        .collect();
    assert_eq!(rows(&engine, &sql).await, expected);
}

#[tokio::test]
async fn the_plan_names_the_function_and_the_switch_takes_it_away() {
    let sql = "EXPLAIN SELECT channel, count(DISTINCT customer_id) FROM tickets GROUP BY 1";
    let on = rows(&engine(2, &[]).await, sql).await.concat();
    assert!(on.contains("count_distinct_ids"), "{on}");
    // Many groups of a few ids each.
    let by_number = "EXPLAIN SELECT agent_id, count(DISTINCT customer_id) FROM tickets GROUP BY 1";
    let plan = rows(&engine(2, &[]).await, by_number).await.concat();
    assert!(!plan.contains("count_distinct_ids"), "{plan}");
    let off = rows(&engine(2, &[OFF]).await, sql).await.concat();
    assert!(!off.contains("count_distinct_ids"), "{off}");
}

#[tokio::test]
async fn the_column_keeps_its_name() {
    let engine = engine(2, &[]).await;
    let sql = "SELECT count(DISTINCT customer_id) FROM tickets";
    let frame = engine.sql(sql).await.unwrap();
    let name = "count(DISTINCT customer_id)";
    assert_eq!(frame.schema().field(0).name(), name);
}
