//! `CASE WHEN .. THEN 1 ELSE '2' END`: a text literal beside numbers is a number.
//!
//! In `PostgreSQL` and DuckDB a quoted literal has no type of its own and takes that of its neighbours.
//! The stock engine coerces the numbers to texts.
//!
//! Upstream: none found: string literals are Utf8, not of unknown type
//! Retire when: `arrow_typeof(CASE WHEN true THEN 1 ELSE '2' END)` is a number on the stock engine.

use arrow::datatypes::{DECIMAL128_MAX_PRECISION, DECIMAL256_MAX_PRECISION, DataType};
use datafusion::common::{Column, Result, ScalarValue, plan_datafusion_err};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::Expr;

use crate::functions::kernels::nearest_double;
use crate::sql_type;

/// `text` as a number beside one of type `beside`, and its type: an integer beside integers, a double
/// beside doubles, a decimal with its own digits beside decimals. `neighbour` is the other operand.
///
/// # Errors
/// When it is no such number.
pub(super) fn number(
    text: &str,
    beside: &DataType,
    neighbour: Option<&Expr>,
) -> Result<(Expr, DataType)> {
    let value = match beside {
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => decimal(text.trim()),
        _ => ScalarValue::Utf8(Some(text.trim().to_owned()))
            .cast_to(beside)
            .ok(),
    };
    let value = value.filter(|value| !value.is_null());
    let value = value.ok_or_else(|| no_number(text, beside, neighbour))?;
    let data_type = value.data_type();
    Ok((Expr::Literal(value, None), data_type))
}

fn no_number(text: &str, beside: &DataType, neighbour: Option<&Expr>) -> DataFusionError {
    let kind = if beside.is_integer() {
        "a whole number"
    } else {
        "a number"
    };
    let its_type = sql_type::name(beside);
    match neighbour {
        Some(Expr::Column(Column { name, .. })) => plan_datafusion_err!(
            "'{text}' is not {kind}, and {name} is {its_type}: write a number, or CAST({name} AS VARCHAR)"
        ),
        _ => plan_datafusion_err!(
            "'{text}' is not {kind} and stands beside {its_type}: write a number, or CAST(.. AS VARCHAR) \
             around what it stands beside"
        ),
    }
}

/// A decimal with the digits of the text, as for a literal without quotes.
fn decimal(text: &str) -> Option<ScalarValue> {
    let (sign, rest) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (&text[..1], rest),
        None => ("", text),
    };
    if rest.contains(['e', 'E']) {
        let (digits, scale) = nearest_double::shortest(text.parse().ok()?)?;
        let wanted = scale.max(0);
        let value = nearest_double::rescaled(digits, scale, wanted)?;
        let scale = i8::try_from(wanted).ok().filter(|scale| *scale <= 38)?;
        return Some(ScalarValue::Decimal128(Some(value), 38, scale));
    }
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || whole.len() + fraction.len() == 0 {
        return None;
    }
    let scale = u8::try_from(fraction.len()).ok()?;
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0').len();
    let digits = u8::try_from(digits).ok()?.max(scale).max(1);
    let with_sign = format!("{sign}{whole}.{fraction}0");
    ScalarValue::Utf8(Some(with_sign))
        .cast_to(&narrowest(digits, i8::try_from(scale).ok()?)?)
        .ok()
}

/// The narrowest decimal type of so many digits; `None` if no type has them.
const fn narrowest(digits: u8, scale: i8) -> Option<DataType> {
    match digits {
        digits if digits <= DECIMAL128_MAX_PRECISION => Some(DataType::Decimal128(digits, scale)),
        digits if digits <= DECIMAL256_MAX_PRECISION => Some(DataType::Decimal256(digits, scale)),
        _ => None,
    }
}
