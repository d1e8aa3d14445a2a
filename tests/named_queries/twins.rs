//! Each query that computes a KPI has a twin in plain SQL, which uses none of our functions and runs in
//! DuckDB too. Both answers must be equal to the last displayed digit.
//!
//! A twin has no header: it has the parameters of its query. A twin with fewer columns is compared in
//! those that it names.

use std::path::{Path, PathBuf};

use deskql::Engine;
use deskql::internal::generate::{GenerateOptions, run};
use deskql::{NamedQuery, QueryLibrary, QueryOrigin};

use super::cases::{self, Given};
use super::{answer, call, open_sample, open_with_policies, root, sample, shipped};
use crate::support::answers::{Rows, duckdb, leave_out, number};

/// Queries without a twin, each with the reason.
const WITHOUT: &[(&str, &str)] = &[
    (
        "drivers_of_csat",
        "tests/insight/key_drivers.rs has key_drivers against published importances",
    ),
    (
        "drivers_of_nps",
        "tests/insight/key_drivers.rs has key_drivers against published importances",
    ),
    (
        "level_shifts",
        "searches all cuts of a series: tests/insight/series has the search as plain loops",
    ),
    (
        "theme_trend",
        "needs stems: tests/insight/text_tables.rs has keywords, and text.rs stems",
    ),
    ("vip_incidents", "lists customers and computes no KPI"),
    (
        "what_changed",
        "tests/insight/change_oracle.rs has explain_change in plain SQL",
    ),
    (
        "why_detractors",
        "needs stems: tests/insight/text_tables.rs has themes",
    ),
];

/// DuckDB's `round(x, n)` multiplies a double by 100 first, so that 1.275 becomes 1.27 there
/// (docs/numbers.md). Its decimals round by their digits, as doubles do here.
const ROUND_BY_DIGITS: &str = "CREATE MACRO round(x, n) AS CAST(system.main.round(CAST(CAST(x AS VARCHAR) AS DECIMAL(38, 18)), n) AS DOUBLE)";

const FAULTY_TICKETS: u64 = 1500;

/// A query, its twin, and the parameters of both.
struct Case<'a> {
    query: &'a NamedQuery,
    twin: &'a NamedQuery,
    given: Given,
}

