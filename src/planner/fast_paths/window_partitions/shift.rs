//! `lag` and `lead` by a constant.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, UInt32Array};
use arrow::compute::kernels::zip::zip;
use arrow::compute::take;
use arrow::datatypes::Schema;
use datafusion::common::{Result, ScalarValue};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Literal;
use datafusion::physical_plan::windows::WindowUDFExpr;

use super::standard_call::constant_integer;

/// A value of a row at some distance in the same group.
#[derive(Debug)]
pub(super) struct RowShift {
    value: Arc<dyn PhysicalExpr>,
    /// Rows forward.
    distance: i64,
    /// Where there is no such row; of the value's type.
    default: ScalarValue,
}

impl RowShift {
    /// `None` of other functions, and of arguments that are no constants.
    pub(super) fn new(function: &WindowUDFExpr, input: &Schema) -> Option<Self> {
        let direction = match function.fun().name() {
            "lag" => -1,
            "lead" => 1,
            _ => return None,
        };
        let mut arguments = function.args().iter();
        let value = Arc::clone(arguments.next()?);
        let distance = arguments.next().map_or(Some(1), distance)?;
        let data_type = value.data_type(input).ok()?;
        let default = match arguments.next() {
            None => ScalarValue::try_from(&data_type).ok()?,
            Some(default) => constant(default)?.cast_to(&data_type).ok()?,
        };
        Some(Self {
            value,
            distance: direction * distance,
            default,
        })
    }

    pub(super) fn evaluate(&self, rows: &RecordBatch, groups: &[Range<usize>]) -> Result<ArrayRef> {
        let values = self.value.evaluate(rows)?.into_array(rows.num_rows())?;
        let places = groups.iter().flat_map(|group| {
            group.clone().map(|row| {
                let place = i64::try_from(row).ok()?.checked_add(self.distance)?;
                let place = usize::try_from(place).ok()?;
                group
                    .contains(&place)
                    .then(|| u32::try_from(place).ok())
                    .flatten()
            })
        });
        let places: UInt32Array = places.collect();
        let shifted = take(&values, &places, None)?;
        if self.default.is_null() {
            return Ok(shifted);
        }
        let has_row: BooleanArray = places.iter().map(|place| Some(place.is_some())).collect();
        Ok(zip(&has_row, &shifted, &self.default.to_scalar()?)?)
    }
}

fn constant(argument: &Arc<dyn PhysicalExpr>) -> Option<&ScalarValue> {
    argument.downcast_ref::<Literal>().map(Literal::value)
}

fn distance(argument: &Arc<dyn PhysicalExpr>) -> Option<i64> {
    // Its negative is one too.
    constant_integer(argument).filter(|distance| distance.checked_neg().is_some())
}
