//! `from_local_time(value, zone [, pattern])`: the instant of a local time in a named zone.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, TimestampMicrosecondArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use super::section;
use super::zones::{LocalTimeConverters, is_text};
use crate::functions::datetime::text::{PatternCache, is_epoch};
use crate::time::text::{TimeParseError, TimePatternDialect, advice, read};
use crate::time::zone::LocalTimeConverter;

const MICROS: i64 = 1_000_000;
const USAGE: &str = "(value, zone [, pattern])";

pub(crate) fn all() -> Vec<ScalarUDF> {
    let strict = FromLocalTime::new("from_local_time", false);
    let lenient = FromLocalTime::new("try_from_local_time", true);
    vec![ScalarUDF::from(strict), ScalarUDF::from(lenient)]
}

#[derive(Debug)]
struct FromLocalTime {
    name: &'static str,
    /// True if text that is not a time gives NULL instead of an error.
    is_lenient: bool,
    signature: Signature,
    documentation: Documentation,
}

impl PartialEq for FromLocalTime {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for FromLocalTime {}

impl std::hash::Hash for FromLocalTime {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl FromLocalTime {
    fn new(name: &'static str, is_lenient: bool) -> Self {
        let mut signature = Signature::user_defined(Volatility::Immutable);
        let names = ["value", "zone", "pattern"].map(str::to_owned);
        signature.parameter_names = Some(names.to_vec());
        Self {
            name,
            is_lenient,
            signature,
            documentation: documentation(name, is_lenient),
        }
    }
}

fn documentation(name: &str, is_lenient: bool) -> Documentation {
    let bad = if is_lenient {
        "Text that is not a time gives NULL."
    } else {
        "Text that is not a time is an error; `try_from_local_time` gives NULL instead."
    };
    let description = format!(
        "The instant (a timestamp in UTC) at which clocks in `zone` show `value`. A time that the \
         clocks skip in spring moves forward by the length of the gap, one that they show twice in \
         autumn is the first of the two, so no row can fail a query for its date. Where the text has \
         an offset, that is the instant, whatever the zone. {bad} NULL and \
         empty text give NULL."
    );
    Documentation::builder(section(), description, format!("{name}{USAGE}"))
        .with_argument("value", "A timestamp or date without a zone, or text.")
        .with_argument("zone", "An IANA name such as `'Europe/Lisbon'`.")
        .with_argument(
            "pattern",
            "How text writes the time: as spreadsheets do (`'d/m/yyyy H:MM'`; M behind an hour is a \
             minute), as PostgreSQL does (`'DD/MM/YYYY HH24:MI'`) or as strftime does (`'%d/%m/%Y %H:%M'`); \
             `'epoch'` for counts since 1970, whose size says whether they are seconds, milliseconds, \
             microseconds or nanoseconds. Times that say for themselves what they mean, such as \
             ISO 8601, need none.",
        )
        .with_sql_example(format!(
            "```sql\nSELECT {name}('29/2/2016 01:16', 'Europe/Lisbon', 'd/m/yyyy H:MM');\n\
             -- 2016-02-29T01:16:00Z\n```"
        ))
        .build()
}

impl ScalarUDFImpl for FromLocalTime {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let name = self.name;
        let (Some(value), 2..=3) = (arg_types.first(), arg_types.len()) else {
            return plan_err!("{name}{USAGE} takes two or three arguments");
        };
        let mut types = vec![self.value_type(value, arg_types.len())?];
        for other in &arg_types[1..] {
            if !is_text(other) && *other != DataType::Null {
                return plan_err!("{name}{USAGE}: zone and pattern are text, not {other}");
            }
            types.push(DataType::Utf8);
        }
        Ok(types)
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Timestamp(
            TimeUnit::Microsecond,
            Some("UTC".into()),
        ))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_constant = args
            .args
            .iter()
            .all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if is_constant { 1 } else { args.number_rows };
        let mut clocks = match args.args.get(1) {
            Some(zone) => LocalTimeConverters::new(self.name, zone, rows, MICROS)?,
            None => return plan_err!("{}{USAGE} takes two or three arguments", self.name),
        };
        let mut pattern = pattern(self.name, args.args.get(2))?;
        let values = match args.args.into_iter().next() {
            Some(value) => value.into_array(rows)?,
            None => return plan_err!("{}{USAGE} takes two or three arguments", self.name),
        };
        let instants: ArrayRef = Arc::new(self.instants(&values, &mut clocks, &mut pattern)?);
        if is_constant {
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &instants, 0,
            )?))
        } else {
            Ok(ColumnarValue::Array(instants))
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

impl FromLocalTime {
    fn value_type(&self, value: &DataType, arguments: usize) -> Result<DataType> {
        let name = self.name;
        match value {
            DataType::Dictionary(_, inner) => self.value_type(inner, arguments),
            DataType::Null => Ok(DataType::Utf8),
            text if is_text(text) => Ok(DataType::Utf8),
            number if number.is_numeric() && arguments == 3 => Ok(DataType::Utf8),
            DataType::Timestamp(_, None) | DataType::Date32 | DataType::Date64
                if arguments == 2 =>
            {
                Ok(DataType::Timestamp(TimeUnit::Microsecond, None))
            }
            DataType::Timestamp(_, None) | DataType::Date32 | DataType::Date64 => {
                plan_err!("{name}{USAGE}: a pattern is for text, the value is {value}")
            }
            DataType::Timestamp(_, Some(_)) => plan_err!(
                "{name}{USAGE}: the value is {value}, an instant already: it needs no zone"
            ),
            _ => plan_err!("{name}{USAGE}: the value is {value}, not a time or text"),
        }
    }

    fn instants(
        &self,
        values: &ArrayRef,
        clocks: &mut LocalTimeConverters,
        pattern: &mut LocalTimePattern<'_>,
    ) -> Result<TimestampMicrosecondArray> {
        let micros: Vec<Option<i64>> = match values.data_type() {
            DataType::Timestamp(TimeUnit::Microsecond, None) => {
                let values = values.as_primitive::<TimestampMicrosecondType>();
                (0..values.len())
                    .map(|row| match (values.is_valid(row), clocks.for_row(row)?) {
                        (true, Some(clock)) => Ok(clock.instant(values.value(row))),
                        _ => Ok(None),
                    })
                    .collect::<Result<_>>()?
            }
            _ => {
                let values = cast(values, &DataType::Utf8)?;
                let values = values.as_string::<i32>();
                (0..values.len())
                    .map(|row| match (values.is_valid(row), clocks.for_row(row)?) {
                        (true, Some(clock)) => self.of_text(values.value(row), clock, pattern),
                        _ => Ok(None),
                    })
                    .collect::<Result<_>>()?
            }
        };
        Ok(TimestampMicrosecondArray::from(micros).with_timezone("UTC"))
    }

    fn of_text(
        &self,
        text: &str,
        clock: &mut LocalTimeConverter,
        pattern: &mut LocalTimePattern<'_>,
    ) -> Result<Option<i64>> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let written = match pattern {
            LocalTimePattern::Null => return Ok(None),
            LocalTimePattern::Iso => read(text),
            LocalTimePattern::Written(cache, written) => cache.read(text, written)?,
        };
        let misfit = match written {
            Ok(written) => match (written.wall(), written.offset) {
                // An offset determines the instant without the zone.
                (_, Some(_)) => {
                    let instant = written.in_utc();
                    return Ok(instant.map(|utc| utc.and_utc().timestamp_micros()));
                }
                (Some(wall), None) => return Ok(clock.instant(wall.and_utc().timestamp_micros())),
                (None, None) => TimeParseError::Form,
            },
            Err(misfit) => misfit,
        };
        if self.is_lenient {
            return Ok(None);
        }
        let problem = match pattern {
            LocalTimePattern::Written(cache, written) => cache.misfit(text, written, misfit),
            _ => {
                let advice = advice(text, misfit, TimePatternDialect::Spreadsheet);
                let name = self.name;
                format!("{name}: '{text}' is not a time as in 2026-01-31 10:00:00, {advice}")
            }
        };
        exec_err!("{problem}; try_from_local_time gives NULL for such values")
    }
}

enum LocalTimePattern<'a> {
    Iso,
    Null,
    Written(PatternCache<'a>, String),
}

fn pattern<'a>(
    function: &'a str,
    argument: Option<&ColumnarValue>,
) -> Result<LocalTimePattern<'a>> {
    match argument {
        None => Ok(LocalTimePattern::Iso),
        Some(ColumnarValue::Scalar(ScalarValue::Utf8(None))) => Ok(LocalTimePattern::Null),
        Some(ColumnarValue::Scalar(ScalarValue::Utf8(Some(written)))) => {
            let mut cache = PatternCache::new(function, TimePatternDialect::Spreadsheet);
            if !is_epoch(written) {
                cache.pattern(written)?;
            }
            Ok(LocalTimePattern::Written(cache, written.clone()))
        }
        Some(_) => plan_err!("{function}{USAGE}: the pattern must be a literal"),
    }
}
