//! A double with one bit pattern of zero and one of NaN, for code that compares bits.
//!
//! Upstream: none found: see `planner/correctness/numbers/zeros.rs`
//! Retire when: `planner/correctness/numbers/zeros.rs` is deleted.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

/// `plain_double(x)`: returns 0.0 for -0.0, and the same NaN for every NaN.
///
/// NULL gives NULL.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct PlainDouble {
    signature: Signature,
}

impl Default for PlainDouble {
    fn default() -> Self {
        Self {
            signature: Signature::any(1, Volatility::Immutable),
        }
    }
}

impl ScalarUDFImpl for PlainDouble {
    fn name(&self) -> &'static str {
        "plain_double"
    }

    // Keeps the argument's name in columns and plans.
    fn display_name(&self, args: &[Expr]) -> Result<String> {
        Ok(args.first().map(ToString::to_string).unwrap_or_default())
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let name = args.first().map(|arg| arg.schema_name().to_string());
        Ok(name.unwrap_or_default())
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        match arg_types {
            [of] => Ok(of.clone()),
            _ => internal_err!("plain_double takes 1 argument"),
        }
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match &args.args[0] {
            ColumnarValue::Array(values) => Ok(ColumnarValue::Array(plain(values))),
            ColumnarValue::Scalar(value) => {
                let result = plain(&value.to_array()?);
                Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                    &result, 0,
                )?))
            }
        }
    }
}

fn plain(values: &ArrayRef) -> ArrayRef {
    match values.data_type() {
        DataType::Float64 => {
            let plain = |value: f64| {
                if value.is_nan() {
                    f64::NAN
                } else {
                    value + 0.0
                }
            };
            Arc::new(
                values
                    .as_primitive::<Float64Type>()
                    .unary::<_, Float64Type>(plain),
            )
        }
        DataType::Float32 => {
            let plain = |value: f32| {
                if value.is_nan() {
                    f32::NAN
                } else {
                    value + 0.0
                }
            };
            Arc::new(
                values
                    .as_primitive::<Float32Type>()
                    .unary::<_, Float32Type>(plain),
            )
        }
        _ => Arc::clone(values),
    }
}
