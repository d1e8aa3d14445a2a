//! One interface to the three engines.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

use crate::support::data::switches;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{self as arrow, DataType};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use deskql::{Engine, EngineSettings};
use serde_json::{Value, json};

use super::cells::{Answer, Cell, Shape};
use crate::support::postgres::{Connection, TextRows};

/// Execution of a statement here: with fast paths or without, number of partitions, rows in a batch.
pub(super) const WAYS: [(bool, usize, usize); 4] = [
    (true, 4, 8192),
    (false, 1, 8192),
    (true, 1, 61),
    (false, 4, 500),
];

/// An engine for each of [`WAYS`].
pub(super) async fn deskql(folder: &Path) -> Vec<Engine> {
    let mut engines = Vec::new();
    for (fast, partitions, batch) in WAYS {
        let engine = Engine::open(EngineSettings {
            data: vec![folder.display().to_string()],
            ..EngineSettings::default()
        })
        .await
        .unwrap();
        let mut settings = vec![
            format!("datafusion.execution.target_partitions = {partitions}"),
            format!("datafusion.execution.batch_size = {batch}"),
            "datafusion.optimizer.repartition_file_min_size = 0".to_owned(),
        ];
        // Checked arithmetic is no fast path: without it overflowing sums are wrong.
        let switches = switches(&engine);
        let fast_paths = switches
            .iter()
            .filter(|switch| *switch != "deskql.checked_arithmetic");
        settings.extend(fast_paths.map(|switch| format!("{switch} = {fast}")));
        for setting in settings {
            let set = engine.sql(&format!("SET {setting}")).await.unwrap();
            set.collect().await.unwrap();
        }
        engines.push(engine);
    }
    engines
}

pub(super) async fn ask(engine: &Engine, sql: &str) -> Answer {
    let frame = engine.sql(sql).await.map_err(|error| error.to_string())?;
    let batches = frame.collect().await.map_err(|error| error.to_string())?;
    Ok(batches.iter().flat_map(cells).collect())
}

fn cells(batch: &RecordBatch) -> Vec<Vec<Cell>> {
    let options = FormatOptions::default();
    let columns: Vec<_> = batch.columns().iter().map(flat).collect();
    let formatters: Vec<_> = columns
        .iter()
        .map(|column| ArrayFormatter::try_new(column, &options).unwrap())
        .collect();
    let cell = |row: usize, at: usize| {
        let column: &dyn Array = &columns[at];
        if column.is_null(row) {
            return Cell::Null;
        }
        length(column, row).unwrap_or_else(|| {
            let text = formatters[at].value(row).to_string();
            Cell::read(shape(column.data_type()), &text)
        })
    };
    let row = |row| (0..columns.len()).map(|at| cell(row, at)).collect();
    (0..batch.num_rows()).map(row).collect()
}

/// A column without its dictionary, and without its zone: only the instants are compared.
fn flat(column: &ArrayRef) -> ArrayRef {
    match column.data_type() {
        DataType::Dictionary(_, values) => cast(column, values).unwrap(),
        DataType::Timestamp(unit, Some(_)) => {
            cast(column, &DataType::Timestamp(*unit, Some("UTC".into()))).unwrap()
        }
        _ => Arc::clone(column),
    }
}

fn shape(data_type: &DataType) -> Shape {
    match data_type {
        DataType::Boolean => Shape::Truth,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Shape::Double,
        number if number.is_numeric() => Shape::Exact,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Shape::Text,
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => Shape::Time,
        DataType::Time32(_) | DataType::Time64(_) => Shape::Time,
        _ => Shape::Other,
    }
}

