//! Each faster path against the stock one: the same random questions with its switch on and off.

mod dense_joins;
mod dictionary_filters;
mod few_keys;
mod granules;
mod sums;
mod tables;

use datafusion::arrow::util::pretty::pretty_format_batches;
use deskql::Engine;
use deskql::settings::FeatureSwitch;

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
    let batches = frame.collect().await.map_err(|error| error.to_string())?;
    let text = pretty_format_batches(&batches).unwrap().to_string();
    let mut lines: Vec<_> = text.lines().filter(|line| line.starts_with('|')).collect();
    lines.sort_unstable();
    Ok(lines.join("\n"))
}

/// The rows of `sql` in any order, with `switch` on and off.
async fn both(engine: &Engine, switch: FeatureSwitch, sql: &str) -> [Result<String, String>; 2] {
    let mut answers = vec![];
    for value in [true, false] {
        let set = format!("SET deskql.{} = {value}", switch.name());
        run(engine, &set).await.unwrap();
        answers.push(run(engine, sql).await);
    }
    run(engine, &format!("SET deskql.{} = true", switch.name()))
        .await
        .unwrap();
    answers.try_into().unwrap()
}

/// Holds the answers of each of `questions` equal with `switch` on and off; one that fails has to fail
/// both ways.
async fn hold_equal(engine: &Engine, switch: FeatureSwitch, questions: &[String]) {
    for (number, sql) in questions.iter().enumerate() {
        set_up(engine, number).await;
        let [on, off] = both(engine, switch, sql).await;
        match (&on, &off) {
            (Ok(on), Ok(off)) if on == off => {}
            (Ok(on), Ok(off)) => panic!("{sql}\n{}", first_difference(on, off)),
            (Err(_), Err(_)) => {}
            _ => panic!("{sql}\non: {on:?}\noff: {off:?}"),
        }
    }
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
