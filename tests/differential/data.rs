//! Random tickets and subscriptions as Parquet files of several row groups.
//!
//! Every instant is stored twice: as a timestamp for deskql and as microseconds (`_us`) for
//! hand-written SQL, which can then be the same text in any engine.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Int8Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::properties::WriterProperties;

use crate::support::random::Random;

const HOUR: i64 = 3_600_000_000;
/// 2026-01-01 in microseconds.
pub(super) const START: i64 = 1_767_225_600_000_000;
pub(super) const DAYS: i64 = 120;

type Columns = Vec<(&'static str, ArrayRef)>;

pub(super) fn write(folder: &Path, random: &mut Random, tickets: usize, subscriptions: usize) {
    save(
        &folder.join("tickets.parquet"),
        self::tickets(random, tickets),
    );
    save(
        &folder.join("subs.parquet"),
        self::subscriptions(random, subscriptions),
    );
}

fn save(path: &Path, columns: Columns) {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = std::fs::File::create(path).unwrap();
    let groups = WriterProperties::builder()
        .set_max_row_group_row_count(Some(700))
        .build();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(groups)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn column<T>(rows: usize, mut value: impl FnMut() -> T) -> Vec<T> {
    (0..rows).map(|_| value()).collect()
}

fn instants(columns: &mut Columns, names: [&'static str; 2], values: &[Option<i64>]) {
    let ticks = TimestampMicrosecondArray::from(values.to_vec());
    columns.push((names[0], Arc::new(ticks)));
    columns.push((names[1], Arc::new(Int64Array::from(values.to_vec()))));
}

fn later(random: &mut Random, from: &[Option<i64>], hours: i64, missing: i64) -> Vec<Option<i64>> {
    let step = |start: &Option<i64>| {
        let spread = random.between(0, hours * HOUR);
        random.unless(missing, start.unwrap() + spread)
    };
    from.iter().map(step).collect()
}

#[expect(clippy::too_many_lines, reason = "one line or two for each column")]
fn tickets(random: &mut Random, rows: usize) -> Columns {
    let numbers: Vec<i64> = (1..).take(rows).collect();
    let texts = |values: Vec<Option<&str>>| Arc::new(StringArray::from(values)) as ArrayRef;
    let teams = column(rows, || Some(random.pick(&["north", "south", "west"])));
    let channels = column(rows, || {
        let channel = random.pick(&["chat", "mail", "phone", "web"]);
        random.unless(8, channel)
    });
    let customers = column(rows, || random.between(1, i64::try_from(rows).unwrap() / 4));
    let small = |random: &mut Random, low, high, missing| {
        column(rows, || {
            let value = i32::try_from(random.between(low, high)).unwrap();
            random.unless(missing, value)
        })
    };
    let flags = |random: &mut Random, percent, missing| {
        let values = column(rows, || {
            let flag = random.chance(percent);
            random.unless(missing, flag)
        });
        Arc::new(BooleanArray::from(values)) as ArrayRef
    };
    let bytes: Int8Array = small(random, 0, 10, 35)
        .into_iter()
        .map(|score| score.map(|score| i8::try_from(score).unwrap()))
        .collect();
    let handled = small(random, 5, 4000, 10)
        .into_iter()
        .map(|value| value.map(i64::from));
    let handled: Vec<Option<i64>> = handled.collect();
    let mut columns: Columns = vec![
        ("ticket_id", Arc::new(Int64Array::from(numbers))),
        ("customer_id", Arc::new(Int64Array::from(customers))),
        ("team", texts(teams)),
        ("channel", texts(channels)),
        (
            "priority",
            Arc::new(Int32Array::from(small(random, 1, 4, 0))),
        ),
        ("nps_score", Arc::new(bytes)),
        (
            "csat_score",
            Arc::new(Int32Array::from(small(random, 1, 5, 30))),
        ),
        (
            "ces_score",
            Arc::new(Int32Array::from(small(random, 1, 7, 40))),
        ),
        (
            "replies",
            Arc::new(Int32Array::from(small(random, 0, 4, 5))),
        ),
        (
            "reopens",
            Arc::new(Int32Array::from(small(random, 0, 2, 5))),
        ),
        ("handle_seconds", Arc::new(Int64Array::from(handled))),
        ("good", flags(random, 70, 20)),
        ("escalated", flags(random, 12, 5)),
        ("is_complaint", flags(random, 10, 0)),
    ];
    let opened = column(rows, || Some(START + random.between(0, DAYS * 24) * HOUR));
    let first = later(random, &opened, 30, 15);
    let resolved = later(random, &opened, 400, 20);
    let due = later(random, &opened, 200, 25);
    instants(&mut columns, ["opened_at", "opened_us"], &opened);
    instants(&mut columns, ["first_response_at", "first_us"], &first);
    instants(&mut columns, ["resolved_at", "resolved_us"], &resolved);
    instants(&mut columns, ["due_at", "due_us"], &due);
    columns
}

fn subscriptions(random: &mut Random, rows: usize) -> Columns {
    let plans = column(rows, || Some(random.pick(&["basic", "pro", "max"])));
    let money = |random: &mut Random, missing| {
        column(rows, || {
            let amount = random.between(0, 40) * 25;
            random.unless(missing, amount)
        })
    };
    let started = column(rows, || {
        Some(START + random.between(-DAYS * 24, DAYS * 24) * HOUR)
    });
    let ended = later(random, &started, DAYS * 24, 55);
    let mut columns: Columns = vec![
        ("plan", Arc::new(StringArray::from(plans))),
        ("mrr_start", Arc::new(Int64Array::from(money(random, 10)))),
        ("mrr_end", Arc::new(Int64Array::from(money(random, 25)))),
    ];
    instants(&mut columns, ["started_at", "started_us"], &started);
    instants(&mut columns, ["ended_at", "ended_us"], &ended);
    columns
}
