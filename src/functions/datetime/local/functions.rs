//! `local_time`, `local_date` and `local_trunc`: the local time of a zone at an instant.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, PrimitiveArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Field, FieldRef, Int64Type, TimeUnit};
use chrono::Weekday;
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};

use super::buckets::{LocalTimeBuckets, LocalTruncGrain, weekday};
use super::convert::convert;
use super::documentation;
use super::local_function::LocalFunctionKind;
use super::zones::{LocalTimeConverters, is_text};
use crate::functions::kernels::times::ticks_per_second;

pub(super) fn all() -> Vec<ScalarUDF> {
    let all = [
        LocalFunctionKind::Time,
        LocalFunctionKind::Date,
        LocalFunctionKind::Bucket,
    ];
    all.map(|shown| ScalarUDF::from(LocalTimeFunction::new(shown)))
        .to_vec()
}

#[derive(Debug)]
struct LocalTimeFunction {
    shown: LocalFunctionKind,
    signature: Signature,
    documentation: Documentation,
}

impl PartialEq for LocalTimeFunction {
    fn eq(&self, other: &Self) -> bool {
        self.shown == other.shown
    }
}

impl Eq for LocalTimeFunction {}

impl std::hash::Hash for LocalTimeFunction {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.shown.hash(state);
    }
}

impl LocalTimeFunction {
    fn new(shown: LocalFunctionKind) -> Self {
        let names: &[&str] = match shown {
            LocalFunctionKind::Bucket => &["grain", "instant", "zone", "week_start"],
            _ => &["instant", "zone"],
        };
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(names.iter().map(|&name| name.to_owned()).collect());
        Self {
            shown,
            signature,
            documentation: documentation::for_function(shown),
        }
    }

    fn bucket(
        &self,
        grain: Option<&str>,
        week_start: Option<&str>,
    ) -> Result<(LocalTruncGrain, Weekday)> {
        let worded = |problem| exec_datafusion_err!("local_trunc: {problem}");
        let grain = match self.shown {
            LocalFunctionKind::Bucket => {
                LocalTruncGrain::named(grain.unwrap_or_default()).map_err(worded)?
            }
            _ => LocalTruncGrain::Day,
        };
        let week_start = week_start.map_or(Ok(Weekday::Mon), weekday);
        Ok((grain, week_start.map_err(worded)?))
    }

    fn returns(&self, time: &DataType, grain: LocalTruncGrain) -> DataType {
        match (self.shown, time) {
            (LocalFunctionKind::Bucket, DataType::Timestamp(unit, _)) if !grain.is_of_days() => {
                DataType::Timestamp(*unit, None)
            }
            (LocalFunctionKind::Time, DataType::Timestamp(unit, _)) => {
                DataType::Timestamp(*unit, None)
            }
            _ => DataType::Date32,
        }
    }
}

