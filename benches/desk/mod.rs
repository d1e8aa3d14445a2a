//! A batch of a desk's tickets and surveys, and the aggregates that are measured over it.
#![allow(
    clippy::allow_attributes,
    dead_code,
    reason = "each benchmark uses a part of it"
)]

use std::hint::black_box;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, BooleanArray, Decimal128Array, Float64Array, Int32Array, Int64Array,
    RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{Int32Type, Int64Type, Schema};
use datafusion::logical_expr::AggregateUDF;
use datafusion::physical_expr::aggregate::{AggregateExprBuilder, AggregateFunctionExpr};
use datafusion::physical_expr::expressions::{col, lit};
use datafusion::scalar::ScalarValue;
use deskql::Engine;
use rand_core::{RngCore, SeedableRng};
use rand_pcg::Pcg64Mcg;

pub(crate) const BATCH: usize = 8_192;
const DAY: u64 = 86_400_000_000;

/// Pseudo-random numbers, the same at every run.
pub(crate) struct Dice(Pcg64Mcg);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Pcg64Mcg::seed_from_u64(seed))
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0.next_u64() % n
    }

    fn int(&mut self, low: u64, high: u64) -> i32 {
        i32::try_from(low + self.below(high - low + 1)).unwrap()
    }
}

/// One batch; with `nulls`, one value in ten of the nullable columns is NULL.
pub(crate) fn batch(rows: usize, seed: u64, nulls: bool) -> RecordBatch {
    let mut dice = Dice::new(seed);
    let lacking = |dice: &mut Dice| {
        let present = (0..rows).map(|_| !nulls || dice.below(10) > 0);
        NullBuffer::from_iter(present)
    };
    let mut columns: Vec<(&str, ArrayRef)> = vec![];
    for (name, low, high) in [
        ("nps", 0, 10),
        ("csat", 1, 5),
        ("ces", 1, 7),
        ("replies", 0, 4),
        ("reopens", 0, 1),
        ("handle_seconds", 30, 7_200),
    ] {
        let values: Vec<i32> = (0..rows).map(|_| dice.int(low, high)).collect();
        let present = lacking(&mut dice);
        columns.push((
            name,
            Arc::new(Int32Array::new(values.into(), Some(present))),
        ));
    }
    let flags = (0..rows).map(|_| dice.below(8) == 0).collect();
    let present = lacking(&mut dice);
    columns.push((
        "is_escalated",
        Arc::new(BooleanArray::new(flags, Some(present))),
    ));
    let micros = |value: u64| i64::try_from(value).unwrap();
    let created: Vec<i64> = (0..rows).map(|_| micros(dice.below(730 * DAY))).collect();
    let answered: Vec<i64> = created
        .iter()
        .map(|at| at + micros(dice.below(3 * DAY / 1_000_000) * 1_000_000))
        .collect();
    let present = lacking(&mut dice);
    let answered = TimestampMicrosecondArray::new(answered.into(), Some(present));
    let seconds = (0..rows).map(|_| i64::from(dice.int(1, 100_000)));
    let seconds = Int64Array::from_iter_values(seconds);
    let cents: Vec<i128> = (0..rows).map(|_| i128::from(dice.int(0, 90_000))).collect();
    let cost =
        Decimal128Array::from(cents).with_data_type(arrow::datatypes::DataType::Decimal128(12, 2));
    let price =
        Float64Array::from_iter_values((0..rows).map(|_| f64::from(dice.int(0, 90_000)) / 100.0));
    let names = ["email", "chat", "phone", "web", "social"];
    let channels = (0..rows).map(|_| names[usize::try_from(dice.below(5)).unwrap()]);
    let channels = StringArray::from_iter_values(channels);
    columns.extend([
        (
            "created_at",
            Arc::new(TimestampMicrosecondArray::from(created)) as ArrayRef,
        ),
        ("first_response_at", Arc::new(answered)),
        ("seconds", Arc::new(seconds)),
        ("cost", Arc::new(cost)),
        ("price", Arc::new(price)),
        ("channel", Arc::new(channels)),
    ]);
    RecordBatch::try_from_iter(columns).unwrap()
}

/// An aggregate and its arguments: columns, or a number.
pub(crate) struct Aggregate {
    pub(crate) name: &'static str,
    pub(crate) function: &'static str,
    pub(crate) arguments: &'static [&'static str],
}

