//! The parts of a row's lifetime as scalar functions, which only plans of [`super::table`] call.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::lifetime_rows::LifetimeReader;
use super::lifetimes::ObservedLifetime;
use crate::settings::InvalidPolicy;

/// A part of a lifetime; NULL where the row does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum LifetimePart {
    /// BIGINT, in ticks.
    Time,
    /// BOOLEAN, false if it is censored then.
    HasEnded,
    /// BIGINT, in ticks; NULL for a row that is at risk from its start on.
    Entry,
}

/// The function of a part: of start, end, `as_of`, and the entry if there is one, as timestamps of one type.
pub(super) fn lifetime_part(part: LifetimePart, invalid: InvalidPolicy) -> ScalarUDF {
    ScalarUDF::from(LifetimePartFunction {
        part,
        ignores_invalid: invalid == InvalidPolicy::Ignore,
        signature: Signature::variadic_any(Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct LifetimePartFunction {
    part: LifetimePart,
    ignores_invalid: bool,
    signature: Signature,
}

impl LifetimePartFunction {
    fn column(&self, columns: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let reader = LifetimeReader {
            function: "survival_curve",
            invalid: if self.ignores_invalid {
                InvalidPolicy::Ignore
            } else {
                InvalidPolicy::Error
            },
        };
        let mut parts = vec![None; rows];
        reader.read(columns, columns.get(3), &|_| true, &mut |row, lifetime| {
            if let ObservedLifetime::Counted {
                time,
                has_ended,
                entry,
            } = lifetime
            {
                parts[row] = match self.part {
                    LifetimePart::Time => Some(time),
                    LifetimePart::HasEnded => Some(i64::from(has_ended)),
                    LifetimePart::Entry => entry,
                };
            }
        })?;
        Ok(match self.part {
            LifetimePart::HasEnded => {
                let flags = parts.into_iter().map(|part| part.map(|part| part == 1));
                Arc::new(flags.collect::<BooleanArray>())
            }
            LifetimePart::Time | LifetimePart::Entry => Arc::new(Int64Array::from(parts)),
        })
    }
}

impl ScalarUDFImpl for LifetimePartFunction {
    fn name(&self) -> &str {
        match self.part {
            LifetimePart::Time => "deskql_lifetime",
            LifetimePart::HasEnded => "deskql_lifetime_has_ended",
            LifetimePart::Entry => "deskql_lifetime_entry",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(match self.part {
            LifetimePart::HasEnded => DataType::Boolean,
            LifetimePart::Time | LifetimePart::Entry => DataType::Int64,
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_scalar = args
            .args
            .iter()
            .all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if is_scalar { 1 } else { args.number_rows };
        let columns = args.args.iter().map(|arg| arg.to_array(rows));
        let column = self.column(&columns.collect::<Result<Vec<_>>>()?, rows)?;
        Ok(if is_scalar {
            ColumnarValue::Scalar(ScalarValue::try_from_array(&column, 0)?)
        } else {
            ColumnarValue::Array(column)
        })
    }
}
