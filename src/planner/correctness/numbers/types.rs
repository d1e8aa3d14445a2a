//! Types of numbers and dates, and casts between them, for the rules of this folder.
//!
//! Upstream: none of its own; see the files beside it
//! Retire when: they are gone.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::{Cast, ScalarFunction};
use datafusion::logical_expr::type_coercion::binary::BinaryTypeCoercer;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, ScalarUDF};

use crate::functions::correctness::RoundedCast;
use crate::functions::kernels::nearest_double;

/// The type of an expression; `None` if it is unknown.
pub(super) type KnownDataType = Option<DataType>;

/// The type of a binary expression from the types of its sides.
pub(super) fn of_binary(binary: &BinaryExpr, children: &[KnownDataType]) -> KnownDataType {
    let [Some(left), Some(right)] = children else {
        return None;
    };
    match binary.op {
        Operator::Plus | Operator::Minus | Operator::Multiply | Operator::Divide
            if left == right && left.is_integer() =>
        {
            Some(left.clone())
        }
        op => BinaryTypeCoercer::new(left, &op, right)
            .get_result_type()
            .ok(),
    }
}

pub(super) fn is_text(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

/// True for dates and timestamps, false for times of day and lengths of time.
pub(super) fn is_date(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)
    )
}

/// Number of all digits, and of those after the point.
pub(crate) fn digits(data_type: &DataType) -> Option<(u8, i8)> {
    match data_type {
        DataType::Decimal32(digits, scale)
        | DataType::Decimal64(digits, scale)
        | DataType::Decimal128(digits, scale)
        | DataType::Decimal256(digits, scale) => Some((*digits, *scale)),
        DataType::Int8 | DataType::UInt8 => Some((3, 0)),
        DataType::Int16 | DataType::UInt16 => Some((5, 0)),
        DataType::Int32 | DataType::UInt32 => Some((10, 0)),
        DataType::Int64 | DataType::UInt64 => Some((20, 0)),
        _ => None,
    }
}

/// True if there are both doubles and decimals: the decimals become doubles, as in `PostgreSQL` and
/// DuckDB.
pub(super) fn has_mixed<'a>(mut types: impl Iterator<Item = &'a DataType> + Clone) -> bool {
    types.clone().any(DataType::is_floating) && types.any(DataType::is_decimal)
}

/// The text of `expression`, if it is a text literal.
pub(super) fn text_literal(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Literal(
            ScalarValue::Utf8(Some(text))
            | ScalarValue::LargeUtf8(Some(text))
            | ScalarValue::Utf8View(Some(text)),
            _,
        ) => Some(text),
        _ => None,
    }
}

pub(super) fn cast_to(expression: Expr, data_type: DataType) -> Expr {
    Expr::Cast(Cast::new(Box::new(expression), data_type))
}

/// `expression`, of type `decimal`, as a double. Literals are converted here, so that no row is cast.
///
/// # Errors
/// When a literal cannot be cast.
pub(super) fn as_double(expression: Expr, decimal: &DataType) -> Result<Expr> {
    if let Some((double, _)) = literal_double(&expression) {
        return Ok(double);
    }
    // Rules that decorrelate subqueries do not see a column in a function, so it is used only where the
    // cast is wrong.
    if is_exact_in_double(decimal) {
        Ok(cast_to(expression, DataType::Float64))
    } else {
        rounded_cast(expression, &DataType::Float64, false)
    }
}

/// True if the stock cast to a double rounds only once: a double holds every integer of 15 digits.
pub(super) fn is_exact_in_double(decimal: &DataType) -> bool {
    digits(decimal).is_some_and(|(digits, _)| digits <= 15)
}

/// `expression` cast to `to`, rounded once.
///
/// # Errors
/// When the type has no NULL.
pub(super) fn rounded_cast(expression: Expr, to: &DataType, is_tried: bool) -> Result<Expr> {
    let wanted = Expr::Literal(ScalarValue::try_new_null(to)?, None);
    let function = Arc::new(ScalarUDF::new_from_impl(RoundedCast::new(is_tried)));
    let arguments = vec![expression, wanted];
    Ok(Expr::ScalarFunction(ScalarFunction::new_udf(
        function, arguments,
    )))
}

/// The double nearest to a literal number, and true if it is exact.
fn literal_double(expression: &Expr) -> Option<(Expr, bool)> {
    match expression {
        Expr::Literal(value, metadata) => {
            let (double, is_exact) = double(value)?;
            let double = ScalarValue::Float64(double);
            Some((Expr::Literal(double, metadata.clone()), is_exact))
        }
        Expr::Negative(inner) => match literal_double(inner)? {
            (Expr::Literal(ScalarValue::Float64(Some(double)), metadata), is_exact) => Some((
                Expr::Literal(ScalarValue::Float64(Some(-double)), metadata),
                is_exact,
            )),
            _ => None,
        },
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "told by the second value")]
fn double(value: &ScalarValue) -> Option<(Option<f64>, bool)> {
    let (digits, scale) = match value {
        ScalarValue::Null => return Some((None, true)),
        ScalarValue::Int64(Some(value)) => {
            return Some((Some(*value as f64), value.unsigned_abs() <= 1 << 53));
        }
        ScalarValue::Decimal128(Some(digits), _, scale) => (*digits, *scale),
        ScalarValue::Decimal256(Some(_), ..) => {
            let nearest = value.to_string().parse().ok()?;
            return Some((Some(nearest), false));
        }
        ScalarValue::Decimal128(None, ..) | ScalarValue::Decimal256(None, ..) => {
            return Some((None, true));
        }
        _ => return None,
    };
    let below = nearest_double::power_of_ten(u32::try_from(scale).ok()?)?;
    let nearest = nearest_double::quotient(digits.into(), below)?;
    Some((Some(nearest), is_dyadic(digits, scale)))
}

/// True if a double can be exactly `digits / 10^scale`: without the fives, a power of two is left
/// below.
fn is_dyadic(digits: i128, scale: i8) -> bool {
    let fives = u32::try_from(scale)
        .ok()
        .and_then(|n| 5_i128.checked_pow(n));
    let whole = fives
        .filter(|fives| digits % fives == 0)
        .map(|fives| digits / fives);
    whole.is_some_and(|whole| whole.unsigned_abs() <= 1 << 53)
}

/// `expression` with its literals as doubles, if its values come from literals alone and each is
/// exactly a double; `None` otherwise.
pub(super) fn exact_doubles(expression: &Expr) -> Option<Expr> {
    match expression {
        Expr::Case(case) => {
            let mut case = case.clone();
            for (_, then) in &mut case.when_then_expr {
                **then = exact_doubles(then)?;
            }
            if let Some(otherwise) = &mut case.else_expr {
                **otherwise = exact_doubles(otherwise)?;
            }
            Some(Expr::Case(case))
        }
        literal => literal_double(literal)
            .filter(|(_, is_exact)| *is_exact)
            .map(|(double, _)| double),
    }
}
