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

fn store(path: &Path, batch: &RecordBatch, group: usize, dictionary: bool) {
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(group))
        .set_dictionary_enabled(dictionary)
        .build();
    let file = File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

/// Channels come one after the other, so that row groups have different dictionaries.
fn tickets(random: &mut Random, rows: usize, file: usize) -> RecordBatch {
    let channel = |row: usize, random: &mut Random| {
        let last = (row * CHANNELS.len() / rows.max(1)).min(CHANNELS.len() - 1);
        CHANNELS[usize::try_from(random.between(0, i64::try_from(last).unwrap())).unwrap()]
    };
    let channels: StringArray = (0..rows)
        .map(|row| {
            let channel = channel(row, random);
            random.unless(10, channel)
        })
        .collect();
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
    let millis: TimestampMillisecondArray = at.iter().map(|at| at.map(|at| at / 1_000)).collect();
    let names: StringArray = (0..rows)
        .map(|row| {
            Some(format!(
                "customer {} of {file}",
                random.between(0, i64::try_from(row).unwrap())
            ))
        })
        .collect();
    let mut ints = |low, high, nulls| -> Vec<Option<i64>> {
        (0..rows)
            .map(|_| {
                let value = random.between(low, high);
                random.unless(nulls, value)
            })
            .collect()
    };
    let int32 = |values: Vec<Option<i64>>| -> ArrayRef {
        let values = values
            .into_iter()
            .map(|value| value.map(|v| i32::try_from(v).unwrap()));
        Arc::new(values.collect::<Int32Array>())
    };
    let cents =
        Decimal128Array::from_iter(ints(0, 100_000, 10).into_iter().map(|v| v.map(i128::from)))
            .with_precision_and_scale(12, 2)
            .unwrap();
    let halves: Float64Array = ints(-50, 50, 10)
        .into_iter()
        .map(|value| value.map(|v| f64::from(i32::try_from(v).unwrap()) / 2.0))
        .collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("channel", Arc::new(channels)),
        ("name", Arc::new(names)),
        (
            "at",
            Arc::new(TimestampMicrosecondArray::from(at).with_timezone("UTC")),
        ),
        ("answered", Arc::new(answered.with_timezone("UTC"))),
        ("at_wall", Arc::new(millis)),
        ("score", int32(ints(0, 14, 15))),
        ("replies", int32(ints(0, 4, 0))),
        (
            "id",
            Arc::new(Int64Array::from(ints(-4_000_000_000, 4_000_000_000, 1))),
        ),
        (
            "is_vip",
            Arc::new(
                ints(0, 1, 20)
                    .into_iter()
                    .map(|v| v.map(|v| v == 1))
                    .collect::<BooleanArray>(),
            ),
        ),
        ("cost", Arc::new(cents)),
        ("half", Arc::new(halves)),
    ];
    RecordBatch::try_from_iter_with_nullable(
        columns
            .into_iter()
            .map(|(name, column)| (name, column, true)),
    )
    .unwrap()
}
