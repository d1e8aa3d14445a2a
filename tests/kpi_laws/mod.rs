//! The laws that every KPI and its detail must keep, on random typed columns with NULLs: the value
//! of a naive oracle, and the same answer however the rows are split, ordered, merged and filtered.

mod call;
mod cases;
mod columns;
mod exact;
mod invalid;
mod laws;
mod oracle;
mod wanted;

use datafusion::arrow::array::BooleanArray;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::record_batch::RecordBatch;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::test_runner::{Config, TestRunner};

use call::{Argument, Call};
use cases::{ALL, Case};
use columns::{Cell, cell, column, data_type, is_float};
use oracle::Row;

/// Most arguments of a case.
const ARGUMENTS: usize = 4;
/// Groups of the rows, some of which stay empty.
const GROUPS: usize = 4;

/// One random row, before it is read as arguments.
#[derive(Debug, Clone)]
struct Raw {
    values: [Option<u32>; ARGUMENTS],
    keep: Option<bool>,
    group: usize,
}

/// A random table and a random way to process it.
#[derive(Debug, Clone)]
struct Random {
    rows: Vec<Raw>,
    types: [u8; ARGUMENTS],
    zoned: bool,
    chunk: usize,
    window: usize,
    seed: u64,
}

/// A table read as the arguments of one call.
#[derive(Debug)]
struct Input {
    call: Call,
    batch: RecordBatch,
    rows: Vec<Row>,
    filter: BooleanArray,
    groups: Vec<usize>,
    /// Sums of these columns are rounded.
    rounded: bool,
    /// Quantiles, which lie between values, are computed in doubles.
    quantiles: bool,
    /// Values with a fraction, which intervals round.
    whole: bool,
    chunk: usize,
    window: usize,
    seed: u64,
}

fn raw() -> impl Strategy<Value = Raw> {
    let value = proptest::option::weighted(0.85, any::<u32>());
    let keep = proptest::option::weighted(0.9, proptest::bool::weighted(0.8));
    let values = [value.clone(), value.clone(), value.clone(), value];
    (values, keep, 0..GROUPS).prop_map(|(values, keep, group)| Raw {
        values,
        keep,
        group,
    })
}

fn random() -> impl Strategy<Value = Random> {
    (
        vec(raw(), 0..24),
        any::<[u8; ARGUMENTS]>(),
        any::<bool>(),
        1..8_usize,
        1..6_usize,
        any::<u64>(),
    )
        .prop_map(|(rows, types, zoned, chunk, window, seed)| Random {
            rows,
            types,
            zoned,
            chunk,
            window,
            seed,
        })
}

/// The column types of a case: constants keep their own.
fn types(case: &Case, random: &Random) -> Vec<DataType> {
    let typed = case.args.iter().zip(random.types);
    typed
        .map(|(arg, choice)| data_type(*arg, choice, random.zoned))
        .collect()
}

fn cells(case: &Case, types: &[DataType], raw: &Raw) -> Row {
    let mut row = vec![];
    for ((arg, data_type), value) in case.args.iter().zip(types).zip(raw.values) {
        let value = match arg {
            columns::Arg::Day(_) => Some(0),
            _ => value,
        };
        row.push(cell(*arg, data_type, value, &row));
    }
    row
}

fn input(case: &Case, function: &str, random: &Random) -> Input {
    let types = types(case, random);
    let rows: Vec<Row> = random
        .rows
        .iter()
        .map(|raw| cells(case, &types, raw))
        .collect();
    let arguments: Vec<_> = case
        .args
        .iter()
        .zip(&types)
        .map(|(arg, data_type)| Argument::of(*arg, data_type))
        .collect();
    let columns: Vec<_> = types
        .iter()
        .enumerate()
        .map(|(position, data_type)| {
            let cells: Vec<Cell> = rows.iter().map(|row| row[position]).collect();
            column(data_type, &cells)
        })
        .collect();
    let call = Call::new(function, &arguments).unwrap();
    Input {
        batch: call.batch(&arguments, &columns),
        call,
        filter: random.rows.iter().map(|raw| raw.keep).collect(),
        groups: random.rows.iter().map(|raw| raw.group).collect(),
        rounded: case.args.iter().zip(&types).any(|(arg, data_type)| {
            !matches!(arg, columns::Arg::Constant(_)) && is_float(data_type)
        }),
        quantiles: case.args.contains(&columns::Arg::End(0)),
        whole: types
            .iter()
            .all(|data_type| !columns::has_fraction(data_type)),
        rows,
        chunk: random.chunk,
        window: random.window,
        seed: random.seed,
    }
}

/// Runs every law for the case called `name` and for its detail.
fn hold(name: &str) {
    let case = ALL.iter().find(|case| case.name == name).unwrap();
    let config = Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    };
    for function in [
        case.function.to_owned(),
        format!("{}_detail", case.function),
    ] {
        let held = TestRunner::new(config.clone()).run(&random(), |random| {
            let input = input(case, &function, &random);
            wanted::equals_the_oracle(case, &input);
            laws::all(&input);
            Ok(())
        });
        if let Err(error) = held {
            panic!("{function} as {name}: {error}");
        }
    }
}
