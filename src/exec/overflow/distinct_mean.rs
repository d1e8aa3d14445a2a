//! `avg(DISTINCT x)` of whole numbers and decimals.

use std::collections::HashSet;
use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Decimal256Array, PrimitiveArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal256Type, i256};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue, exec_datafusion_err};
use datafusion::logical_expr::Accumulator;

use super::mean::mean;

/// How distinct values are kept.
pub(super) fn distinct_type(scale: u32) -> DataType {
    DataType::Decimal256(76, i8::try_from(scale).unwrap_or(0))
}

/// `avg(DISTINCT x)`.
#[derive(Debug)]
pub(super) struct DistinctMean {
    scale: u32,
    values: HashSet<i256>,
}

impl DistinctMean {
    pub(super) fn new(scale: u32) -> Self {
        Self {
            scale,
            values: HashSet::new(),
        }
    }

    fn add(&mut self, values: &ArrayRef) -> Result<()> {
        let values = cast(values, &distinct_type(self.scale))?;
        let values = values.as_primitive::<Decimal256Type>();
        self.values.extend(values.iter().flatten());
        Ok(())
    }
}

impl Accumulator for DistinctMean {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add(&values[0])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let total = self
            .values
            .iter()
            .try_fold(i256::ZERO, |all, value| all.checked_add(*value));
        let total =
            total.ok_or_else(|| exec_datafusion_err!("avg: the total has too many digits"))?;
        let count = i64::try_from(self.values.len()).unwrap_or(i64::MAX);
        Ok(ScalarValue::Float64(mean(total, count, self.scale)?))
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.values.capacity() * size_of::<i256>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let values: Decimal256Array = PrimitiveArray::from_iter_values(self.values.iter().copied());
        let values = values.with_data_type(distinct_type(self.scale));
        let list = SingleRowListArrayBuilder::new(Arc::new(values));
        Ok(vec![list.build_list_scalar()])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for list in states[0].as_list::<i32>().iter().flatten() {
            self.add(&list)?;
        }
        Ok(())
    }
}
