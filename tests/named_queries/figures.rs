//! Queries against each other and against the functions: parts add up to the whole.

use deskql::Engine;
use serde_json::Value;

use super::cases::Given;
use super::{answer, open_sample, shipped};
use crate::support::answers::Rows;
use crate::support::data::rows;

async fn run(engine: &Engine, name: &str, given: &[(&str, &str)]) -> (Vec<String>, Rows) {
    let library = shipped();
    let query = library.find(name).unwrap();
    let given: Given = given.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let frame = engine.plan(&query.bind(&given).unwrap()).await.unwrap();
    let fields = frame.schema().fields().iter();
    let names = fields.map(|field| field.name().clone()).collect();
    (names, answer(engine, query, &given).await.unwrap())
}

/// Sums of one column for each value of another.
fn sums(names: &[String], rows: &Rows, key: &str, column: &str) -> Vec<(String, i64)> {
    let at = |name: &str| names.iter().position(|known| known == name).unwrap();
    let (key, column) = (at(key), at(column));
    let mut sums: Vec<(String, i64)> = Vec::new();
    for row in rows {
        let (label, value) = (row[key].to_string(), row[column].as_i64().unwrap_or(0));
        match sums.last_mut().filter(|(last, _)| *last == label) {
            Some((_, sum)) => *sum += value,
            None => sums.push((label, value)),
        }
    }
    sums
}

#[tokio::test]
async fn segments_add_up_to_the_whole() {
    let engine = open_sample().await;
    for query in shipped().all() {
        let by = query.parameters.iter().find(|parameter| parameter.name == "by");
        let Some(by) = by.filter(|by| by.choices.contains_key("all")) else {
            continue;
        };
        let (names, whole) = run(&engine, &query.name, &[("by", "all")]).await;
        let counts = ["n", "tickets", "solved", "opened", "closed", "open_at_end", "overdue_at_end"];
        for column in counts.iter().filter(|column| names.iter().any(|name| name == *column)) {
            let total = sums(&names, &whole, &names[0], column);
            for choice in by.choices.keys() {
                let (names, parts) = run(&engine, &query.name, &[("by", choice)]).await;
                if names[0] == "segment" {
                    let sum = |rows: &Rows| -> i64 {
                        sums(&names, rows, "segment", column).iter().map(|(_, n)| n).sum()
                    };
                    assert_eq!(sum(&parts), sum(&whole), "{} by {choice}: {column}", query.name);
                } else {
                    let parts = sums(&names, &parts, &names[0], column);
                    assert_eq!(parts, total, "{} by {choice}: {column}", query.name);
                }
            }
        }
    }
}

#[tokio::test]
async fn backlog_is_what_the_function_counts() {
    let engine = open_sample().await;
    for (grain, step) in [("month", "1 month"), ("week", "7 days"), ("day", "1 day")] {
        let (_, counted) = run(&engine, "backlog", &[("grain", grain), ("from", "2024-06-01"), ("to", "2024-09-01")]).await;
        assert!(counted.len() > 2);
        for row in counted {
            let Value::String(period) = &row[0] else { panic!("{row:?}") };
            let end = format!("TIMESTAMP '{period} 00:00:00' AT TIME ZONE 'UTC' + INTERVAL '{step}'");
            let function = format!(
                "SELECT backlog(created_at, closed_at, {end}) AS open,
                        overdue_backlog(created_at, closed_at, due_at, {end}) AS overdue
                 FROM tickets WHERE merged_into_id IS NULL"
            );
            let expected = format!("{}|{}", row[4], row[5]);
            assert_eq!(rows(&engine, &function).await, [expected], "{grain} of {period}");
        }
    }
}
