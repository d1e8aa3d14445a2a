//! The function that marks the condition of an ASOF JOIN.

use arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

/// Its name.
pub(crate) const ASOF_MATCH: &str = "asof_match";

/// The function, which no plan calls in the end.
pub(in crate::planner) fn function() -> ScalarUDF {
    ScalarUDF::from(AsOfMatch {
        signature: Signature::any(1, Volatility::Immutable),
    })
}

/// The condition in a call of the function.
pub(super) fn condition(filter: &Expr) -> Option<&Expr> {
    match filter {
        Expr::ScalarFunction(call) if call.func.name() == ASOF_MATCH => call.args.first(),
        _ => None,
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct AsOfMatch {
    signature: Signature,
}

impl ScalarUDFImpl for AsOfMatch {
    fn name(&self) -> &'static str {
        ASOF_MATCH
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        plan_err!("ASOF JOIN cannot stand here: join in a subquery first")
    }
}
