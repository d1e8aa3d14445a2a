//! Division of decimals that returns the nearest double, as in DuckDB.
//!
//! The stock operator keeps four digits more than its left operand has, and truncates the rest:
//! `20::DECIMAL / 30` is 0.6666, and the shares of a total do not add up to it.
//!
//! Upstream: none found: decimal division truncates its result four digits behind the scale of the dividend
//! Retire when: `SELECT 2.00 / 3` is rounded and keeps as many digits as a double on the stock engine.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Decimal256Type, Int64Type, i256};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, exec_err, plan_err};
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, Operator, ScalarFunctionArgs, ScalarUDFImpl, Signature,
    Volatility,
};

use crate::functions::kernels::nearest_double::{power_of_ten, quotient, small_quotient};

/// `a / b` of decimals and whole numbers as a double, rounded once.
///
/// A NULL argument gives NULL, a denominator of zero is an error.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct DecimalQuotient {
    signature: Signature,
}

impl Default for DecimalQuotient {
    fn default() -> Self {
        Self {
            signature: Signature::user_defined(Volatility::Immutable),
        }
    }
}

impl ScalarUDFImpl for DecimalQuotient {
    fn name(&self) -> &'static str {
        "decimal_quotient"
    }

    // Keeps the operator's name in columns and plans.
    fn display_name(&self, args: &[Expr]) -> Result<String> {
        let [left, right] = args else {
            return plan_err!("{} takes 2 arguments", self.name());
        };
        let (left, right) = (Box::new(left.clone()), Box::new(right.clone()));
        Ok(Expr::BinaryExpr(BinaryExpr::new(left, Operator::Divide, right)).to_string())
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let [left, right] = args else {
            return plan_err!("{} takes 2 arguments", self.name());
        };
        Ok(format!("{} / {}", left.schema_name(), right.schema_name()))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(arg_types.iter().map(read_as).collect())
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [left, right] = args.args.as_slice() else {
            return plan_err!("{} takes 2 arguments", self.name());
        };
        let rows = match (left, right) {
            (ColumnarValue::Scalar(_), ColumnarValue::Scalar(_)) => 1,
            _ => args.number_rows,
        };
        let result = divide(
            &QuotientOperand::new(left)?,
            &QuotientOperand::new(right)?,
            rows,
        )?;
        Ok(match (left, right) {
            (ColumnarValue::Scalar(_), ColumnarValue::Scalar(_)) => {
                ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?)
            }
            _ => ColumnarValue::Array(Arc::new(result)),
        })
    }
}

/// Type in which values are read.
fn read_as(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Decimal32(digits, scale) | DataType::Decimal64(digits, scale) => {
            DataType::Decimal128(*digits, *scale)
        }
        DataType::Decimal128(..) | DataType::Decimal256(..) => data_type.clone(),
        DataType::UInt64 => DataType::Decimal128(20, 0),
        _ => DataType::Int64,
    }
}

/// Doubles are exact for whole numbers up to this limit.
const EXACT: i64 = 1 << 53;

#[expect(clippy::cast_precision_loss, reason = "not beyond 2^53")]
const fn exact_double(value: i64) -> f64 {
    value as f64
}

/// One operand: a column, or one value for all rows.
struct QuotientOperand {
    values: ArrayRef,
    scale: i8,
    is_single: bool,
}

impl QuotientOperand {
    fn new(value: &ColumnarValue) -> Result<Self> {
        let (values, is_single) = match value {
            ColumnarValue::Array(array) => (Arc::clone(array), false),
            ColumnarValue::Scalar(scalar) => (scalar.to_array()?, true),
        };
        let (values, scale) = match values.data_type().clone() {
            DataType::Decimal128(_, scale) | DataType::Decimal256(_, scale) => (values, scale),
            _ => (cast(&values, &DataType::Int64)?, 0),
        };
        Ok(Self {
            values,
            scale,
            is_single,
        })
    }

    /// Values times `factor`; `None` if one is not exact, or the single value is NULL.
    fn doubles(&self, factor: i128) -> Option<ExactDoubles> {
        if self.is_single && self.values.is_null(0) {
            return None;
        }
        let factor = i64::try_from(factor).ok()?;
        let room = EXACT.checked_div(factor)?;
        let exact = |value: i64| {
            (value.unsigned_abs() <= room.unsigned_abs()).then(|| exact_double(value * factor))
        };
        let values: Option<Vec<f64>> = match self.values.data_type() {
            DataType::Int64 => {
                let values = self.values.as_primitive::<Int64Type>().values().iter();
                values.map(|value| exact(*value)).collect()
            }
            DataType::Decimal128(..) => {
                let values = self.values.as_primitive::<Decimal128Type>().values().iter();
                values
                    .map(|value| i64::try_from(*value).ok().and_then(exact))
                    .collect()
            }
            _ => None,
        };
        let nulls = if self.is_single {
            None
        } else {
            self.values.nulls().cloned()
        };
        Some(ExactDoubles {
            values: values?,
            nulls,
            is_single: self.is_single,
        })
    }

