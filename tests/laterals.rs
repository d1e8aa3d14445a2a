//! LATERALs one after another: each adds to the plan what the one before has added, where copies of all before it
//! would double the plan.

use std::fmt::Write;

use deskql::{Engine, EngineSettings};

/// The number of nodes in the optimized plan of `number` LATERALs, of which the `i`th is `lateral(i)`.
async fn nodes(number: usize, lateral: impl Fn(usize) -> String) -> usize {
    let mut from = String::from("(VALUES (1, 5), (2, 6)) AS x0(k, v)");
    for i in 1..=number {
        write!(from, "{}", lateral(i)).unwrap();
    }
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    let sql = format!("SELECT x{number}.v FROM {from}");
    let frame = engine.sql(&sql).await.unwrap();
    let plan = frame.into_optimized_plan().unwrap();
    plan.display_indent().to_string().lines().count()
}

/// The last four of twelve LATERALs add at most twice what the four before have added: each has as many nodes as the
/// others, or so many more than the one before.
async fn grow_evenly(lateral: fn(usize) -> String) {
    let [four, eight, twelve] = [
        nodes(4, lateral).await,
        nodes(8, lateral).await,
        nodes(12, lateral).await,
    ];
    assert!(
        twelve - eight <= 2 * (eight - four),
        "{four}, {eight} and {twelve} nodes of 4, 8 and 12"
    );
}

const ROWS: &str = "(VALUES (1, 7), (5, 8), (6, 9)) AS q(k, v)";

#[tokio::test]
async fn laterals_that_read_the_one_before() {
    grow_evenly(|i| {
        let before = i - 1;
        format!(
            ", LATERAL (SELECT k, v FROM {ROWS} WHERE q.v > x{before}.k ORDER BY v LIMIT 1) x{i}"
        )
    })
    .await;
}

#[tokio::test]
async fn laterals_that_read_the_first_table() {
    grow_evenly(|i| {
        format!(", LATERAL (SELECT k, v FROM {ROWS} WHERE q.v > x0.k ORDER BY v LIMIT 1) x{i}")
    })
    .await;
}

#[tokio::test]
async fn laterals_of_left_joins() {
    grow_evenly(|i| {
        let before = i - 1;
        format!(
            " LEFT JOIN LATERAL (SELECT max(k) AS k, max(v) AS v FROM {ROWS} WHERE q.v > x{before}.k + x0.v) x{i} ON true"
        )
    })
    .await;
}

#[tokio::test]
async fn laterals_of_left_joins_without_rows() {
    grow_evenly(|i| {
        let before = i - 1;
        format!(
            " LEFT JOIN LATERAL (SELECT k, v FROM {ROWS} WHERE q.v > x{before}.k + x0.v ORDER BY v LIMIT 1) x{i} ON true"
        )
    })
    .await;
}
