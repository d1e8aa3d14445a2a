//! The function that replaces a cast from local time.

use std::str::FromStr;
use std::sync::Arc;

use arrow::array::timezone::Tz;
use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DataType, Field, FieldRef, TimeUnit};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, exec_err, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use super::is_utc;
use crate::functions::datetime::text::times_of_texts;
use crate::functions::kernels::times::{ticks, ticks_per_second};
use crate::time::zone;
use crate::time::zone::LocalTimeConverter;

/// True if [`instant_of_local_time`] replaces a cast from `from` into `zone`.
pub(super) fn takes(from: &DataType, zone: &str) -> bool {
    let is_local = match from {
        DataType::Timestamp(_, None) | DataType::Date32 | DataType::Date64 => true,
        // A fixed offset repeats no local time.
        text => is_text(text) && !zone.starts_with(['+', '-']),
    };
    is_local && !is_utc(zone) && Tz::from_str(zone).is_ok() && zone::named(zone).is_ok()
}

fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, value) => is_text(value),
        other => other.is_string(),
    }
}

/// The instant at which the local time in a zone, the second argument, is the first argument, in
/// `unit`.
///
/// A skipped local time moves forward by the length of the gap, a repeated one is the first of the two,
/// as in `from_local_time`. A value that is no time is an error, or NULL if `is_lenient`.
pub(super) fn instant_of_local_time(unit: TimeUnit, is_lenient: bool) -> ScalarUDF {
    ScalarUDF::from(InstantOfLocalTime {
        unit,
        is_lenient,
        signature: Signature::any(2, Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct InstantOfLocalTime {
    unit: TimeUnit,
    is_lenient: bool,
    signature: Signature,
}

impl ScalarUDFImpl for InstantOfLocalTime {
    fn name(&self) -> &'static str {
        "instant_of_local_time"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        internal_err!("{} asks for the field", self.name())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let zone = args.scalar_arguments.get(1).copied().flatten();
        let Some(zone) = zone.and_then(|zone| zone.try_as_str().flatten()) else {
            return internal_err!("{}: the zone is a literal", self.name());
        };
        let data_type = DataType::Timestamp(self.unit, Some(zone.into()));
        let nullable = self.is_lenient || args.arg_fields[0].is_nullable();
        Ok(Arc::new(Field::new(self.name(), data_type, nullable)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let wanted = args.return_field.data_type();
        let DataType::Timestamp(_, Some(zone)) = wanted else {
            return internal_err!("{}: no zone", self.name());
        };
        let named = zone::named(zone).map_err(|problem| exec_datafusion_err!("{problem}"))?;
        let mut clock = LocalTimeConverter::new(named, ticks_per_second(wanted));
        let is_constant = matches!(args.args[0], ColumnarValue::Scalar(_));
        let rows = if is_constant { 1 } else { args.number_rows };
        let values = args.args[0].to_array(rows)?;
        let instants = if is_text(values.data_type()) {
            times_of_texts(&values, wanted, self.is_lenient)?
        } else {
            cast(&self.of_times(&values, &mut clock)?, wanted)?
        };
        if is_constant {
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &instants, 0,
            )?))
        } else {
            Ok(ColumnarValue::Array(instants))
        }
    }
}

impl InstantOfLocalTime {
    fn of_times(&self, values: &ArrayRef, clock: &mut LocalTimeConverter) -> Result<Int64Array> {
        let options = CastOptions {
            safe: self.is_lenient,
            ..CastOptions::default()
        };
        let naive = DataType::Timestamp(self.unit, None);
        let values = cast_with_options(values, &naive, &options)?;
        let times = ticks(&values)?.iter().enumerate();
        let instants = times.map(|(row, &time)| {
            if values.is_valid(row) {
                self.known(clock.instant(time), || "a time".to_owned())
            } else {
                Ok(None)
            }
        });
        instants.collect()
    }

    fn known(&self, instant: Option<i64>, written: impl Fn() -> String) -> Result<Option<i64>> {
        match instant {
            None if !self.is_lenient => exec_err!(
                "{} without a zone is outside the calendar of this unit ({})",
                written(),
                self.unit
            ),
            instant => Ok(instant),
        }
    }
}
