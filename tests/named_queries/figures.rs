//! Queries against each other and against the functions: parts add up to the whole.

use deskql::Engine;
use serde_json::Value;

use super::cases::Given;
use super::{answer, cases, open_sample, shipped};
use crate::support::answers::Rows;
use crate::support::data::rows;

async fn run(engine: &Engine, name: &str, given: &[(&str, &str)]) -> (Vec<String>, Rows) {
    let library = shipped();
    let query = library.find(name).unwrap();
    let given = given.iter();
    let given = given.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let given: Given = cases::defaults(query).into_iter().chain(given).collect();
    let frame = engine.plan(&query.bind(&given).unwrap()).await.unwrap();
    let fields = frame.schema().fields().iter();
    let names = fields.map(|field| field.name().clone()).collect();
    (names, answer(engine, query, &given).await.unwrap())
}

/// The columns that count rows, each of which is in one segment.
const COUNTS: [&str; 11] = [
    "n",
    "n_before",
    "n_after",
    "n_escalated",
    "n_other",
    "tickets",
    "solved",
    "opened",
    "closed",
    "open_at_end",
    "overdue_at_end",
];

#[tokio::test]
async fn segments_add_up_to_the_whole() {
    let engine = open_sample().await;
    for query in shipped().all() {
        let by = query.parameters.iter().find(|known| known.name == "by");
        let Some(by) = by.filter(|by| by.choices.contains_key("all")) else {
            continue;
        };
        let whole = totals(&engine, &query.name, "all").await;
        for choice in by.choices.keys() {
            let parts = totals(&engine, &query.name, choice).await;
            assert_eq!(parts, whole, "{} by {choice}", query.name);
        }
    }
}

/// Sums of the counts over all rows of a query.
async fn totals(engine: &Engine, name: &str, by: &str) -> Vec<(&'static str, i64)> {
    let (names, rows) = run(engine, name, &[("by", by)]).await;
    let at = |column: &str| names.iter().position(|known| known == column);
    let known = COUNTS
        .iter()
        .filter_map(|column| Some((*column, at(column)?)));
    let sum = |at: usize| rows.iter().filter_map(|row| row[at].as_i64()).sum();
    known.map(|(column, at)| (column, sum(at))).collect()
}

#[tokio::test]
async fn backlog_is_what_the_function_counts() {
    let engine = open_sample().await;
    for (grain, step) in [("month", "1 month"), ("week", "7 days"), ("day", "1 day")] {
        let (_, counted) = run(
            &engine,
            "backlog",
            &[
                ("grain", grain),
                ("from", "2024-06-01"),
                ("to", "2024-09-01"),
            ],
        )
        .await;
        assert!(counted.len() > 2);
        for row in counted {
            let Value::String(period) = &row[0] else {
                panic!("{row:?}")
            };
            let end =
                format!("TIMESTAMP '{period} 00:00:00' AT TIME ZONE 'UTC' + INTERVAL '{step}'");
            let function = format!(
                "SELECT backlog(created_at, closed_at, {end}) AS open,
                        overdue_backlog(created_at, closed_at, due_at, {end}) AS overdue
                 FROM tickets WHERE merged_into_id IS NULL"
            );
            let expected = format!("{}|{}", row[4], row[5]);
            assert_eq!(
                rows(&engine, &function).await,
                [expected],
                "{grain} of {period}"
            );
        }
    }
}
