//! `business_end`: the start plus the business time until the end, counted without closing hours.

use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{Documentation, ScalarUDF};

use super::arguments::{END, START, documentation, instants, valid, with_ticks};
use super::clocks::BusinessTimeCalculators;
use super::function::{BusinessFunction, BusinessKernel};
use crate::functions::kernels::times::ticks;

const NAME: &str = "business_end";

pub(super) fn function() -> ScalarUDF {
    BusinessFunction::udf(BusinessEnd)
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct BusinessEnd;

fn ends<const PER_SECOND: i64>(
    clocks: &mut BusinessTimeCalculators,
    (start, end): (&ArrayRef, &ArrayRef),
) -> Result<Int64Array> {
    let nulls = valid(&[start, end]);
    let (starts, ends): (&[i64], &[i64]) = (ticks(start)?, ticks(end)?);
    let value = |row: usize| {
        if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Ok(None);
        }
        let Some(clock) = clocks.for_row(row)? else {
            return Ok(None);
        };
        let (start, end) = (starts[row], ends[row]);
        if end < start {
            return Ok(Some(end));
        }
        let open = clock.ticks_between::<PER_SECOND>(start, end);
        // At most the time between them.
        Ok(i64::try_from(i128::from(start) + open).ok())
    };
    (0..starts.len()).map(value).collect()
}

impl BusinessKernel for BusinessEnd {
    fn name(&self) -> &'static str {
        NAME
    }

    fn parameters(&self) -> &'static [&'static str] {
        &["start", "end"]
    }

    fn documentation(&self) -> Documentation {
        documentation(
            NAME,
            "`start` plus the business time from `start` to `end`, so that any function of two \
                 instants can count business time: `end_instant - start` is then time in business \
                 hours. It is what the `calendar` argument of `frt` and the other durations does. An \
                 `end` before `start` stays what it is. NULL when an argument is NULL; a timestamp \
                 without a time zone is an error. For the time by which work is due see \
                 `business_add`.",
            &[("start", START), ("end", END)],
            "SELECT business_end(TIMESTAMPTZ '2026-01-05T10:00:00Z', TIMESTAMPTZ \
                 '2026-01-05T11:30:00Z', '24x7');\n-- 2026-01-05T11:30:00Z",
            "business_add",
        )
    }

    fn coerce(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let instant = instants(NAME, &[("start", &types[0]), ("end", &types[1])])?;
        Ok(vec![instant.clone(), instant])
    }

    fn return_type(&self, types: &[DataType]) -> DataType {
        types[0].clone()
    }

    fn values(
        &self,
        clocks: &mut BusinessTimeCalculators,
        columns: &[ArrayRef],
    ) -> Result<ArrayRef> {
        let (start, end) = (&columns[0], &columns[1]);
        let ends = with_ticks!(start.data_type(), P => ends::<P>(clocks, (start, end)))?;
        Ok(cast(&ends, start.data_type())?)
    }
}
