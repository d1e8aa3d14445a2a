//! KPI functions against the same metric as hand-written CASE SQL, and their accumulators alone.
//!
//! `cargo bench --bench kpis` prints, for each metric, the time of the function and of the plain SQL
//! over one million answers and tickets in memory, without and with groups.
#![expect(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

mod desk;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use datafusion::datasource::MemTable;
use deskql::{Engine, EngineSettings};
use tokio::runtime::Runtime;

use desk::{AGGREGATES, BATCH, LAYOUTS, ROWS, Rows, batch};

const ROWS_OF_QUERIES: usize = 1_000_000;

/// The metric, the KPI function, and the portable SQL for the same number.
const METRICS: [(&str, &str, &str); 6] = [
    (
        "nps",
        "nps(nps)",
        "100.0 * (sum(CASE WHEN nps >= 9 THEN 1 ELSE 0 END) \
         - sum(CASE WHEN nps <= 6 THEN 1 ELSE 0 END)) / count(nps)",
    ),
    (
        "csat",
        "csat(csat)",
        "100.0 * sum(CASE WHEN csat >= 4 THEN 1 ELSE 0 END) / count(csat)",
    ),
    ("ces", "ces(ces)", "avg(ces)"),
    (
        "fcr",
        "fcr(replies, reopens)",
        "100.0 * sum(CASE WHEN replies = 1 AND reopens = 0 THEN 1 ELSE 0 END) \
         / count(CASE WHEN replies IS NOT NULL AND reopens IS NOT NULL THEN 1 END)",
    ),
    (
        "rate",
        "rate(is_escalated)",
        "100.0 * sum(CASE WHEN is_escalated THEN 1 ELSE 0 END) / count(is_escalated)",
    ),
    (
        "frt",
        "frt(created_at, first_response_at)",
        "avg(arrow_cast(first_response_at - created_at, 'Int64')) / 60000000.0",
    ),
];

fn engine(runtime: &Runtime) -> Engine {
    let settings = EngineSettings {
        threads: Some(1),
        ..EngineSettings::default()
    };
    let engine = runtime.block_on(Engine::open(settings)).unwrap();
    let batches: Vec<_> = (0..ROWS_OF_QUERIES.div_ceil(BATCH))
        .map(|n| batch(BATCH, n as u64, true))
        .collect();
    let table = MemTable::try_new(batches[0].schema(), vec![batches]).unwrap();
    engine
        .context()
        .register_table("desk", Arc::new(table))
        .unwrap();
    engine
}

fn queries(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let engine = engine(&runtime);
    for (groups, suffix) in [("", "all rows"), (" GROUP BY channel", "by channel")] {
        let mut group = criterion.benchmark_group(format!("query {suffix}"));
        group
            .throughput(Throughput::Elements(ROWS_OF_QUERIES as u64))
            .sample_size(20);
        for (metric, function, plain) in METRICS {
            for (way, expression) in [("function", function), ("case sql", plain)] {
                let sql = format!("SELECT {expression} AS value FROM desk{groups}");
                group.bench_function(BenchmarkId::new(metric, way), |bencher| {
                    bencher.iter(|| {
                        let frame = runtime.block_on(engine.sql(&sql)).unwrap();
                        black_box(runtime.block_on(frame.collect()).unwrap())
                    });
                });
            }
        }
    }
}

/// Each accumulator by groups, over all rows, with NULLs and with a filter; and hand-written loops for
/// one case each, as the lower bound.
fn accumulators(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let engine = runtime
        .block_on(Engine::open(EngineSettings::default()))
        .unwrap();
    let filter = desk::filter();
    for aggregate in AGGREGATES {
        let mut group = criterion.benchmark_group(format!("accumulator {}", aggregate.name));
        group.throughput(Throughput::Elements(BATCH as u64));
        for &(layout, of) in LAYOUTS {
            let (indices, groups) = (of.indices(), of.groups());
            for &(rows, which) in ROWS {
                let batch = batch(BATCH, 7, which == Rows::Nulls);
                let columns = aggregate.columns(&batch);
                let filter = (which == Rows::Filter).then_some(&filter);
                let bound = aggregate.bind(&engine, &batch.schema());
                group.bench_function(BenchmarkId::new(layout, rows), |bencher| {
                    let mut accumulator = bound.create_groups_accumulator().unwrap();
                    bencher.iter(|| {
                        accumulator
                            .update_batch(black_box(&columns), &indices, filter, groups)
                            .unwrap();
                    });
                });
            }
        }
    }
    let mut group = criterion.benchmark_group("accumulator by hand");
    group.throughput(Throughput::Elements(BATCH as u64));
    for (name, by_hand) in desk::BY_HAND {
        for &(layout, of) in LAYOUTS {
            group.bench_function(BenchmarkId::new(*name, layout), |bencher| {
                bencher.iter_custom(|batches| {
                    let start = Instant::now();
                    by_hand(of, usize::try_from(batches).unwrap());
                    start.elapsed()
                });
            });
        }
    }
}

/// Frames that move by a batch.
fn frames(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let engine = runtime
        .block_on(Engine::open(EngineSettings::default()))
        .unwrap();
    let batch = batch(BATCH, 7, true);
    let mut group = criterion.benchmark_group("frame");
    group.throughput(Throughput::Elements(BATCH as u64));
    for aggregate in AGGREGATES.iter().filter(|a| a.name != "median") {
        let columns = aggregate.columns(&batch);
        let bound = aggregate.bind(&engine, &batch.schema());
        group.bench_function(aggregate.name, |bencher| {
            let mut accumulator = bound.create_sliding_accumulator().unwrap();
            bencher.iter(|| {
                accumulator.update_batch(&columns).unwrap();
                accumulator.retract_batch(black_box(&columns)).unwrap();
            });
        });
    }
}

criterion_group!(benches, queries, accumulators, frames);
criterion_main!(benches);
