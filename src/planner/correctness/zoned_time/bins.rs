//! `date_bin` by local time in a zone.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, TimeUnit};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, exec_err};
use datafusion::functions::datetime::date_bin::DateBinFunc;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};

use super::is_utc;
use crate::functions::kernels::times::{ticks, ticks_per_second};
use crate::time::zone;
use crate::time::zone::LocalTimeConverter;

/// The stock function, except that bins of a time with a zone begin by local time in that zone, as
/// those of `date_trunc` and `time_bucket` do; the stock ones begin by UTC (apache/datafusion#25167).
#[derive(Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct LocalBins {
    stock: DateBinFunc,
}

impl ScalarUDFImpl for LocalBins {
    fn name(&self) -> &str {
        self.stock.name()
    }

    fn signature(&self) -> &Signature {
        self.stock.signature()
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.stock.return_type(arg_types)
    }

    fn invoke_with_args(&self, mut args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let source = match args.args.get(1) {
            Some(source) => source.data_type(),
            None => return self.stock.invoke_with_args(args),
        };
        let (DataType::Timestamp(unit, Some(zone)), true) = (&source, is_local(&source)) else {
            return self.stock.invoke_with_args(args);
        };
        let zone = zone::named(zone).map_err(|problem| exec_datafusion_err!("{problem}"))?;
        let mut clock = LocalTimeConverter::new(zone, ticks_per_second(&source));
        let instants = args.args[1].to_array(args.number_rows)?;
        args.args[1] = ColumnarValue::Array(shown(&instants, &mut clock)?);
        if let Some(origin) = args.args.get_mut(2) {
            *origin = local_origin(origin, &source)?;
        }
        for (field, arg) in args.arg_fields.iter_mut().zip(&args.args) {
            *field = Arc::new(Field::new(field.name(), arg.data_type(), true));
        }
        let naive = DataType::Timestamp(*unit, None);
        args.return_field = Arc::new(Field::new(args.return_field.name(), naive, true));
        let rows = args.number_rows;
        let is_of_days = is_of_days(&args.args[0]);
        let bins = self.stock.invoke_with_args(args)?.into_array(rows)?;
        Ok(ColumnarValue::Array(starts(
            &instants, &bins, is_of_days, &mut clock,
        )?))
    }

    fn output_ordering(&self, input: &[ExprProperties]) -> Result<SortProperties> {
        // If local time is set back past midnight, the first day continues after the next one has
        // begun.
        if input
            .get(1)
            .is_some_and(|time| is_local(&time.range.data_type()))
        {
            Ok(SortProperties::Unordered)
        } else {
            self.stock.output_ordering(input)
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.stock.documentation()
    }
}

/// True if a time has a zone other than UTC.
fn is_local(data_type: &DataType) -> bool {
    let DataType::Timestamp(_, Some(zone)) = data_type else {
        return false;
    };
    !is_utc(zone)
}

/// The local time, without a zone.
fn shown(instants: &ArrayRef, clock: &mut LocalTimeConverter) -> Result<ArrayRef> {
    let DataType::Timestamp(unit, _) = instants.data_type() else {
        return exec_err!("date_bin takes a timestamp");
    };
    let values = ticks(instants)?.iter().enumerate();
    let values = values.map(|(row, &instant)| match clock.local(instant) {
        Some(local) => Ok(local),
        None if instants.is_null(row) => Ok(0),
        None => exec_err!("date_bin: a time is outside the calendar"),
    });
    let values: Vec<i64> = values.collect::<Result<_>>()?;
    let values = Int64Array::new(values.into(), instants.nulls().cloned());
    Ok(cast(&values, &DataType::Timestamp(*unit, None))?)
}

/// Converts an origin with a zone to local time in the zone of the times.
fn local_origin(origin: &ColumnarValue, source: &DataType) -> Result<ColumnarValue> {
    let (DataType::Timestamp(_, Some(_)), DataType::Timestamp(_, Some(zone))) =
        (origin.data_type(), source)
    else {
        return Ok(origin.clone());
    };
    let zone = zone::named(zone).map_err(|problem| exec_datafusion_err!("{problem}"))?;
    let instant = origin.to_array(1)?;
    let mut clock = LocalTimeConverter::new(zone, ticks_per_second(instant.data_type()));
    let local = shown(&instant, &mut clock)?;
    let nanos = DataType::Timestamp(TimeUnit::Nanosecond, None);
    let local = cast(&local, &nanos)?;
    Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
        &local, 0,
    )?))
}

/// True if bins are as wide as days, which may have different lengths.
fn is_of_days(stride: &ColumnarValue) -> bool {
    const DAY: i64 = 86_400_000_000_000;
    match stride {
        ColumnarValue::Scalar(ScalarValue::IntervalMonthDayNano(Some(stride))) => {
            stride.months != 0 || stride.nanoseconds % DAY == 0
        }
        ColumnarValue::Scalar(ScalarValue::IntervalDayTime(Some(stride))) => {
            i64::from(stride.milliseconds) * 1_000_000 % DAY == 0
        }
        _ => false,
    }
}

/// The instants at which bins begin. A day begins at the first instant that has its start as local
/// time; a shorter bin by the offset of the time in it, so that a repeated hour is two bins of an hour.
fn starts(
    instants: &ArrayRef,
    bins: &ArrayRef,
    is_of_days: bool,
    clock: &mut LocalTimeConverter,
) -> Result<ArrayRef> {
    let mut starts = Vec::with_capacity(bins.len());
    for (row, (&instant, &bin)) in ticks(instants)?.iter().zip(ticks(bins)?.iter()).enumerate() {
        let start = match (bins.is_valid(row), is_of_days) {
            (true, true) => clock.not_before(bin),
            (true, false) => clock.near(bin, instant),
            (false, _) => Some(0),
        };
        match start {
            Some(start) => starts.push(start),
            None => return exec_err!("date_bin: a bin starts outside the calendar"),
        }
    }
    let starts = Int64Array::new(starts.into(), bins.nulls().cloned());
    Ok(cast(&starts, instants.data_type())?)
}
