//! `date_trunc` of lengths of time, which DataFusion's own rejects; dates and times are delegated to that
//! one.

use std::sync::Arc;

use arrow::array::{ArrayRef, IntervalMonthDayNanoArray};
use arrow::datatypes::{DataType, FieldRef, IntervalMonthDayNano};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::type_coercion::functions::fields_with_udf;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};

use super::arithmetic::as_durations;
use super::units::LengthUnit;
use crate::functions::kernels::lengths::{INTERVAL, intervals, is_length, nanoseconds};

/// The stock function, which also accepts lengths of time here.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct LengthTrunc {
    pub(crate) inner: Arc<ScalarUDF>,
    signature: Signature,
}

impl LengthTrunc {
    /// Wraps the registered `date_trunc`.
    pub(crate) fn new(inner: Arc<ScalarUDF>) -> Self {
        Self {
            inner,
            signature: Signature::user_defined(Volatility::Immutable),
        }
    }
}

impl ScalarUDFImpl for LengthTrunc {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        match arg_types {
            [grain, DataType::Interval(_)] if grain.is_string() => {
                Ok(vec![DataType::Utf8, INTERVAL])
            }
            [grain, length] if grain.is_string() && is_length(length) => {
                Ok(vec![DataType::Utf8, length.clone()])
            }
            _ => {
                let field = |of: &DataType| {
                    FieldRef::new(arrow::datatypes::Field::new("argument", of.clone(), true))
                };
                let fields: Vec<FieldRef> = arg_types.iter().map(field).collect();
                let coerced = fields_with_udf(&fields, self.inner.as_ref())?;
                Ok(coerced.iter().map(|of| of.data_type().clone()).collect())
            }
        }
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        match arg_types {
            [_, length] if is_length(length) => Ok(length.clone()),
            _ => self.inner.return_type(arg_types),
        }
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        match args.arg_fields {
            [_, length] if is_length(length.data_type()) => Ok(Arc::clone(length)),
            _ => self.inner.return_field_from_args(args),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [grain, length] = args.args.as_slice() else {
            return self.inner.invoke_with_args(args);
        };
        if !is_length(&length.data_type()) {
            return self.inner.invoke_with_args(args);
        }
        let ColumnarValue::Scalar(grain) = grain else {
            return plan_err!(
                "date_trunc takes one part for all rows: date_trunc('hour', closed_at - opened_at)"
            );
        };
        let grain = grain.try_as_str().flatten().unwrap_or_default();
        let is_scalar = matches!(length, ColumnarValue::Scalar(_));
        let rows = if is_scalar { 1 } else { args.number_rows };
        let truncated = truncate(grain, &length.to_array(rows)?)?;
        Ok(if is_scalar {
            ColumnarValue::Scalar(ScalarValue::try_from_array(&truncated, 0)?)
        } else {
            ColumnarValue::Array(truncated)
        })
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}

/// Truncates lengths to the grain, toward zero.
fn truncate(grain: &str, lengths: &ArrayRef) -> Result<ArrayRef> {
    let Some(unit) = LengthUnit::named(&grain.to_lowercase()) else {
        return exec_err!(
            "date_trunc: a length of time has no '{grain}'; write 'day', 'hour' or 'minute'"
        );
    };
    let found: IntervalMonthDayNanoArray = intervals(lengths)?
        .iter()
        .map(|length| length.map(|length| kept(length, unit)))
        .collect();
    match lengths.data_type() {
        DataType::Duration(_) => {
            let totals = found.iter().map(|length| length.map(nanoseconds));
            as_durations(totals, lengths.data_type())
        }
        _ => Ok(Arc::new(found)),
    }
}

fn kept(length: IntervalMonthDayNano, unit: LengthUnit) -> IntervalMonthDayNano {
    let IntervalMonthDayNano {
        months,
        days,
        nanoseconds,
    } = length;
    let whole = |value: i32, size: i64| {
        let size = i32::try_from(size).unwrap_or(1);
        value - value % size
    };
    match unit {
        LengthUnit::Months(size) => IntervalMonthDayNano::new(whole(months, size), 0, 0),
        LengthUnit::Days(size) => IntervalMonthDayNano::new(months, whole(days, size), 0),
        LengthUnit::Nanoseconds(size) => {
            IntervalMonthDayNano::new(months, days, nanoseconds - nanoseconds % size)
        }
    }
}
