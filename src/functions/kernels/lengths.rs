//! Total length of an INTERVAL or the difference of two times, for comparisons and for splitting into parts.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, IntervalMonthDayNanoArray};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Int64Type, IntervalMonthDayNano, IntervalMonthDayNanoType, IntervalUnit, TimeUnit,
};
use datafusion::common::{Result, exec_datafusion_err};

/// Nanoseconds of a day of 24 hours.
pub(crate) const DAY: i64 = 86_400_000_000_000;

/// Days of a month where lengths are compared or divided, as in `PostgreSQL` and DuckDB.
pub(crate) const MONTH: i64 = 30;

/// The type of an INTERVAL in SQL.
pub(crate) const INTERVAL: DataType = DataType::Interval(IntervalUnit::MonthDayNano);

/// True for types of lengths of time.
pub(crate) fn is_length(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Duration(_) | DataType::Interval(_))
}

/// Nanoseconds of one tick.
pub(crate) fn tick(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1_000_000_000,
        TimeUnit::Millisecond => 1_000_000,
        TimeUnit::Microsecond => 1_000,
        TimeUnit::Nanosecond => 1,
    }
}

/// Nanoseconds of an interval, with months of 30 days and days of 24 hours: equal lengths have equal totals,
/// longer ones greater totals. Every interval fits.
pub(crate) fn nanoseconds(interval: IntervalMonthDayNano) -> i128 {
    let days = i128::from(interval.months) * i128::from(MONTH) + i128::from(interval.days);
    days * i128::from(DAY) + i128::from(interval.nanoseconds)
}

/// Splits a duration into days and the rest below a day, the form of the difference of two timestamps in
/// other engines.
pub(crate) fn split(nanoseconds: i128) -> Option<IntervalMonthDayNano> {
    let day = i128::from(DAY);
    Some(IntervalMonthDayNano::new(
        0,
        i32::try_from(nanoseconds / day).ok()?,
        i64::try_from(nanoseconds % day).ok()?,
    ))
}

/// Ticks of a column of durations, and the nanoseconds of one tick.
fn ticks(durations: &ArrayRef, unit: TimeUnit) -> Result<(ArrayRef, i128)> {
    Ok((cast(durations, &DataType::Int64)?, i128::from(tick(unit))))
}

/// Total nanoseconds of each row of a column of lengths.
pub(crate) fn totals(lengths: &ArrayRef) -> Result<Vec<Option<i128>>> {
    if let DataType::Duration(unit) = lengths.data_type() {
        let (counts, tick) = ticks(lengths, *unit)?;
        let counts = counts.as_primitive::<Int64Type>().iter();
        return Ok(counts
            .map(|count| Some(i128::from(count?) * tick))
            .collect());
    }
    let intervals = cast(lengths, &INTERVAL)?;
    let intervals = intervals.as_primitive::<IntervalMonthDayNanoType>().iter();
    Ok(intervals
        .map(|interval| interval.map(nanoseconds))
        .collect())
}

/// A column of lengths as intervals.
pub(crate) fn intervals(lengths: &ArrayRef) -> Result<IntervalMonthDayNanoArray> {
    if let DataType::Duration(unit) = lengths.data_type() {
        let (counts, tick) = ticks(lengths, *unit)?;
        let counts = counts.as_primitive::<Int64Type>().iter();
        let too_long =
            || exec_datafusion_err!("a length of time of more than 2^31 days is too long to hold");
        return counts
            .map(|count| {
                let Some(count) = count else { return Ok(None) };
                split(i128::from(count) * tick)
                    .map(Some)
                    .ok_or_else(too_long)
            })
            .collect();
    }
    let intervals = cast(lengths, &INTERVAL)?;
    Ok(intervals.as_primitive::<IntervalMonthDayNanoType>().clone())
}

/// Totals in nanoseconds as a column of durations in `unit`, rounded to it half away from zero.
pub(crate) fn durations(
    totals: impl Iterator<Item = Option<i128>>,
    unit: TimeUnit,
) -> Result<ArrayRef> {
    let tick = i128::from(tick(unit));
    let too_long = || exec_datafusion_err!("a duration of more than 64 bits is too long to hold");
    let counts = totals.map(|total| {
        let Some(total) = total else { return Ok(None) };
        let count = i64::try_from(rounded(total, tick)).ok();
        count.map(Some).ok_or_else(too_long)
    });
    let counts: arrow::array::Int64Array = counts.collect::<Result<_>>()?;
    let counts: ArrayRef = Arc::new(counts);
    Ok(cast(&counts, &DataType::Duration(unit))?)
}

/// `value` divided by a positive `divisor`, rounded half away from zero.
pub(crate) fn rounded(value: i128, divisor: i128) -> i128 {
    let (quotient, rest) = (value / divisor, value % divisor);
    if rest.abs() * 2 >= divisor {
        quotient + value.signum()
    } else {
        quotient
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_have_thirty_days_and_days_twenty_four_hours() {
        let total =
            |months, days, nanos| nanoseconds(IntervalMonthDayNano::new(months, days, nanos));
        assert_eq!(total(0, 1, 0), total(0, 0, DAY));
        assert_eq!(total(2, 0, 0), total(0, 60, 0));
        assert!(total(0, 0, DAY + 1) > total(0, 1, 0));
        assert_eq!(total(i32::MAX, i32::MAX, i64::MAX) % 2, 1);
    }

    #[test]
    fn durations_split_toward_zero() {
        let day = i128::from(DAY);
        assert_eq!(split(-day - 5), Some(IntervalMonthDayNano::new(0, -1, -5)));
        assert_eq!(split(i128::MAX), None);
    }

    #[test]
    fn halves_round_away_from_zero() {
        assert_eq!(
            [rounded(5, 10), rounded(-5, 10), rounded(4, 10)],
            [1, -1, 0]
        );
    }
}
