//! Times and numbers as integers that can be counted, and the numbers that they stand for.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, exec_datafusion_err, plan_err};

use crate::functions::kernels::numbers::is_number;
use crate::functions::kernels::times::ticks_per_second;
use crate::insight::statistic::number_keys;
use crate::settings::InvalidPolicy;
use crate::sql_type;
use crate::time::zone::{self, LocalTimeConverter};

const SECONDS_A_DAY: i64 = 86_400;

/// Type of a column whose values are counted, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CountedColumn {
    data_type: DataType,
}

impl CountedColumn {
    /// A column of numbers.
    pub(super) fn of_numbers(data_type: &DataType) -> Self {
        Self {
            data_type: data_type.clone(),
        }
    }

    /// A column of dates, timestamps or numbers.
    ///
    /// # Errors
    /// When it is of another type.
    pub(super) fn of_times(function: &str, data_type: &DataType) -> Result<Self> {
        let is_time = matches!(data_type, DataType::Date32 | DataType::Timestamp(..));
        if is_time || is_number(data_type) || data_type.is_null() {
            return Ok(Self::of_numbers(data_type));
        }
        plan_err!(
            "{function}: time must be a date, a timestamp or a number, not {}; cast it",
            sql_type::name(data_type)
        )
    }

    /// Integers of the same order; `None` for NULL and for invalid values that are ignored.
    ///
    /// # Errors
    /// For values that are invalid.
    pub(super) fn keys(
        &self,
        function: &str,
        column: &ArrayRef,
        invalid: InvalidPolicy,
    ) -> Result<Vec<Option<i128>>> {
        if !column.data_type().is_temporal() {
            return number_keys(function, column, invalid);
        }
        // Days of a zone are those of its clock, as those of a date are.
        let mut converter = match column.data_type() {
            DataType::Timestamp(_, Some(name)) => {
                let zone =
                    zone::named(name).map_err(|problem| exec_datafusion_err!("{problem}"))?;
                let per_second = ticks_per_second(column.data_type());
                Some(LocalTimeConverter::new(zone, per_second))
            }
            _ => None,
        };
        let ticks = cast(column, &DataType::Int64)?;
        let ticks = ticks.as_primitive::<Int64Type>();
        (0..ticks.len())
            .map(|row| {
                if ticks.is_null(row) {
                    return Ok(None);
                }
                let tick = ticks.value(row);
                let local = match &mut converter {
                    Some(converter) => converter.local(tick),
                    None => Some(tick),
                };
                match local {
                    Some(local) => Ok(Some(i128::from(local))),
                    None => Err(exec_datafusion_err!(
                        "{function}: a time lies outside the calendar"
                    )),
                }
            })
            .collect()
    }

    /// The number that a key stands for; of times the days since 1970.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "rounded once to the nearest double; keys of doubles have 64 bits"
    )]
    pub(super) fn number(&self, key: i128) -> f64 {
        match &self.data_type {
            DataType::Timestamp(..) => {
                let ticks_a_day = SECONDS_A_DAY * ticks_per_second(&self.data_type);
                key as f64 / ticks_a_day as f64
            }
            DataType::Float16 | DataType::Float32 | DataType::Float64 => {
                // The way back from the order of integers to that of doubles.
                let flipped = key as i64;
                let bits = flipped ^ ((flipped >> 63).cast_unsigned() >> 1).cast_signed();
                f64::from_bits(bits.cast_unsigned())
            }
            DataType::Decimal32(_, scale)
            | DataType::Decimal64(_, scale)
            | DataType::Decimal128(_, scale)
            | DataType::Decimal256(_, scale) => key as f64 / 10_f64.powi(i32::from(*scale)),
            _ => key as f64,
        }
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "there and back is exact")]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Decimal128Array, Float64Array, TimestampSecondArray};

    use super::*;

    #[test]
    fn doubles_come_back() {
        let values = [-1e300, -2.5, -0.0, 0.0, 5e-324, 0.1, 7.0, 1e300];
        let column: ArrayRef = Arc::new(Float64Array::from(values.to_vec()));
        let counted = CountedColumn::of_numbers(column.data_type());
        let keys = counted.keys("f", &column, InvalidPolicy::Error).unwrap();
        for (value, key) in values.iter().zip(keys) {
            assert_eq!(counted.number(key.unwrap()), *value);
        }
    }

    #[test]
    fn decimals_and_times_are_numbers() {
        let cents = Decimal128Array::from(vec![1_250]);
        let cents: ArrayRef = Arc::new(cents.with_precision_and_scale(10, 2).unwrap());
        let counted = CountedColumn::of_numbers(cents.data_type());
        let keys = counted.keys("f", &cents, InvalidPolicy::Error).unwrap();
        assert_eq!(counted.number(keys[0].unwrap()), 12.5);
        let noon: ArrayRef = Arc::new(TimestampSecondArray::from(vec![129_600]));
        let counted = CountedColumn::of_times("f", noon.data_type()).unwrap();
        let keys = counted.keys("f", &noon, InvalidPolicy::Error).unwrap();
        assert_eq!(counted.number(keys[0].unwrap()), 1.5);
        assert!(CountedColumn::of_times("f", &DataType::Utf8).is_err());
    }
}
