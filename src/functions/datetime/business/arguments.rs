//! Arguments that the functions of business time share.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{ColumnarValue, DocSection, Documentation, Signature, Volatility};

use crate::functions::declaration::families::BUSINESS;
use crate::functions::declaration::instants::finer;
use crate::functions::declaration::parameter::unpacked;

/// Documentation of the calendar argument.
const CALENDAR: &str = "The name of a calendar, a text or a column: see `deskql.calendars`.";
pub(super) const START: &str = "Where the clock starts, a timestamp with a time zone.";
pub(super) const END: &str = "Where it stops, a timestamp with a time zone.";
pub(super) const INSTANT: &str = "A timestamp with a time zone.";

/// Signature of these parameters, the last of which is the calendar.
///
/// Not immutable, since calendars belong to the session.
pub(super) fn signature(parameters: &[&str]) -> Signature {
    let mut signature = Signature::user_defined(Volatility::Stable);
    let names = parameters.iter().map(ToString::to_string).collect();
    signature.parameter_names = Some(names);
    signature
}

/// Documentation of a function whose last parameter is the calendar.
pub(super) fn documentation(
    name: &str,
    description: &str,
    parameters: &[(&str, &str)],
    example: &str,
    related: &str,
) -> Documentation {
    let section = DocSection {
        include: true,
        label: BUSINESS.0,
        description: None,
    };
    let names: Vec<_> = parameters.iter().map(|(name, _)| *name).collect();
    let syntax = format!("{name}({}, calendar)", names.join(", "));
    let mut builder = Documentation::builder(section, description, syntax)
        .with_sql_example(format!("```sql\n{example}\n```"))
        .with_related_udf(related);
    for (name, meaning) in parameters {
        builder = builder.with_argument(*name, *meaning);
    }
    builder.with_argument("calendar", CALENDAR).build()
}

/// Common timestamp type of the instants of a call: the finest unit, and the first zone.
///
/// # Errors
/// When one is not a timestamp, or has no zone.
pub(super) fn instants(function: &str, given: &[(&str, &DataType)]) -> Result<DataType> {
    let mut common: Option<(TimeUnit, _)> = None;
    for (parameter, data_type) in given {
        match unpacked(data_type) {
            DataType::Null => {}
            DataType::Timestamp(unit, Some(zone)) => {
                common = Some(match common {
                    None => (*unit, Arc::clone(zone)),
                    Some((known, zone)) => (finer(known, *unit), zone),
                });
            }
            DataType::Timestamp(_, None) => return needs_zone(function, parameter),
            other => {
                return plan_err!(
                    "{function}: {parameter} is {other}, not a timestamp with a time zone"
                );
            }
        }
    }
    let (unit, zone) = common.unwrap_or_else(|| (TimeUnit::Microsecond, "UTC".into()));
    Ok(DataType::Timestamp(unit, Some(zone)))
}

/// Error for a timestamp without a zone.
pub(crate) fn needs_zone<T>(function: &str, parameter: &str) -> Result<T> {
    plan_err!(
        "{function}: {parameter} has no time zone, so it cannot be placed in business hours; say \
         which its times are in: from_local_time({parameter}, 'Area/City'), or 'UTC' for UTC"
    )
}

/// Type of the calendar's name after coercion.
///
/// # Errors
/// When it is not text.
pub(super) fn calendar(function: &str, data_type: &DataType) -> Result<DataType> {
    match unpacked(data_type) {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => {
            Ok(DataType::Utf8)
        }
        other => plan_err!("{function}: the calendar is {other}, not a name"),
    }
}

/// Number of rows to evaluate; one, and true, if all arguments are constants.
pub(super) fn rows(args: &[ColumnarValue], number_rows: usize) -> (usize, bool) {
    let is_constant = args
        .iter()
        .all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
    (if is_constant { 1 } else { number_rows }, is_constant)
}

/// Result of a call: a scalar if [`rows`] found constants only.
pub(super) fn result(array: &ArrayRef, is_constant: bool) -> Result<ColumnarValue> {
    Ok(if is_constant {
        ColumnarValue::Scalar(ScalarValue::try_from_array(array, 0)?)
    } else {
        ColumnarValue::Array(ArrayRef::clone(array))
    })
}

/// Rows without NULL in any of the columns.
pub(super) fn valid(columns: &[&ArrayRef]) -> Option<NullBuffer> {
    let nulls = columns.iter().map(|column| column.nulls());
    nulls.fold(None, |all, own| NullBuffer::union(all.as_ref(), own))
}

/// Evaluates `$body` with `$P` as the ticks of a second in a timestamp column of `$data_type`.
macro_rules! with_ticks {
    ($data_type:expr, $P:ident => $body:expr) => {
        match $crate::functions::kernels::times::ticks_per_second($data_type) {
            1 => {
                const $P: i64 = 1;
                $body
            }
            1_000 => {
                const $P: i64 = 1_000;
                $body
            }
            1_000_000 => {
                const $P: i64 = 1_000_000;
                $body
            }
            _ => {
                const $P: i64 = 1_000_000_000;
                $body
            }
        }
    };
}

pub(super) use with_ticks;
