//! Casts that round: decimals to whole numbers half away from zero, doubles to whole numbers half to even,
//! and doubles to decimals by their displayed digits, as `PostgreSQL` does.
//!
//! Upstream: none found: see `planner/correctness/numbers/casts.rs`
//! Retire when: `planner/correctness/numbers/casts.rs` is deleted.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, PrimitiveArray};
use arrow::compute::{CastOptions, cast_with_options, is_null};
use arrow::datatypes::{
    DataType, Decimal128Type, Decimal256Type, DecimalType, Float32Type, Float64Type, i256,
};
use arrow::util::display::array_value_to_string;
use datafusion::common::{Result, ScalarValue, exec_err, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use std::sync::Arc;

use crate::functions::kernels::nearest_double::{
    power_of_ten, quotient, rescaled, shortest, shortest_single,
};

/// `rounded_cast(x, NULL::type)`: casts x to the type of the second argument, whose value is ignored.
///
/// NULL gives NULL. Values that do not fit the type, NaN and infinities are errors, or NULL for `TRY_CAST`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct RoundedCast {
    is_tried: bool,
    signature: Signature,
}

impl RoundedCast {
    pub(crate) fn new(is_tried: bool) -> Self {
        Self {
            is_tried,
            signature: Signature::any(2, Volatility::Immutable),
        }
    }

    fn shown(&self, args: &[String], to: &DataType) -> String {
        let cast = if self.is_tried { "TRY_CAST" } else { "CAST" };
        format!("{cast}({} AS {to})", args.first().map_or("", |name| name))
    }
}

fn wanted(args: &[Expr]) -> DataType {
    match args.get(1) {
        Some(Expr::Literal(value, _)) => value.data_type(),
        _ => DataType::Null,
    }
}

impl ScalarUDFImpl for RoundedCast {
    fn name(&self) -> &'static str {
        if self.is_tried {
            "try_rounded_cast"
        } else {
            "rounded_cast"
        }
    }

    // Keeps the cast's name in columns and plans.
    fn display_name(&self, args: &[Expr]) -> Result<String> {
        let names: Vec<String> = args.iter().map(ToString::to_string).collect();
        Ok(self.shown(&names, &wanted(args)))
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        // A cast has the name of its operand.
        Ok(args
            .first()
            .map(|arg| arg.schema_name().to_string())
            .unwrap_or_default())
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        match arg_types {
            [_, to] => Ok(to.clone()),
            _ => plan_err!("{} takes 2 arguments", self.name()),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let to = args.return_field.data_type();
        match &args.args[0] {
            ColumnarValue::Array(values) => {
                Ok(ColumnarValue::Array(convert(values, to, self.is_tried)?))
            }
            ColumnarValue::Scalar(value) => {
                let result = convert(&value.to_array()?, to, self.is_tried)?;
                Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                    &result, 0,
                )?))
            }
        }
    }
}

fn convert(values: &ArrayRef, to: &DataType, is_tried: bool) -> Result<ArrayRef> {
    let result = attempt(values, to)?;
    if is_tried || result.null_count() == values.null_count() {
        return Ok(result);
    }
    let lost: BooleanArray = is_null(&result)?;
    let lost = (0..values.len()).find(|&row| lost.value(row) && values.is_valid(row));
    let text = array_value_to_string(values, lost.unwrap_or_default())?;
    if to.is_decimal() {
        exec_err!("{text} does not fit in {}", decimal_name(to))
    } else {
        exec_err!(
            "{text} does not fit in a whole number of {} bits: keep it a DOUBLE or a DECIMAL, or TRY_CAST it",
            to.primitive_width().unwrap_or(8) * 8
        )
    }
}

fn decimal_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Decimal32(digits, scale)
        | DataType::Decimal64(digits, scale)
        | DataType::Decimal128(digits, scale)
        | DataType::Decimal256(digits, scale) => format!("DECIMAL({digits}, {scale})"),
        other => other.to_string(),
    }
}

