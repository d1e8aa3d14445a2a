//! Random KPI questions over random data, answered three times: by the KPI functions, by hand-written
//! SQL in our own engine, and by the same hand-written SQL in DuckDB. All must agree.
//!
//! `DESKQL_DIFFERENTIAL=N` asks N questions instead of 120, `DESKQL_SEED` another series of them.
//! DuckDB is left out, and said so, when `python3` (or `DESKQL_PYTHON`) cannot import it, unless
//! `DESKQL_REQUIRE_PEERS=1`.

mod data;
mod kpis;
mod questions;
mod random;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use deskql::{Engine, Settings};
use questions::Question;
use random::Random;
use serde_json::{Value, json};

type Rows = Vec<Vec<Value>>;

/// What changes how a query is carried out; question by question, another one.
const SETTINGS: [&[(&str, &str)]; 4] = [
    &[("target_partitions", "1"), ("batch_size", "8192")],
    &[("target_partitions", "4"), ("batch_size", "8192")],
    &[("target_partitions", "4"), ("batch_size", "61")],
    &[
        ("target_partitions", "4"),
        ("batch_size", "512"),
        ("skip_partial_aggregation_probe_rows_threshold", "0"),
        ("skip_partial_aggregation_probe_ratio_threshold", "0.0"),
    ],
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kpis_agree_with_plain_sql_here_and_in_duckdb() {
    let number = |name, default| {
        let text = std::env::var(name).unwrap_or_default();
        text.parse::<usize>().unwrap_or(default)
    };
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random::new(number("DESKQL_SEED", 20_260_101) as u64);
    data::write(folder.path(), &mut random, 2500, 900);
    let questions = questions::all(&mut random, number("DESKQL_DIFFERENTIAL", 120));
    let ours = answers(folder.path(), &questions, |question| &question.kpi).await;
    let by_hand = answers(folder.path(), &questions, |question| &question.portable).await;
    let mut differences = compare("plain SQL in deskql", &questions, &ours, &by_hand);
    match duckdb(folder.path(), &questions) {
        Ok(theirs) => differences.extend(compare("DuckDB", &questions, &ours, &theirs)),
        Err(reason) => {
            let required = std::env::var("DESKQL_REQUIRE_PEERS").is_ok_and(|value| value == "1");
            assert!(!required, "DuckDB is required: {reason}");
            println!("DuckDB is left out: {reason}");
        }
    }
    let shown: Vec<_> = differences.iter().take(10).map(String::as_str).collect();
    assert!(
        differences.is_empty(),
        "{} differences in {} questions\n{}",
        differences.len(),
        questions.len(),
        shown.join("\n\n")
    );
}

async fn answers(
    folder: &Path,
    questions: &[Question],
    text: impl Fn(&Question) -> &String,
) -> Vec<Result<Rows, String>> {
    let mut engines = Vec::new();
    for settings in SETTINGS {
        engines.push(open(folder, settings).await);
    }
    let mut answers = Vec::new();
    for (number, question) in questions.iter().enumerate() {
        answers.push(ask(&engines[number % engines.len()], text(question)).await);
    }
    answers
}

async fn open(folder: &Path, settings: &[(&str, &str)]) -> Engine {
    let engine = Engine::open(Settings {
        data: vec![folder.display().to_string()],
        ..Settings::default()
    })
    .await
    .unwrap();
    for (key, value) in settings {
        let set = format!("SET datafusion.execution.{key} = {value}");
        engine.sql(&set).await.unwrap().collect().await.unwrap();
    }
    engine
}

async fn ask(engine: &Engine, sql: &str) -> Result<Rows, String> {
    let frame = engine.sql(sql).await.map_err(|error| error.to_string())?;
    let batches = frame.collect().await.map_err(|error| error.to_string())?;
    Ok(batches.iter().flat_map(rows).collect())
}

fn rows(batch: &RecordBatch) -> Rows {
    (0..batch.num_rows())
        .map(|row| {
            batch
                .columns()
                .iter()
                .map(|column| cell(column, row))
                .collect()
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
        // As text, like the peer's: serde_json may read a number off in its last digit.
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

/// What DuckDB answers, or why it cannot be asked.
fn duckdb(folder: &Path, questions: &[Question]) -> Result<Vec<Result<Rows, String>>, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/duckdb_answers.py");
    let python = std::env::var("DESKQL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let file = |name: &str| folder.join(format!("{name}.parquet")).display().to_string();
    let task = json!({
        "tables": { "tickets": file("tickets"), "subs": file("subs") },
        "queries": questions.iter().map(|question| &question.portable).collect::<Vec<_>>(),
    });
    let task_file = folder.join("task.json");
    std::fs::File::create(&task_file)
        .and_then(|mut file| file.write_all(task.to_string().as_bytes()))
        .map_err(|error| error.to_string())?;
    let output = Command::new(&python)
        .arg(script)
        .stdin(std::fs::File::open(&task_file).map_err(|error| error.to_string())?)
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

fn compare(
    peer: &str,
    questions: &[Question],
    ours: &[Result<Rows, String>],
    theirs: &[Result<Rows, String>],
) -> Vec<String> {
    assert_eq!(
        ours.len(),
        theirs.len(),
        "{peer} did not answer every question"
    );
    let answers = questions.iter().zip(ours.iter().zip(theirs));
    answers
        .filter_map(|(question, (ours, theirs))| {
            let problem = match (ours, theirs) {
                (Ok(ours), Ok(theirs)) => difference(question, ours, theirs)?,
                (Err(error), _) => format!("deskql: {error}"),
                (_, Err(error)) => format!("{peer}: {error}"),
            };
            let Question { kpi, portable, .. } = question;
            Some(format!("[{peer}] {problem}\n  {kpi}\n  {portable}"))
        })
        .collect()
}

fn difference(question: &Question, ours: &Rows, theirs: &Rows) -> Option<String> {
    if ours.len() != theirs.len() {
        return Some(format!("{} rows here, {} there", ours.len(), theirs.len()));
    }
    let (mut ours, mut theirs) = (ours.clone(), theirs.clone());
    let key = |row: &Vec<Value>| format!("{:?} {:?}", &row[..question.keys], row.last());
    // Rows of grouping sets may share their keys, so the value takes part in the order.
    ours.sort_by_cached_key(key);
    theirs.sort_by_cached_key(key);
    let mut pairs = ours.iter().zip(&theirs);
    let agree = |one: &[Value], other: &[Value]| {
        let (key, value) = one.split_at(question.keys);
        let (other_key, other_value) = other.split_at(question.keys);
        key == other_key && same(question.exact, &value[0], &other_value[0])
    };
    let (one, other) = pairs.find(|(one, other)| !agree(one, other))?;
    Some(format!("{one:?} here, {other:?} there"))
}

#[expect(
    clippy::float_cmp,
    reason = "exact answers must be equal to the last digit"
)]
fn same(exact: bool, one: &Value, other: &Value) -> bool {
    let (Some(a), Some(b)) = (number(one), number(other)) else {
        return one == other;
    };
    let tolerance = 1e-9 * a.abs().max(b.abs());
    a == b || (!exact && (a - b).abs() <= tolerance)
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => text.strip_prefix('~')?.parse().ok(),
        other => other.as_f64(),
    }
}