#[test]
fn every_query_has_a_twin_or_a_reason() {
    let excused = |name: &str| WITHOUT.iter().any(|(excused, _)| *excused == name);
    for query in shipped().all() {
        let has_twin = twin_file(&query.name).exists();
        assert!(
            has_twin != excused(&query.name),
            "{}: write tests/named_queries/twins/{}.sql, or say in WITHOUT why not",
            query.name,
            query.name
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_equal_their_twins() {
    let engine = open_sample().await;
    hold(&engine, &sample()).await;
}

/// Another desk, with every kind of fault; the functions skip its invalid values.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_equal_their_twins_over_faulty_data() {
    let folder = tempfile::tempdir().unwrap();
    let options = GenerateOptions {
        dirty: 0.05,
        ..GenerateOptions::new(FAULTY_TICKETS, 11, folder.path().join("desk"))
    };
    run(&options, |_| Ok(())).unwrap();
    let engine = open_with_policies(&options.output).await;
    let ignore = engine.sql("SET deskql.invalid_values = 'ignore'").await;
    ignore.unwrap().collect().await.unwrap();
    hold(&engine, &options.output).await;
}

/// Runs every query and its twin with all choices of parameters, here and in DuckDB.
async fn hold(engine: &Engine, data: &Path) {
    let (queries, twins_folder) = (shipped(), tempfile::tempdir().unwrap());
    let twins = twins(&queries, twins_folder.path());
    let cases = cases(&queries, &twins);
    let mut wrong = Vec::new();
    let mut ours = Vec::new();
    for Case { query, twin, given } in &cases {
        let answered = answer(engine, query, given).await;
        let columns = compared(engine, query, twin, given).await;
        let answered = answered.map(|rows| only(&rows, columns.as_deref()));
        let plain = answer(engine, twin, given).await;
        let problem = difference(&answered, &plain);
        wrong.extend(problem.map(|problem| format!("{}: {problem}", call(query, given))));
        ours.push(answered);
    }
    match peer(data, &cases) {
        Ok(theirs) => {
            assert_eq!(
                theirs.len(),
                cases.len(),
                "DuckDB did not answer everything"
            );
            for ((case, ours), theirs) in cases.iter().zip(&ours).zip(&theirs) {
                let problem = difference(ours, theirs);
                let call = call(case.query, &case.given);
                wrong.extend(problem.map(|problem| format!("{call} [DuckDB]: {problem}")));
            }
        }
        Err(reason) => leave_out(&reason),
    }
    assert!(
        wrong.is_empty(),
        "{} differ\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// The columns of a query that its twin gives too; `None` for all, in order.
async fn compared(
    engine: &Engine,
    query: &NamedQuery,
    twin: &NamedQuery,
    given: &Given,
) -> Option<Vec<usize>> {
    let query = engine.plan(&query.bind(given).unwrap()).await.ok()?;
    let twin = engine.plan(&twin.bind(given).unwrap()).await.ok()?;
    let (ours, theirs) = (query.schema().fields(), twin.schema().fields());
    if ours.len() == theirs.len() {
        return None;
    }
    let place = |name: &String| {
        let place = ours.iter().position(|field| field.name() == name);
        place.unwrap_or_else(|| panic!("the query has no column {name}"))
    };
    Some(theirs.iter().map(|field| place(field.name())).collect())
}

fn only(rows: &Rows, columns: Option<&[usize]>) -> Rows {
    let Some(columns) = columns else {
        return rows.clone();
    };
    let picked = |row: &Vec<serde_json::Value>| columns.iter().map(|at| row[*at].clone()).collect();
    rows.iter().map(picked).collect()
}

fn peer(data: &Path, cases: &[Case<'_>]) -> Result<Vec<Result<Rows, String>>, String> {
    let files = std::fs::read_dir(data).map_err(|error| error.to_string())?;
    let files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    let parquet = files
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "parquet"));
    let tables: Vec<(&str, &Path)> = parquet
        .map(|path| (path.file_stem().unwrap().to_str().unwrap(), path.as_path()))
        .collect();
    let bound = cases
        .iter()
        .map(|case| case.twin.bind(&case.given).unwrap().to_string());
    let bound: Vec<String> = bound.collect();
    let mut queries = vec![ROUND_BY_DIGITS];
    queries.extend(bound.iter().map(String::as_str));
    let mut answers = duckdb(&tables, &queries)?;
    answers.remove(0)?;
    Ok(answers)
}

fn twin_file(name: &str) -> PathBuf {
    root().join(format!("tests/named_queries/twins/{name}.sql"))
}

/// The twins under the headers of their queries, as a library over the shipped one.
fn twins(queries: &QueryLibrary, folder: &Path) -> QueryLibrary {
    for query in queries.all() {
        let Ok(twin) = std::fs::read_to_string(twin_file(&query.name)) else {
            continue;
        };
        let text = shipped_text(query);
        let header = text.lines().take_while(|line| line.starts_with("--"));
        let header: String = header.map(|line| format!("{line}\n")).collect();
        let path = folder.join(format!("{}.sql", query.name));
        std::fs::write(path, format!("{header}\n{twin}")).unwrap();
    }
    QueryLibrary::open(&[folder.to_owned()]).unwrap()
}

fn shipped_text(query: &NamedQuery) -> String {
    let QueryOrigin::Shipped(path) = query.origin else {
        panic!("{} is not shipped", query.name)
    };
    std::fs::read_to_string(root().join("queries").join(path)).unwrap()
}

fn cases<'a>(queries: &'a QueryLibrary, twins: &'a QueryLibrary) -> Vec<Case<'a>> {
    let pairs = queries
        .all()
        .filter(|query| twin_file(&query.name).exists());
    let pairs = pairs.map(|query| (query, twins.find(&query.name).unwrap()));
    pairs
        .flat_map(|(query, twin)| {
            let all = cases::all(query).into_iter();
            all.map(move |given| Case { query, twin, given })
        })
        .collect()
}

/// First difference of two answers.
fn difference(one: &Result<Rows, String>, other: &Result<Rows, String>) -> Option<String> {
    let (one, other) = match (one, other) {
        (Ok(one), Ok(other)) => (one, other),
        (Err(error), _) => return Some(error.clone()),
        (_, Err(error)) => return Some(format!("the twin: {error}")),
    };
    if one.len() != other.len() {
        return Some(format!("{} rows, {} in the twin", one.len(), other.len()));
    }
    let same = |(one, other): (&serde_json::Value, &serde_json::Value)| {
        one == other || number(one).is_some_and(|value| Some(value) == number(other))
    };
    let mut pairs = one.iter().zip(other);
    let differs = pairs
        .find(|(one, other)| one.len() != other.len() || !one.iter().zip(other.iter()).all(same));
    differs.map(|(one, other)| format!("{one:?}, {other:?} in the twin"))
}
