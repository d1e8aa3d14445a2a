//! Cost of overflow checks in integer arithmetic and sums, over a million rows in memory.
#![expect(missing_docs, reason = "a benchmark")]
#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first error")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use deskql::{Engine, EngineSettings};
use tokio::runtime::Runtime;

const ROWS: u64 = 1_000_000;

async fn run(engine: &Engine, sql: &str) {
    engine.sql(sql).await.unwrap().collect().await.unwrap();
}

async fn open() -> Engine {
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    let table = format!(
        "CREATE TABLE t AS SELECT i % 1000 AS few, i AS many FROM (SELECT unnest(range({ROWS})) AS i)"
    );
    run(&engine, &table).await;
    engine
}

fn checked_arithmetic(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let engine = runtime.block_on(open());
    for sql in [
        "SELECT sum(few * 3 + many) FROM t",
        "SELECT few, sum(few * 3 + many) FROM t GROUP BY few",
    ] {
        let mut group = criterion.benchmark_group(sql);
        group.throughput(Throughput::Elements(ROWS)).sample_size(20);
        for (name, checked) in [("checked", true), ("unchecked", false)] {
            let set = format!("SET deskql.checked_arithmetic = {checked}");
            runtime.block_on(run(&engine, &set));
            group.bench_function(name, |bencher| {
                bencher.iter(|| runtime.block_on(run(&engine, sql)));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, checked_arithmetic);
criterion_main!(benches);
