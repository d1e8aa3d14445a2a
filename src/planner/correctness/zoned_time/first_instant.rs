//! Days with a single start.

use arrow::array::{Array, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{DFSchema, Result, ScalarValue, exec_datafusion_err, exec_err, plan_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};
use std::sync::Arc;

use super::is_utc;
use crate::functions::kernels::times::{ticks, ticks_per_second};
use crate::time::zone;
use crate::time::zone::LocalTimeConverter;

/// `date_trunc` to a day or longer, with the first instant of a repeated start.
///
/// If local time is set back to midnight, the start of the day is repeated, and the stock function
/// returns the one with the offset of the time: two groups for one day.
pub(super) fn of_days(expression: &Expr, schema: &DFSchema) -> Option<Expr> {
    let Expr::ScalarFunction(call) = expression else {
        return None;
    };
    let ("date_trunc", [Expr::Literal(grain, _), time]) = (call.name(), call.args.as_slice())
    else {
        return None;
    };
    let grain = grain.try_as_str().flatten()?.to_lowercase();
    let is_of_days = ["day", "week", "month", "quarter", "year"].contains(&grain.as_str());
    match time.get_type(schema).ok()? {
        DataType::Timestamp(_, Some(zone)) if is_of_days && !is_utc(&zone) => {
            let function = Arc::new(ScalarUDF::from(FirstInstantOfLocalTime {
                signature: Signature::any(1, Volatility::Immutable),
            }));
            let call = ScalarFunction::new_udf(function, vec![expression.clone()]);
            Some(Expr::ScalarFunction(call))
        }
        _ => None,
    }
}

/// The first instant with the same local time as the given one.
#[derive(Debug, PartialEq, Eq, Hash)]
struct FirstInstantOfLocalTime {
    signature: Signature,
}

impl ScalarUDFImpl for FirstInstantOfLocalTime {
    fn name(&self) -> &'static str {
        "first_shown"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        Ok(arg_types[0].clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let data_type = args.args[0].data_type();
        let DataType::Timestamp(_, Some(name)) = &data_type else {
            return plan_err!("{} takes a time with a zone", self.name());
        };
        let named = zone::named(name).map_err(|problem| exec_datafusion_err!("{problem}"))?;
        let mut clock = LocalTimeConverter::new(named, ticks_per_second(&data_type));
        let is_constant = matches!(args.args[0], ColumnarValue::Scalar(_));
        let values = args.args[0].to_array(if is_constant { 1 } else { args.number_rows })?;
        let instants = ticks(&values)?.iter().enumerate();
        let instants = instants.map(|(row, &instant)| {
            let first = clock
                .local(instant)
                .and_then(|local| clock.not_before(local));
            match (values.is_valid(row), first) {
                (true, None) => exec_err!("date_trunc: a time is outside the calendar"),
                (true, first) => Ok(first),
                (false, _) => Ok(None),
            }
        });
        let instants = instants.collect::<Result<Int64Array>>()?;
        let instants = cast(&instants, &data_type)?;
        if is_constant {
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &instants, 0,
            )?))
        } else {
            Ok(ColumnarValue::Array(instants))
        }
    }
}
