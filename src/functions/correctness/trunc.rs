//! `trunc(x, n)` of a double, by its own digits: `trunc(4.35, 2)` is 4.35, not 4.34.
//!
//! Upstream: none found: `trunc(4.35::DOUBLE, 2)` is 4.34
//! Retire when: `SELECT trunc(4.35::DOUBLE, 2)` is 4.35 on the stock engine.

use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::functions::math::trunc::TruncFunc;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};

use super::round::{by_digits, scaled, unscaled};
use crate::functions::kernels::nearest_double::shortest;

/// The stock function, except for doubles with digits after the point.
#[derive(Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct TruncDouble {
    stock: TruncFunc,
}

impl ScalarUDFImpl for TruncDouble {
    fn name(&self) -> &str {
        self.stock.name()
    }

    fn signature(&self) -> &Signature {
        self.stock.signature()
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.stock.return_type(arg_types)
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
            // Far from a whole number, the error of the product cannot change the result.
            if (scaled - scaled.round()).abs() > 1e-4 && scaled.abs() < 1e11 {
                return unscaled(scaled.trunc(), places);
            }
            cut(value, places)
        })
    }

    fn output_ordering(&self, input: &[ExprProperties]) -> Result<SortProperties> {
        self.stock.output_ordering(input)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.stock.documentation()
    }
}

/// Truncates by the displayed digits.
#[expect(clippy::cast_precision_loss, reason = "doubles have 17 digits")]
fn cut(value: f64, places: i32) -> f64 {
    let Some((digits, scale)) = shortest(value).filter(|(_, scale)| *scale > places) else {
        return value;
    };
    let unit = 10_i128.checked_pow(scale.abs_diff(places));
    unit.map_or(0.0, |unit| unscaled((digits / unit) as f64, places))
}
