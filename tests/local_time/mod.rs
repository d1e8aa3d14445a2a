//! Local time compared with a second time-zone library, which has its own copy of the zones.

mod days;
mod instants;

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use deskql::Engine;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::support::data::open;

const ZONES: [&str; 8] = [
    "America/New_York",
    "Europe/London",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "UTC",
];

/// The days around the one that Samoa skipped.
const APIA: i64 = 1_325_210_400;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn local(zone: &TimeZone, micros: i64) -> DateTime {
    zone.to_datetime(Timestamp::from_microsecond(micros).unwrap())
}

/// An engine with a table `t` of instants `at` and zones `zone`.
async fn table(rows: &[(i64, &str)]) -> Engine {
    let engine = open(&[]).await.unwrap();
    let instants = rows.iter().map(|(at, _)| *at);
    let instants = TimestampMicrosecondArray::from_iter_values(instants).with_timezone("UTC");
    let zones = StringArray::from_iter_values(rows.iter().map(|(_, zone)| *zone));
    let columns: [(&str, ArrayRef); 2] = [("at", Arc::new(instants)), ("zone", Arc::new(zones))];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    engine.context().register_batch("t", batch).unwrap();
    engine
}

/// The columns of a query as integers: days of dates, microseconds of timestamps.
async fn integers(engine: &Engine, sql: &str) -> Vec<Vec<Option<i64>>> {
    let batches = engine.sql(sql).await.unwrap().collect().await.unwrap();
    let columns = batches[0].num_columns();
    let of_column = |column: usize| {
        let cells = batches.iter().flat_map(|batch| whole(batch.column(column)));
        cells.collect()
    };
    (0..columns).map(of_column).collect()
}

fn whole(column: &ArrayRef) -> Vec<Option<i64>> {
    let column = match column.data_type() {
        DataType::Date32 => cast(column, &DataType::Int32).unwrap(),
        _ => Arc::clone(column),
    };
    let column = cast(&column, &DataType::Int64).unwrap();
    column.as_primitive::<Int64Type>().iter().collect()
}

fn micros(time: DateTime) -> i64 {
    let utc = time.to_zoned(TimeZone::UTC).unwrap();
    utc.timestamp().as_microsecond()
}

fn days(date: Date) -> i64 {
    micros(date.to_datetime(jiff::civil::Time::midnight())) / 86_400_000_000
}
