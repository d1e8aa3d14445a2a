//! `round(x, n)` of a double, by its own digits: `round(1.005, 2)` is 1.01.
//!
//! The stock function multiplies by 100, which gives 100.49999999999999, and rounds that. `PostgreSQL` has
//! no such function for doubles; a cast to a decimal is needed first, which has the displayed digits.
//!
//! Upstream: none found: `round(1.005::DOUBLE, 2)` is 1.0
//! Retire when: `SELECT round(1.005::DOUBLE, 2), round(2.675::DOUBLE, 2)` is 1.01 and 2.68 on the stock engine.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef, Float64Type, Int32Type};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::functions::math::round::RoundFunc;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};

use crate::functions::kernels::nearest_double::{rescaled, shortest};

/// Doubles of at least this magnitude are whole.
const WHOLE: f64 = 4_503_599_627_370_496.0;

/// The stock function, except for doubles with digits after the point.
#[derive(Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct RoundDouble {
    stock: RoundFunc,
}

impl ScalarUDFImpl for RoundDouble {
    fn name(&self) -> &str {
        self.stock.name()
    }

    fn signature(&self) -> &Signature {
        self.stock.signature()
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        internal_err!("round has a return field, not a return type")
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.stock.return_field_from_args(args)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        if args.args.len() != 2 || args.args[0].data_type() != DataType::Float64 {
            return self.stock.invoke_with_args(args);
        }
        by_digits(&args, |value, places| {
            let Some(scaled) = scaled(value, places) else {
                return value;
            };
            // Far from a half, the error of the product cannot change the rounding.
            let off = (scaled - scaled.trunc()).abs() - 0.5;
            if off.abs() > 1e-4 && scaled.abs() < 1e11 {
                return unscaled(scaled.round(), places);
            }
            rounded(value, places)
        })
    }

    fn output_ordering(&self, input: &[ExprProperties]) -> Result<SortProperties> {
        self.stock.output_ordering(input)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.stock.documentation()
    }
}

/// `value * 10^places`; `None` if there are no digits to round.
pub(super) fn scaled(value: f64, places: i32) -> Option<f64> {
    if !value.is_finite() || (places >= 0 && value.abs() >= WHOLE) || places > 17 {
        return None;
    }
    Some(if places >= 0 {
        value * 10_f64.powi(places)
    } else {
        value / 10_f64.powi(places.saturating_neg().min(400))
    })
}

/// Double nearest to `whole / 10^places`.
pub(super) fn unscaled(whole: f64, places: i32) -> f64 {
    if places >= 0 {
        whole / 10_f64.powi(places)
    } else {
        whole * 10_f64.powi(places.saturating_neg().min(400))
    }
}

/// Rounds by the displayed digits.
#[expect(clippy::cast_precision_loss, reason = "doubles have 17 digits")]
fn rounded(value: f64, places: i32) -> f64 {
    let rounded = shortest(value).and_then(|(digits, scale)| {
        if scale <= places {
            None
        } else {
            rescaled(digits, scale, places)
        }
    });
    rounded.map_or(value, |whole| unscaled(whole as f64, places))
}

/// Calls `function` with each double and its number of places.
pub(super) fn by_digits(
    args: &ScalarFunctionArgs,
    function: impl Fn(f64, i32) -> f64,
) -> Result<ColumnarValue> {
    if let [ColumnarValue::Scalar(value), ColumnarValue::Scalar(places)] = args.args.as_slice() {
        let result = pairs(&value.to_array()?, &places.to_array()?, function)?;
        return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
            &result, 0,
        )?));
    }
    let columns = ColumnarValue::values_to_arrays(&args.args)?;
    let result = pairs(&columns[0], &columns[1], function)?;
    Ok(ColumnarValue::Array(Arc::new(result)))
}

fn pairs(
    values: &ArrayRef,
    places: &ArrayRef,
    function: impl Fn(f64, i32) -> f64,
) -> Result<Float64Array> {
    let places = cast(places, &DataType::Int32)?;
    let places = places.as_primitive::<Int32Type>().iter();
    let values = values.as_primitive::<Float64Type>().iter();
    Ok(values
        .zip(places)
        .map(|(value, places)| Some(function(value?, places?)))
        .collect())
}