impl ScalarUDFImpl for LocalTimeFunction {
    fn name(&self) -> &str {
        self.shown.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let instant = self.shown.instant();
        let most = self.signature.parameter_names.as_ref().map_or(0, Vec::len);
        if !(instant + 2..=most).contains(&arg_types.len()) {
            return plan_err!("call it as {}", self.shown.syntax());
        }
        let types = arg_types.iter().enumerate();
        let types = types.map(|(position, data_type)| {
            if position == instant {
                return instant_type(self.name(), data_type);
            }
            // A literal must not be cast, or it is no literal any more.
            if data_type.is_string() && position != instant + 1 {
                return Ok(data_type.clone());
            }
            if is_text(data_type) || data_type.is_null() {
                return Ok(DataType::Utf8);
            }
            plan_err!(
                "{}: argument {} is {data_type}, not text",
                self.shown.syntax(),
                position + 1
            )
        });
        types.collect()
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        internal_err!("{} has a return field, not a return type", self.name())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let time = args.arg_fields[self.shown.instant()].data_type();
        let (grain, _) = match self.shown {
            LocalFunctionKind::Bucket => {
                let texts = [0, 3].map(|position| args.scalar_arguments.get(position));
                let grain = literal("grain", texts[0].and_then(|grain| *grain))?;
                let week_start = match texts[1] {
                    Some(week_start) => literal("week start", *week_start)?,
                    None => None,
                };
                self.bucket(grain, week_start)?
            }
            _ => (LocalTruncGrain::Day, Weekday::Mon),
        };
        let data_type = self.returns(time, grain);
        Ok(Arc::new(Field::new(self.name(), data_type, true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let scalar = |arg: &ColumnarValue| matches!(arg, ColumnarValue::Scalar(_));
        let is_constant = args.args.iter().all(scalar);
        let rows = if is_constant { 1 } else { args.number_rows };
        let at = self.shown.instant();
        let instants = args.args[at].to_array(rows)?;
        let ticks = ticks_per_second(instants.data_type());
        let mut clocks =
            LocalTimeConverters::new(self.shown.name(), &args.args[at + 1], rows, ticks)?;
        let (grain, week_start) = match self.shown {
            LocalFunctionKind::Bucket => {
                let week_start = args.args.get(3).and_then(text);
                self.bucket(text(&args.args[0]), week_start)?
            }
            _ => (LocalTruncGrain::Day, Weekday::Mon),
        };
        let buckets = LocalTimeBuckets::new(grain, week_start, ticks);
        let result = self.read(&instants, &mut clocks, buckets, grain)?;
        if is_constant {
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &result, 0,
            )?))
        } else {
            Ok(ColumnarValue::Array(result))
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

impl LocalTimeFunction {
    fn read(
        &self,
        instants: &ArrayRef,
        clocks: &mut LocalTimeConverters,
        mut buckets: LocalTimeBuckets,
        grain: LocalTruncGrain,
    ) -> Result<ArrayRef> {
        let name = self.name();
        let data_type = self.returns(instants.data_type(), grain);
        if data_type == DataType::Date32 {
            let days: Date32Array =
                convert::<Date32Type>(name, instants, clocks, |local| buckets.first_day(local))?;
            return Ok(Arc::new(days));
        }
        let ticks: PrimitiveArray<Int64Type> = match self.shown {
            LocalFunctionKind::Time => convert(name, instants, clocks, Some)?,
            _ => convert(name, instants, clocks, |local| buckets.start(local))?,
        };
        // Same bits, other type.
        Ok(cast(&ticks, &data_type)?)
    }
}

/// Type of an argument that is an instant: a timestamp with a time zone, unchanged.
///
/// # Errors
/// When it is no such timestamp; the message suggests an expression.
pub(crate) fn instant_type(name: &str, data_type: &DataType) -> Result<DataType> {
    match data_type {
        DataType::Timestamp(_, Some(_)) => Ok(data_type.clone()),
        DataType::Dictionary(_, value) => instant_type(name, value),
        DataType::Null => Ok(DataType::Timestamp(
            TimeUnit::Microsecond,
            Some("UTC".into()),
        )),
        DataType::Timestamp(_, None) | DataType::Date32 | DataType::Date64 => plan_err!(
            "{name}: the time has no time zone, so it is no instant; say which zone its clock is in: \
             from_local_time(column, 'UTC') or another zone"
        ),
        text if is_text(text) => plan_err!(
            "{name}: the time is text; write TIMESTAMPTZ '2026-01-31 10:00:00Z', or \
             from_local_time(column, 'Area/City') for text without an offset"
        ),
        other => plan_err!("{name}: the time is {other}, not a timestamp with a time zone"),
    }
}

/// Text of an argument that must be constant, since the result type depends on it.
fn literal<'a>(what: &str, value: Option<&'a ScalarValue>) -> Result<Option<&'a str>> {
    match value.map(ScalarValue::try_as_str) {
        Some(Some(text)) => Ok(text),
        _ => plan_err!(
            "{}: the {what} must be a literal such as 'week'",
            LocalFunctionKind::Bucket.syntax()
        ),
    }
}

fn text(argument: &ColumnarValue) -> Option<&str> {
    match argument {
        ColumnarValue::Scalar(value) => value.try_as_str().flatten(),
        ColumnarValue::Array(_) => None,
    }
}
