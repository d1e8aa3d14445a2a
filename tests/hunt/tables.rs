//! Tables of the statements: the same for every seed, so that a statement can be repeated by itself.

use std::fs::File;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array,
    RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::properties::WriterProperties;

use super::types::Type;
use crate::support::random::Random;

/// A table, with its rows; `id` counts them.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [(&'static str, Type)],
    rows: i64,
    /// Rows in a row group.
    group: usize,
}

const WIDE: &[(&str, Type)] = &[
    ("id", Type::Int),
    ("k", Type::Int),
    ("n", Type::Int),
    ("big", Type::Int),
    ("m", Type::Decimal),
    ("x", Type::Double),
    ("f", Type::Truth),
    ("s", Type::Text),
    ("d", Type::Date),
    ("ts", Type::Timestamp),
    ("tz", Type::Instant),
];

const NARROW: &[(&str, Type)] = &[
    ("id", Type::Int),
    ("k", Type::Int),
    ("s", Type::Text),
    ("m", Type::Decimal),
    ("d", Type::Date),
    ("f", Type::Truth),
];

/// Two overlapping tables, an empty one, and one that is large enough for the fast paths.
pub(super) const TABLES: [Table; 4] = [
    Table {
        name: "t",
        columns: WIDE,
        rows: 25,
        group: 9,
    },
    Table {
        name: "u",
        columns: NARROW,
        rows: 12,
        group: 100,
    },
    Table {
        name: "e",
        columns: NARROW,
        rows: 0,
        group: 100,
    },
    Table {
        name: "w",
        columns: WIDE,
        rows: 1500,
        group: 400,
    },
];

const TEXTS: [&str; 10] = ["a", "b", "abc", "", "a%", "Ab_c", "é", "x,y", " b ", "ß€"];
/// 2024-01-01 in days and in microseconds.
const FIRST_DAY: i64 = 19_723;
const DAY: i64 = 86_400_000_000;

/// The file of each table.
pub(super) fn paths(folder: &Path) -> Vec<(&'static str, PathBuf)> {
    let tables = TABLES.iter();
    let file = |name| folder.join(format!("{name}.parquet"));
    tables.map(|table| (table.name, file(table.name))).collect()
}

/// Writes all tables as Parquet files.
pub(super) fn write(folder: &Path) {
    for (table, (_, path)) in TABLES.iter().zip(paths(folder)) {
        let mut random = Random::new(u64::from(table.name.as_bytes()[0]));
        let columns = table
            .columns
            .iter()
            .map(|(name, _)| (*name, column(&mut random, name, table.rows), true));
        let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
        let groups = WriterProperties::builder()
            .set_max_row_group_row_count(Some(table.group))
            .build();
        let file = File::create(&path).unwrap();
        let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(groups)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
    }
}

fn column(random: &mut Random, name: &str, rows: i64) -> ArrayRef {
    let numbers = |random: &mut Random, low: i64, high: i64, nulls: i64| {
        numbers(random, rows, low..=high, nulls)
    };
    match name {
        "id" => Arc::new(Int64Array::from_iter_values(1..=rows)),
        "k" => {
            let values = numbers(random, 0, 5, 15).into_iter();
            let narrow = values.map(|value| value.map(|value| i32::try_from(value).unwrap()));
            Arc::new(narrow.collect::<Int32Array>())
        }
        "n" => Arc::new(Int64Array::from(numbers(random, -20, 20, 10))),
        "big" => Arc::new(Int64Array::from_iter(numbers(random, 0, 6, 10).iter().map(
            |choice| {
                choice.map(|choice| match choice {
                    0 => i64::MAX,
                    1 => i64::MIN,
                    2 => 9_007_199_254_740_993,
                    other => other * 1_000_003,
                })
            },
        ))),
        "m" => {
            let cents = numbers(random, -500, 5_000, 10).into_iter();
            let cents = Decimal128Array::from_iter(cents.map(|value| value.map(i128::from)));
            Arc::new(cents.with_precision_and_scale(12, 2).unwrap())
        }
        "x" => {
            let halves = numbers(random, -60, 60, 10).into_iter();
            let halves = halves.map(|value| Some(f64::from(i32::try_from(value?).unwrap()) / 4.0));
            Arc::new(halves.collect::<Float64Array>())
        }
        "f" => {
            let flags = numbers(random, 0, 1, 20).into_iter();
            let flags = flags.map(|value| value.map(|value| value == 1));
            Arc::new(flags.collect::<BooleanArray>())
        }
        "s" => {
            let texts = (0..rows).map(|_| {
                let text = random.pick(&TEXTS);
                random.unless(12, text)
            });
            Arc::new(texts.collect::<StringArray>())
        }
        "d" => {
            let days = numbers(random, FIRST_DAY - 20, FIRST_DAY + 70, 10).into_iter();
            let days = days.map(|value| value.map(|value| i32::try_from(value).unwrap()));
            Arc::new(days.collect::<Date32Array>())
        }
        "tz" => Arc::new(times(random, rows).with_timezone("UTC")),
        _ => Arc::new(times(random, rows)),
    }
}

fn numbers(
    random: &mut Random,
    rows: i64,
    range: RangeInclusive<i64>,
    nulls: i64,
) -> Vec<Option<i64>> {
    let value = |_| {
        let value = random.between(*range.start(), *range.end());
        random.unless(nulls, value)
    };
    (0..rows).map(value).collect()
}

/// Seconds, and a few times between two of them.
fn times(random: &mut Random, rows: i64) -> TimestampMicrosecondArray {
    let start = FIRST_DAY * DAY;
    let seconds = numbers(random, rows, -20 * 86_400..=70 * 86_400, 10).into_iter();
    let tick = |value: i64| start + value * 1_000_000 + value % 4 * 250_000;
    seconds.map(|value| value.map(tick)).collect()
}
