//! Statistics that need every value: counts by value, merged by adding them. Values are integers, or stand for a number
//! by an integer of the same order.

use std::fmt::Debug;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Int64Array, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Decimal128Type, Field, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, internal_err};
use datafusion::logical_expr::{Accumulator, GroupsAccumulator};

use super::aggregate::BoundStatistic;
use super::cells::{StatisticCell, StatisticResult};
pub(crate) use super::counted_runs::ValueCounts;
use crate::functions::declaration::kpi_spec::StateColumns;
use crate::functions::kernels::numbers::{
    ExactSumUnit, NumericValue, unpacked, with_plain_numbers,
};
use crate::functions::kernels::rows::WAYS_ON;
use crate::settings::InvalidPolicy;

/// Receives rows: value, kind and number.
pub(crate) type CountSink<'a, const K: usize> = &'a mut dyn FnMut([i128; K], usize, i64);

/// The reading of rows into counts by value, and the statistic of the counts.
pub(crate) trait CountedValues<const K: usize, const N: usize>:
    Clone + Debug + Send + Sync + 'static
{
    /// Reads the rows of a batch.
    fn read(&self, columns: &[ArrayRef], each: CountSink<'_, K>) -> Result<()>;

    /// The cells of the result.
    fn cells(&self, counts: &ValueCounts<K, N>) -> Result<Option<Vec<StatisticCell>>>;
}

/// A bound call of such a statistic.
#[derive(Debug, Clone)]
pub(crate) struct CountedStatistic<F, const K: usize, const N: usize>(pub(crate) F);

/// State columns: the values of all parts in a list, and their counts in another.
pub(crate) fn counts_state(_: &[DataType]) -> StateColumns {
    vec![("values", list_of(VALUE)), ("counts", list_of(COUNT))]
}

const VALUE: DataType = DataType::Decimal128(38, 0);
const COUNT: DataType = DataType::Int64;

fn list_of(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(item, true)))
}

impl<F: CountedValues<K, N>, const K: usize, const N: usize> BoundStatistic
    for CountedStatistic<F, K, N>
{
    fn accumulator(&self, result: StatisticResult) -> Box<dyn Accumulator> {
        Box::new(CountedAccumulator {
            statistic: self.0.clone(),
            result,
            counts: ValueCounts::default(),
        })
    }

    fn groups(&self, _: StatisticResult) -> Option<Box<dyn GroupsAccumulator>> {
        None
    }
}

#[derive(Debug)]
struct CountedAccumulator<F, const K: usize, const N: usize> {
    statistic: F,
    result: StatisticResult,
    counts: ValueCounts<K, N>,
}

impl<F: CountedValues<K, N>, const K: usize, const N: usize> Accumulator
    for CountedAccumulator<F, K, N>
{
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let counts = &mut self.counts;
        let mut add = |value, kind, n| counts.add(value, kind, n);
        self.statistic.read(values, &mut add)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let counts = &mut self.counts;
        let mut remove = |value, kind, n: i64| counts.add(value, kind, -n);
        self.statistic.read(values, &mut remove)
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.counts.settle();
        let column = self.result.column(&[self.statistic.cells(&self.counts)?])?;
        ScalarValue::try_from_array(&column, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.counts.settle();
        let sorted = self.counts.sorted();
        let values = sorted.iter().flat_map(|(value, _)| *value);
        let values = Decimal128Array::from_iter_values(values).with_data_type(VALUE);
        let counts = sorted.iter().flat_map(|(_, counts)| *counts);
        let counts = Int64Array::from_iter_values(counts);
        Ok(vec![
            ScalarValue::List(Arc::new(one_list(Arc::new(values)))),
            ScalarValue::List(Arc::new(one_list(Arc::new(counts)))),
        ])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [values, counts] = states else {
            return internal_err!("counts by value have two state columns");
        };
        let (values, counts) = (values.as_list::<i32>(), counts.as_list::<i32>());
        for row in (0..values.len()).filter(|row| values.is_valid(*row)) {
            let (values, counts) = (values.value(row), counts.value(row));
            let values = values.as_primitive::<Decimal128Type>().values();
            let counts = counts.as_primitive::<Int64Type>().values();
            let keys = values.as_chunks::<K>().0.iter();
            let run: Vec<_> = keys
                .copied()
                .zip(counts.as_chunks::<N>().0.iter().copied())
                .collect();
            self.counts.add_run(&run);
        }
        Ok(())
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.counts.size()
    }
}

fn one_list(items: ArrayRef) -> ListArray {
    let field = Field::new_list_field(items.data_type().clone(), true);
    ListArray::new(
        Arc::new(field),
        OffsetBuffer::from_lengths([items.len()]),
        items,
        None,
    )
}

/// The numbers of a column as integers of the same order, equal for equal numbers; `None` for NULL and for
/// invalid values that are ignored.
///
/// # Errors
/// For NaN and infinities, unless invalid values are ignored.
pub(crate) fn number_keys(
    function: &str,
    column: &ArrayRef,
    invalid: InvalidPolicy,
) -> Result<Vec<Option<i128>>> {
    let column = unpacked(column)?;
    if column.data_type().is_null() {
        return Ok(vec![None; column.len()]);
    }
    with_plain_numbers!(function, &column, |number| {
        (0..column.len())
            .map(|row| {
                if column.is_null(row) {
                    return Ok(None);
                }
                match number_key(number(row)) {
                    Some(key) => Ok(Some(key)),
                    None if invalid == InvalidPolicy::Ignore => Ok(None),
                    None => Err(exec_datafusion_err!(
                        "{function}: {} is not a number; {WAYS_ON}",
                        number(row)
                    )),
                }
            })
            .collect()
    })
}

fn number_key(number: NumericValue) -> Option<i128> {
    match number {
        NumericValue::Integer(value) => Some(i128::from(value)),
        NumericValue::Unsigned(value) => Some(i128::from(value)),
        NumericValue::Decimal { unscaled, .. } => Some(unscaled),
        NumericValue::Float(value) if value.is_finite() => {
            // Adding 0 makes one zero of the two.
            Some(i128::from(ordered_bits(
                (value + 0.0).to_bits().cast_signed(),
            )))
        }
        NumericValue::Float(_) => None,
    }
}

/// Bits of a double in its order, and the other way round.
fn ordered_bits(bits: i64) -> i64 {
    let flipped = (bits >> 63).cast_unsigned() >> 1;
    bits ^ flipped.cast_signed()
}

/// The number of a key of [`number_keys`], of a column that is summed in `unit`.
#[expect(
    clippy::cast_precision_loss,
    reason = "the nearest double of a large integer"
)]
pub(crate) fn key_number(key: i128, unit: ExactSumUnit) -> f64 {
    match unit {
        ExactSumUnit::One => key as f64,
        ExactSumUnit::Decimal(scale) => NumericValue::Decimal {
            unscaled: key,
            scale,
        }
        .to_f64(),
        ExactSumUnit::Binary => {
            let bits = i64::try_from(key).unwrap_or(i64::MAX);
            f64::from_bits(ordered_bits(bits).cast_unsigned())
        }
    }
}
