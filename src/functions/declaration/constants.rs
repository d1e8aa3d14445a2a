//! Constant arguments of a call.

use std::sync::Arc;

use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::ColumnarValue;
use datafusion::logical_expr::function::AccumulatorArgs;

use super::parameter::{FunctionParameter, ParameterKind, kind_name};
use super::signature;
use crate::settings::InvalidPolicy;

/// Evaluates the constant arguments and the optional treatment of invalid values behind them.
///
/// # Errors
/// When a constant is a column, or the last argument is not valid.
pub(crate) fn constants(
    function: &str,
    parameters: &[FunctionParameter],
    args: &AccumulatorArgs<'_>,
) -> Result<(Vec<Option<ScalarValue>>, InvalidPolicy)> {
    let nothing = RecordBatch::new_empty(Arc::new(args.schema.clone()));
    let mut constants = vec![];
    let mut invalid = InvalidPolicy::Error;
    for (position, expr) in args.exprs.iter().enumerate() {
        let parameter = parameters.get(position);
        let constant_wanted = parameter.is_none_or(|parameter| is_constant(parameter.kind));
        let last_text = position + 1 == args.exprs.len()
            && *args.expr_fields[position].data_type() == DataType::Utf8;
        if !constant_wanted && !last_text {
            constants.push(None);
            continue;
        }
        let value = match expr.evaluate(&nothing)? {
            ColumnarValue::Scalar(value) => Some(value),
            ColumnarValue::Array(_) => None,
        };
        match (value, parameter) {
            (Some(ScalarValue::Utf8(Some(text))), _) if last_text && text == "ignore" => {
                invalid = InvalidPolicy::Ignore;
            }
            (Some(ScalarValue::Utf8(Some(text))), _) if last_text && text == "error" => {}
            (Some(value), Some(_)) if constant_wanted => constants.push(Some(value)),
            (_, Some(parameter)) if constant_wanted => {
                return plan_err!(
                    "{function}: {} must be {}, not a column",
                    parameter.name,
                    kind_name(parameter.kind)
                );
            }
            (_, Some(_)) => constants.push(None),
            (value, None) => return surplus(function, parameters, value),
        }
    }
    Ok((constants, invalid))
}

fn surplus<T>(
    function: &str,
    parameters: &[FunctionParameter],
    value: Option<ScalarValue>,
) -> Result<T> {
    let value = value.map_or_else(|| "a column".to_owned(), |value| format!("'{value}'"));
    plan_err!(
        "{function}: unexpected last argument {value}; it takes {}",
        signature::syntax(function, parameters)
    )
}

fn is_constant(kind: ParameterKind) -> bool {
    matches!(
        kind,
        ParameterKind::Constant | ParameterKind::Text | ParameterKind::Span
    )
}