/// Casts the values to `to`; NULL where they do not fit.
fn attempt(values: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let safe = CastOptions {
        safe: true,
        ..CastOptions::default()
    };
    let whole: ArrayRef = match (values.data_type(), to) {
        (DataType::Float64, of) if of.is_integer() => Arc::new(
            values
                .as_primitive::<Float64Type>()
                .unary::<_, Float64Type>(f64::round_ties_even),
        ),
        (DataType::Float32, of) if of.is_integer() => Arc::new(
            values
                .as_primitive::<Float32Type>()
                .unary::<_, Float32Type>(f32::round_ties_even),
        ),
        (DataType::Float16, _) => {
            let single = cast_with_options(values, &DataType::Float32, &safe)?;
            return attempt(&single, to);
        }
        (of, DataType::Float64) if of.is_decimal() => return nearest(values),
        (DataType::Float64, of) if of.is_decimal() => {
            let values = values.as_primitive::<Float64Type>();
            return decimals(values.iter().map(|value| value.map(shortest)), to);
        }
        (DataType::Float32, of) if of.is_decimal() => {
            let values = values.as_primitive::<Float32Type>();
            return decimals(values.iter().map(|value| value.map(shortest_single)), to);
        }
        (DataType::Decimal32(digits, _), of) if of.is_integer() => {
            rounded(values, DataType::Decimal32(*digits, 0))?
        }
        (DataType::Decimal64(digits, _), of) if of.is_integer() => {
            rounded(values, DataType::Decimal64(*digits, 0))?
        }
        (DataType::Decimal128(digits, _), of) if of.is_integer() => {
            rounded(values, DataType::Decimal128(*digits, 0))?
        }
        (DataType::Decimal256(digits, _), of) if of.is_integer() => {
            rounded(values, DataType::Decimal256(*digits, 0))?
        }
        _ => Arc::clone(values),
    };
    Ok(cast_with_options(&whole, to, &safe)?)
}

/// Casts to a decimal without scale, rounding half away from zero.
fn rounded(values: &ArrayRef, to: DataType) -> Result<ArrayRef> {
    let widened = match to {
        // Rounding may add a digit: 9.9 has two digits and so has 10; 0.9 has one digit and so has 1.
        DataType::Decimal32(0..=8, _) => DataType::Decimal32(9, 0),
        DataType::Decimal64(0..=17, _) => DataType::Decimal64(18, 0),
        DataType::Decimal128(0..=37, _) => DataType::Decimal128(38, 0),
        DataType::Decimal256(0..=75, _) => DataType::Decimal256(76, 0),
        full => full,
    };
    let safe = CastOptions {
        safe: true,
        ..CastOptions::default()
    };
    Ok(cast_with_options(values, &widened, &safe)?)
}

/// Double nearest to each decimal.
fn nearest(values: &ArrayRef) -> Result<ArrayRef> {
    let (DataType::Decimal32(_, scale)
    | DataType::Decimal64(_, scale)
    | DataType::Decimal128(_, scale)
    | DataType::Decimal256(_, scale)) = values.data_type()
    else {
        return internal_err!("{} is not a decimal", values.data_type());
    };
    let Some(unit) = u32::try_from(*scale).ok().and_then(power_of_ten) else {
        return Ok(arrow::compute::cast(values, &DataType::Float64)?);
    };
    if let DataType::Decimal256(..) = values.data_type() {
        let wide = values.as_primitive::<Decimal256Type>().iter();
        let doubles: Float64Array = wide.map(|value| quotient(value?, unit)).collect();
        return Ok(Arc::new(doubles));
    }
    let narrow = arrow::compute::cast(values, &DataType::Decimal128(38, *scale))?;
    let narrow = narrow.as_primitive::<Decimal128Type>().iter();
    let doubles: Float64Array = narrow
        .map(|value| quotient(i256::from_i128(value?), unit))
        .collect();
    Ok(Arc::new(doubles))
}

/// Decimals from digits and the number of digits after the point.
fn decimals(
    values: impl Iterator<Item = Option<Option<(i128, i32)>>>,
    to: &DataType,
) -> Result<ArrayRef> {
    let (digits, scale) = match to {
        DataType::Decimal32(digits, scale)
        | DataType::Decimal64(digits, scale)
        | DataType::Decimal128(digits, scale)
        | DataType::Decimal256(digits, scale) => (*digits, *scale),
        _ => return internal_err!("{to} is not a decimal"),
    };
    if let DataType::Decimal256(..) = to {
        let wide = values.map(|value| {
            let (value, has) = value??;
            let more = u32::try_from(i32::from(scale) - has).ok();
            let wide = match more {
                Some(more) => i256::from_i128(10)
                    .checked_pow(more)
                    .and_then(|unit| i256::from_i128(value).checked_mul(unit)),
                None => rescaled(value, has, i32::from(scale)).map(i256::from_i128),
            };
            wide.filter(|v| Decimal256Type::validate_decimal_precision(*v, digits, scale).is_ok())
        });
        let array: PrimitiveArray<Decimal256Type> = wide.collect();
        return Ok(Arc::new(array.with_data_type(to.clone())));
    }
    let narrow = values.map(|value| {
        let (value, has) = value??;
        rescaled(value, has, i32::from(scale))
            .filter(|v| Decimal128Type::validate_decimal_precision(*v, digits, scale).is_ok())
    });
    let array: PrimitiveArray<Decimal128Type> = narrow.collect();
    let array = array.with_data_type(DataType::Decimal128(38.min(digits), scale));
    Ok(arrow::compute::cast(&array, to)?)
}
