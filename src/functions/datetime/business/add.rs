//! `business_add(start, amount, calendar)`: the instant after that much business time.

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, DurationNanosecondType, Float64Type, IntervalMonthDayNanoType, IntervalUnit, TimeUnit,
};
use datafusion::common::{Result, exec_err, internal_err, plan_err};
use datafusion::logical_expr::{Documentation, ScalarUDF};

use super::arguments::{START, documentation, instants, valid, with_ticks};
use super::clocks::BusinessTimeCalculators;
use super::function::{BusinessFunction, BusinessKernel};
use crate::functions::kernels::numbers::is_number;
use crate::functions::kernels::times::ticks;

const NAME: &str = "business_add";
const NANOS: i128 = 1_000_000_000;

pub(super) fn function() -> ScalarUDF {
    BusinessFunction::udf(BusinessAdd)
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct BusinessAdd;

/// Amounts of a column in ticks.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "seconds that are no whole ticks are rounded to them, and saturate"
)]
fn amount(amounts: &ArrayRef, row: usize, per_second: i64) -> Result<i128> {
    let of_nanos = |nanos: i128| {
        let half = NANOS / i128::from(per_second) / 2;
        (nanos + half).div_euclid(NANOS / i128::from(per_second))
    };
    match amounts.data_type() {
        DataType::Float64 => {
            let seconds = amounts.as_primitive::<Float64Type>().value(row);
            if !seconds.is_finite() {
                return exec_err!(
                    "{NAME}: amount must be a finite number of seconds, not {seconds}"
                );
            }
            let whole = seconds.trunc();
            let part = ((seconds - whole) * per_second as f64).round() as i128;
            Ok(whole as i128 * i128::from(per_second) + part)
        }
        DataType::Duration(_) => {
            let nanos = amounts.as_primitive::<DurationNanosecondType>().value(row);
            Ok(of_nanos(i128::from(nanos)))
        }
        DataType::Interval(_) => {
            let span = amounts
                .as_primitive::<IntervalMonthDayNanoType>()
                .value(row);
            if span.months != 0 || span.days != 0 {
                return exec_err!(
                    "{NAME}: amount has days or months, which have no length in business time; give \
                     hours, minutes or a number of seconds"
                );
            }
            Ok(of_nanos(i128::from(span.nanoseconds)))
        }
        other => internal_err!("expected an amount of time, got {other}"),
    }
}

fn due<const PER_SECOND: i64>(
    clocks: &mut BusinessTimeCalculators,
    start: &ArrayRef,
    amounts: &ArrayRef,
) -> Result<Int64Array> {
    let nulls = valid(&[start, amounts]);
    let starts: &[i64] = ticks(start)?;
    let value = |row: usize| {
        if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Ok(None);
        }
        let Some(clock) = clocks.for_row(row)? else {
            return Ok(None);
        };
        let amount = amount(amounts, row, PER_SECOND)?;
        Ok(clock.ticks_added::<PER_SECOND>(starts[row], amount))
    };
    (0..starts.len()).map(value).collect()
}

impl BusinessKernel for BusinessAdd {
    fn name(&self) -> &'static str {
        NAME
    }

    fn parameters(&self) -> &'static [&'static str] {
        &["start", "amount"]
    }

    fn documentation(&self) -> Documentation {
        documentation(
            NAME,
            "The due time: the instant by which `amount` of business time is over since `start`, \
                 so that `business_seconds(start, business_add(start, amount, c), c)` is the amount \
                 again. Where the amount ends with closing time, that is the result, not the next \
                 opening. A negative amount counts back, 0 gives `start`. NULL when an argument is \
                 NULL, and when the calendar has not that much open time. In the zone of `start`, to \
                 the microsecond at least.",
            &[
                ("start", START),
                (
                    "amount",
                    "A number of seconds, or an INTERVAL or difference of timestamps without days \
                         and months, whose length in business time nobody has said.",
                ),
            ],
            "SELECT business_add(TIMESTAMPTZ '2026-01-05T10:00:00Z', INTERVAL '90 minutes', \
                 '24x7');\n-- 2026-01-05T11:30:00Z",
            "business_seconds",
        )
    }

    fn coerce(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        // Amounts are seldom whole ticks of coarser units.
        let instant = match instants(NAME, &[("start", &types[0])])? {
            DataType::Timestamp(TimeUnit::Second | TimeUnit::Millisecond, zone) => {
                DataType::Timestamp(TimeUnit::Microsecond, zone)
            }
            other => other,
        };
        let amount = match &types[1] {
            DataType::Interval(_) => DataType::Interval(IntervalUnit::MonthDayNano),
            DataType::Duration(_) => DataType::Duration(TimeUnit::Nanosecond),
            DataType::Null => DataType::Float64,
            number if is_number(number) => DataType::Float64,
            other => {
                return plan_err!(
                    "{NAME}: amount is {other}, not an INTERVAL or a number of seconds"
                );
            }
        };
        Ok(vec![instant, amount])
    }

    fn return_type(&self, types: &[DataType]) -> DataType {
        types[0].clone()
    }

    fn values(
        &self,
        clocks: &mut BusinessTimeCalculators,
        columns: &[ArrayRef],
    ) -> Result<ArrayRef> {
        let (start, amounts) = (&columns[0], &columns[1]);
        let due = with_ticks!(start.data_type(), P => due::<P>(clocks, start, amounts))?;
        Ok(cast(&due, start.data_type())?)
    }
}
