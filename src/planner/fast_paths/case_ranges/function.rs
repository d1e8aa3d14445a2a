//! `case_of_ranges(value, starts, places, results)`, which takes the place of a CASE. No user writes it.

use std::sync::Arc;

use arrow::array::Array;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};
use datafusion::physical_expr::ScalarFunctionExpr;
use datafusion::physical_expr::expressions::Literal;
use datafusion::physical_plan::PhysicalExpr;

use super::CaseSteps;

const NAME: &str = "case_of_ranges";

#[derive(Debug, PartialEq, Eq, Hash)]
struct CaseOfRanges {
    signature: Signature,
}

/// The function, so that plans with it can be sent to other processes.
pub(in crate::planner) fn function() -> ScalarUDF {
    ScalarUDF::from(CaseOfRanges {
        signature: Signature::any(4, Volatility::Immutable),
    })
}

impl ScalarUDFImpl for CaseOfRanges {
    fn name(&self) -> &'static str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match types {
            [_, _, _, DataType::List(result)] => Ok(result.data_type().clone()),
            _ => internal_err!("{NAME} takes a value and three lists"),
        }
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let types: Vec<DataType> = arguments
            .arg_fields
            .iter()
            .map(|field| field.data_type().clone())
            .collect();
        let may_be_null = match arguments.scalar_arguments.last() {
            Some(Some(ScalarValue::List(results))) => results.value(0).null_count() > 0,
            _ => true,
        };
        Ok(Arc::new(Field::new(
            NAME,
            self.return_type(&types)?,
            may_be_null,
        )))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [value, lists @ ..] = arguments.args.as_slice() else {
            return internal_err!("{NAME} takes a value and three lists");
        };
        let steps = from_constants(lists.iter().map(|list| match list {
            ColumnarValue::Scalar(list) => Some(list),
            ColumnarValue::Array(_) => None,
        }))?;
        match value {
            ColumnarValue::Array(column) => Ok(ColumnarValue::Array(steps.evaluate(column)?)),
            ColumnarValue::Scalar(value) => {
                let result = steps.evaluate(&value.to_array()?)?;
                Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                    &result, 0,
                )?))
            }
        }
    }
}

fn from_constants<'a>(lists: impl Iterator<Item = Option<&'a ScalarValue>>) -> Result<CaseSteps> {
    let lists: Option<Vec<&ScalarValue>> = lists.collect();
    let Some([starts, places, results]) = lists.as_deref() else {
        return internal_err!("{NAME} takes constant lists");
    };
    CaseSteps::from_arguments(
        &starts.to_array()?,
        &places.to_array()?,
        &results.to_array()?,
    )
}

/// The value of a call of the function, with its steps; `None` of other expressions.
pub(in crate::planner::fast_paths) fn range_steps(
    expression: &Arc<dyn PhysicalExpr>,
) -> Option<(Arc<dyn PhysicalExpr>, CaseSteps)> {
    let call = expression.downcast_ref::<ScalarFunctionExpr>()?;
    if call.name() != NAME {
        return None;
    }
    let [value, lists @ ..] = call.args() else {
        return None;
    };
    let constants = lists
        .iter()
        .map(|list| list.downcast_ref::<Literal>().map(Literal::value));
    let steps = from_constants(constants).ok()?;
    Some((Arc::clone(value), steps))
}
