//! EXISTS depends on the number of rows, not on their values: its SELECT list and GROUP BY have no
//! effect, its LIMIT and OFFSET have.
//!
//! The stock plan drops every LIMIT and OFFSET of an EXISTS that reads the outer row, so that `OFFSET
//! 2` finds rows if there are two; it loses the total of ROLLUP over no rows; and it refuses a SELECT
//! list, GROUP BY or ORDER BY that reads the outer row. Here nodes that emit one row for each row, or
//! at least one for any rows, are removed, and an OFFSET becomes a count of rows.
//!
//! Upstream: none found: EXISTS (SELECT .. WHERE outer.x = inner.x OFFSET n) ignores the OFFSET, at any depth
//! Retire when: the stock engine gives no row for an EXISTS of one row with OFFSET 1.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, not_impl_err};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::expr::Exists;
use datafusion::logical_expr::{
    Distinct, Expr, FetchType, LogicalPlan, LogicalPlanBuilder, SkipType, exists, lit, not,
    not_exists, scalar_subquery,
};
use datafusion::optimizer::AnalyzerRule;

use super::correlation::{is_correlated, limits_rows};
use super::grand_totals::{TOTALS, has_total, has_total_beside_groups};
use super::subquery_places;
use crate::planner::rewrite::rewrite_node;

/// Removes nodes from EXISTS that do not change its result.
#[derive(Debug)]
pub(crate) struct ExistsRows;

impl AnalyzerRule for ExistsRows {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        if !subquery_places::has_subquery(&plan)? {
            return Ok(plan);
        }
        let rewritten = plan.transform_up_with_subqueries(|node| rewrite_node(node, &of_rows))?;
        Ok(rewritten.data)
    }

    fn name(&self) -> &'static str {
        "exists_rows"
    }
}

fn of_rows(expression: Expr, _: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::Exists(call) = expression else {
        return Ok(Transformed::no(expression));
    };
    let subquery = &call.subquery.subquery;
    if !is_correlated(subquery) || !is_in_the_way(subquery) {
        return Ok(Transformed::no(Expr::Exists(call)));
    }
    rewrite_exists(&call).map(Transformed::yes)
}

/// True if there is more above the rows than a list of their columns.
fn is_in_the_way(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(node) => {
            let mut columns = node.expr.iter();
            columns.any(Expr::contains_outer) || is_in_the_way(&node.input)
        }
        LogicalPlan::SubqueryAlias(node) => is_in_the_way(&node.input),
        LogicalPlan::Aggregate(_)
        | LogicalPlan::Distinct(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Window(_) => true,
        rows => limits_rows(rows).unwrap_or(true) || has_total_beside_groups(rows).unwrap_or(true),
    }
}

fn rewrite_exists(call: &Exists) -> Result<Expr> {
    let found = match ExistsCondition::new(&call.subquery.subquery)? {
        ExistsCondition::Always => lit(true),
        ExistsCondition::Never => lit(false),
        ExistsCondition::MoreThan(passed, rows) => {
            if has_total_beside_groups(rows)? {
                return not_impl_err!("{TOTALS}");
            }
            if limits_rows(rows)? {
                return Ok(Expr::Exists(call.clone()));
            }
            if passed == 0 {
                let rows = Arc::new(rows.clone());
                return Ok(if call.negated {
                    not_exists(rows)
                } else {
                    exists(rows)
                });
            }
            let counted = LogicalPlanBuilder::from(rows.clone())
                .aggregate(Vec::<Expr>::new(), [count(lit(1_i64))])?
                .build()?;
            scalar_subquery(Arc::new(counted)).gt(lit(i64::try_from(passed).unwrap_or(i64::MAX)))
        }
    };
    Ok(if call.negated { not(found) } else { found })
}

/// The condition under which an EXISTS is true.
enum ExistsCondition<'a> {
    Always,
    Never,
    /// True if the plan has more rows than this.
    MoreThan(usize, &'a LogicalPlan),
}

impl<'a> ExistsCondition<'a> {
    fn new(plan: &'a LogicalPlan) -> Result<Self> {
        let mut rows = plan;
        let mut passed = 0_usize;
        loop {
            rows = match rows {
                LogicalPlan::Projection(node) => &node.input,
                LogicalPlan::SubqueryAlias(node) => &node.input,
                LogicalPlan::Window(node) => &node.input,
                LogicalPlan::Sort(node) if node.fetch.is_none() => &node.input,
                LogicalPlan::Distinct(Distinct::All(input)) if passed == 0 => input,
                LogicalPlan::Distinct(Distinct::On(node)) if passed == 0 => &node.input,
                LogicalPlan::Aggregate(node) if passed == 0 => {
                    if has_total(node) {
                        return Ok(Self::Always);
                    } else {
                        &node.input
                    }
                }
                LogicalPlan::Aggregate(node) if node.group_expr.is_empty() => {
                    return Ok(Self::Never);
                }
                LogicalPlan::Limit(node) => {
                    let (SkipType::Literal(skip), FetchType::Literal(fetch)) =
                        (node.get_skip_type()?, node.get_fetch_type()?)
                    else {
                        return Ok(Self::MoreThan(passed, rows));
                    };
                    if fetch.is_some_and(|fetch| passed >= fetch) {
                        return Ok(Self::Never);
                    }
                    passed = passed.saturating_add(skip);
                    &node.input
                }
                _ => return Ok(Self::MoreThan(passed, rows)),
            };
        }
    }
}
