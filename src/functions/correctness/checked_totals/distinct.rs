//! `avg(DISTINCT x)` and `sum(DISTINCT x)` of whole numbers and decimals.

use std::collections::HashSet;
use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Decimal256Array, PrimitiveArray};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DataType, Decimal256Type, i256};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue, exec_datafusion_err};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::Accumulator;

use super::exact_mean::mean;

/// Type of the stored distinct values.
pub(super) fn distinct_type(scale: u32) -> DataType {
    DataType::Decimal256(76, i8::try_from(scale).unwrap_or(0))
}

/// Sum or mean of distinct values.
#[derive(Debug)]
pub(super) struct DistinctTotalAccumulator {
    scale: u32,
    /// Type of the sum; `None` for the mean.
    sum_type: Option<DataType>,
    values: HashSet<i256>,
}

impl DistinctTotalAccumulator {
    pub(super) fn mean(scale: u32) -> Self {
        Self {
            scale,
            sum_type: None,
            values: HashSet::new(),
        }
    }

    pub(super) fn sum(scale: u32, sum_type: &DataType) -> Self {
        Self {
            sum_type: Some(sum_type.clone()),
            ..Self::mean(scale)
        }
    }

    /// Total in the type of the sum; NULL without values.
    fn total_as(&self, total: i256, sum_type: &DataType) -> Result<ScalarValue> {
        if self.values.is_empty() {
            return ScalarValue::try_from(sum_type);
        }
        let array: Decimal256Array = PrimitiveArray::from_value(total, 1);
        let array = array.with_data_type(distinct_type(self.scale));
        let options = CastOptions {
            safe: false,
            ..CastOptions::default()
        };
        let Ok(fits) = cast_with_options(&array, sum_type, &options) else {
            return Err(self.does_not_fit(total, sum_type));
        };
        ScalarValue::try_from_array(&fits, 0)
    }

    fn does_not_fit(&self, total: i256, sum_type: &DataType) -> DataFusionError {
        exec_datafusion_err!(
            "sum: the total {total} of {} values does not fit in {}; cast the argument to \
             DECIMAL(38, 0) or DOUBLE first",
            self.values.len(),
            crate::sql_type::name(sum_type)
        )
    }

    fn add(&mut self, values: &ArrayRef) -> Result<()> {
        let values = cast(values, &distinct_type(self.scale))?;
        let values = values.as_primitive::<Decimal256Type>();
        self.values.extend(values.iter().flatten());
        Ok(())
    }
}

impl Accumulator for DistinctTotalAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add(&values[0])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let total = self
            .values
            .iter()
            .try_fold(i256::ZERO, |all, value| all.checked_add(*value));
        let total = total.ok_or_else(|| exec_datafusion_err!("the total has too many digits"))?;
        if let Some(sum_type) = &self.sum_type {
            return self.total_as(total, sum_type);
        }
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
