//! `n * INTERVAL '1 hour'`, which the stock planner has no types for.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::{ExprSchemable, ScalarUDF};
use datafusion::sql::sqlparser::ast::BinaryOperator;

/// Makes the product of an interval and a number a call of `interval_times`.
#[derive(Debug)]
pub(crate) struct IntervalProduct(pub(crate) Arc<ScalarUDF>);

impl ExprPlanner for IntervalProduct {
    fn plan_binary_op(
        &self,
        expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        if expr.op != BinaryOperator::Multiply {
            return Ok(PlannerResult::Original(expr));
        }
        // What has no type yet is not for this planner.
        let (Ok(left), Ok(right)) = (expr.left.get_type(schema), expr.right.get_type(schema))
        else {
            return Ok(PlannerResult::Original(expr));
        };
        let is_interval = |of: &DataType| matches!(of, DataType::Interval(_));
        let arguments = if is_interval(&left) && right.is_numeric() {
            vec![expr.left, expr.right]
        } else if is_interval(&right) && left.is_numeric() {
            vec![expr.right, expr.left]
        } else {
            return Ok(PlannerResult::Original(expr));
        };
        Ok(PlannerResult::Planned(self.0.call(arguments)))
    }
}
