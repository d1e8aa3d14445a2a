//! Instants among the arguments of the table functions.

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{Result, ScalarValue, plan_err};

use crate::functions::kernels::times::ticks_per_second;

/// `value` in ticks of a log whose times are of type `time`; `None` for NULL.
///
/// # Errors
/// When it is not a timestamp, or has a zone and the log has none.
pub(super) fn instant(function: &str, value: &ScalarValue, time: &DataType) -> Result<Option<i64>> {
    if value.is_null() {
        return Ok(None);
    }
    let is_zoned = matches!(value.data_type(), DataType::Timestamp(_, Some(_)));
    let DataType::Timestamp(unit, zone) = time else {
        return Ok(None);
    };
    if is_zoned && zone.is_none() {
        return plan_err!(
            "{function}: as_of has a time zone and event_at has none: write as_of => TIMESTAMP \
             '..' in the zone of event_at"
        );
    }
    // A timestamp without a zone is UTC, as everywhere in a session; a cast to a zoned type would
    // read it as local time of that zone (apache/datafusion#25175).
    let plain = match value {
        ScalarValue::TimestampSecond(ticks, _) => ScalarValue::TimestampSecond(*ticks, None),
        ScalarValue::TimestampMillisecond(ticks, _) => {
            ScalarValue::TimestampMillisecond(*ticks, None)
        }
        ScalarValue::TimestampMicrosecond(ticks, _) => {
            ScalarValue::TimestampMicrosecond(*ticks, None)
        }
        ScalarValue::TimestampNanosecond(ticks, _) => {
            ScalarValue::TimestampNanosecond(*ticks, None)
        }
        _ => match value.cast_to(&DataType::Timestamp(TimeUnit::Microsecond, None)) {
            Ok(instant) => instant,
            Err(_) => {
                return plan_err!(
                    "{function}: as_of is {value}, which is not a timestamp; write as_of => \
                     TIMESTAMP '2026-01-31 00:00:00'"
                );
            }
        },
    };
    Ok(match plain.cast_to(&DataType::Timestamp(*unit, None))? {
        ScalarValue::TimestampSecond(ticks, _)
        | ScalarValue::TimestampMillisecond(ticks, _)
        | ScalarValue::TimestampMicrosecond(ticks, _)
        | ScalarValue::TimestampNanosecond(ticks, _) => ticks,
        other => {
            return plan_err!(
                "{function}: as_of is {other}, not an instant of {} ticks a second",
                ticks_per_second(time)
            );
        }
    })
}
