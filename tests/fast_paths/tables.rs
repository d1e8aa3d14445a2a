//! Random tickets in Parquet files that differ in how they store the same columns.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int32Array, Int64Array, RecordBatch,
    StringArray, TimestampMicrosecondArray, TimestampMillisecondArray,
};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::properties::WriterProperties;

use crate::support::random::Random;

const CHANNELS: [&str; 5] = [
    "email",
    "chat",
    "phone",
    "web",
    "a channel with a long name",
];
/// 2024-01-01 in microseconds.
const START: i64 = 1_704_067_200_000_000;
const DAY: i64 = 86_400_000_000;

/// An order in which no two rows are equal, or they are equal in all columns that questions ask for.
pub(super) const UNIQUE: &str = "id, at, name, cost, score, replies, half, answered";

/// Writes `t/` with files of other dictionaries, row groups and encodings, and an empty one.
pub(super) fn write(folder: &Path, random: &mut Random, rows: usize) {
    let table = folder.join("t");
    std::fs::create_dir_all(&table).unwrap();
    for (number, (share, group, dictionary)) in [(2, 700, true), (3, 4_000, true), (6, 999, false)]
        .into_iter()
        .enumerate()
    {
        let batch = tickets(random, rows / share, number);
        store(
            &table.join(format!("{number}.parquet")),
            &batch,
            group,
            dictionary,
        );
    }
    let empty = tickets(random, 0, 0);
    store(&table.join("empty.parquet"), &empty, 100, true);
    store(&folder.join("nothing.parquet"), &empty, 100, true);
}

pub(super) fn store(path: &Path, batch: &RecordBatch, group: usize, dictionary: bool) {
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(group))
        .set_dictionary_enabled(dictionary)
        .build();
    let file = File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

/// The columns of `rows` tickets, every one with NULLs.
pub(super) fn tickets(random: &mut Random, rows: usize, file: usize) -> RecordBatch {
    let mut columns = texts(random, rows, file);
    columns.extend(instants(random, rows));
    columns.extend(numbers(random, rows));
    let columns = columns
        .into_iter()
        .map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

type Columns = Vec<(&'static str, ArrayRef)>;

/// Channels come one after the other, so that row groups have different dictionaries; names are many.
fn texts(random: &mut Random, rows: usize, file: usize) -> Columns {
    let channels: StringArray = (0..rows)
        .map(|row| {
            let last = (row * CHANNELS.len() / rows.max(1)).min(CHANNELS.len() - 1);
            let channel = random.pick(&CHANNELS[..=last]);
            random.unless(10, channel)
        })
        .collect();
    let names: StringArray = (0..rows)
        .map(|row| {
            let customer = random.between(0, i64::try_from(row).unwrap());
            Some(format!("customer {customer} of {file}"))
        })
        .collect();
    vec![("channel", Arc::new(channels)), ("name", Arc::new(names))]
}

/// Nearly in the order of time over 400 days.
fn instants(random: &mut Random, rows: usize) -> Columns {
    let at: Vec<Option<i64>> = (0..rows)
        .map(|row| {
            let day = i64::try_from(row * 400 / rows.max(1)).unwrap();
            let jitter = random.between(0, 3 * DAY);
            random.unless(5, START + day * DAY + jitter)
        })
        .collect();
    let answered: TimestampMicrosecondArray = at
        .iter()
        .map(|at| {
            let wait = random.between(0, 40 * 3_600) * 1_000_000;
            at.and_then(|at| random.unless(20, at + wait))
        })
        .collect();
    let walls = at.iter().map(|at| at.map(|at| at / 1_000));
    let walls: TimestampMillisecondArray = walls.collect();
    let at = TimestampMicrosecondArray::from(at);
    vec![
        ("at", Arc::new(at.with_timezone("UTC"))),
        ("answered", Arc::new(answered.with_timezone("UTC"))),
        ("at_wall", Arc::new(walls)),
    ]
}

fn numbers(random: &mut Random, rows: usize) -> Columns {
    let mut ints = |low, high, nulls| -> Vec<Option<i64>> {
        (0..rows)
            .map(|_| {
                let value = random.between(low, high);
                random.unless(nulls, value)
            })
            .collect()
    };
    let int32 = |values: Vec<Option<i64>>| -> Int32Array {
        let values = values.into_iter();
        values
            .map(|value| value.map(|v| i32::try_from(v).unwrap()))
            .collect()
    };
    let [score, replies, halves] = [(0, 14, 15), (0, 4, 0), (-50, 50, 10)]
        .map(|(low, high, nulls)| int32(ints(low, high, nulls)));
    let halves: Float64Array = halves
        .iter()
        .map(|value| value.map(|v| f64::from(v) / 2.0))
        .collect();
    let cents = ints(0, 100_000, 10).into_iter().map(|v| v.map(i128::from));
    let cents = Decimal128Array::from_iter(cents)
        .with_precision_and_scale(12, 2)
        .unwrap();
    let vips = ints(0, 1, 20).into_iter().map(|v| v.map(|v| v == 1));
    let vips: BooleanArray = vips.collect();
    let ids = Int64Array::from(ints(-4_000_000_000, 4_000_000_000, 1));
    vec![
        ("score", Arc::new(score)),
        ("replies", Arc::new(replies)),
        ("id", Arc::new(ids)),
        ("is_vip", Arc::new(vips)),
        ("cost", Arc::new(cents)),
        ("half", Arc::new(halves)),
    ]
}
