//! Random KPI questions over random data, answered three times: by the KPI functions, by hand-written
//! SQL in our own engine, and by the same hand-written SQL in DuckDB. All must agree.
//!
//! `DESKQL_DIFFERENTIAL=N` runs N questions instead of 120, `DESKQL_SEED` selects another series.
//! DuckDB is skipped with a note when `python3` (or `DESKQL_PYTHON`) cannot import it, unless
//! `DESKQL_REQUIRE_PEERS=1`.

mod data;
mod kpis;
mod questions;

use std::path::Path;

use crate::support::random::Random;
use deskql::{Engine, EngineSettings};
use questions::Question;
use serde_json::Value;

use crate::support::answers::{Rows, duckdb, leave_out, number, rows};

/// Settings that change the execution of a query; they alternate from question to question.
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
    let setting = |name, default| {
        let text = std::env::var(name).unwrap_or_default();
        text.parse::<usize>().unwrap_or(default)
    };
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random::new(setting("DESKQL_SEED", 20_260_101) as u64);
    data::write(folder.path(), &mut random, 2500, 900);
    let questions = questions::all(&mut random, setting("DESKQL_DIFFERENTIAL", 120));
    let ours = answers(folder.path(), &questions, |question| &question.kpi).await;
    let by_hand = answers(folder.path(), &questions, |question| &question.portable).await;
    let mut differences = compare("plain SQL in deskql", &questions, &ours, &by_hand);
    let [tickets, subs] =
        ["tickets", "subs"].map(|name| folder.path().join(format!("{name}.parquet")));
    let portable: Vec<_> = questions
        .iter()
        .map(|question| question.portable.as_str())
        .collect();
    match duckdb(&[("tickets", &tickets), ("subs", &subs)], &portable) {
        Ok(theirs) => differences.extend(compare("DuckDB", &questions, &ours, &theirs)),
        Err(reason) => leave_out(&reason),
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
    let engine = Engine::open(EngineSettings {
        data: vec![folder.display().to_string()],
        ..EngineSettings::default()
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
    // Rows of grouping sets may share their keys, so the value is part of the order.
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
