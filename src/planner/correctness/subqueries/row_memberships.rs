//! `(a, b) IN (SELECT x, y ..)`, which the parser has written with one value on either side.
//!
//! Rows are compared value by value: IN is true if some row is equal, unknown if none is but for some it is not
//! known, and false otherwise. The values are read as outer columns, so that aggregates and windows among them are
//! computed before, and subqueries in projections below.
//!
//! Upstream: none found: "(a, b) IN (SELECT x, y ..) is refused: Too many columns! The subquery should only return one column"
//! Retire when: `SELECT (1, sum(x)) IN (SELECT 1, 2) FROM (VALUES (2)) v(x)` is true in the stock engine.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result, ScalarValue, internal_err};
use datafusion::logical_expr::expr::InSubquery;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlan, LogicalPlanBuilder, Projection, ScalarFunctionArgs,
    ScalarUDF, ScalarUDFImpl, Signature, Volatility, exists, lit, not, when,
};
use datafusion::optimizer::AnalyzerRule;

use super::in_operands::InOperands;
use super::outer_references::seen_from_inside;
use super::subquery_places::SubqueriesOverJoins;
use crate::parser::correctness::ROW_OF_VALUES;
use crate::planner::rewrite::rewrite_node;

/// The function that stands for a row, which no plan calls in the end.
pub(crate) fn row_of_values() -> ScalarUDF {
    ScalarUDF::from(RowOfValues {
        signature: Signature::variadic_any(Volatility::Immutable),
    })
}

/// The values of a row; `None` for other expressions.
pub(crate) fn values_of_row(expression: &Expr) -> Option<&[Expr]> {
    match expression {
        Expr::Alias(alias) => values_of_row(&alias.expr),
        Expr::ScalarFunction(call) if call.func.name() == ROW_OF_VALUES => Some(&call.args),
        _ => None,
    }
}

/// Writes out every such IN; runs before type coercion, which then sees pairs of values.
#[derive(Debug)]
pub(crate) struct RowMemberships;

impl AnalyzerRule for RowMemberships {
    fn name(&self) -> &'static str {
        "row_memberships"
    }

    fn analyze(&self, plan: LogicalPlan, config: &ConfigOptions) -> Result<LogicalPlan> {
        if !has_rows(&plan)? {
            return Ok(plan);
        }
        let plan = SubqueriesOverJoins.analyze(plan, config)?;
        let plan = InOperands.analyze(plan, config)?;
        let written = plan.transform_up_with_subqueries(|node| {
            // The stock IN is never NULL by its type, and the schemas above were built on that.
            rewrite_node(node, &written_out)?.map_data(LogicalPlan::recompute_schema)
        })?;
        Ok(written.data)
    }
}

fn has_rows(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expression| {
            found = found || expression.exists(|part| Ok(values_of_row(part).is_some()))?;
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    Ok(found)
}

fn written_out(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::InSubquery(call) = &expression else {
        return Ok(Transformed::no(expression));
    };
    let Some(values) = values_of_row(&call.expr) else {
        return Ok(Transformed::no(expression));
    };
    let Some((columns, rows)) = listed(call) else {
        return internal_err!("IN over rows has no list of columns");
    };
    let pairs = values.iter().zip(columns).map(|(value, column)| {
        let value = seen_from_inside(value.clone(), schema)?;
        Ok(column.clone().eq(value))
    });
    let equal = conjunction(pairs.collect::<Result<Vec<_>>>()?).unwrap_or_else(|| lit(true));
    let has = |condition: Expr| {
        let rows = LogicalPlanBuilder::from(Arc::clone(rows)).filter(condition)?;
        Ok::<_, datafusion::error::DataFusionError>(exists(Arc::new(rows.build()?)))
    };
    let is_in = when(has(equal.clone())?, lit(true))
        .when(has(equal.is_null())?, lit(ScalarValue::Boolean(None)))
        .otherwise(lit(false))?;
    Ok(Transformed::yes(if call.negated {
        not(is_in)
    } else {
        is_in
    }))
}

/// The columns that a row is compared with, and the plan that has them.
fn listed(call: &InSubquery) -> Option<(&[Expr], &Arc<LogicalPlan>)> {
    let LogicalPlan::Projection(Projection { expr, input, .. }) = call.subquery.subquery.as_ref()
    else {
        return None;
    };
    let [row] = expr.as_slice() else {
        return None;
    };
    values_of_row(row).map(|columns| (columns, input))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct RowOfValues {
    signature: Signature,
}

impl ScalarUDFImpl for RowOfValues {
    fn name(&self) -> &'static str {
        ROW_OF_VALUES
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        internal_err!("{ROW_OF_VALUES} stands for a row in IN")
    }
}
