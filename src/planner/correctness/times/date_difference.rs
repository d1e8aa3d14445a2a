//! Days between two dates, planned as integers from the start.
//!
//! `date - date` gives whole days, but the optimizer computes its bounds as a duration, so that `WHERE
//! closed_on - opened_on > 3` is an internal error over files.
//!
//! Upstream: none found: "WHERE date - date > 3 over Parquet: Only intervals with the same data type are comparable, lhs:Duration(s), rhs:Int64"
//! Retire when: the query of `tests/stock_engine/` answers.

use arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::BinaryExpr;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, Operator, cast};
use datafusion::optimizer::AnalyzerRule;

use crate::planner::correctness::lengths::may_be_time;
use crate::planner::rewrite::rewrite_expressions;

/// Subtracts dates as numbers of days.
#[derive(Debug)]
pub(crate) struct DateDifference;

impl AnalyzerRule for DateDifference {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        rewrite_expressions(plan, rewrite)
    }

    fn name(&self) -> &'static str {
        "date_difference"
    }
}

fn rewrite(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::BinaryExpr(BinaryExpr {
        left,
        op: Operator::Minus,
        right,
    }) = expression
    else {
        return Ok(Transformed::no(expression));
    };
    let is_date = |of: &Expr| {
        may_be_time(of, schema) && of.get_type(schema).is_ok_and(|of| of == DataType::Date32)
    };
    if !is_date(&left) || !is_date(&right) {
        let same = BinaryExpr::new(left, Operator::Minus, right);
        return Ok(Transformed::no(Expr::BinaryExpr(same)));
    }
    let days = |date: Expr| Box::new(cast(cast(date, DataType::Int32), DataType::Int64));
    let difference = BinaryExpr::new(days(*left), Operator::Minus, days(*right));
    Ok(Transformed::yes(Expr::BinaryExpr(difference)))
}
