//! What a KPI function takes: its parameters, how argument types are matched to them, and the
//! constants among the arguments.

use std::sync::Arc;

use arrow::datatypes::{DataType, IntervalUnit, TimeUnit};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;

use crate::functions::numbers::is_number;

/// What an argument must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A column of numbers, read as it is stored.
    Number,
    /// A column of amounts; all amounts of a call get one common type.
    Amount,
    /// A column of booleans.
    Flag,
    /// A column of instants; all instants of a call get one common type.
    Instant,
    /// A column of any type that identifies something.
    Key,
    /// A boolean or an instant: true, or not NULL, when something has happened.
    Happened,
    /// A constant number.
    Constant,
    /// A constant text.
    Text,
    /// A constant length of time.
    Span,
}

/// One parameter of a function.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) optional: bool,
    /// One sentence for the documentation.
    pub(crate) meaning: &'static str,
}

impl Parameter {
    pub(crate) const fn required(name: &'static str, kind: Kind, meaning: &'static str) -> Self {
        Self {
            name,
            kind,
            optional: false,
            meaning,
        }
    }

    pub(crate) const fn optional(name: &'static str, kind: Kind, meaning: &'static str) -> Self {
        Self {
            name,
            kind,
            optional: true,
            meaning,
        }
    }
}

/// The confidence level every `_detail` function takes last.
pub(crate) const LEVEL: Parameter = Parameter::optional(
    "level",
    Kind::Constant,
    "Confidence level of `low` and `high`, between 0 and 1; 0.95 when absent.",
);

/// The types of a call's arguments after coercion, when they fit `parameters`.
///
/// One text more than there are arguments to match is let through: it is the session's treatment of
/// invalid values, which the engine passes along.
pub(crate) fn coerced(
    function: &str,
    parameters: &[Parameter],
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

fn fits_last(parameters: &[Parameter], types: &[DataType]) -> bool {
    match (parameters.get(types.len() - 1), types.last()) {
        (Some(parameter), Some(data_type)) => fits(parameter.kind, data_type),
        _ => false,
    }
}

fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => is_text(values),
        other => matches!(
            other,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
        ),
    }
}

fn is_instant(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => is_instant(values),
        other => matches!(
            other,
            DataType::Timestamp(..) | DataType::Date32 | DataType::Date64
        ),
    }
}

fn fits(kind: Kind, data_type: &DataType) -> bool {
    let null = data_type.is_null();
    match kind {
        Kind::Number | Kind::Amount | Kind::Constant => null || is_number(data_type),
        Kind::Flag => null || *data_type == DataType::Boolean,
        Kind::Happened => null || *data_type == DataType::Boolean || is_instant(data_type),
        Kind::Instant => null || is_instant(data_type) || is_text(data_type),
        Kind::Key => true,
        Kind::Text => null || is_text(data_type),
        Kind::Span => {
            null || matches!(data_type, DataType::Interval(_) | DataType::Duration(_))
                || is_text(data_type)
        }
    }
}

fn target(
    kind: Kind,
    data_type: &DataType,
    instant: &DataType,
    amount: Option<&DataType>,
) -> DataType {
    match kind {
        Kind::Number if data_type.is_null() => DataType::Int64,
        Kind::Amount => amount.cloned().unwrap_or(DataType::Int64),
        Kind::Flag => DataType::Boolean,
        Kind::Happened if data_type.is_null() => DataType::Boolean,
        Kind::Instant => instant.clone(),
        Kind::Constant => DataType::Float64,
        Kind::Text => DataType::Utf8,
        Kind::Span => DataType::Interval(IntervalUnit::MonthDayNano),
        Kind::Number | Kind::Key | Kind::Happened => data_type.clone(),
    }
}

/// One type for all amounts, so that a smaller and a larger one can be compared exactly.
fn common_amount(parameters: &[Parameter], types: &[DataType]) -> Option<DataType> {
    let unpacked = |data_type: &DataType| match data_type {
        DataType::Dictionary(_, values) => values.as_ref().clone(),
        other => other.clone(),
    };
    parameters
        .iter()
        .zip(types)
        .filter(|(parameter, data_type)| parameter.kind == Kind::Amount && !data_type.is_null())
        .map(|(_, data_type)| unpacked(data_type))
        .reduce(|left, right| comparison_coercion(&left, &right).unwrap_or(DataType::Float64))
}

/// One timestamp type for all instants: the finest unit, and one zone.
///
/// Wall-clock times and instants are not compared: which of them is earlier depends on a zone that
/// nobody has named.
fn common_instant(
    function: &str,
    parameters: &[Parameter],
    types: &[DataType],
) -> Result<DataType> {
    let mut unit = None;
    let mut zone: Option<(&Parameter, Option<Arc<str>>)> = None;
    let mut date = None;
    for (parameter, data_type) in parameters.iter().zip(types) {
        if parameter.kind != Kind::Instant {
            continue;
        }
        let values = match data_type {
            DataType::Dictionary(_, values) => values,
            other => other,
        };
        match values {
            DataType::Timestamp(own_unit, own_zone) => {
                unit = Some(unit.map_or(*own_unit, |unit| finer(unit, *own_unit)));
                match &zone {
                    None => zone = Some((parameter, own_zone.clone())),
                    Some((first, first_zone)) if first_zone.is_some() != own_zone.is_some() => {
                        return mixed_zones(function, first, parameter);
                    }
                    Some(_) => {}
                }
            }
            DataType::Date32 | DataType::Date64 => date = Some(parameter),
            _ => {}
        }
    }
    let zone = zone.and_then(|(_, zone)| zone);
    if let (Some(date), Some(zone)) = (date, &zone)
        && !matches!(zone.as_ref(), "UTC" | "+00:00" | "Etc/UTC" | "Z")
    {
        return plan_err!(
            "{function}: {} is a date but the other times are in {zone}; say when that day begins, \
             for example TIMESTAMP '2026-01-01 00:00:00' AT TIME ZONE '{zone}'",
            date.name
        );
    }
    Ok(DataType::Timestamp(
        unit.unwrap_or(TimeUnit::Microsecond),
        zone,
    ))
}

fn mixed_zones(function: &str, first: &Parameter, second: &Parameter) -> Result<DataType> {
    plan_err!(
        "{function}: one of {} and {} has a time zone and the other has none, so they cannot be \
         compared; give both a zone with from_local_time(column, 'Area/City')",
        first.name,
        second.name
    )
}

fn finer(left: TimeUnit, right: TimeUnit) -> TimeUnit {
    let rank = |unit| match unit {
        TimeUnit::Second => 0,
        TimeUnit::Millisecond => 1,
        TimeUnit::Microsecond => 2,
        TimeUnit::Nanosecond => 3,
    };
    if rank(left) >= rank(right) {
        left
    } else {
        right
    }
}

/// How a call is written: `csat(score [, satisfied_from [, scale_max]])`.
pub(crate) fn syntax(function: &str, parameters: &[Parameter]) -> String {
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

/// What a kind of argument is called in messages.
pub(crate) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Number | Kind::Amount => "a number",
        Kind::Flag => "a boolean",
        Kind::Happened => "a boolean or a timestamp",
        Kind::Instant => "a timestamp",
        Kind::Key => "any value",
        Kind::Constant => "a constant number",
        Kind::Text => "a constant text",
        Kind::Span => "a constant INTERVAL",
    }
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
