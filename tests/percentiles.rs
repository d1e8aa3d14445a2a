//! Exact quantiles, of numbers and of durations, against a naive one over the sorted values.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "ranks are small, and equal is what is asked"
)]

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Int64Array, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{Float64Type, Int64Type};
use deskql::{Engine, EngineSettings};

use crate::support::data::{parquet, rows};
use crate::support::random::Random;

const GROUPS: i64 = 3;

/// Distribution of the numbers of a test.
#[derive(Debug, Clone, Copy)]
enum Numbers {
    /// Whole numbers, most of them repeated many times.
    Whole,
    /// Whole numbers and some fractions, and some beyond four bytes.
    Mixed,
    /// Whole numbers, some close together and some far from all others.
    Far,
    /// Fractions, with both infinities.
    Fractions,
}

impl Numbers {
    fn draw(self, random: &mut Random) -> f64 {
        let whole = random.between(-2_000, 2_000) as f64;
        match self {
            Self::Whole => whole,
            Self::Mixed if random.chance(97) => whole,
            Self::Mixed => whole * 4e9 + 0.25,
            Self::Far if random.chance(50) => whole * 1e6,
            Self::Far => whole,
            Self::Fractions if random.chance(1) => [f64::INFINITY, f64::NEG_INFINITY, -0.0]
                [usize::try_from(random.between(0, 2)).unwrap()],
            Self::Fractions => random.between(-1_000_000_000, 1_000_000_000) as f64 / 7e5,
        }
    }
}

struct Rows {
    groups: Vec<i64>,
    numbers: Vec<Option<f64>>,
    /// Microseconds of a duration.
    lengths: Vec<Option<i64>>,
}

fn draw(kind: Numbers, rows: usize, seed: u64) -> Rows {
    let mut random = Random::new(seed);
    let mut drawn = Rows {
        groups: vec![],
        numbers: vec![],
        lengths: vec![],
    };
    for _ in 0..rows {
        drawn.groups.push(random.between(1, GROUPS));
        let number = kind.draw(&mut random);
        drawn.numbers.push(random.unless(5, number));
        let longest = match kind {
            Numbers::Far => 3_000_000,
            _ => 50_000,
        };
        let seconds = random.between(0, longest);
        let micros = match kind {
            Numbers::Whole | Numbers::Far => 0,
            Numbers::Mixed => i64::from(random.chance(5)) * random.between(1, 999_999),
            Numbers::Fractions => random.between(0, 999_999),
        };
        let length = seconds * 1_000_000 + micros;
        drawn.lengths.push(random.unless(5, length));
    }
    drawn
}

fn write(drawn: &Rows, path: &Path) {
    let start = 1_767_600_000_000_000_i64;
    let zone = |values: TimestampMicrosecondArray| -> ArrayRef { Arc::new(values) };
    let ends = drawn.lengths.iter().map(|length| length.map(|l| start + l));
    let starts = vec![start; drawn.groups.len()];
    parquet(
        path,
        vec![
            ("g", Arc::new(Int64Array::from(drawn.groups.clone()))),
            ("x", Arc::new(Float64Array::from(drawn.numbers.clone()))),
            ("starts", zone(TimestampMicrosecondArray::from(starts))),
            ("ends", zone(ends.collect())),
        ],
    );
}

/// Between the neighbours of rank q × (n − 1), or `None` of nothing.
fn naive(mut values: Vec<f64>, q: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let rank = q * (values.len().checked_sub(1)? as f64);
    let (below, above) = (values[rank.floor() as usize], values[rank.ceil() as usize]);
    Some(if below == above {
        below
    } else {
        below + rank.fract() * (above - below)
    })
}

async fn engine(threads: usize, data: &Path, settings: &[&str]) -> Engine {
    let engine = Engine::open(EngineSettings {
        data: vec![data.display().to_string()],
        threads: Some(threads),
        ..EngineSettings::default()
    })
    .await
    .unwrap();
    for setting in settings {
        rows(&engine, &format!("SET {setting}")).await;
    }
    engine
}

