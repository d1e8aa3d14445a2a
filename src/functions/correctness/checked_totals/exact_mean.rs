//! Mean of an exact total.

use arrow::datatypes::i256;
use datafusion::common::{Result, exec_datafusion_err};

use crate::functions::kernels::nearest_double::{power_of_ten, quotient};

/// `total / (count * 10^scale)`, rounded once.
pub(super) fn mean(total: i256, count: i64, scale: u32) -> Result<Option<f64>> {
    let divisor = power_of_ten(scale).and_then(|unit| unit.checked_mul(i256::from(count)));
    let divisor = divisor.ok_or_else(|| exec_datafusion_err!("avg: too many digits"))?;
    Ok(quotient(total, divisor))
}
