//! One function per part of a date, names of days and months, and the last day of a month.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{Result, plan_err};

use super::civil_date::{self, CivilDate};
use super::lengths::{self, INTERVAL, is_length};
use super::local_ticks::LocalTicks;
use super::wall_clock::as_time;
use crate::functions::declaration::scalar::ScalarFunctionSpec;
use crate::time::text::{MONTHS, WEEKDAYS};

const ARGUMENT: &[(&str, &str)] = &[(
    "time",
    "A date or timestamp; with a time zone, that zone's clock is read. Parts that a length of time has are taken of an INTERVAL or the difference of two times as well.",
)];

fn coerce(types: &[DataType]) -> Result<Vec<DataType>> {
    match types {
        [DataType::Interval(_)] => Ok(vec![INTERVAL]),
        [length] if is_length(length) => Ok(types.to_vec()),
        [time] => Ok(vec![as_time("this function", time)?]),
        _ => plan_err!("this function takes one date or timestamp"),
    }
}

/// One part of each time, or of each length of time.
fn int(
    columns: &[ArrayRef],
    name: &str,
    part: impl Fn(&LocalTicks) -> Int64Array,
) -> Result<ArrayRef> {
    if is_length(columns[0].data_type()) {
        return lengths::part(name, &columns[0]);
    }
    Ok(Arc::new(part(&LocalTicks::try_new(&columns[0])?)))
}

