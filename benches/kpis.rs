//! KPI functions against the same metric as hand-written CASE SQL, and their accumulators alone.
//!
//! `cargo bench --bench kpis` prints, for each metric, the time of the function and of the plain SQL
//! over one million answers and tickets in memory, without and with groups.
#![expect(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use std::hint::black_box;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Int32Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::Schema;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use datafusion::datasource::MemTable;
use datafusion::physical_expr::aggregate::{AggregateExprBuilder, AggregateFunctionExpr};
use datafusion::physical_expr::expressions::col;
use deskql::{Engine, Settings};
use rand_core::{RngCore, SeedableRng};
use rand_pcg::Pcg64Mcg;
use tokio::runtime::Runtime;

const ROWS: usize = 1_000_000;
const BATCH: usize = 8_192;
const DAY: u64 = 86_400_000_000;

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
        "avg(CAST(first_response_at - created_at AS BIGINT)) / 60000000.0",
    ),
];

fn batch(rows: usize, seed: u64) -> RecordBatch {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut below = |n: u64| rng.next_u64() % n;
    let mut answers = |low: u64, high: u64| -> ArrayRef {
        let answer =
            |_| (below(10) > 0).then(|| i32::try_from(low + below(high - low + 1)).unwrap());
        Arc::new((0..rows).map(answer).collect::<Int32Array>())
    };
    let (nps, csat, ces) = (answers(0, 10), answers(1, 5), answers(1, 7));
    let (replies, reopens) = (answers(0, 4), answers(0, 1));
    let flags: BooleanArray = (0..rows)
        .map(|_| (below(10) > 0).then(|| below(8) == 0))
        .collect();
    let micros = |value: u64| i64::try_from(value).unwrap();
    let created: Vec<i64> = (0..rows).map(|_| micros(below(730 * DAY))).collect();
    let answered: TimestampMicrosecondArray = created
        .iter()
        .map(|at| (below(20) > 0).then(|| at + micros(below(3 * DAY))))
        .collect();
    let names = ["email", "chat", "phone", "web", "social"];
    let channel: StringArray = (0..rows)
        .map(|_| Some(names[usize::try_from(below(5)).unwrap()]))
        .collect();
    let columns: [(&str, ArrayRef); 9] = [
        ("nps", nps),
        ("csat", csat),
        ("ces", ces),
        ("replies", replies),
        ("reopens", reopens),
        ("is_escalated", Arc::new(flags)),
        (
            "created_at",
            Arc::new(TimestampMicrosecondArray::from(created)),
        ),
        ("first_response_at", Arc::new(answered)),
        ("channel", Arc::new(channel)),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn engine(runtime: &Runtime) -> Engine {
    let settings = Settings {
        threads: Some(1),
        ..Settings::default()
    };
    let engine = runtime.block_on(Engine::open(settings)).unwrap();
    let batches: Vec<_> = (0..ROWS.div_ceil(BATCH))
        .map(|n| batch(BATCH, n as u64))
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
            .throughput(Throughput::Elements(ROWS as u64))
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

/// The arguments of the accumulators below, by KPI.
const ACCUMULATORS: [(&str, &[&str]); 5] = [
    ("nps", &["nps"]),
    ("csat", &["csat"]),
    ("fcr", &["replies", "reopens"]),
    ("rate", &["is_escalated"]),
    ("frt", &["created_at", "first_response_at"]),
];

fn aggregate(kpi: &str, arguments: &[&str], schema: &Arc<Schema>) -> AggregateFunctionExpr {
    let function = deskql::functions::all_aggregate()
        .into_iter()
        .find(|f| f.name() == kpi)
        .unwrap();
    let arguments = arguments
        .iter()
        .map(|name| col(name, schema).unwrap())
        .collect();
    AggregateExprBuilder::new(function, arguments)
        .schema(Arc::clone(schema))
        .alias(kpi)
        .build()
        .unwrap()
}

fn accumulators(criterion: &mut Criterion) {
    let batch = batch(BATCH, 7);
    let schema = batch.schema();
    let mut rng = Pcg64Mcg::seed_from_u64(1);
    let mut group = criterion.benchmark_group("accumulator");
    group.throughput(Throughput::Elements(BATCH as u64));
    for (kpi, names) in ACCUMULATORS {
        let aggregate = aggregate(kpi, names, &schema);
        let arguments: Vec<ArrayRef> = names
            .iter()
            .map(|name| Arc::clone(batch.column_by_name(name).unwrap()))
            .collect();
        group.bench_function(
            BenchmarkId::new(kpi, "update_batch 10pct_nulls"),
            |bencher| {
                let mut accumulator = aggregate.create_accumulator().unwrap();
                bencher.iter(|| accumulator.update_batch(black_box(&arguments)).unwrap());
            },
        );
        for groups in [1_000, 1_000_000_u64] {
            let of = |_| usize::try_from(rng.next_u64() % groups).unwrap();
            let indices: Vec<usize> = (0..BATCH).map(of).collect();
            let total = usize::try_from(groups).unwrap();
            let name = format!("update_batch {groups} groups");
            group.bench_function(BenchmarkId::new(kpi, name), |bencher| {
                let mut accumulator = aggregate.create_groups_accumulator().unwrap();
                bencher.iter(|| {
                    accumulator
                        .update_batch(black_box(&arguments), &indices, None, total)
                        .unwrap();
                });
            });
        }
        group.bench_function(BenchmarkId::new(kpi, "retract_batch"), |bencher| {
            let mut accumulator = aggregate.create_sliding_accumulator().unwrap();
            bencher.iter(|| {
                accumulator.update_batch(&arguments).unwrap();
                accumulator.retract_batch(black_box(&arguments)).unwrap();
            });
        });
    }
}

criterion_group!(benches, queries, accumulators);
criterion_main!(benches);
