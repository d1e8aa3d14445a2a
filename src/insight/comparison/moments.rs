//! Numbers of any sign, with exact sums of them and of their squares.

use std::fmt::Debug;

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::datatypes::i256;
use datafusion::common::{Result, exec_datafusion_err};

use super::means::MeanSums;
use crate::functions::declaration::kpi_spec::KpiArguments;
use crate::functions::kernels::column_reader;
use crate::functions::kernels::numbers::{ExactSumUnit, NumericValue, number_at, ratio, unpacked};
use crate::functions::kernels::rows::{ChunkVisitor, EligibleRows, WAYS_ON, eligible};
use crate::functions::tally::accumulate::TalliedRows;
use crate::functions::tally::{ItemTally, add_to, tally};
use crate::settings::InvalidPolicy;

tally! {
    /// Number, exact sum and exact sum of squares of numbers. A number is `upper` × 2^48 + `lower`, so that the
    /// sums of its square's three parts fit.
    pub(crate) struct MomentTally {
        n: Count,
        sum: Sum,
        upper_squares: Sum,
        products: Sum,
        lower_squares: Sum,
    }
}

impl ItemTally<i128> for MomentTally {
    #[inline]
    fn add(&mut self, units: i128) {
        let (upper, lower) = (units >> 48, units & ((1 << 48) - 1));
        self.n += 1;
        add_to(&mut self.sum, units);
        add_to(&mut self.upper_squares, upper.saturating_mul(upper));
        add_to(&mut self.products, upper.saturating_mul(lower));
        add_to(&mut self.lower_squares, lower * lower);
    }
}

impl MomentTally {
    /// Number, mean and variance of numbers that were counted in units, `per_one` of which make 1.
    #[expect(clippy::cast_precision_loss, reason = "the one rounding")]
    pub(crate) fn sums(&self, per_one: i128) -> MeanSums {
        let n = i128::from(self.n);
        let variance = self
            .scatter()
            .filter(|_| self.n > 1)
            .map(|scatter| nearest(scatter) / (n * (n - 1)) as f64 / (per_one as f64).powi(2));
        MeanSums {
            n: self.n,
            mean: ratio(self.sum, n.saturating_mul(per_one)),
            variance,
        }
    }

    /// n Σx² − (Σx)², in squared units; `None` if it overflows.
    fn scatter(&self) -> Option<i256> {
        let wide = i256::from_i128;
        // (2^48 u + l)² = 2^96 u² + 2^49 u l + l².
        let squares = wide(self.upper_squares)
            .checked_mul(wide(1 << 96))?
            .checked_add(wide(self.products).checked_mul(wide(1 << 49))?)?
            .checked_add(wide(self.lower_squares))?;
        let all = squares.checked_mul(wide(i128::from(self.n)))?;
        all.checked_sub(wide(self.sum).checked_mul(wide(self.sum))?)
    }
}

/// Numbers of any sign, summed exactly.
#[derive(Debug, Clone)]
pub(crate) struct SignedNumbers {
    function: &'static str,
    pub(crate) unit: ExactSumUnit,
    invalid: InvalidPolicy,
}

impl SignedNumbers {
    pub(crate) fn new(call: &KpiArguments<'_>) -> Self {
        Self {
            function: call.function,
            unit: ExactSumUnit::for_type(&call.types[0]),
            invalid: call.invalid,
        }
    }

    pub(super) fn sums(&self, tally: &MomentTally) -> MeanSums {
        tally.sums(self.unit.per_one())
    }
}

/// The double nearest to an integer of 256 bits.
fn nearest(value: i256) -> f64 {
    // Digits of text are rounded once when they are read.
    value.to_string().parse().unwrap_or(f64::NAN)
}

impl TalliedRows for SignedNumbers {
    type Item = i128;
    type Tally = MomentTally;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, i128>,
    ) -> Result<()> {
        let numbers = unpacked(&columns[0])?;
        if numbers.data_type().is_null() {
            return Ok(());
        }
        let batch = EligibleRows {
            rows: numbers.len(),
            eligible: eligible(&[&columns[0]], filter),
            invalid: self.invalid,
        };
        let fill = column_reader::numbers(self.function, &numbers, NumericValue::units)?;
        let complaint = |row| match number_at(self.function, &numbers, row) {
            Ok(number) => exec_datafusion_err!(
                "{}: {number} is too large to be summed exactly; {WAYS_ON}",
                self.function
            ),
            Err(error) => error,
        };
        batch.gather(&fill, &complaint, each)
    }
}
