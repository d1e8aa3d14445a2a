//! Signature of a KPI function: its parameters, the coercion of argument types to them, and the constants
//! among the arguments.

use arrow::datatypes::{
    DECIMAL128_MAX_PRECISION, DECIMAL256_MAX_PRECISION, DataType, IntervalUnit,
};
use datafusion::common::{Result, ScalarValue, plan_err};

use super::instants::common_instant;
use super::parameter::{FunctionParameter, ParameterKind, fits, is_flag, is_text, unpacked};
use crate::functions::kernels::numbers::readable;

/// Types of a call's arguments after coercion, if they fit `parameters`.
///
/// One more text argument than there are parameters is accepted: the session's treatment of invalid values,
/// which the engine appends.
pub(crate) fn coerced(
    function: &str,
    parameters: &[FunctionParameter],
    types: &[DataType],
) -> Result<Option<Vec<DataType>>> {
    let (own, policy) = match types {
        [own @ .., last] if !fits_last(parameters, types) && is_text(last) => (own, Some(last)),
        own => (own, None),
    };
    let required = parameters
        .iter()
        .filter(|parameter| !parameter.optional)
        .count();
    if own.len() < required || own.len() > parameters.len() {
        return Ok(None);
    }
    if !own
        .iter()
        .zip(parameters)
        .all(|(data_type, parameter)| fits(parameter.kind, data_type))
    {
        return Ok(None);
    }
    let instant = common_instant(function, parameters, own)?;
    let amount = common_amount(parameters, own);
    let mut coerced: Vec<_> = own
        .iter()
        .zip(parameters)
        .map(|(data_type, parameter)| target(parameter.kind, data_type, &instant, amount.as_ref()))
        .collect();
    coerced.extend(policy.map(|_| DataType::Utf8));
    Ok(Some(coerced))
}

fn fits_last(parameters: &[FunctionParameter], types: &[DataType]) -> bool {
    match (parameters.get(types.len() - 1), types.last()) {
        (Some(parameter), Some(data_type)) => fits(parameter.kind, data_type),
        _ => false,
    }
}

fn target(
    kind: ParameterKind,
    data_type: &DataType,
    instant: &DataType,
    amount: Option<&DataType>,
) -> DataType {
    match kind {
        ParameterKind::Number | ParameterKind::Answer if data_type.is_null() => DataType::Int64,
        ParameterKind::Answer if is_flag(data_type) => DataType::Boolean,
        ParameterKind::Number | ParameterKind::Answer => readable(data_type),
        ParameterKind::Amount => amount.cloned().unwrap_or(DataType::Int64),
        ParameterKind::Flag => DataType::Boolean,
        ParameterKind::Happened if data_type.is_null() => DataType::Boolean,
        ParameterKind::Instant => instant.clone(),
        ParameterKind::Constant => DataType::Float64,
        ParameterKind::Text | ParameterKind::Calendar => DataType::Utf8,
        ParameterKind::Span => DataType::Interval(IntervalUnit::MonthDayNano),
        // The dictionaries of many batches may not fit the key type of one.
        ParameterKind::Key | ParameterKind::Happened => unpacked(data_type).clone(),
    }
}

/// Common type of all amounts, so that a smaller and a larger one can be compared exactly.
///
/// Differs from SQL's comparison type, which has no digits for cents where a decimal of 32 bits meets an
/// integer.
fn common_amount(parameters: &[FunctionParameter], types: &[DataType]) -> Option<DataType> {
    parameters
        .iter()
        .zip(types)
        .filter(|(parameter, data_type)| {
            parameter.kind == ParameterKind::Amount && !data_type.is_null()
        })
        .map(|(_, data_type)| readable(unpacked(data_type)))
        .reduce(|left, right| {
            if left == right {
                left
            } else {
                wider(&left, &right)
            }
        })
}

fn wider(left: &DataType, right: &DataType) -> DataType {
    let (Some(left), Some(right)) = (digits(left), digits(right)) else {
        return DataType::Float64;
    };
    let (whole, scale) = (left.0.max(right.0), left.1.max(right.1));
    match u8::try_from(whole + scale) {
        Ok(digits) if digits <= DECIMAL128_MAX_PRECISION => {
            DataType::Decimal128(DECIMAL128_MAX_PRECISION, scale)
        }
        _ => DataType::Decimal256(DECIMAL256_MAX_PRECISION, scale),
    }
}

/// Digits before and after the point; `None` for floats.
fn digits(data_type: &DataType) -> Option<(i8, i8)> {
    match data_type {
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => {
            Some((i8::try_from(*precision).ok()? - scale, *scale))
        }
        integer if integer.is_integer() => Some((20, 0)),
        _ => None,
    }
}

/// Syntax of a call: `csat(score [, satisfied_from [, scale_max]])`.
pub(crate) fn syntax(function: &str, parameters: &[FunctionParameter]) -> String {
    let mut text = format!("{function}(");
    for (position, parameter) in parameters.iter().enumerate() {
        match (parameter.optional, position) {
            (true, 0) => text.push('['),
            (true, _) => text.push_str(" [, "),
            (false, 0) => {}
            (false, _) => text.push_str(", "),
        }
        text.push_str(parameter.name);
    }
    let optional = parameters
        .iter()
        .filter(|parameter| parameter.optional)
        .count();
    text + &"]".repeat(optional) + ")"
}

/// A constant number among the arguments.
pub(crate) fn constant_number(
    function: &str,
    name: &str,
    value: Option<&ScalarValue>,
) -> Result<Option<f64>> {
    match value {
        None => Ok(None),
        Some(value) if value.is_null() => Ok(None),
        Some(ScalarValue::Float64(Some(number))) if number.is_finite() => Ok(Some(*number)),
        Some(other) => plan_err!("{function}: {name} must be a finite number, not {other}"),
    }
}