/// Group, quantile of the numbers, quantile of the durations in minutes.
async fn ask(engine: &Engine, sql: &str) -> Vec<(i64, Option<f64>, Option<f64>)> {
    let batches = engine.sql(sql).await.unwrap().collect().await.unwrap();
    let mut answers = vec![];
    for batch in &batches {
        let groups = batch.column(0).as_primitive::<Int64Type>();
        let [numbers, lengths] = [1, 2].map(|c| batch.column(c).as_primitive::<Float64Type>());
        let at = |column: &Float64Array, row| (!column.is_null(row)).then(|| column.value(row));
        let read = (0..batch.num_rows())
            .map(|row| (groups.value(row), at(numbers, row), at(lengths, row)));
        answers.extend(read);
    }
    answers
}

const SETTINGS: [&[&str]; 4] = [
    &[],
    // States are emitted a few groups at a time.
    &["datafusion.execution.batch_size = 50"],
    &[
        "datafusion.execution.batch_size = 100",
        "deskql.dense_aggregation = false",
    ],
    // Every row is a state of its own.
    &[
        "datafusion.execution.skip_partial_aggregation_probe_rows_threshold = 0",
        "datafusion.execution.skip_partial_aggregation_probe_ratio_threshold = 0.0",
        "deskql.dense_aggregation = false",
    ],
];

#[tokio::test]
async fn quantiles_are_those_of_the_sorted_values() {
    let folder = tempfile::tempdir().unwrap();
    for (seed, kind, count) in [
        (1, Numbers::Whole, 90_000),
        (2, Numbers::Mixed, 60_000),
        (3, Numbers::Fractions, 5_000),
        (4, Numbers::Mixed, 3),
        (5, Numbers::Far, 30_000),
    ] {
        let drawn = draw(kind, count, seed);
        let data = folder.path().join(seed.to_string());
        for (part, from) in (0..count).step_by(count.div_ceil(3)).enumerate() {
            let to = (from + count.div_ceil(3)).min(count);
            let part_of = Rows {
                groups: drawn.groups[from..to].to_vec(),
                numbers: drawn.numbers[from..to].to_vec(),
                lengths: drawn.lengths[from..to].to_vec(),
            };
            write(&part_of, &data.join("t").join(format!("{part}.parquet")));
        }
        for settings in SETTINGS {
            for threads in [1, 4] {
                let engine = engine(threads, &data, settings).await;
                for q in [0.0, 0.25, 0.5, 0.901, 1.0] {
                    check(
                        &engine,
                        &drawn,
                        q,
                        &format!("{kind:?} {settings:?} {threads}"),
                    )
                    .await;
                }
            }
        }
    }
}

async fn check(engine: &Engine, drawn: &Rows, q: f64, context: &str) {
    let down = 1.0 - q;
    let sql = format!(
        "SELECT g, percentile_cont({down}) WITHIN GROUP (ORDER BY x DESC), \
         duration_quantile(starts, ends, {q}, 'second') FROM t GROUP BY g ORDER BY g"
    );
    for (group, number, length) in ask(engine, &sql).await {
        let of = |row: &usize| drawn.groups[*row] == group;
        let members: Vec<usize> = (0..drawn.groups.len()).filter(of).collect();
        let numbers = members.iter().filter_map(|&row| drawn.numbers[row]);
        // The stock function computes the position from the top in doubles.
        let expected = naive(numbers.collect(), 1.0 - down);
        assert!(
            same(number, expected),
            "{context} {q}: {number:?} {expected:?}"
        );
        let lengths = members.iter().filter_map(|&row| drawn.lengths[row]);
        let expected = naive(lengths.map(|l| l as f64).collect(), q).map(|l| l / 1e6);
        assert!(
            same(length, expected),
            "{context} {q}: {length:?} {expected:?}"
        );
    }
}

fn same(found: Option<f64>, expected: Option<f64>) -> bool {
    match (found, expected) {
        (Some(found), Some(expected)) => found == expected || found.is_nan() && expected.is_nan(),
        _ => found == expected,
    }
}

#[tokio::test]
async fn moving_frames_forget_what_leaves_them() {
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    let sql = "SELECT percentile_cont(x, 0.5) OVER (ORDER BY i ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) \
               FROM (VALUES (1, 5.0), (2, 1.5), (3, NULL), (4, 4.0), (5, 4.0), (6, NULL), (7, NULL), (8, NULL)) \
               AS t(i, x) ORDER BY i";
    let expected = ["5.0", "3.25", "3.25", "2.75", "4.0", "4.0", "4.0", ""];
    assert_eq!(rows(&engine, sql).await, expected);
}

