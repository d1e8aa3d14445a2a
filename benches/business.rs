//! Cost of business time: ten million pairs of instants as in tickets (sorted starts, mostly short
//! spans, a few that last for years), through the function as a query calls it, on one core.
#![expect(missing_docs, reason = "a benchmark")]
#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first error")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "made-up instants need not be exact"
)]

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use datafusion::common::ScalarValue;
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF};
use deskql::internal::calendar::{
    BusinessCalendar, BusinessCalendars, CalendarSchedule, DayRule, OpenSpan, ScheduleVersion,
    SpecialDayEntry, SpecialDays, WeekHours,
};
use deskql::internal::functions;
use deskql::internal::settings::DeskqlOptions;
use rand_core::RngCore;
use rand_pcg::Pcg64;

const ROWS: usize = 10_000_000;
const BATCH: usize = 8_192;

/// Monday to Friday from 9 to 17 with a lunch break, and closed on Christmas.
fn office(name: &str, lunch: bool) -> BusinessCalendar {
    let mut week = WeekHours::default();
    for day in 0..5_u8 {
        let spans: &[&str] = if lunch {
            &["09:00-12:00", "12:30-17:00"]
        } else {
            &["09:00-17:00"]
        };
        let weekday = chrono::Weekday::try_from(day).unwrap();
        spans
            .iter()
            .for_each(|span| week.add(weekday, OpenSpan::parse(span).unwrap()));
    }
    let mut special = SpecialDays::default();
    special.add_holiday(SpecialDayEntry {
        days: DayRule::parse("12-25").unwrap(),
        from_year: None,
        to_year: None,
        hours: deskql::internal::calendar::DayHours::default(),
    });
    let version = ScheduleVersion {
        from: None,
        zone: "America/New_York".parse().unwrap(),
        week,
        special,
    };
    BusinessCalendar::new(
        name,
        "a benchmark",
        CalendarSchedule::new(vec![version]).unwrap(),
    )
}

/// Batches of starts in order over two years, and ends.
fn pairs() -> Vec<(ArrayRef, ArrayRef)> {
    let mut random = Pcg64::new(7, 7);
    let year = 365.25 * 86_400e6;
    let mut uniform = move || (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    let mut pair = |row: usize| {
        let start = 1.7e15 + 2.0 * year * row as f64 / ROWS as f64;
        // Half take less than 8 hours, one in a hundred more than a month.
        let hours = 8.0 * (uniform() / (1.0 - uniform())).powf(1.0);
        (
            start as i64,
            (start + (hours * 3_600e6).min(3.0 * year)) as i64,
        )
    };
    let utc = |values: Vec<i64>| -> ArrayRef {
        Arc::new(TimestampMicrosecondArray::from(values).with_timezone("UTC"))
    };
    (0..ROWS)
        .step_by(BATCH)
        .map(|first| {
            let (starts, ends) = (first..(first + BATCH).min(ROWS)).map(&mut pair).unzip();
            (utc(starts), utc(ends))
        })
        .collect()
}

fn call(
    function: &ScalarUDF,
    config: &Arc<ConfigOptions>,
    pair: &(ArrayRef, ArrayRef),
    calendar: ColumnarValue,
) {
    let rows = pair.0.len();
    let types = [pair.0.data_type(), pair.1.data_type(), &DataType::Utf8];
    let fields = types.map(|of| Arc::new(Field::new("x", of.clone(), true)));
    let args = ScalarFunctionArgs {
        args: vec![
            ColumnarValue::Array(Arc::clone(&pair.0)),
            ColumnarValue::Array(Arc::clone(&pair.1)),
            calendar,
        ],
        arg_fields: fields.to_vec(),
        number_rows: rows,
        return_field: Arc::new(Field::new("x", DataType::Float64, true)),
        config_options: Arc::clone(config),
    };
    std::hint::black_box(function.invoke_with_args(args).unwrap());
}

fn business_time(criterion: &mut Criterion) {
    let mut calendars = BusinessCalendars::default();
    calendars.add(office("office", false)).unwrap();
    calendars.add(office("lunch", true)).unwrap();
    let mut config = ConfigOptions::new();
    config.extensions.insert(DeskqlOptions::default());
    DeskqlOptions::set_calendars(&mut config, calendars);
    let config = Arc::new(config);
    let all = functions::all_scalar();
    let function = all
        .iter()
        .find(|own| own.name() == "business_seconds")
        .unwrap();
    let pairs = pairs();
    let mut group = criterion.benchmark_group("business_seconds of 10 million pairs");
    group
        .throughput(Throughput::Elements(ROWS as u64))
        .sample_size(10);
    for name in ["office", "lunch", "24x7"] {
        let literal = ScalarValue::Utf8(Some(name.to_owned()));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for pair in &pairs {
                    call(
                        function,
                        &config,
                        pair,
                        ColumnarValue::Scalar(literal.clone()),
                    );
                }
            });
        });
    }
    let names =
        StringArray::from_iter_values((0..BATCH).map(|row| ["office", "lunch"][row / 7 % 2]));
    let names: ArrayRef = Arc::new(names);
    group.bench_function("a column of calendars", |bencher| {
        bencher.iter(|| {
            for pair in &pairs {
                let names = names.slice(0, pair.0.len());
                call(function, &config, pair, ColumnarValue::Array(names));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, business_time);
criterion_main!(benches);
