//! The greatest and the least of several intervals, by their length.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, IntervalMonthDayNanoArray};
use arrow::datatypes::{DataType, IntervalMonthDayNano, IntervalMonthDayNanoType};
use datafusion::common::{Result, plan_err};

use crate::functions::declaration::scalar::ScalarFunctionSpec;
use crate::functions::kernels::lengths::{INTERVAL, nanoseconds};

const ARGUMENTS: &[(&str, &str)] = &[("interval", "Intervals; those that are NULL do not count.")];

pub(super) fn all() -> Vec<ScalarFunctionSpec> {
    vec![
        ScalarFunctionSpec {
            name: "interval_greatest",
            aliases: &[],
            syntax: "interval_greatest(interval, interval, ..)\ngreatest(interval, interval, ..)",
            meaning: "The longest of several intervals, with days of 24 hours and months of 30 days. NULL when all are.",
            arguments: ARGUMENTS,
            example: "SELECT interval_greatest(INTERVAL '36 hours', INTERVAL '1 day')",
            coerce,
            returns: |_| Ok(INTERVAL),
            kernel: |columns| extreme(columns, Ordering::Greater),
        },
        ScalarFunctionSpec {
            name: "interval_least",
            aliases: &[],
            syntax: "interval_least(interval, interval, ..)\nleast(interval, interval, ..)",
            meaning: "The shortest of several intervals, with days of 24 hours and months of 30 days. NULL when all are.",
            arguments: ARGUMENTS,
            example: "SELECT interval_least(INTERVAL '36 hours', INTERVAL '1 day')",
            coerce,
            returns: |_| Ok(INTERVAL),
            kernel: |columns| extreme(columns, Ordering::Less),
        },
    ]
}

fn coerce(types: &[DataType]) -> Result<Vec<DataType>> {
    let is_interval = |of: &DataType| matches!(of, DataType::Interval(_)) || of.is_null();
    if !types.is_empty() && types.iter().all(is_interval) {
        Ok(vec![INTERVAL; types.len()])
    } else {
        plan_err!("interval_greatest and interval_least take intervals")
    }
}

/// Compares two intervals by length, and those of equal length by their fields.
pub(super) fn compare(one: IntervalMonthDayNano, other: IntervalMonthDayNano) -> Ordering {
    nanoseconds(one)
        .cmp(&nanoseconds(other))
        .then(one.cmp(&other))
}

fn extreme(columns: &[ArrayRef], wanted: Ordering) -> Result<ArrayRef> {
    let columns: Vec<_> = columns
        .iter()
        .map(arrow::array::AsArray::as_primitive::<IntervalMonthDayNanoType>)
        .collect();
    let rows = columns.first().map_or(0, Array::len);
    let found: IntervalMonthDayNanoArray = (0..rows)
        .map(|row| {
            let values = columns.iter().filter(|column| column.is_valid(row));
            // The first of equal intervals is retained.
            values
                .map(|column| column.value(row))
                .reduce(|best, value| {
                    let is_better = nanoseconds(value).cmp(&nanoseconds(best)) == wanted;
                    if is_better { value } else { best }
                })
        })
        .collect();
    Ok(Arc::new(found))
}
