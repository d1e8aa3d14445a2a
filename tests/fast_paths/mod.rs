//! Each fast path against the stock plan: the same random questions with its switch on and off.

mod case_ranges;
mod dense_aggregation;
mod dense_join_loops;
mod dense_joins;
mod dictionary_expressions;
mod distinct_bitmaps;
mod distinct_on_by_row_number;
mod fixed_lengths;
mod normalized_sorts;
mod page;
mod range_aggregation;
mod range_joins;
mod repeat_contacts;
mod shared_quantiles;
mod suites;
mod sums;
mod tables;
mod truncated_time_keys;
mod utc_dates;
mod window_partitions;
mod window_totals;

use std::sync::Arc;

use datafusion::arrow::util::pretty::pretty_format_batches_with_schema;
use deskql::Engine;

use crate::support::data;

/// Ways to carry a query out that must not change its answer.
const SETTINGS: [&[(&str, &str)]; 3] = [
    &[("target_partitions", "1"), ("batch_size", "8192")],
    &[("target_partitions", "4"), ("batch_size", "1000")],
    &[("target_partitions", "3"), ("batch_size", "67")],
];

/// Sets up `engine` by the `number`-th way.
async fn set_up(engine: &Engine, number: usize) {
    for (name, value) in SETTINGS[number % SETTINGS.len()] {
        run(
            engine,
            &format!("SET datafusion.execution.{name} = {value}"),
        )
        .await
        .unwrap();
    }
    // Small files are read by several partitions too.
    run(
        engine,
        "SET datafusion.optimizer.repartition_file_min_size = 0",
    )
    .await
    .unwrap();
}

async fn run(engine: &Engine, sql: &str) -> Result<String, String> {
    let frame = engine.sql(sql).await.map_err(|error| error.to_string())?;
    let schema = Arc::clone(frame.schema().inner());
    let batches = frame.collect().await.map_err(|error| error.to_string())?;
    let text = pretty_format_batches_with_schema(schema, &batches);
    let text = text.unwrap().to_string();
    let mut lines: Vec<_> = text.lines().filter(|line| line.starts_with('|')).collect();
    lines.sort_unstable();
    Ok(lines.join("\n"))
}

/// Number of questions that were compared with a path on and off.
#[derive(Debug, Default)]
struct ComparedQuestions {
    asked: usize,
    /// The path took part, and both answers are rows.
    taken: usize,
    /// Both ways failed, which says nothing of the path.
    failed: usize,
}

/// Rows of `sql` in any order, with `setting` on and off, and whether the plans differ.
async fn both(engine: &Engine, setting: &str, sql: &str) -> ([Result<String, String>; 2], bool) {
    let (mut answers, mut plans) = (vec![], vec![]);
    for value in [true, false] {
        run(engine, &format!("SET {setting} = {value}"))
            .await
            .unwrap();
        plans.push(run(engine, &format!("EXPLAIN {sql}")).await);
        answers.push(run(engine, sql).await);
    }
    run(engine, &format!("SET {setting} = true")).await.unwrap();
    (answers.try_into().unwrap(), plans[0] != plans[1])
}

/// Text that `EXPLAIN` shows where the path of `setting` takes part.
async fn explain_mark(engine: &Engine, setting: &str) -> String {
    let sql = format!("SELECT explain_mark FROM deskql.fast_paths WHERE setting = '{setting}'");
    data::rows(engine, &sql).await.concat()
}

/// A question over which the engine panics is shown.
struct ShownWhenPanicking<'a>(&'a str);

impl Drop for ShownWhenPanicking<'_> {
    #[expect(clippy::print_stdout, reason = "a test that fails says over what")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("{}", self.0);
        }
    }
}

/// Holds the answers of each of `questions` equal with `setting` on and off; one that fails has to fail
/// both ways.
#[expect(
    clippy::print_stdout,
    reason = "a question that fails both ways is shown with a suite that fails"
)]
async fn hold_equal(engine: &Engine, setting: &str, questions: &[String]) -> ComparedQuestions {
    let mark = explain_mark(engine, setting).await;
    let mut compared = ComparedQuestions::default();
    for (number, sql) in questions.iter().enumerate() {
        set_up(engine, number).await;
        let _asked = ShownWhenPanicking(sql);
        let ([on, off], differ) = both(engine, setting, sql).await;
        compared.asked += 1;
        match (&on, &off) {
            (Ok(on), Ok(off)) if on == off => {
                let plan = run(engine, &format!("EXPLAIN {sql}")).await.unwrap();
                compared.taken += usize::from(differ && plan.contains(&mark));
            }
            (Ok(on), Ok(off)) => panic!("{sql}\n{}", first_difference(on, off)),
            (Err(error), Err(_)) => {
                println!("{sql}\n  {error}");
                compared.failed += 1;
            }
            _ => panic!("{sql}\non: {on:?}\noff: {off:?}"),
        }
    }
    compared
}

fn first_difference(on: &str, off: &str) -> String {
    let mut lines = on.lines().zip(off.lines());
    match lines.find(|(on, off)| on != off) {
        Some((on, off)) => format!("on:  {on}\noff: {off}"),
        None => format!("{} and {} rows", on.lines().count(), off.lines().count()),
    }
}

/// The plan of `sql` as `EXPLAIN` shows it.
async fn plan(engine: &Engine, sql: &str) -> String {
    run(engine, &format!("EXPLAIN {sql}")).await.unwrap()
}