    fn get(&self, row: usize) -> QuotientValue {
        let row = if self.is_single { 0 } else { row };
        if self.values.is_null(row) {
            return QuotientValue::Null;
        }
        match self.values.data_type() {
            DataType::Int64 => {
                QuotientValue::Small(self.values.as_primitive::<Int64Type>().value(row).into())
            }
            DataType::Decimal128(..) => {
                QuotientValue::Small(self.values.as_primitive::<Decimal128Type>().value(row))
            }
            _ => QuotientValue::Large(self.values.as_primitive::<Decimal256Type>().value(row)),
        }
    }
}

/// Whole numbers that are exact doubles: their quotient is rounded once.
struct ExactDoubles {
    values: Vec<f64>,
    nulls: Option<NullBuffer>,
    is_single: bool,
}

impl ExactDoubles {
    fn get(&self, row: usize) -> f64 {
        self.values[if self.is_single { 0 } else { row }]
    }
}

/// `None` if a denominator is zero; the evaluation by rows reports that error.
fn divide_exact_doubles(
    numerators: &ExactDoubles,
    denominators: &ExactDoubles,
    rows: usize,
) -> Option<Float64Array> {
    if denominators.values.contains(&0.0) {
        return None;
    }
    let values: Vec<f64> = if denominators.is_single && !numerators.is_single {
        let denominator = denominators.get(0);
        let values = numerators.values.iter();
        values.map(|numerator| numerator / denominator).collect()
    } else {
        (0..rows)
            .map(|row| numerators.get(row) / denominators.get(row))
            .collect()
    };
    let nulls = NullBuffer::union(numerators.nulls.as_ref(), denominators.nulls.as_ref());
    Some(Float64Array::new(values.into(), nulls))
}

#[derive(Clone, Copy)]
enum QuotientValue {
    Null,
    Small(i128),
    Large(i256),
}

impl QuotientValue {
    fn wide(self) -> Option<i256> {
        match self {
            Self::Null => None,
            Self::Small(value) => Some(value.into()),
            Self::Large(value) => Some(value),
        }
    }
}

fn divide(left: &QuotientOperand, right: &QuotientOperand, rows: usize) -> Result<Float64Array> {
    let more = i32::from(right.scale) - i32::from(left.scale);
    let factor = power_of_ten(more.unsigned_abs());
    let factor = factor.ok_or_else(|| exec_datafusion_err!("too many digits to divide"))?;
    let (above, below) = if more > 0 {
        (factor, i256::ONE)
    } else {
        (i256::ONE, factor)
    };
    let narrow = above.to_i128().zip(below.to_i128());
    let exact = narrow.and_then(|(above, below)| {
        divide_exact_doubles(&left.doubles(above)?, &right.doubles(below)?, rows)
    });
    if let Some(exact) = exact {
        return Ok(exact);
    }
    let mut values = Vec::with_capacity(rows);
    let mut known = Vec::with_capacity(rows);
    for row in 0..rows {
        let (numerator, denominator) = (left.get(row), right.get(row));
        if let (QuotientValue::Small(n), QuotientValue::Small(d), Some((above, below))) =
            (numerator, denominator, narrow)
            && let Some((n, d)) = n.checked_mul(above).zip(d.checked_mul(below))
            && let Some(value) = small_quotient(n, d)
        {
            values.push(value);
            known.push(true);
            continue;
        }
        let value = match (numerator.wide(), denominator.wide()) {
            (Some(n), Some(d)) => Some(large(n, d, above, below)?),
            _ => None,
        };
        values.push(value.unwrap_or_default());
        known.push(value.is_some());
    }
    Ok(Float64Array::new(
        values.into(),
        Some(NullBuffer::from(known)),
    ))
}

/// No type is wider than 76 digits, so larger operands are divided as doubles.
fn large(numerator: i256, denominator: i256, above: i256, below: i256) -> Result<f64> {
    let room = i256::ONE << 253;
    let fits = |value: &i256| value.wrapping_abs() < room;
    let numerator_scaled = numerator.checked_mul(above).filter(fits);
    let denominator_scaled = denominator.checked_mul(below).filter(fits);
    let found = match (numerator_scaled, denominator_scaled) {
        (Some(n), Some(d)) => quotient(n, d),
        _ => quotient(numerator, denominator)
            .zip(quotient(above, below))
            .map(|(value, factor)| value * factor),
    };
    match found {
        Some(value) => Ok(value),
        None => exec_err!("division by zero: write nullif(.., 0) around what is divided by"),
    }
}
