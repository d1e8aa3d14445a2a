//! Local times of a column as integers, for kernels that need no calendar date of each row.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, PrimitiveArray};
use arrow::buffer::NullBuffer;
use arrow::compute::{cast, max, min};
use arrow::datatypes::{ArrowPrimitiveType, DataType, Int64Type};
use datafusion::common::{Result, exec_err};

use super::wall_clock::{NAIVE, zone_of};
use crate::functions::kernels::times::ticks_per_second;
use crate::time::zone::LocalTimeConverter;

const DAY: i64 = 86_400;

/// Days from 1970-01-01 to either end of the calendar, 262,000 years away: parts are computed without overflow
/// within it.
const LAST_DAY: i64 = 95_000_000;

/// Local times of a column.
#[derive(Debug)]
pub(super) struct LocalTicks {
    ticks: Int64Array,
    /// Ticks of a second; 0 where a tick is a day.
    per_second: i64,
}

impl LocalTicks {
    /// The local times of `times`, a column of dates or timestamps; those with a zone are read in that zone.
    ///
    /// # Errors
    /// When a time lies outside the calendar.
    pub(super) fn try_new(times: &ArrayRef) -> Result<Self> {
        let (times, per_second) = match times.data_type() {
            DataType::Date32 => (Arc::clone(times), 0),
            timestamp @ DataType::Timestamp(..) => (Arc::clone(times), ticks_per_second(timestamp)),
            _ => (cast(times, &NAIVE)?, 1_000_000),
        };
        let zone = zone_of(times.data_type())?;
        let ticks = cast(&times, &DataType::Int64)?;
        let ticks = match zone {
            Some(zone) => shifted(
                ticks.as_primitive(),
                LocalTimeConverter::new(zone, per_second),
            )?,
            None => ticks.as_primitive::<Int64Type>().clone(),
        };
        let last = LAST_DAY.saturating_mul(per_second.saturating_mul(DAY).max(1));
        for end in [min(&ticks), max(&ticks)].into_iter().flatten() {
            if end.unsigned_abs() > last.unsigned_abs() {
                return outside(end);
            }
        }
        Ok(Self { ticks, per_second })
    }

    /// `part` of the day of each row, in days since 1970-01-01.
    pub(super) fn of_day(&self, part: impl Fn(i64) -> i64) -> Int64Array {
        match self.per_second {
            0 => self.unary(part),
            1 => self.unary(|ticks| part(ticks.div_euclid(DAY))),
            1_000 => self.unary(|ticks| part(ticks.div_euclid(1_000 * DAY))),
            1_000_000 => self.unary(|ticks| part(ticks.div_euclid(1_000_000 * DAY))),
            _ => self.unary(|ticks| part(ticks.div_euclid(1_000_000_000 * DAY))),
        }
    }

    /// `part` of the whole seconds since 1970-01-01 of each row.
    pub(super) fn of_second(&self, part: impl Fn(i64) -> i64) -> Int64Array {
        match self.per_second {
            0 => self.unary(|days| part(days * DAY)),
            1 => self.unary(part),
            1_000 => self.unary(|ticks| part(ticks.div_euclid(1_000))),
            1_000_000 => self.unary(|ticks| part(ticks.div_euclid(1_000_000))),
            _ => self.unary(|ticks| part(ticks.div_euclid(1_000_000_000))),
        }
    }

    /// Milliseconds since 1970-01-01 of each row, rounded down.
    pub(super) fn milliseconds(&self) -> Int64Array {
        match self.per_second {
            0 => self.unary(|days| days * DAY * 1_000),
            1 => self.unary(|ticks| ticks * 1_000),
            1_000 => self.ticks.clone(),
            1_000_000 => self.unary(|ticks| ticks.div_euclid(1_000)),
            _ => self.unary(|ticks| ticks.div_euclid(1_000_000)),
        }
    }

    /// Seconds since 1970-01-01 of each row, with microseconds.
    #[expect(
        clippy::cast_precision_loss,
        reason = "microseconds are exact in a double for 285 years around 1970"
    )]
    pub(super) fn seconds(&self) -> Float64Array {
        match self.per_second {
            0 => self.unary(|days| (days * DAY) as f64),
            1 => self.unary(|ticks| ticks as f64),
            1_000 => self.unary(|ticks| ticks as f64 / 1e3),
            1_000_000 => self.unary(|ticks| ticks as f64 / 1e6),
            _ => self.unary(|ticks| ticks.div_euclid(1_000) as f64 / 1e6),
        }
    }

    /// NULL rows are computed of 0, since their ticks may be anything.
    fn unary<T: ArrowPrimitiveType>(&self, part: impl Fn(i64) -> T::Native) -> PrimitiveArray<T> {
        let nulls = self.ticks.nulls().filter(|nulls| nulls.null_count() > 0);
        match nulls {
            None => self.ticks.unary(part),
            Some(nulls) => {
                let ticks = self.ticks.values().iter().zip(nulls);
                let values = ticks.map(|(&ticks, is_valid)| part(if is_valid { ticks } else { 0 }));
                PrimitiveArray::new(values.collect(), Some(nulls.clone()))
            }
        }
    }
}

fn shifted(instants: &Int64Array, mut clock: LocalTimeConverter) -> Result<Int64Array> {
    let nulls: Option<&NullBuffer> = instants.nulls();
    let local = |(row, &instant): (usize, &i64)| {
        if nulls.is_some_and(|nulls| nulls.is_null(row)) {
            return Ok(0);
        }
        clock.local(instant).map_or_else(|| outside(instant), Ok)
    };
    let ticks: Vec<i64> = instants
        .values()
        .iter()
        .enumerate()
        .map(local)
        .collect::<Result<_>>()?;
    Ok(Int64Array::new(ticks.into(), nulls.cloned()))
}

fn outside<T>(ticks: i64) -> Result<T> {
    exec_err!("the timestamp {ticks} is outside the calendar")
}
