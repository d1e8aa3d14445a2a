//! `format_duration(value [, unit])`: a length of time in readable text.

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::{DataType, DurationNanosecondType, IntervalMonthDayNanoType, TimeUnit};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, DocSection, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};

use super::lengths::{INTERVAL, nanoseconds};
use crate::functions::declaration::families::RESPONSE;
use crate::functions::kernels::numbers::{is_number, with_numbers};
use crate::functions::kernels::times::DurationUnit;

const NAME: &str = "format_duration";
const NANOS_PER_SECOND: i64 = 1_000_000_000;

pub(crate) fn function() -> ScalarUDF {
    ScalarUDF::from(FormatDuration::default())
}

#[derive(Debug)]
struct FormatDuration {
    signature: Signature,
    documentation: Documentation,
}

impl PartialEq for FormatDuration {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for FormatDuration {}

impl std::hash::Hash for FormatDuration {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        NAME.hash(state);
    }
}

impl Default for FormatDuration {
    fn default() -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        signature.parameter_names = Some(vec!["value".to_owned(), "unit".to_owned()]);
        let section = DocSection {
            include: true,
            label: RESPONSE.0,
            description: None,
        };
        let documentation = Documentation::builder(
            section,
            "A length of time for people: '2d 3h 5m', '1m 30s', '250ms'. Rounded to the second, below \
             one second to the millisecond; units that are zero are left out. NULL for NULL, NaN and \
             infinity.",
            "format_duration(value [, unit])",
        )
        .with_argument(
            "value",
            "A number in `unit`, as the time functions give it, a difference of two timestamps, or an INTERVAL, in \
             which a month counts as 30 days.",
        )
        .with_argument("unit", "`'second'`, `'minute'` (when absent), `'hour'` or `'day'`.")
        .with_sql_example("```sql\nSELECT format_duration(1515.5);\n-- 1d 1h 15m 30s\n```")
        .with_related_udf("frt")
        .build();
        Self {
            signature,
            documentation,
        }
    }
}

impl ScalarUDFImpl for FormatDuration {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let value = match arg_types {
            [DataType::Null, ..] => DataType::Float64,
            [value, ..] if is_number(value) => value.clone(),
            [DataType::Duration(_), ..] => DataType::Duration(TimeUnit::Nanosecond),
            [DataType::Interval(_), ..] => INTERVAL,
            _ => {
                return plan_err!(
                    "format_duration(value [, unit]) takes a number, a difference of timestamps or an INTERVAL"
                );
            }
        };
        match arg_types.len() {
            1 => Ok(vec![value]),
            2 => Ok(vec![value, DataType::Utf8]),
            _ => plan_err!("format_duration(value [, unit]) takes one or two arguments"),
        }
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let unit = match args.args.get(1) {
            None | Some(ColumnarValue::Scalar(ScalarValue::Utf8(None))) => DurationUnit::default(),
            Some(ColumnarValue::Scalar(ScalarValue::Utf8(Some(unit)))) => {
                DurationUnit::parse(NAME, unit)?
            }
            Some(_) => return plan_err!("format_duration: unit must be a constant text"),
        };
        let scalar = matches!(args.args[0], ColumnarValue::Scalar(_));
        let values = args.args[0].to_array(if scalar { 1 } else { args.number_rows })?;
        let texts: ArrayRef = Arc::new(StringArray::from(texts(&values, unit)?));
        if scalar {
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &texts, 0,
            )?))
        } else {
            Ok(ColumnarValue::Array(texts))
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a duration for people is rounded anyway"
)]
fn texts(values: &ArrayRef, unit: DurationUnit) -> Result<Vec<Option<String>>> {
    let rows = 0..values.len();
    let nulls = values.logical_nulls();
    let valid = |row: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
    if let DataType::Duration(TimeUnit::Nanosecond) = values.data_type() {
        let nanos = values.as_primitive::<DurationNanosecondType>();
        let seconds = |row| nanos.value(row) as f64 / NANOS_PER_SECOND as f64;
        return Ok(rows
            .map(|row| valid(row).then(|| text(seconds(row))).flatten())
            .collect());
    }
    if *values.data_type() == INTERVAL {
        let intervals = values.as_primitive::<IntervalMonthDayNanoType>();
        let seconds = |row| nanoseconds(intervals.value(row)) as f64 / NANOS_PER_SECOND as f64;
        return Ok(rows
            .map(|row| valid(row).then(|| text(seconds(row))).flatten())
            .collect());
    }
    with_numbers!(NAME, values, |number| Ok(rows
        .map(|row| valid(row)
            .then(|| text(number(row).to_f64() * unit.seconds() as f64))
            .flatten())
        .collect()))
}

/// Formats `seconds` as days, hours, minutes and seconds.
#[expect(
    clippy::cast_possible_truncation,
    reason = "saturates, and rounding is meant"
)]
fn text(seconds: f64) -> Option<String> {
    if !seconds.is_finite() {
        return None;
    }
    let sign = if seconds < 0.0 { "-" } else { "" };
    let millis = (seconds.abs() * 1_000.0).round() as i64;
    if millis < 1_000 {
        return Some(if millis == 0 {
            "0s".to_owned()
        } else {
            format!("{sign}{millis}ms")
        });
    }
    let mut rest = seconds.abs().round() as i64;
    let mut text = String::from(sign);
    for (name, length) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] {
        let count = rest / length;
        rest %= length;
        if count > 0 {
            let space = if text.len() > sign.len() { " " } else { "" };
            // Writing to a String cannot fail.
            let _ = write!(text, "{space}{count}{name}");
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn units_that_are_zero_are_left_out() {
        let shown = |seconds: f64| text(seconds).unwrap();
        assert_eq!(shown(0.0), "0s");
        assert_eq!(shown(0.25), "250ms");
        assert_eq!(shown(59.6), "1m");
        assert_eq!(shown(90.0), "1m 30s");
        assert_eq!(shown(86_400.0 + 300.0), "1d 5m");
        assert_eq!(shown(-3_600.0), "-1h");
        assert_eq!(text(f64::NAN), None);
    }
}
