//! KPI functions against the same metric as hand-written SQL, over a million rows in memory.
#![expect(missing_docs, reason = "a benchmark")]
#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first error")]

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use deskql::{Engine, Settings};
use tokio::runtime::Runtime;

const ROWS: u64 = 1_000_000;

/// A metric by function and by hand.
const METRICS: &[(&str, &str, &str)] = &[
    (
        "nps",
        "nps(score)",
        "100e0 * sum(CASE WHEN score >= 9 THEN 1 WHEN score <= 6 THEN -1 WHEN score IS NOT NULL \
         THEN 0 END) / count(score)",
    ),
    (
        "rate",
        "rate(good)",
        "100e0 * sum(CASE WHEN good THEN 1 WHEN NOT good THEN 0 END) / count(good)",
    ),
    (
        "frt",
        "frt(created_at, answered_at)",
        "avg(CAST(answered_us - created_us AS DOUBLE)) / 60e6",
    ),
];

/// Ways to ask for it: what stands before and after the metric.
const SHAPES: &[(&str, &str, &str)] = &[
    ("whole", "", ""),
    ("1,000 groups", "few, ", " GROUP BY few"),
    ("250,000 groups", "many, ", " GROUP BY many"),
];

async fn open() -> Engine {
    let engine = Engine::open(Settings::default()).await.unwrap();
    let table = format!(
        "CREATE TABLE t AS SELECT *, to_timestamp_micros(created_us) AS created_at, \
         to_timestamp_micros(answered_us) AS answered_at FROM (SELECT \
         CASE WHEN i % 10 <> 0 THEN i * 7919 % 11 END AS score, i % 3 = 0 AS good, \
         i % 1000 AS few, i % 250000 AS many, 1767225600000000 + i * 1000 AS created_us, \
         CASE WHEN i % 8 <> 0 THEN 1767225600000000 + i * 1000 + i % 100000 * 60000000 END \
         AS answered_us FROM (SELECT unnest(range({ROWS})) AS i))"
    );
    run(&engine, &table).await;
    engine
}

async fn run(engine: &Engine, sql: &str) {
    engine.sql(sql).await.unwrap().collect().await.unwrap();
}

fn pair(
    group: &mut BenchmarkGroup<'_, WallTime>,
    runtime: &Runtime,
    engine: &Engine,
    questions: [(&str, String); 2],
) {
    for (name, sql) in questions {
        group.bench_function(name, |bencher| {
            bencher.iter(|| runtime.block_on(run(engine, &sql)));
        });
    }
}

fn kpis(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let engine = runtime.block_on(open());
    for (metric, kpi, by_hand) in METRICS {
        for (shape, before, after) in SHAPES {
            let mut group = criterion.benchmark_group(format!("{metric}, {shape}"));
            group.throughput(Throughput::Elements(ROWS)).sample_size(10);
            let ask = |value: &str| format!("SELECT {before}{value} FROM t{after}");
            let questions = [("function", ask(kpi)), ("by hand", ask(by_hand))];
            pair(&mut group, &runtime, &engine, questions);
            group.finish();
        }
    }
}

/// What it costs that integer arithmetic cannot wrap.
fn checked_arithmetic(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let engine = runtime.block_on(open());
    let mut group = criterion.benchmark_group("sum(few * 3 + many)");
    group.throughput(Throughput::Elements(ROWS)).sample_size(10);
    for (name, checked) in [("checked", true), ("unchecked", false)] {
        let set = format!("SET deskql.checked_arithmetic = {checked}");
        runtime.block_on(run(&engine, &set));
        group.bench_function(name, |bencher| {
            bencher.iter(|| runtime.block_on(run(&engine, "SELECT sum(few * 3 + many) FROM t")));
        });
    }
    group.finish();
}

criterion_group!(benches, kpis, checked_arithmetic);
criterion_main!(benches);
