//! `to_timestamp`, `to_timestamp_seconds`, .. and `to_date` that parse text with the common parser of times.
//!
//! The stock functions support neither times without seconds nor `PostgreSQL`'s patterns, and read `%f` as a
//! count of nanoseconds.
//!
//! Upstream: none found: `to_timestamp('02/03/2026 10:20', 'DD/MM/YYYY HH24:MI')` fails as in `PostgreSQL` it does not
//! Retire when: the stock functions accept `PostgreSQL`'s patterns and the formats of `src/time/text/`

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::functions::datetime::{
    to_date, to_timestamp, to_timestamp_micros, to_timestamp_millis, to_timestamp_nanos,
    to_timestamp_seconds,
};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature,
};

use crate::functions::datetime::text::{PatternCache, clock_of, times_of_texts, value_of};
use crate::time::text::TimePatternDialect;

/// Replacements of the stock functions.
pub(super) fn all() -> Vec<ScalarUDF> {
    let config = ConfigOptions::default();
    let stock = [
        to_timestamp(&config),
        to_timestamp_seconds(&config),
        to_timestamp_millis(&config),
        to_timestamp_micros(&config),
        to_timestamp_nanos(&config),
        to_date(),
    ];
    stock
        .into_iter()
        .map(|stock| ScalarUDF::from(ToTimestampFromText::new(stock)))
        .collect()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct ToTimestampFromText {
    stock: Arc<ScalarUDF>,
    documentation: Option<Documentation>,
}

impl ToTimestampFromText {
    fn new(stock: Arc<ScalarUDF>) -> Self {
        let documentation = stock.documentation().map(|stock| {
            let mut own = stock.clone();
            own.description.push_str(
                "\n\nText is read as by a cast, and with patterns as strptime reads it: they are PostgreSQL's \
                 (`'DD/MM/YYYY HH24:MI'`) or of percent codes (`'%d/%m/%Y %H:%M'`).",
            );
            own
        });
        Self {
            stock,
            documentation,
        }
    }
}

impl ScalarUDFImpl for ToTimestampFromText {
    fn name(&self) -> &str {
        self.stock.name()
    }

    fn aliases(&self) -> &[String] {
        self.stock.aliases()
    }

    fn signature(&self) -> &Signature {
        self.stock.signature()
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.stock.return_type(arg_types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.stock.return_field_from_args(args)
    }

    fn with_updated_config(&self, config: &ConfigOptions) -> Option<ScalarUDF> {
        // UTC is the zone of every session until one is set. A text without offset is in no zone then, also after
        // a SET of something else, for which the session calls this too.
        let mut config = config.clone();
        if config.execution.time_zone.as_deref() == Some("UTC") {
            config.execution.time_zone = None;
        }
        let stock = self.stock.inner().with_updated_config(&config)?;
        Some(ScalarUDF::from(Self::new(Arc::new(stock))))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_text = args
            .args
            .first()
            .is_some_and(|arg| is_text(&arg.data_type()));
        if !is_text {
            return self.stock.invoke_with_args(args);
        }
        let mut arguments = args.args.iter();
        let is_constant = arguments.all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if is_constant { 1 } else { args.number_rows };
        let columns: Vec<ArrayRef> = args
            .args
            .iter()
            .map(|arg| arg.to_array(rows))
            .collect::<Result<_>>()?;
        let wanted = args.return_field.data_type();
        let times = match columns.as_slice() {
            [texts] => times_of_texts(texts, wanted, false)?,
            [texts, patterns @ ..] => self.by_patterns(texts, patterns, wanted)?,
            [] => return plan_err!("{} takes a value", self.name()),
        };
        if is_constant {
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &times, 0,
            )?))
        } else {
            Ok(ColumnarValue::Array(times))
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.documentation.as_ref()
    }
}

impl ToTimestampFromText {
    /// Parses each text by the first pattern that fits; NULL patterns are skipped.
    fn by_patterns(
        &self,
        texts: &ArrayRef,
        patterns: &[ArrayRef],
        wanted: &DataType,
    ) -> Result<ArrayRef> {
        for pattern in patterns {
            if !is_text(pattern.data_type()) && !pattern.data_type().is_null() {
                return exec_err!("{}: patterns are text", self.name());
            }
        }
        let as_text = |column: &ArrayRef| cast(column, &DataType::Utf8);
        let texts = as_text(texts)?;
        let patterns: Vec<ArrayRef> = patterns.iter().map(as_text).collect::<Result<_, _>>()?;
        let cache = || PatternCache::new(self.name(), TimePatternDialect::Postgres);
        let mut readers: Vec<_> = patterns.iter().map(|_| cache()).collect();
        let mut clock = clock_of(wanted)?;
        let mut values = Vec::with_capacity(texts.len());
        for (row, text) in texts.as_string::<i32>().iter().enumerate() {
            let Some(text) = text else {
                values.push(None);
                continue;
            };
            let mut value = None;
            let mut problem = None;
            for (patterns, reader) in patterns.iter().zip(&mut readers) {
                let patterns = patterns.as_string::<i32>();
                if patterns.is_null(row) || value.is_some() {
                    continue;
                }
                let pattern = patterns.value(row);
                match reader.read(text, pattern)? {
                    Ok(written) => match value_of(&written, wanted, &mut clock) {
                        Some(found) => value = Some(found),
                        None => problem = Some(self.out_of_reach(text)),
                    },
                    Err(misfit) => problem = Some(reader.misfit(text, pattern, misfit)),
                }
            }
            match (value, problem) {
                (None, Some(problem)) => return exec_err!("{problem}"),
                (value, _) => values.push(value),
            }
        }
        Ok(match wanted {
            DataType::Date32 => {
                let days = values
                    .into_iter()
                    .map(|day| day.and_then(|day| i32::try_from(day).ok()));
                cast(&days.collect::<Int32Array>(), wanted)?
            }
            _ => cast(&Int64Array::from(values), wanted)?,
        })
    }

    fn out_of_reach(&self, text: &str) -> String {
        format!(
            "{}: '{text}' is out of reach of a timestamp of nanoseconds, 1677-09-21 to 2262-04-11: write \
             to_timestamp_micros",
            self.name()
        )
    }
}

fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, value) => is_text(value),
        other => other.is_string(),
    }
}
