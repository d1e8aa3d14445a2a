//! The function that marks queries of WITH that are read more than once.

use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, Expr, Filter, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use crate::parser::correctness::MATERIALIZED_CTE;

/// The function, which no plan calls in the end.
pub(crate) fn function() -> ScalarUDF {
    ScalarUDF::from(MaterializedCte {
        signature: Signature::any(1, Volatility::Immutable),
    })
}

/// The number of the query of WITH whose mark a filter is.
pub(super) fn marked(filter: &Filter) -> Option<u64> {
    let Expr::ScalarFunction(call) = &filter.predicate else {
        return None;
    };
    if call.func.name() != MATERIALIZED_CTE {
        return None;
    }
    match call.args.first()? {
        Expr::Literal(ScalarValue::Int64(Some(id)), _) => u64::try_from(*id).ok(),
        _ => None,
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct MaterializedCte {
    signature: Signature,
}

impl ScalarUDFImpl for MaterializedCte {
    fn name(&self) -> &'static str {
        MATERIALIZED_CTE
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Ok(ColumnarValue::Scalar(ScalarValue::from(true)))
    }
}
