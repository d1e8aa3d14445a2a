//! The number of the step that each value of a column is on.

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, internal_err};

use crate::functions::kernels::extremes::least_and_greatest;
use crate::functions::kernels::ordered_integers;

/// Rows that are looked at together: those of a table in the order of time are mostly on one step.
const CHUNK: usize = 256;

/// True for the types whose values [`steps_of`] looks up. Decimals are not, since they may be too large.
pub(super) fn takes(data_type: &DataType) -> bool {
    let is_decimal = matches!(
        data_type,
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..)
    );
    !is_decimal && *data_type != DataType::Boolean && ordered_integers::is_supported(data_type)
}

/// A constant as an integer in the order of its type; `None` of NULL and of types without one.
pub(super) fn ordered_constant(value: &ScalarValue) -> Option<u64> {
    if value.is_null() || !takes(&value.data_type()) {
        return None;
    }
    let array = value.to_array().ok()?;
    ordered_integers::ordered(&array).ok()??.first().copied()
}

/// Appends for each row the number of `starts` at or below its value, and `null` for NULL.
///
/// # Errors
/// When the column is of a type that [`takes`] does not know.
pub(super) fn steps_of(
    column: &ArrayRef,
    starts: &[u64],
    null: u8,
    to: &mut Vec<u8>,
) -> Result<()> {
    let Some(values) = ordered_integers::ordered(column)? else {
        return internal_err!("{} has no order as integers", column.data_type());
    };
    let first = to.len();
    to.reserve(values.len());
    for chunk in values.chunks(CHUNK) {
        append_steps(chunk, starts, to);
    }
    if let Some(nulls) = column.nulls() {
        for (step, is_valid) in to[first..].iter_mut().zip(nulls.iter()) {
            if !is_valid {
                *step = null;
            }
        }
    }
    Ok(())
}

/// Only the starts between the least and the greatest value of a chunk are compared with its values.
fn append_steps(chunk: &[u64], starts: &[u64], to: &mut Vec<u8>) {
    let [least, greatest] = least_and_greatest(chunk).unwrap_or_default();
    let below = starts.partition_point(|start| *start <= least);
    let until = starts.partition_point(|start| *start <= greatest);
    let between = &starts[below..until];
    if between.is_empty() {
        to.extend(std::iter::repeat_n(narrow(below), chunk.len()));
        return;
    }
    // Counts of the width of the values, so that both are added up in vectors.
    let mut counts = [below as u64; CHUNK];
    for start in between {
        for (count, value) in counts.iter_mut().zip(chunk) {
            *count += u64::from(value >= start);
        }
    }
    to.extend(counts[..chunk.len()].iter().map(|count| narrow(*count)));
}

/// There are fewer than 256 steps.
#[expect(
    clippy::cast_possible_truncation,
    reason = "numbers of steps are below 256"
)]
fn narrow(step: impl TryInto<u64>) -> u8 {
    step.try_into().unwrap_or_default() as u8
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Float64Array, Int64Array};

    use super::*;

    fn steps(column: &ArrayRef, starts: &[ScalarValue]) -> Vec<u8> {
        let starts: Vec<u64> = starts
            .iter()
            .map(|start| ordered_constant(start).unwrap())
            .collect();
        let mut found = Vec::new();
        steps_of(column, &starts, 9, &mut found).unwrap();
        found
    }

    #[test]
    fn each_value_is_on_the_last_step_that_starts_at_or_below_it() {
        let column: ArrayRef = Arc::new(Int64Array::from(vec![
            Some(-7),
            Some(0),
            Some(9),
            None,
            Some(10),
            Some(i64::MAX),
        ]));
        let starts = [0_i64, 10].map(ScalarValue::from);
        assert_eq!(steps(&column, &starts), [0, 1, 1, 9, 2, 2]);
        assert_eq!(steps(&column, &[]), [0, 0, 0, 9, 0, 0]);
    }

    #[test]
    fn chunks_within_one_step_and_across_several_agree_with_a_search() {
        let values: Vec<i64> = (0..2_000).map(|row| (row * row) % 1_999 - 500).collect();
        let sorted: Vec<i64> = (0..2_000).collect();
        let starts: Vec<i64> = vec![-400, -399, 0, 1, 250, 251, 1_000];
        for values in [values, sorted] {
            let column: ArrayRef = Arc::new(Int64Array::from(values.clone()));
            let scalars: Vec<ScalarValue> = starts.iter().map(|v| ScalarValue::from(*v)).collect();
            let expected: Vec<u8> = values
                .iter()
                .map(|value| narrow(starts.partition_point(|start| start <= value) as u64))
                .collect();
            assert_eq!(steps(&column, &scalars), expected);
        }
    }

    #[test]
    fn doubles_are_compared_as_sql_compares_them() {
        let column: ArrayRef = Arc::new(Float64Array::from(vec![
            f64::NEG_INFINITY,
            -0.5,
            1.5,
            f64::NAN,
        ]));
        assert_eq!(steps(&column, &[ScalarValue::from(1.5)]), [0, 0, 1, 1]);
    }
}
