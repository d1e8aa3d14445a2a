//! The parts of a row's lifetime as scalar functions, which only plans of [`super::table`] call.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::lifetime_rows::LifetimeReader;
use super::lifetimes::ObservedLifetime;
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::functions::declaration::signature;
use crate::functions::kernels::times::ticks_per_second;
use crate::settings::InvalidPolicy;
use crate::sql_type;

/// The times of a call.
pub(super) const INSTANTS: [FunctionParameter; 4] = [
    FunctionParameter::required("start", ParameterKind::Instant, ""),
    FunctionParameter::required("end", ParameterKind::Instant, ""),
    FunctionParameter::required("as_of", ParameterKind::Instant, ""),
    FunctionParameter::optional("entry", ParameterKind::Instant, ""),
];

/// Parts of a time in a second, of any type of timestamp.
pub(super) const PARTS_PER_SECOND: i64 = 1_000_000_000;

/// One type of timestamp for all times of a call.
///
/// # Errors
/// When one is no time, or only some have a time zone.
pub(super) fn common_instants(types: &[DataType]) -> Result<Vec<DataType>> {
    match signature::coerced("survival_curve", &INSTANTS, types)? {
        Some(coerced) => Ok(coerced),
        None => {
            let given: Vec<_> = types.iter().map(sql_type::name).collect();
            plan_err!(
                "survival_curve: start, end, as_of and entry are timestamps; got ({})",
                given.join(", ")
            )
        }
    }
}

/// A part of a lifetime; NULL where the row does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum LifetimePart {
    /// BIGINT, in nanoseconds; 292 years stand for all that is longer.
    Time,
    /// BOOLEAN, false if it is censored then.
    HasEnded,
    /// BIGINT, in nanoseconds; NULL for a row that is at risk from its start on.
    Entry,
}

/// The function of a part: of start, end, `as_of`, and the entry if there is one. It sees to their common type
/// itself, since the types of a plan may change after the call is planned.
pub(super) fn lifetime_part(part: LifetimePart, invalid: InvalidPolicy) -> ScalarUDF {
    ScalarUDF::from(LifetimePartFunction {
        part,
        ignores_invalid: invalid == InvalidPolicy::Ignore,
        signature: Signature::user_defined(Volatility::Immutable),
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
        let instant = columns.first().map(Array::data_type);
        if columns.iter().any(|own| Some(own.data_type()) != instant) {
            return internal_err!("times of a lifetime have several types");
        }
        let per_tick = PARTS_PER_SECOND / instant.map_or(PARTS_PER_SECOND, ticks_per_second);
        let mut parts = vec![None; rows];
        reader.read(columns, columns.get(3), &|_| true, &mut |row, lifetime| {
            if let ObservedLifetime::Counted {
                time,
                has_ended,
                entry,
            } = lifetime
            {
                parts[row] = match self.part {
                    LifetimePart::Time => Some(time.saturating_mul(per_tick)),
                    LifetimePart::HasEnded => Some(i64::from(has_ended)),
                    LifetimePart::Entry => entry.map(|entry| entry.saturating_mul(per_tick)),
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

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        common_instants(arg_types)
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
