//! `time_bucket`: the start of the bucket that contains a time.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, IntervalMonthDayNanoType, IntervalUnit};
use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta};
use datafusion::common::{Result, exec_datafusion_err, exec_err, plan_err};

use super::wall_clock::{as_time, from_starts, walls};
use crate::functions::declaration::scalar::ScalarFunctionSpec;

const WIDTH: DataType = DataType::Interval(IntervalUnit::MonthDayNano);

pub(crate) fn all() -> Vec<ScalarFunctionSpec> {
    vec![ScalarFunctionSpec {
        name: "time_bucket",
        aliases: &[],
        syntax: "time_bucket(width, time [, origin])",
        meaning: "The start of the bucket of that width that the time falls into. Buckets count from origin; by default from Monday 2000-01-03 for widths in days and below, so that weeks start on Mondays, and from 2000-01-01 for widths in months and years, which always start on the first of a month. The result has the type of the time; with a time zone, buckets follow that zone's clock. NULL when an argument is.",
        arguments: &[
            (
                "width",
                "An interval, of months and years or of days and below, not both.",
            ),
            ("time", "A date or timestamp."),
            ("origin", "Where some bucket starts; a date or timestamp."),
        ],
        example: "SELECT time_bucket(INTERVAL '2 weeks', DATE '2026-01-14')",
        coerce: |types| match types {
            [width, time] if is_width(width) => Ok(vec![WIDTH, as_time("time_bucket", time)?]),
            [width, time, origin] if is_width(width) => Ok(vec![
                WIDTH,
                as_time("time_bucket", time)?,
                as_time("time_bucket", origin)?,
            ]),
            _ => plan_err!(
                "time_bucket takes an interval and a time: time_bucket(INTERVAL '1 month', opened_at)"
            ),
        },
        returns: |types| Ok(types[1].clone()),
        kernel,
    }]
}

fn is_width(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Interval(_)) || data_type.is_string() || data_type.is_null()
}

/// The width of a bucket.
#[derive(Clone, Copy)]
enum TimeBucketWidth {
    Months(i64),
    Micros(i64),
}

impl TimeBucketWidth {
    /// True if the width is not a whole number of days.
    fn is_short(self) -> bool {
        const DAY: i64 = 86_400_000_000;
        matches!(self, Self::Micros(micros) if micros % DAY != 0)
    }
}

fn kernel(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let widths = cast(&columns[0], &WIDTH)?;
    let widths = widths.as_primitive::<IntervalMonthDayNanoType>();
    let times = walls(&columns[1])?;
    let origins = columns.get(2).map(walls).transpose()?;
    let mut starts = Vec::with_capacity(times.len());
    for (row, time) in times.into_iter().enumerate() {
        let origin = origins.as_ref().map(|origins| origins[row]);
        starts.push(match (time, origin) {
            (Some(time), None | Some(Some(_))) if widths.is_valid(row) => {
                let width = widths.value(row);
                let width = width_of(width.months, width.days, width.nanoseconds)?;
                Some((bucket(width, time, origin.flatten())?, width.is_short()))
            }
            _ => None,
        });
    }
    from_starts(starts.into_iter(), &columns[1])
}

fn width_of(months: i32, days: i32, nanos: i64) -> Result<TimeBucketWidth> {
    let micros = i64::from(days) * 86_400_000_000 + nanos / 1_000;
    match (months, micros) {
        (1.., 0) => Ok(TimeBucketWidth::Months(i64::from(months))),
        (0, 1..) => Ok(TimeBucketWidth::Micros(micros)),
        (0, _) | (_, 0) => exec_err!("time_bucket: the width must be above zero"),
        _ => exec_err!(
            "time_bucket: a width of months cannot have days or hours as well, since months differ in length"
        ),
    }
}

fn bucket(
    width: TimeBucketWidth,
    time: NaiveDateTime,
    origin: Option<NaiveDateTime>,
) -> Result<NaiveDateTime> {
    let start = match width {
        TimeBucketWidth::Months(months) => {
            let index = |at: NaiveDateTime| i64::from(at.year()) * 12 + i64::from(at.month0());
            let first = origin.map_or(24_000, index);
            month_start(first + (index(time) - first).div_euclid(months) * months)
        }
        TimeBucketWidth::Micros(micros) => {
            let origin = origin.or_else(|| {
                let monday = NaiveDate::from_ymd_opt(2000, 1, 3)?;
                monday.and_hms_opt(0, 0, 0)
            });
            origin.and_then(|origin| {
                let since = (time - origin).num_microseconds()?;
                let steps = since.div_euclid(micros).checked_mul(micros)?;
                origin.checked_add_signed(TimeDelta::microseconds(steps))
            })
        }
    };
    start.ok_or_else(|| exec_datafusion_err!("time_bucket: {time} is too far from the origin"))
}

fn month_start(index: i64) -> Option<NaiveDateTime> {
    let year = i32::try_from(index.div_euclid(12)).ok()?;
    let month = u32::try_from(index.rem_euclid(12)).ok()? + 1;
    NaiveDate::from_ymd_opt(year, month, 1)?.and_hms_opt(0, 0, 0)
}
