//! Rows per second of the generator, all nine tables, written to a temporary folder.
#![expect(missing_docs, reason = "criterion's macros make public items")]
#![expect(
    clippy::expect_used,
    reason = "a benchmark that cannot run has nothing to report"
)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use deskql::internal::generate::{GenerateOptions, GenerateSummary, run};

fn generate(tickets: u64, threads: usize) -> GenerateSummary {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = GenerateOptions {
        threads: Some(threads),
        ..GenerateOptions::new(tickets, 7, folder.path())
    };
    run(&options, |_| Ok(())).expect("a generated desk")
}

fn rows_a_second(criterion: &mut Criterion) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut group = criterion.benchmark_group("generate");
    group.sample_size(10);
    for tickets in [20_000, 200_000] {
        group.throughput(Throughput::Elements(generate(tickets, cores).rows()));
        let mut counts = vec![1, cores];
        counts.dedup();
        for threads in counts {
            let name = BenchmarkId::new(format!("{tickets} tickets"), format!("{threads} threads"));
            group.bench_function(name, |bencher| bencher.iter(|| generate(tickets, threads)));
        }
    }
    group.finish();
}

criterion_group!(benches, rows_a_second);
criterion_main!(benches);