/// A name for each day, which `place` finds among `names`.
fn name(
    columns: &[ArrayRef],
    names: &[&'static str],
    place: impl Fn(i64) -> i64,
) -> Result<ArrayRef> {
    if is_length(columns[0].data_type()) {
        return plan_err!("a length of time has no name of a day or month");
    }
    let places = LocalTicks::try_new(&columns[0])?.of_day(place);
    let name = |place: i64| usize::try_from(place).map_or("", |place| names[place]);
    let names: StringArray = places.iter().map(|place| place.map(name)).collect();
    Ok(Arc::new(names))
}

/// Specification of a part that is a whole number.
macro_rules! part {
    ($name:literal, $aliases:expr, $meaning:literal, $example:literal, $part:expr) => {
        ScalarFunctionSpec {
            name: $name,
            aliases: $aliases,
            syntax: concat!($name, "(time)"),
            meaning: $meaning,
            arguments: ARGUMENT,
            example: concat!("SELECT ", $name, "(TIMESTAMP '", $example, "')"),
            coerce,
            returns: |_| Ok(DataType::Int64),
            kernel: |columns| int(columns, $name, $part),
        }
    };
}

pub(crate) fn all() -> Vec<ScalarFunctionSpec> {
    let mut all = calendar();
    all.extend(of_day());
    all.extend(named());
    all
}

fn calendar() -> Vec<ScalarFunctionSpec> {
    vec![
        part!("year", &[], "The year.", "2026-05-04 00:00:00", |times| {
            times.of_day(|day| CivilDate::from_days(day).year)
        }),
        part!(
            "quarter",
            &[],
            "The quarter of the year, 1 to 4.",
            "2026-05-04 00:00:00",
            |times| times.of_day(|day| (CivilDate::from_days(day).month + 2) / 3)
        ),
        part!(
            "month",
            &[],
            "The month, 1 to 12.",
            "2026-05-04 00:00:00",
            |times| times.of_day(|day| CivilDate::from_days(day).month)
        ),
        part!(
            "week",
            &["weekofyear"],
            "The ISO week of the year, 1 to 53: weeks start on Monday, and week 1 has the year's first Thursday.",
            "2027-01-01 00:00:00",
            |times| times.of_day(civil_date::iso_week)
        ),
        part!(
            "day",
            &["dayofmonth"],
            "The day of the month, 1 to 31.",
            "2026-05-04 00:00:00",
            |times| times.of_day(|day| CivilDate::from_days(day).day)
        ),
        part!(
            "dayofyear",
            &[],
            "The day of the year, 1 to 366.",
            "2026-02-01 00:00:00",
            |times| times.of_day(civil_date::ordinal)
        ),
        part!(
            "dayofweek",
            &["weekday"],
            "The day of the week, 0 for Sunday to 6 for Saturday.",
            "2026-01-04 00:00:00",
            |times| times.of_day(|day| civil_date::iso_weekday(day) % 7)
        ),
        part!(
            "isodow",
            &[],
            "The ISO day of the week, 1 for Monday to 7 for Sunday.",
            "2026-01-04 00:00:00",
            |times| times.of_day(civil_date::iso_weekday)
        ),
    ]
}

fn of_day() -> Vec<ScalarFunctionSpec> {
    vec![
        part!(
            "hour",
            &[],
            "The hour, 0 to 23.",
            "2026-01-04 05:06:07",
            |times| times.of_second(|second| second.rem_euclid(86_400) / 3_600)
        ),
        part!(
            "minute",
            &[],
            "The minute, 0 to 59.",
            "2026-01-04 05:06:07",
            |times| times.of_second(|second| second.rem_euclid(3_600) / 60)
        ),
        part!(
            "second",
            &[],
            "The second, 0 to 59, without its fraction.",
            "2026-01-04 05:06:07",
            |times| times.of_second(|second| second.rem_euclid(60))
        ),
        milliseconds(),
        ScalarFunctionSpec {
            name: "epoch",
            aliases: &[],
            syntax: "epoch(time)",
            meaning: "Seconds from 1970-01-01 to the time on the clock, with their fraction.",
            arguments: ARGUMENT,
            example: "SELECT epoch(TIMESTAMP '2026-01-01 00:00:00.5')",
            coerce,
            returns: |_| Ok(DataType::Float64),
            kernel: |columns| {
                if is_length(columns[0].data_type()) {
                    return lengths::seconds(&columns[0]);
                }
                Ok(Arc::new(LocalTicks::try_new(&columns[0])?.seconds()))
            },
        },
    ]
}

/// `epoch_ms`: from milliseconds to a time, and back.
fn milliseconds() -> ScalarFunctionSpec {
    ScalarFunctionSpec {
        name: "epoch_ms",
        aliases: &[],
        syntax: "epoch_ms(time)",
        meaning: "Milliseconds from 1970-01-01 to the time on the clock, or since midnight for a TIME. Of a whole number, the other way round: the timestamp so many milliseconds after 1970-01-01.",
        arguments: &[(
            "time",
            "A date, a timestamp or a TIME, or a whole number; with a time zone, that zone's clock is read.",
        )],
        example: "SELECT epoch_ms(TIMESTAMP '2026-01-01 00:00:00'), epoch_ms(1767225600000)",
        coerce: |types| match types {
            [of] if of.is_integer() => Ok(vec![DataType::Int64]),
            [DataType::Time32(_) | DataType::Time64(_)] => {
                Ok(vec![DataType::Time32(TimeUnit::Millisecond)])
            }
            other => coerce(other),
        },
        returns: |types| match types[0] {
            DataType::Int64 => Ok(DataType::Timestamp(TimeUnit::Millisecond, None)),
            _ => Ok(DataType::Int64),
        },
        kernel: |columns| match columns[0].data_type() {
            DataType::Int64 => Ok(cast(
                &columns[0],
                &DataType::Timestamp(TimeUnit::Millisecond, None),
            )?),
            DataType::Time32(_) => Ok(cast(
                &cast(&columns[0], &DataType::Int32)?,
                &DataType::Int64,
            )?),
            _ => int(columns, "epoch_ms", LocalTicks::milliseconds),
        },
    }
}

fn named() -> Vec<ScalarFunctionSpec> {
    vec![
        ScalarFunctionSpec {
            name: "dayname",
            aliases: &[],
            syntax: "dayname(time)",
            meaning: "The English name of the day of the week.",
            arguments: ARGUMENT,
            example: "SELECT dayname(DATE '2026-01-01')",
            coerce,
            returns: |_| Ok(DataType::Utf8),
            kernel: |columns| name(columns, &WEEKDAYS, |day| civil_date::iso_weekday(day) - 1),
        },
        ScalarFunctionSpec {
            name: "monthname",
            aliases: &[],
            syntax: "monthname(time)",
            meaning: "The English name of the month.",
            arguments: ARGUMENT,
            example: "SELECT monthname(DATE '2026-01-01')",
            coerce,
            returns: |_| Ok(DataType::Utf8),
            kernel: |columns| name(columns, &MONTHS, |day| CivilDate::from_days(day).month - 1),
        },
        ScalarFunctionSpec {
            name: "last_day",
            aliases: &[],
            syntax: "last_day(time)",
            meaning: "The last day of the month, as a date.",
            arguments: ARGUMENT,
            example: "SELECT last_day(DATE '2024-02-10')",
            coerce,
            returns: |_| Ok(DataType::Date32),
            kernel: |columns| {
                if is_length(columns[0].data_type()) {
                    return plan_err!("a length of time has no last day");
                }
                let days = LocalTicks::try_new(&columns[0])?.of_day(civil_date::last_of_month);
                Ok(cast(&days, &DataType::Date32)?)
            },
        },
    ]
}
