//! Answers as rows of plain values, here and from DuckDB, and their comparison.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use serde_json::{Value, json};

pub(crate) type Rows = Vec<Vec<Value>>;

/// Cells of a result; doubles as text with a `~` before them.
pub(crate) fn rows(batch: &RecordBatch) -> Rows {
    (0..batch.num_rows())
        .map(|row| {
            let columns = batch.columns().iter();
            columns.map(|column| cell(column, row)).collect()
        })
        .collect()
}

fn cell(column: &dyn Array, row: usize) -> Value {
    if column.is_null(row) {
        return Value::Null;
    }
    let to = |data_type| cast(&column.slice(row, 1), &data_type).unwrap();
    match column.data_type() {
        DataType::Boolean => json!(column.as_boolean().value(row)),
        // As text, like the peer's: serde_json may change the last digit of a number.
        DataType::Float64 => json!(format!(
            "~{:?}",
            column.as_primitive::<Float64Type>().value(row)
        )),
        integer if integer.is_integer() => {
            json!(to(DataType::Int64).as_primitive::<Int64Type>().value(0))
        }
        _ => json!(to(DataType::Utf8).as_string::<i32>().value(0)),
    }
}

/// The number in a cell of [`rows`].
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => text.strip_prefix('~')?.parse().ok(),
        other => other.as_f64(),
    }
}

/// The Python that can import `package`: `python3`, or `DESKQL_PYTHON`. `None`, with a note, if it cannot and need not.
pub(crate) fn python(package: &str) -> Option<String> {
    let python = std::env::var("DESKQL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let import = format!("import {package}");
    let output = Command::new(&python).args(["-c", &import]).output();
    if output.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    assert!(
        std::env::var_os("DESKQL_REQUIRE_PEERS").is_none(),
        "{python} cannot import {package}"
    );
    writeln!(
        std::io::stderr(),
        "skipped: {python} cannot import {package}"
    )
    .ok();
    None
}

/// DuckDB's answers to `queries` over Parquet files by name, or the reason why it is not available.
///
/// It is the one that `python3`, or `DESKQL_PYTHON`, can import.
pub(crate) fn duckdb(
    tables: &[(&str, &Path)],
    queries: &[&str],
) -> Result<Vec<Result<Rows, String>>, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/duckdb_answers.py");
    let python = std::env::var("DESKQL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let files = tables
        .iter()
        .map(|(name, path)| ((*name).to_owned(), json!(path.display().to_string())));
    let files: serde_json::Map<String, Value> = files.collect();
    let task = json!({ "tables": files, "queries": queries });
    // A file instead of a pipe, because neither side reads while it writes.
    let mut task_file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    task_file
        .write_all(task.to_string().as_bytes())
        .map_err(|error| error.to_string())?;
    let input = task_file.reopen().map_err(|error| error.to_string())?;
    let output = Command::new(&python)
        .arg(script)
        .stdin(input)
        .stderr(Stdio::piped())
        .output()
        .map_err(|error| format!("{python}: {error}"))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(text.lines().last().unwrap_or("failed").to_owned());
    }
    let lines = String::from_utf8(output.stdout).map_err(|error| error.to_string())?;
    Ok(lines.lines().map(parse).collect())
}

fn parse(line: &str) -> Result<Rows, String> {
    let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    match serde_json::from_value(value.clone()) {
        Ok(rows) => Ok(rows),
        Err(_) => Err(value["error"].to_string()),
    }
}

/// Reports why DuckDB was skipped, unless `DESKQL_REQUIRE_PEERS=1` makes that a failure.
#[expect(
    clippy::print_stdout,
    reason = "a test that leaves something out says so"
)]
pub(crate) fn leave_out(reason: &str) {
    let required = std::env::var("DESKQL_REQUIRE_PEERS").is_ok_and(|value| value == "1");
    assert!(!required, "DuckDB is required: {reason}");
    println!("DuckDB is left out: {reason}");
}