/// One third of the way between 0 and a million: DataFusion's own gives 333333.0.
#[tokio::test]
async fn the_way_between_two_values_is_not_rounded() {
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    let sql = "SELECT percentile_cont(x, 1.0 / 3) FROM (VALUES (0.0), (1e6)) AS t(x)";
    assert_eq!(rows(&engine, sql).await, ["333333.3333333333"]);
    let sql = "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FROM (VALUES (-1e308), (1.5e308)) AS t(x)";
    assert_eq!(rows(&engine, sql).await, ["2.5e307"]);
}

#[tokio::test]
async fn what_stock_refuses_is_refused() {
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    for (sql, problem) in [
        ("percentile_cont(x, 1.5)", "between 0.0 and 1.0"),
        ("percentile_cont(x, x)", "must be a literal"),
    ] {
        let sql = format!("SELECT {sql} FROM (VALUES (0.0), (1.0)) AS t(x)");
        let error = crate::support::data::error(&engine, &sql).await;
        assert!(error.contains(problem), "{error}");
    }
}

/// Several quantiles of one value, computed together and one at a time.
#[tokio::test]
async fn quantiles_of_the_same_values_come_from_one_pass() {
    let folder = tempfile::tempdir().unwrap();
    write(
        &draw(Numbers::Mixed, 20_000, 5),
        &folder.path().join("t.parquet"),
    );
    let engine = engine(2, folder.path(), &[]).await;
    let questions = [
        "SELECT g, percentile_cont(x, 0.5) AS a, quantile_cont(x, 0.9) AS b, count(*) AS n FROM t GROUP BY g ORDER BY g",
        "SELECT percentile_cont(x, 0.5), percentile_cont(x, 0.5) AS again, percentile_cont(x, 0.1) FROM t",
        "SELECT g, percentile_cont(0.9) WITHIN GROUP (ORDER BY x DESC), \
         percentile_cont(0.9) WITHIN GROUP (ORDER BY x), max(x) FROM t GROUP BY ROLLUP (g) ORDER BY g",
        "SELECT g, grouping(g), percentile_cont(x, 0.25) FILTER (WHERE x > 0), percentile_cont(x, 0.75), \
         percentile_cont(x, 0.75) FILTER (WHERE x > 0), percentile_cont(x + 1, 0.75), percentile_cont(x, 0) \
         FROM t GROUP BY GROUPING SETS ((g), ()) ORDER BY g",
        "SELECT percentile_cont(x, 0.2) - percentile_cont(x, 0.8) FROM t WHERE g > 99",
        "SELECT g FROM t GROUP BY g HAVING percentile_cont(x, 0.5) < percentile_cont(x, 0.6) ORDER BY \
         percentile_cont(x, 0.7) DESC",
        "SELECT percentile_cont(x, 0.5), percentile_cont(x, 0.9) FROM (VALUES (CAST(NULL AS DOUBLE))) AS v(x)",
        "SELECT percentile_cont(g, 0.5), percentile_cont(g, 0.9) FROM t",
    ];
    for sql in questions {
        rows(&engine, "SET deskql.shared_quantiles = true").await;
        let together = rows(&engine, sql).await;
        rows(&engine, "SET deskql.shared_quantiles = false").await;
        assert_eq!(together, rows(&engine, sql).await, "{sql}");
        assert!(!together.is_empty(), "{sql}");
    }
}

#[tokio::test]
async fn explain_shows_shared_quantiles_and_their_switch_takes_them_apart() {
    let engine = Engine::open(EngineSettings::default()).await.unwrap();
    let sql = "EXPLAIN SELECT percentile_cont(x, 0.5), percentile_cont(x, 0.9) FROM (VALUES (1.5::DOUBLE), (2::DOUBLE)) AS t(x)";
    let shared = "percentiles_cont(t.x, Float64(0.5), Float64(0.9))";
    assert!(rows(&engine, sql).await.concat().contains(shared));
    rows(&engine, "SET deskql.shared_quantiles = false").await;
    assert!(
        !rows(&engine, sql)
            .await
            .concat()
            .contains("percentiles_cont")
    );
    let error = crate::support::data::error(&engine, "SELECT percentiles_cont(1.0, 0.5)").await;
    assert!(error.contains("percentile_cont"), "{error}");
}
