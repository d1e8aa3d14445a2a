//! Columns of numbers as integers, of which sums are exact.

use arrow::array::{Array, ArrayRef};
use datafusion::common::{DataFusionError, Result, exec_datafusion_err};

use crate::functions::kernels::numbers::{number_at, unpacked, with_plain_numbers};
use crate::functions::kernels::rows::WAYS_ON;

/// Each number of a column in units of its type; `None` for NULL, NaN and what is too large to be summed.
///
/// # Errors
/// When the column has no numbers, which coercion rules out.
pub(crate) fn exact_units(function: &str, column: &ArrayRef) -> Result<Vec<Option<i128>>> {
    let column = unpacked(column)?;
    if column.data_type().is_null() {
        return Ok(vec![None; column.len()]);
    }
    with_plain_numbers!(function, &column, |number| Ok((0..column.len())
        .map(|row| column.is_valid(row).then(|| number(row).units()).flatten())
        .collect()))
}

/// Error for a number of which [`exact_units`] has nothing.
#[cold]
pub(crate) fn not_summed(function: &str, column: &ArrayRef, row: usize) -> DataFusionError {
    match number_at(function, column, row) {
        Ok(number) if number.to_f64().is_finite() => exec_datafusion_err!(
            "{function}: {number} is too large to be summed exactly; {WAYS_ON}"
        ),
        Ok(number) => exec_datafusion_err!("{function}: {number} is not a number; {WAYS_ON}"),
        Err(error) => error,
    }
}
