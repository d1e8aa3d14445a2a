//! One accumulator over one batch, again and again, for counting instructions.
//!
//! `benches/instructions [FILTER]` runs each case under callgrind, twice with different numbers of
//! batches, and prints the instructions of a row: unlike times they do not depend on what else the
//! machine is doing. `-- list` prints the cases, `-- CASE BATCHES` runs one.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

mod desk;

use std::hint::black_box;

use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use desk::{AGGREGATES, BATCH, BY_HAND, LAYOUTS, Layout, ROWS, Rows};
use deskql::{Engine, EngineSettings};

/// Names of cases and their closures.
fn cases() -> Vec<(String, &'static str, Layout, Rows)> {
    let aggregates = AGGREGATES.iter().map(|aggregate| aggregate.name);
    let mut cases = vec![];
    for name in aggregates.chain(BY_HAND.iter().map(|(name, _)| *name)) {
        for &(layout, of) in LAYOUTS {
            for &(rows, which) in ROWS {
                let case = format!("{name}, {layout}, {rows}");
                cases.push((case.trim_end_matches(", ").to_owned(), name, of, which));
            }
        }
    }
    cases
}

async fn measure(name: &str, layout: Layout, rows: Rows, batches: usize) {
    let Some(aggregate) = AGGREGATES.iter().find(|a| a.name == name) else {
        let (_, by_hand) = BY_HAND.iter().find(|(by, _)| *by == name).unwrap();
        return by_hand(layout, batches);
    };
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
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
