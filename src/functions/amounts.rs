//! Amounts of 0 or more that are summed exactly: money, seconds, counts.

use datafusion::common::{DataFusionError, exec_datafusion_err};

use crate::functions::numbers::Number;
use crate::functions::rows::WAYS_ON;

/// The amount in units of its column; `None` for what is negative, NaN or too large to sum.
#[inline]
pub(crate) fn amount(number: Number) -> Option<i128> {
    number.units().filter(|units| *units >= 0)
}

/// Why a number is no amount.
#[cold]
pub(crate) fn complaint(function: &str, number: Number) -> DataFusionError {
    if number.to_f64() >= 0.0 {
        exec_datafusion_err!("{function}: {number} is too large to be summed exactly; {WAYS_ON}")
    } else {
        exec_datafusion_err!("{function}: {number} is not an amount of 0 or more; {WAYS_ON}")
    }
}
