//! `coalesce` of a date and a text, which the stock function rejects because it expects a struct.
//!
//! Upstream: none found: coalesce(DATE, 'text') fails with "Expect to get struct but got Date32"
//! Retire when: `SELECT coalesce(DATE '2026-02-01', '2026-01-01')` runs on the stock engine.

use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, internal_err, plan_err};
use datafusion::functions::core::coalesce::CoalesceFunc;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::type_coercion::binary::type_union_coercion;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl,
    Signature,
};

use crate::functions::datetime::lengths::{INTERVAL, is_length};

/// The stock function with the type coercion of CASE.
#[derive(Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct CoercingCoalesce {
    stock: CoalesceFunc,
}

impl ScalarUDFImpl for CoercingCoalesce {
    fn name(&self) -> &str {
        self.stock.name()
    }

    fn signature(&self) -> &Signature {
        self.stock.signature()
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        internal_err!("coalesce has a return field, not a return type")
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.stock.return_field_from_args(args)
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let is_mixed = arg_types.iter().any(DataType::is_floating)
            && arg_types.iter().any(DataType::is_decimal);
        if !is_mixed && let Ok(types) = self.stock.coerce_types(arg_types) {
            return Ok(types);
        }
        let mut types = arg_types.iter().filter(|of| !of.is_null());
        let Some(first) = types.next() else {
            return self.stock.coerce_types(arg_types);
        };
        let mut common = first.clone();
        for of in types {
            let is_mixed =
                common.is_floating() && of.is_decimal() || common.is_decimal() && of.is_floating();
            let next = match (&common, of) {
                _ if is_mixed => Some(DataType::Float64),
                // A text takes the type of the other argument.
                (DataType::Boolean, text) | (text, DataType::Boolean) if text.is_string() => {
                    Some(DataType::Boolean)
                }
                (length, text) | (text, length) if is_length(length) && text.is_string() => {
                    Some(INTERVAL)
                }
                _ => type_union_coercion(&common, of),
            };
            let Some(next) = next else {
                return plan_err!("coalesce gives either {common} or {of}: cast one to the other");
            };
            common = next;
        }
        Ok(vec![common; arg_types.len()])
    }

    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        self.stock.simplify(args, info)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.stock.invoke_with_args(args)
    }

    fn conditional_arguments<'a>(
        &self,
        args: &'a [Expr],
    ) -> Option<(Vec<&'a Expr>, Vec<&'a Expr>)> {
        self.stock.conditional_arguments(args)
    }

    fn short_circuits(&self) -> bool {
        true
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.stock.documentation()
    }
}
