//! The reference values of forecasts and of staffing, asked in SQL.

use serde_json::Value;

use super::super::values::{entries, query, session};
use super::reference::{int, list, number, numbered};

#[tokio::test]
async fn seasonal_naive_forecasts_and_backlogs() {
    let engine = session().await;
    for entry in entries("forecast") {
        let (table, kind) = match (&entry.input["value"], &entry.input["net_flow"]) {
            (Value::Array(_), _) => (numbered(&entry.input["value"]), "count"),
            (_, Value::Array(flow)) => {
                // The level before the first day, so that the last one is as given.
                let all: i64 = flow.iter().map(int).sum();
                let mut level = int(&entry.input["last_level"]) - all;
                let mut levels = vec![Value::from(level)];
                for change in flow {
                    level += int(change);
                    levels.push(Value::from(level));
                }
                (numbered(&Value::from(levels)), "backlog")
            }
            _ => continue,
        };
        let sql = format!(
            "SELECT * FROM forecast({table}, time => i, value => value, season => {}, horizon => {}, level => {}, \
             method => 'seasonal_naive', kind => '{kind}')",
            entry.input["season"], entry.input["horizon"], entry.input["level"]
        );
        let rows = query(&engine, &sql).await;
        let wanted = list(&entry.expected["rows"]);
        assert_eq!(rows.len(), wanted.len(), "{}", entry.id);
        for (row, wanted) in rows.iter().zip(&wanted) {
            entry.check(row, wanted, 4);
        }
    }
}

/// The reference has the error of the last week only; the function the mean of it and of the week before.
#[tokio::test]
async fn mase_is_the_mean_over_the_horizons_tried() {
    let engine = session().await;
    let all = entries("forecast");
    let entry = all
        .iter()
        .find(|entry| entry.id == "forecast_mase")
        .unwrap();
    let mut values = list(&entry.input["train"]);
    values.extend(list(&entry.input["test"]));
    let sql = format!(
        "SELECT mase FROM forecast({}, time => i, value => value, horizon => 7, method => 'seasonal_naive')",
        numbered(&Value::from(values.clone()))
    );
    let found = number(&query(&engine, &sql).await[0], "mase");
    let values: Vec<f64> = values.iter().map(|value| value.as_f64().unwrap()).collect();
    let differences = |from: usize, to: usize| {
        let pairs = (from..to).map(|place| (values[place] - values[place - 7]).abs());
        pairs.sum::<f64>() / 7.0
    };
    // Of the third week from the first two, whose scale is the second week's differences.
    let third = differences(14, 21) / differences(7, 14);
    let last = entry.expected["mase"].as_f64().unwrap();
    assert!(
        (found - f64::midpoint(third, last)).abs() < 1e-12,
        "{found}"
    );
}

/// Arguments in the order of the parameters, NULL where an entry has none.
#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one list of cases")]
async fn numbers_of_agents() {
    const PARAMETERS: [(&str, &[&str]); 4] = [
        (
            "erlang_c",
            &[
                "agents",
                "contacts_per_hour",
                "handle_seconds",
                "target_seconds",
            ],
        ),
        (
            "erlang_agents",
            &[
                "contacts_per_hour",
                "handle_seconds",
                "target_seconds",
                "service_level",
                "max_occupancy",
                "shrinkage",
            ],
        ),
        (
            "erlang_a",
            &[
                "agents",
                "contacts_per_hour",
                "handle_seconds",
                "patience_seconds",
            ],
        ),
        (
            "workload_agents",
            &[
                "contacts",
                "handle_seconds",
                "hours",
                "occupancy",
                "shrinkage",
            ],
        ),
    ];
    let engine = session().await;
    for (function, parameters) in PARAMETERS {
        for entry in entries(function) {
            let arguments: Vec<String> = parameters
                .iter()
                .map(|name| {
                    entry
                        .input
                        .get(*name)
                        .map_or_else(|| "NULL".to_owned(), Value::to_string)
                })
                .collect();
            let sql = format!("SELECT {function}({})", arguments.join(", "));
            let fields = entry.expected.as_object().unwrap().len();
            entry.check(&query(&engine, &sql).await[0], &entry.expected, fields);
            // Of columns the same as of constants.
            let sql = format!(
                "SELECT {function}({}) FROM (VALUES ({})) AS t({})",
                parameters.join(", "),
                arguments.join(", ").replace("NULL", "NULL::DOUBLE"),
                parameters.join(", ")
            );
            entry.check(&query(&engine, &sql).await[0], &entry.expected, fields);
        }
    }
}
