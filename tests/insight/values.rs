//! The reference values, and queries whose results are compared with them.

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::arrow::util::display::array_value_to_string;
use deskql::internal::sql::explain;
use deskql::{Engine, EngineSettings, Error};
use serde_json::Value;

/// One value of a result.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Null,
    Number(f64),
    Text(String),
}

/// A row of a result by column.
pub(super) type Row = BTreeMap<String, Cell>;

/// An entry of `values.json`.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) input: Value,
    pub(super) expected: Value,
    relative: f64,
    absolute: f64,
}

/// The entries of one function.
pub(super) fn entries(function: &str) -> Vec<Entry> {
    let all: Value = serde_json::from_str(include_str!("values.json")).unwrap();
    let all = all["entries"].as_array().unwrap();
    let own = all.iter().filter(|entry| entry["function"] == function);
    let tolerance = |entry: &Value, kind: &str| entry["tolerance"][kind].as_f64().unwrap_or(0.0);
    let found: Vec<_> = own
        .map(|entry| Entry {
            id: entry["id"].as_str().unwrap().to_owned(),
            input: entry["input"].clone(),
            expected: entry["expected"].clone(),
            relative: tolerance(entry, "relative"),
            absolute: tolerance(entry, "absolute"),
        })
        .collect();
    assert!(!found.is_empty(), "no value of {function}");
    found
}

impl Entry {
    /// True if the cell is the expected value, within the tolerance of the entry.
    pub(super) fn agrees(&self, found: &Cell, wanted: &Value) -> bool {
        match (found, wanted) {
            (Cell::Null, Value::Null) => true,
            (Cell::Number(found), Value::Number(wanted)) => {
                let wanted = wanted.as_f64().unwrap();
                let room = (self.relative * wanted.abs()).max(self.absolute);
                (found - wanted).abs() <= room
            }
            (Cell::Text(found), Value::String(wanted)) => found == wanted,
            _ => false,
        }
    }

    /// Fails unless each field of `wanted` that the row has is the expected value; `at_least` of them.
    pub(super) fn check(&self, row: &Row, wanted: &Value, at_least: usize) {
        let mut checked = 0;
        for (name, value) in wanted.as_object().unwrap() {
            let Some(found) = row.get(name) else { continue };
            assert!(
                self.agrees(found, value),
                "{}: {name} is {found:?}, not {value}",
                self.id
            );
            checked += 1;
        }
        assert!(
            checked >= at_least,
            "{}: {checked} fields in {row:?}",
            self.id
        );
    }
}

/// A session without tables.
pub(super) async fn session() -> Engine {
    Engine::open(EngineSettings::default()).await.unwrap()
}

/// The rows of a query; a column that is a struct gives its fields.
pub(super) async fn query(engine: &Engine, sql: &str) -> Vec<Row> {
    let frame = engine
        .sql(sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let batches = frame
        .collect()
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let mut rows = vec![];
    for batch in batches {
        for row in 0..batch.num_rows() {
            let mut cells = Row::new();
            for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
                match column.as_struct_opt() {
                    Some(parts) => {
                        for (part, name) in parts.columns().iter().zip(parts.column_names()) {
                            cells.insert(name.to_owned(), cell(part.as_ref(), row));
                        }
                    }
                    None => {
                        cells.insert(field.name().clone(), cell(column.as_ref(), row));
                    }
                }
            }
            rows.push(cells);
        }
    }
    rows
}

#[expect(clippy::cast_precision_loss, reason = "counts of tests are small")]
fn cell(column: &dyn Array, row: usize) -> Cell {
    if column.is_null(row) {
        return Cell::Null;
    }
    match column.data_type() {
        DataType::Float64 => Cell::Number(column.as_primitive::<Float64Type>().value(row)),
        DataType::Int64 => Cell::Number(column.as_primitive::<Int64Type>().value(row) as f64),
        DataType::Boolean => Cell::Text(column.as_boolean().value(row).to_string()),
        DataType::Utf8 => Cell::Text(column.as_string::<i32>().value(row).to_owned()),
        DataType::Utf8View => Cell::Text(column.as_string_view().value(row).to_owned()),
        other => {
            let text = array_value_to_string(column, row);
            Cell::Text(text.unwrap_or_else(|error| panic!("{other}: {error}")))
        }
    }
}

/// What a user is told of a query that fails, at planning or running.
pub(super) async fn error(engine: &Engine, sql: &str) -> String {
    let failed = match engine.sql(sql).await {
        Err(Error::Query(inner)) => inner,
        Err(other) => return other.to_string(),
        Ok(frame) => match frame.collect().await {
            Err(inner) => Box::new(inner),
            Ok(batches) => panic!("{sql} gave {batches:?}"),
        },
    };
    explain(&failed, None)
}
