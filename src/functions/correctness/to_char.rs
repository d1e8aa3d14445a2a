//! `to_char` (and `date_format`) that accepts `PostgreSQL`'s patterns as well as percent codes.
//!
//! The stock function writes `YYYY-MM` for each row of `to_char(t, 'YYYY-MM')`, so that all rows fall into
//! one group.
//!
//! Upstream: none found: `to_char(t, 'YYYY-MM')` gives 'YYYY-MM', where `PostgreSQL` gives the month
//! Retire when: the stock function supports `PostgreSQL`'s patterns and rejects one without any part of a
//! time

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type, TimeUnit};
use chrono::DateTime;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::functions::datetime::to_char;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

use crate::functions::datetime::lengths::is_length;
use crate::functions::datetime::text::{PatternCache, texts_of_times};
use crate::time::text::{LocalTimeInZone, TimePatternDialect};

pub(super) fn function() -> ScalarUDF {
    let stock = to_char();
    let documentation = stock.documentation().map(|stock| {
        let description = "A date, time or timestamp as text, by a pattern of PostgreSQL's (`'YYYY-MM-DD HH24:MI'`; \
             see docs/time.md) or of percent codes (`'%Y-%m-%d %H:%M'`). A pattern that says nothing of a time is an \
             error."
            .to_owned();
        Documentation {
            description,
            ..stock.clone()
        }
    });
    ScalarUDF::from(ToCharFunction {
        stock,
        documentation,
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct ToCharFunction {
    stock: Arc<ScalarUDF>,
    documentation: Option<Documentation>,
}

impl ScalarUDFImpl for ToCharFunction {
    fn name(&self) -> &str {
        self.stock.name()
    }

    fn aliases(&self) -> &[String] {
        self.stock.aliases()
    }

    fn signature(&self) -> &Signature {
        self.stock.signature()
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [value, pattern] = args.args.as_slice() else {
            return self.stock.invoke_with_args(args);
        };
        let is_constant = [value, pattern]
            .iter()
            .all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if is_constant { 1 } else { args.number_rows };
        let columns = [
            value.to_array(rows)?,
            cast(&pattern.to_array(rows)?, &DataType::Utf8)?,
        ];
        let texts = match value.data_type() {
            DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => {
                texts_of_times(self.name(), &columns)?
            }
            DataType::Time32(_) | DataType::Time64(_) => self.texts_of_clocks(&columns)?,
            of if is_length(&of) => {
                return exec_err!(
                    "{} takes no lengths of time: write format_duration(x), or extract(hour FROM x) and the like",
                    self.name()
                );
            }
            _ => return self.stock.invoke_with_args(args),
        };
        if is_constant {
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &texts, 0,
            )?))
        } else {
            Ok(ColumnarValue::Array(texts))
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.documentation.as_ref()
    }
}

impl ToCharFunction {
    fn texts_of_clocks(&self, columns: &[ArrayRef; 2]) -> Result<ArrayRef> {
        let nanos = cast(&columns[0], &DataType::Time64(TimeUnit::Nanosecond))?;
        let nanos = cast(&nanos, &DataType::Int64)?;
        let patterns = columns[1].as_string::<i32>();
        let mut cache = PatternCache::new(self.name(), TimePatternDialect::Postgres);
        let mut texts = Vec::new();
        for (nanos, written) in nanos.as_primitive::<Int64Type>().iter().zip(patterns) {
            let (Some(nanos), Some(written)) = (nanos, written) else {
                texts.push(None);
                continue;
            };
            let pattern = cache.pattern(written)?;
            let shown = LocalTimeInZone {
                wall: DateTime::from_timestamp_nanos(nanos).naive_utc(),
                offset: 0,
                zone: None,
            };
            match pattern.write(&shown).filter(|_| pattern.is_of_clock()) {
                Some(text) => texts.push(Some(text)),
                None => {
                    return exec_err!(
                        "{}: a TIME has no date, which '{written}' contains",
                        self.name()
                    );
                }
            }
        }
        Ok(Arc::new(StringArray::from(texts)))
    }
}
