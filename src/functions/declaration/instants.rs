//! Common timestamp type of the instants of a call.

use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{Result, plan_err};

use super::parameter::{FunctionParameter, ParameterKind, unpacked};

/// Common timestamp type of all instants: the finest unit, and one zone.
///
/// Local times and instants are not compared: their order depends on a zone that the call does not name.
pub(crate) fn common_instant(
    function: &str,
    parameters: &[FunctionParameter],
    types: &[DataType],
) -> Result<DataType> {
    let mut unit = None;
    let mut zone: Option<(&FunctionParameter, Option<Arc<str>>)> = None;
    let mut date = None;
    for (parameter, data_type) in parameters.iter().zip(types) {
        if parameter.kind != ParameterKind::Instant {
            continue;
        }
        match unpacked(data_type) {
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
            DataType::Null => {}
            // Text may hold a fraction of a second, which no time of the call may lose.
            _ => {
                let own = TimeUnit::Microsecond;
                unit = Some(unit.map_or(own, |unit| finer(unit, own)));
            }
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

fn mixed_zones(
    function: &str,
    first: &FunctionParameter,
    second: &FunctionParameter,
) -> Result<DataType> {
    plan_err!(
        "{function}: one of {} and {} has a time zone and the other has none, so they cannot be \
         compared; give both a zone with from_local_time(column, 'Area/City')",
        first.name,
        second.name
    )
}

/// The finer of two units.
pub(crate) fn finer(left: TimeUnit, right: TimeUnit) -> TimeUnit {
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