const fn of(
    name: &'static str,
    function: &'static str,
    arguments: &'static [&'static str],
) -> Aggregate {
    Aggregate {
        name,
        function,
        arguments,
    }
}

const TIMES: &[&str] = &["created_at", "first_response_at"];

/// One aggregate of each family.
pub(crate) const AGGREGATES: &[Aggregate] = &[
    of("nps", "nps", &["nps"]),
    of("csat", "csat", &["csat"]),
    of("ces", "ces", &["ces"]),
    of("ces_index", "ces_index", &["ces"]),
    of("fcr", "fcr", &["replies", "reopens"]),
    of("rate", "rate", &["is_escalated"]),
    of("frt", "frt", TIMES),
    of("aht", "aht", &["handle_seconds"]),
    of("cost decimal", "cost_per_ticket", &["cost"]),
    of("cost double", "cost_per_ticket", &["price"]),
    of("median", "duration_median", TIMES),
    of(
        "sketch",
        "approx_duration_quantile",
        &["created_at", "first_response_at", "0.9"],
    ),
    of("sum", "sum", &["seconds"]),
    of("avg", "avg", &["price"]),
    of("count_if", "count_if", &["is_escalated"]),
];

/// Distribution of rows over groups.
#[derive(Clone, Copy)]
pub(crate) enum Layout {
    /// Each row belongs to a random group of this many.
    Mixed(usize),
    /// Like rows in time order grouped by month: long runs of one group.
    Runs,
}

pub(crate) const LAYOUTS: &[(&str, Layout)] = &[
    ("1 group", Layout::Mixed(1)),
    ("8 groups", Layout::Mixed(8)),
    ("100 groups", Layout::Mixed(100)),
    ("100000 groups", Layout::Mixed(100_000)),
    ("runs", Layout::Runs),
];

impl Layout {
    pub(crate) fn groups(self) -> usize {
        match self {
            Self::Mixed(groups) => groups,
            Self::Runs => 24,
        }
    }

    /// The group of each row of a batch.
    pub(crate) fn indices(self) -> Vec<usize> {
        let mut dice = Dice::new(1);
        match self {
            Self::Mixed(groups) => (0..BATCH)
                .map(|_| usize::try_from(dice.below(groups as u64)).unwrap())
                .collect(),
            Self::Runs => (0..BATCH).map(|row| 7 + row / 6_000).collect(),
        }
    }
}

/// Rows of a batch that count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    All,
    Nulls,
    Filter,
}

pub(crate) const ROWS: &[(&str, Rows)] = &[
    ("", Rows::All),
    ("nulls", Rows::Nulls),
    ("filter", Rows::Filter),
];

/// `FILTER (WHERE ..)` that half of the rows pass.
pub(crate) fn filter() -> BooleanArray {
    let mut dice = Dice::new(3);
    (0..BATCH).map(|_| Some(dice.below(2) == 0)).collect()
}

impl Aggregate {
    pub(crate) fn columns(&self, batch: &RecordBatch) -> Vec<ArrayRef> {
        let column = |name: &&str| match batch.column_by_name(name) {
            Some(column) => Arc::clone(column),
            None => Arc::new(Float64Array::from(vec![
                name.parse::<f64>().unwrap();
                batch.num_rows()
            ])),
        };
        self.arguments.iter().map(column).collect()
    }

    pub(crate) fn bind(&self, engine: &Engine, schema: &Arc<Schema>) -> AggregateFunctionExpr {
        let state = engine.context().state();
        let function: &Arc<AggregateUDF> = &state.aggregate_functions()[self.function];
        let argument = |name: &&str| match schema.index_of(name) {
            Ok(_) => col(name, schema).unwrap(),
            Err(_) => lit(ScalarValue::Float64(name.parse().ok())),
        };
        AggregateExprBuilder::new(
            Arc::clone(function),
            self.arguments.iter().map(argument).collect(),
        )
        .schema(Arc::clone(schema))
        .alias(self.name)
        .build()
        .unwrap()
    }
}

/// A loop over this many batches.
pub(crate) type ByHand = fn(Layout, usize);

/// Hand-written loops for one case each, as the lower bound.
pub(crate) const BY_HAND: &[(&str, ByHand)] = &[("nps by hand", nps), ("sum by hand", sum)];

fn nps(layout: Layout, batches: usize) {
    let batch = batch(BATCH, 7, false);
    let groups = layout.indices();
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

fn sum(layout: Layout, batches: usize) {
    let batch = batch(BATCH, 7, false);
    let groups = layout.indices();
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
