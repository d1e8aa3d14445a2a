//! One accumulator over one batch, again and again, for counting instructions.
//!
//! `benches/instructions [FILTER]` runs each case under callgrind, twice with different numbers of
//! batches, and prints the instructions of a row: unlike times they do not depend on what else the
//! machine is doing. `-- list` prints the cases, `-- CASE BATCHES` runs one.
#![expect(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark"
)]

mod desk;

use std::hint::black_box;

use arrow::array::AsArray;
use arrow::datatypes::{Int32Type, Int64Type};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use desk::{AGGREGATES, BATCH, LAYOUTS, Layout, ROWS, Rows};
use deskql::{Engine, Settings};

/// Loops that know everything about their one case: the floor.
const BY_HAND: &[&str] = &["nps by hand", "sum by hand"];

/// Names of cases with what they are.
fn cases() -> Vec<(String, &'static str, Layout, Rows)> {
    let aggregates = AGGREGATES.iter().map(|aggregate| aggregate.name);
    let mut cases = vec![];
    for name in aggregates.chain(BY_HAND.iter().copied()) {
        for &(layout, of) in LAYOUTS {
            for &(rows, which) in ROWS {
                let case = format!("{name}, {layout}, {rows}");
                cases.push((case.trim_end_matches(", ").to_owned(), name, of, which));
            }
        }
    }
    cases
}

fn by_hand(name: &str, layout: Layout, batches: usize) {
    let batch = desk::batch(BATCH, 7, false);
    let groups = layout.indices();
    match name {
        "nps by hand" => {
            let scores = batch["nps"].as_primitive::<Int32Type>().values();
            let mut counts = vec![[0_i64; 3]; layout.groups()];
            for _ in 0..batches {
                for (&group, &score) in black_box(&groups).iter().zip(scores) {
                    let counts = &mut counts[group];
                    counts[0] += 1;
                    counts[1] += i64::from(score >= 9);
                    counts[2] += i64::from(score <= 6);
                }
            }
            black_box(counts);
        }
        _ => {
            let values = batch["seconds"].as_primitive::<Int64Type>().values();
            let mut sums = vec![(0_i64, 0_i64); layout.groups()];
            for _ in 0..batches {
                for (&group, &value) in black_box(&groups).iter().zip(values) {
                    sums[group].0 += 1;
                    sums[group].1 += value;
                }
            }
            black_box(sums);
        }
    }
}

async fn measure(name: &str, layout: Layout, rows: Rows, batches: usize) {
    let Some(aggregate) = AGGREGATES.iter().find(|a| a.name == name) else {
        return by_hand(name, layout, batches);
    };
    let engine = Engine::open(Settings::default()).await.unwrap();
    let batch = desk::batch(BATCH, 7, rows == Rows::Nulls);
    let bound = aggregate.bind(&engine, &batch.schema());
    let columns = aggregate.columns(&batch);
    let filter = (rows == Rows::Filter).then(desk::filter);
    let (indices, groups) = (layout.indices(), layout.groups());
    let mut accumulator: Box<dyn GroupsAccumulator> = bound.create_groups_accumulator().unwrap();
    for _ in 0..batches {
        accumulator
            .update_batch(black_box(&columns), &indices, filter.as_ref(), groups)
            .unwrap();
    }
    black_box(accumulator.evaluate(EmitTo::All).unwrap());
}

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let [wanted, batches] = arguments.as_slice() else {
        for (case, ..) in cases() {
            println!("{case}");
        }
        return;
    };
    let (_, name, layout, rows) = cases()
        .into_iter()
        .find(|(case, ..)| case == wanted)
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(measure(name, layout, rows, batches.parse().unwrap()));
}
