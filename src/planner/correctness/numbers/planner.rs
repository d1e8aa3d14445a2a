//! Operators that have no type until a text is read as a number or a product is given more digits.
//!
//! The rule of this folder runs after types have been computed: `'1' + 1` and a product of more than 38
//! digits after the point fail before, and so does a timestamp beside a number, with the engine's own
//! message.
//!
//! Upstream: none found: see `binary`, `texts` and `dates`
//! Retire when: these can go.

use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::type_coercion::binary::BinaryTypeCoercer;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, Operator};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::binary;

/// Plans operators for whose operands the stock planner has no type.
#[derive(Debug)]
pub(crate) struct NumberPlanner;

impl ExprPlanner for NumberPlanner {
    fn plan_binary_op(
        &self,
        expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        let Some(op) = operator(&expr.op) else {
            return Ok(PlannerResult::Original(expr));
        };
        let (Ok(left), Ok(right)) = (expr.left.get_type(schema), expr.right.get_type(schema))
        else {
            return Ok(PlannerResult::Original(expr));
        };
        let stock = BinaryTypeCoercer::new(&left, &op, &right).get_result_type();
        if stock.is_ok() {
            return Ok(PlannerResult::Original(expr));
        }
        let written = BinaryExpr::new(
            Box::new(expr.left.clone()),
            op,
            Box::new(expr.right.clone()),
        );
        let settled = binary::settle(written, &[Some(left), Some(right)])?;
        match settled.data {
            planned @ Expr::BinaryExpr(_) if settled.transformed => {
                Ok(PlannerResult::Planned(planned))
            }
            _ => Ok(PlannerResult::Original(expr)),
        }
    }
}

fn operator(op: &BinaryOperator) -> Option<Operator> {
    Some(match op {
        BinaryOperator::Plus => Operator::Plus,
        BinaryOperator::Minus => Operator::Minus,
        BinaryOperator::Multiply => Operator::Multiply,
        BinaryOperator::Divide => Operator::Divide,
        BinaryOperator::Modulo => Operator::Modulo,
        BinaryOperator::Eq => Operator::Eq,
        BinaryOperator::NotEq => Operator::NotEq,
        BinaryOperator::Lt => Operator::Lt,
        BinaryOperator::LtEq => Operator::LtEq,
        BinaryOperator::Gt => Operator::Gt,
        BinaryOperator::GtEq => Operator::GtEq,
        _ => return None,
    })
}
