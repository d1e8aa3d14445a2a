//! Amounts of 0 or more that are summed exactly: money, seconds, counts.

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result, exec_datafusion_err};

use super::mean::{MeanSample, MeanSampleReader, NarrowMeanSample};
use crate::functions::declaration::kpi_spec::KpiArguments;
use crate::functions::declaration::parameter;
use crate::functions::kernels::column_reader;
use crate::functions::kernels::column_reader::ColumnFillFn;
use crate::functions::kernels::numbers::{COARSE, ExactSumUnit, NumericValue, number_at, unpacked};
use crate::functions::kernels::rows::{ChunkVisitor, EligibleRows, WAYS_ON, eligible};
use crate::settings::InvalidPolicy;

/// The amount in units of its column; `None` if negative, NaN or too large to sum.
#[inline]
pub(crate) fn amount(number: NumericValue) -> Option<i128> {
    number.units().filter(|units| *units >= 0)
}

/// Error for a number that is not a valid amount.
#[cold]
pub(crate) fn invalid_amount_error(function: &str, number: NumericValue) -> DataFusionError {
    if number.to_f64() >= 0.0 {
        exec_datafusion_err!("{function}: {number} is too large to be summed exactly; {WAYS_ON}")
    } else {
        exec_datafusion_err!("{function}: {number} is not an amount of 0 or more; {WAYS_ON}")
    }
}

/// Reads the amounts in the first column of a call.
#[derive(Debug, Clone)]
pub(crate) struct AmountReader {
    function: &'static str,
    pub(crate) unit: ExactSumUnit,
    /// True if [`NarrowAmountReader`] can read them.
    pub(crate) is_narrow: bool,
    invalid: InvalidPolicy,
}

impl AmountReader {
    pub(crate) fn new(call: &KpiArguments<'_>) -> Self {
        Self {
            function: call.function,
            unit: ExactSumUnit::for_type(&call.types[0]),
            is_narrow: is_narrow(parameter::unpacked(&call.types[0])),
            invalid: call.invalid,
        }
    }

    /// Rows of a batch that are to be read.
    pub(crate) fn batch(&self, rows: usize, eligible: Option<BooleanBuffer>) -> EligibleRows {
        EligibleRows {
            rows,
            eligible,
            invalid: self.invalid,
        }
    }

    /// Reads the amounts of a column as samples; it is not a dictionary.
    pub(crate) fn fill<'a>(&self, column: &'a ArrayRef) -> Result<ColumnFillFn<'a, MeanSample>> {
        let unit = self.unit;
        column_reader::numbers(self.function, column, move |number| {
            let value = amount(number)?;
            Some(MeanSample {
                value,
                coarse: unit.coarse(value),
            })
        })
    }

    /// Error for the number in this row, which is not a valid amount.
    pub(crate) fn invalid_amount_error(&self, column: &ArrayRef, row: usize) -> DataFusionError {
        match number_at(self.function, column, row) {
            Ok(number) => invalid_amount_error(self.function, number),
            Err(error) => error,
        }
    }

    fn read<I: Copy + Default>(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        fill: impl Fn(&ArrayRef) -> Result<ColumnFillFn<'_, I>>,
        each: ChunkVisitor<'_, I>,
    ) -> Result<()> {
        let amounts = unpacked(&columns[0])?;
        let batch = self.batch(amounts.len(), eligible(&[&columns[0]], filter));
        batch.gather(
            &fill(&amounts)?,
            &|row| self.invalid_amount_error(&amounts, row),
            each,
        )
    }
}

impl AsRef<Self> for AmountReader {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl MeanSampleReader for AmountReader {
    type Sample = MeanSample;

    fn samples(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, MeanSample>,
    ) -> Result<()> {
        self.read(columns, filter, |column| self.fill(column), each)
    }
}

/// True if all values of a type, and 1024 times their amounts, fit 64 bits. ([`NarrowMeanSample::whole`]
/// detects an integer that does not.)
fn is_narrow(data_type: &DataType) -> bool {
    match data_type {
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale) => {
            *precision <= 18 && i16::from(*precision) - i16::from(*scale) <= 15
        }
        other => column_reader::is_integer(other),
    }
}

/// Reads amounts of types for which [`is_narrow`] is true.
#[derive(Debug, Clone)]
pub(crate) struct NarrowAmountReader(pub(crate) AmountReader);

impl AsRef<AmountReader> for NarrowAmountReader {
    fn as_ref(&self) -> &AmountReader {
        &self.0
    }
}

impl MeanSampleReader for NarrowAmountReader {
    type Sample = NarrowMeanSample;

    fn samples(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, NarrowMeanSample>,
    ) -> Result<()> {
        let unit = self.0.unit;
        self.0
            .read(columns, filter, |column| narrow_fill(unit, column), each)
    }
}

fn narrow_fill(
    unit: ExactSumUnit,
    column: &ArrayRef,
) -> Result<ColumnFillFn<'_, NarrowMeanSample>> {
    let ExactSumUnit::Decimal(scale) = unit else {
        return column_reader::integers(column, |value| {
            (value >= 0).then(|| NarrowMeanSample::whole(value))
        });
    };
    // Money has cents, and division by a constant is several times as fast.
    match scale {
        2 => column_reader::unscaled(column, |value| decimal(value, 100)),
        _ => {
            let per_one = u64::try_from(unit.per_one()).unwrap_or(u64::MAX);
            column_reader::unscaled(column, move |value| decimal(value, per_one))
        }
    }
}

#[inline]
fn decimal(value: i64, per_one: u64) -> Option<NarrowMeanSample> {
    let units = u64::try_from(value).ok()?;
    // To the nearest, as in `ExactSumUnit::coarse`.
    let product = units.checked_mul(COARSE.cast_unsigned());
    let coarse = match product.and_then(|product| product.checked_add(per_one / 2)) {
        Some(product) => product / per_one,
        None => large_coarse(units, per_one)?,
    };
    let coarse = i64::try_from(coarse).ok()?;
    Some(NarrowMeanSample::new(value, coarse))
}

#[cold]
fn large_coarse(units: u64, per_one: u64) -> Option<u64> {
    let product = u128::from(units) * u128::from(COARSE.cast_unsigned());
    u64::try_from((product + u128::from(per_one / 2)) / u128::from(per_one)).ok()
}
