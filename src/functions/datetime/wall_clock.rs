//! Naive local times of columns of times, and back.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, TimestampMicrosecondArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use chrono::{DateTime, NaiveDateTime};
use datafusion::common::{Result, exec_datafusion_err, exec_err, plan_err};

use crate::time::zone;
use crate::time::zone::{LocalTimeConverter, ZoneRules};

const MICROS: i64 = 1_000_000;

/// Type in which dates, naive times and text are read.
pub(crate) const NAIVE: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);

/// Coerces dates, timestamps and text; text becomes a timestamp.
pub(crate) fn as_time(function: &str, data_type: &DataType) -> Result<DataType> {
    match data_type {
        DataType::Date32 | DataType::Timestamp(..) => Ok(data_type.clone()),
        DataType::Date64
        | DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Null => Ok(NAIVE),
        DataType::Dictionary(_, value) => as_time(function, value),
        other => plan_err!("{function} takes a date or a timestamp, not {other}"),
    }
}

/// Local time of each row, in the zone of its type.
pub(crate) fn walls(times: &ArrayRef) -> Result<Vec<Option<NaiveDateTime>>> {
    let zone = zone_of(times.data_type())?;
    shown(
        times,
        zone.map(|zone| LocalTimeConverter::new(zone, MICROS)),
    )
}

/// Time of each row in UTC; for times without a zone the same as [`walls`].
pub(crate) fn utc(times: &ArrayRef) -> Result<Vec<Option<NaiveDateTime>>> {
    shown(times, None)
}

fn shown(
    times: &ArrayRef,
    mut clock: Option<LocalTimeConverter>,
) -> Result<Vec<Option<NaiveDateTime>>> {
    let naive = DataType::Timestamp(
        TimeUnit::Microsecond,
        match times.data_type() {
            DataType::Timestamp(_, zone) => zone.clone(),
            _ => None,
        },
    );
    let micros = cast(times, &naive)?;
    let mut wall = |micros: i64| {
        let shown = match &mut clock {
            Some(clock) => clock.local(micros)?,
            None => micros,
        };
        Some(DateTime::from_timestamp_micros(shown)?.naive_utc())
    };
    micros
        .as_primitive::<TimestampMicrosecondType>()
        .iter()
        .map(|micros| match micros {
            None => Ok(None),
            Some(micros) => match wall(micros) {
                Some(wall) => Ok(Some(wall)),
                None => exec_err!("timestamp {micros} µs is outside the calendar"),
            },
        })
        .collect()
}

/// Casts local times to a column of `data_type`, the reverse of [`walls`]. A local time that the zone skips
/// becomes the end of the gap; of a repeated local time the earlier instant is meant.
pub(crate) fn from_walls(
    walls: impl Iterator<Item = Option<NaiveDateTime>>,
    data_type: &DataType,
) -> Result<ArrayRef> {
    let mut zone = match data_type {
        DataType::Timestamp(_, Some(zone)) => Some((clock_of(zone)?, Arc::clone(zone))),
        _ => None,
    };
    let mut instant = |wall: NaiveDateTime| {
        let wall = wall.and_utc().timestamp_micros();
        match &mut zone {
            None => Some(wall),
            Some((clock, _)) => clock.not_before(wall),
        }
    };
    let micros: TimestampMicrosecondArray = walls.map(|wall| wall.and_then(&mut instant)).collect();
    let micros = match &zone {
        Some((_, name)) => micros.with_timezone(Arc::clone(name)),
        None => micros,
    };
    Ok(cast(&micros, data_type)?)
}

/// Casts starts of buckets in local time to a column of the type of `times`, which they belong to. If local
/// time has the start of a short bucket twice, each hour has its own, as in `date_trunc`.
pub(crate) fn from_starts(
    starts: impl Iterator<Item = Option<(NaiveDateTime, bool)>>,
    times: &ArrayRef,
) -> Result<ArrayRef> {
    let DataType::Timestamp(_, Some(zone)) = times.data_type() else {
        let walls = starts.map(|start| start.map(|(wall, _)| wall));
        return from_walls(walls, times.data_type());
    };
    let mut clock = clock_of(zone)?;
    let micros = DataType::Timestamp(TimeUnit::Microsecond, Some(Arc::clone(zone)));
    let instants = cast(times, &micros)?;
    let instants = instants.as_primitive::<TimestampMicrosecondType>().values();
    let starts = starts.zip(instants).map(|(start, &instant)| {
        let (wall, is_short) = start?;
        let wall = wall.and_utc().timestamp_micros();
        if is_short {
            clock.near(wall, instant)
        } else {
            clock.not_before(wall)
        }
    });
    let starts: TimestampMicrosecondArray = starts.collect();
    Ok(cast(
        &starts.with_timezone(Arc::clone(zone)),
        times.data_type(),
    )?)
}

/// The zone of a type of timestamps; `None` for other types and without a zone.
pub(crate) fn zone_of(data_type: &DataType) -> Result<Option<Arc<ZoneRules>>> {
    match data_type {
        DataType::Timestamp(_, Some(name)) => named(name).map(Some),
        _ => Ok(None),
    }
}

fn named(name: &str) -> Result<Arc<ZoneRules>> {
    zone::named(name).map_err(|problem| exec_datafusion_err!("{problem}"))
}

fn clock_of(name: &str) -> Result<LocalTimeConverter> {
    Ok(LocalTimeConverter::new(named(name)?, MICROS))
}