/// An interval or a duration.
fn length(column: &dyn Array, row: usize) -> Option<Cell> {
    match column.data_type() {
        DataType::Interval(_) => {
            let unit = arrow::IntervalUnit::MonthDayNano;
            let column = cast(&column.slice(row, 1), &DataType::Interval(unit)).unwrap();
            let value = column
                .as_primitive::<arrow::IntervalMonthDayNanoType>()
                .value(0);
            let micros = i128::from(value.nanoseconds) / 1_000;
            let days = i128::from(value.days) * 86_400_000_000;
            Some(Cell::Length(i64::from(value.months), micros + days))
        }
        DataType::Duration(unit) => {
            let column = cast(&column.slice(row, 1), &DataType::Int64).unwrap();
            let value = i128::from(column.as_primitive::<arrow::Int64Type>().value(0));
            let micros = match unit {
                arrow::TimeUnit::Second => value * 1_000_000,
                arrow::TimeUnit::Millisecond => value * 1_000,
                arrow::TimeUnit::Microsecond => value,
                arrow::TimeUnit::Nanosecond => value / 1_000,
            };
            Some(Cell::Length(0, micros))
        }
        _ => None,
    }
}

/// DuckDB in a separate process.
pub(super) struct DuckDb {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl DuckDb {
    pub(super) fn start(tables: &[(&str, PathBuf)]) -> Result<Self, String> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/duckdb_session.py");
        let python = std::env::var("DESKQL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let mut process = Command::new(&python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{python}: {error}"))?;
        let input = process.stdin.take().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut peer = Self {
            process,
            input,
            output,
        };
        let files = tables
            .iter()
            .map(|(name, path)| ((*name).to_owned(), json!(path.display().to_string())));
        let files = Value::Object(files.collect());
        writeln!(peer.input, "{files}").map_err(|error| error.to_string())?;
        peer.ask("SELECT 1")
            .map_err(|error| format!("no DuckDB for {python}: {error}"))?;
        Ok(peer)
    }

    pub(super) fn ask(&mut self, sql: &str) -> Answer {
        let text = |error: std::io::Error| error.to_string();
        writeln!(self.input, "{}", json!(sql)).map_err(text)?;
        let mut line = String::new();
        self.output.read_line(&mut line).map_err(text)?;
        let reply: Value = serde_json::from_str(&line).map_err(|error| error.to_string())?;
        if let Some(error) = reply["error"].as_str() {
            return Err(error.to_owned());
        }
        let types: Vec<_> = list(&reply["types"])
            .iter()
            .map(|kind| duckdb_shape(kind.as_str().unwrap()))
            .collect();
        let row = |row: &Value| {
            let cells = list(row).iter().zip(&types);
            cells
                .map(|(cell, shape)| match cell.as_str() {
                    Some(text) => Cell::read(*shape, text),
                    None => Cell::Null,
                })
                .collect()
        };
        Ok(list(&reply["rows"]).iter().map(row).collect())
    }
}

impl Drop for DuckDb {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn duckdb_shape(kind: &str) -> Shape {
    match kind {
        "BOOLEAN" => Shape::Truth,
        "FLOAT" | "DOUBLE" => Shape::Double,
        "VARCHAR" => Shape::Text,
        "INTERVAL" => Shape::Length,
        "DATE" | "TIME" => Shape::Time,
        time if time.starts_with("TIMESTAMP") => Shape::Time,
        number if number.starts_with("DECIMAL") || number.ends_with("INT") => Shape::Exact,
        "INTEGER" | "UINTEGER" => Shape::Exact,
        _ => Shape::Other,
    }
}

pub(super) fn postgres(connection: &mut Connection, sql: &str) -> Answer {
    let answer = connection.ask(sql).map_err(|error| error.to_string())??;
    let TextRows { types, rows } = answer;
    let shapes: Vec<_> = types.iter().map(|oid| postgres_shape(*oid)).collect();
    let row = |row: &Vec<Option<String>>| {
        let cells = row.iter().zip(&shapes);
        cells
            .map(|(cell, shape)| match cell {
                Some(text) => Cell::read(*shape, text),
                None => Cell::Null,
            })
            .collect()
    };
    Ok(rows.iter().map(row).collect())
}

fn postgres_shape(oid: u32) -> Shape {
    match oid {
        16 => Shape::Truth,
        20 | 21 | 23 | 1700 => Shape::Exact,
        700 | 701 => Shape::Double,
        25 | 705 | 1042 | 1043 => Shape::Text,
        1082 | 1083 | 1114 | 1184 => Shape::Time,
        1186 => Shape::Length,
        _ => Shape::Other,
    }
}
