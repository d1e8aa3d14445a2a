//! Restricts the correlation of subqueries to equalities.
//!
//! `(SELECT count(*) FROM b WHERE b.opened_at <= a.opened_at)` is a join by `<=`, and the stock rules
//! make a join of a correlated aggregate by equalities only; a column of the query two levels out they
//! do not find at all. This rule joins the subquery's rows with the distinct values of the outer
//! columns that the subquery reads: `FROM b, (SELECT DISTINCT a.opened_at AS v ..) WHERE b.opened_at <=
//! v AND v = a.opened_at`. The inner expressions read `v`, and only the equality is correlated.
//!
//! Upstream: none found: `PullUpCorrelatedExpr` pulls conditions over an aggregate only if they are equalities, and none of a nested subquery
//! Retire when: the stock engine answers both forms above.

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::expr::{Exists, InSubquery};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::logical_plan::Subquery;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{BinaryExpr, Expr, LogicalPlan, Operator};
use datafusion::optimizer::AnalyzerRule;

use super::outer_rows::{OuterRows, free_references, inner_subquery, is_repeatable, is_visible};
use super::subquery_places::has_subquery;

/// Joins subqueries with the values of the outer rows.
#[derive(Debug)]
pub(crate) struct OuterValues;

impl AnalyzerRule for OuterValues {
    fn name(&self) -> &'static str {
        "outer_values"
    }

    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        if !has_subquery(&plan)? {
            return Ok(plan);
        }
        let mut number = 0;
        let given = plan.transform_down_with_subqueries(|node| in_node(node, &mut number))?;
        Ok(given.data)
    }
}

fn in_node(node: LogicalPlan, number: &mut usize) -> Result<Transformed<LogicalPlan>> {
    let (LogicalPlan::Filter(_) | LogicalPlan::Projection(_)) = &node else {
        return Ok(Transformed::no(node));
    };
    let Some(input) = node.inputs().first().map(|input| (*input).clone()) else {
        return Ok(Transformed::no(node));
    };
    let names = NamePreserver::new(&node);
    node.map_expressions(|expression| {
        let name = names.save(&expression);
        let given = expression.transform_down(|part| in_expression(part, &input, number))?;
        Ok(given.update_data(|expression| name.restore(expression)))
    })
}

fn in_expression(part: Expr, input: &LogicalPlan, number: &mut usize) -> Result<Transformed<Expr>> {
    let given = match inner_subquery(&part) {
        Some(subquery) => given(subquery, input, number)?,
        None => None,
    };
    let Some(subquery) = given else {
        return Ok(Transformed::no(part));
    };
    let part = match part {
        Expr::ScalarSubquery(_) => Expr::ScalarSubquery(subquery),
        Expr::Exists(Exists { negated, .. }) => Expr::Exists(Exists { subquery, negated }),
        Expr::InSubquery(InSubquery { expr, negated, .. }) => {
            Expr::InSubquery(InSubquery::new(expr, subquery, negated))
        }
        other => other,
    };
    Ok(Transformed::yes(part))
}

/// The subquery joined with the values that it reads; `None` if it does not need them or the join is
/// not possible.
fn given(subquery: &Subquery, input: &LogicalPlan, number: &mut usize) -> Result<Option<Subquery>> {
    let references = free_references(&subquery.subquery)?;
    let seen = references
        .iter()
        .all(|(_, column)| is_visible(column, &[input.schema()]));
    if references.is_empty()
        || !seen
        || !needs_values(&subquery.subquery, false)?
        || !is_repeatable(input)?
    {
        return Ok(None);
    }
    *number += 1;
    let Some(rows) = OuterRows::try_new(input, references, *number)? else {
        return Ok(None);
    };
    let Some(plan) = rows.below(&subquery.subquery, false)? else {
        return Ok(None);
    };
    Ok(Some(Subquery {
        subquery: plan.into(),
        outer_ref_columns: rows.references(),
        spans: subquery.spans.clone(),
    }))
}

/// True if the stock rules cannot plan the subquery as a join.
fn needs_values(plan: &LogicalPlan, aggregated: bool) -> Result<bool> {
    let mut needed = false;
    plan.apply_expressions(|expression| {
        expression.apply(|part| {
            if let Some(subquery) = inner_subquery(part) {
                let schemas: Vec<_> = plan.inputs().iter().map(|input| input.schema()).collect();
                let far = free_references(&subquery.subquery)?;
                needed |= far.iter().any(|(_, column)| !is_visible(column, &schemas));
            }
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    needed |= match plan {
        LogicalPlan::Filter(filter) => {
            let mut conditions = split_conjunction(&filter.predicate).into_iter();
            aggregated && conditions.any(|one| one.contains_outer() && !is_equality(one))
        }
        LogicalPlan::Projection(_) | LogicalPlan::Aggregate(_) => plan.contains_outer_reference(),
        _ => false,
    };
    let aggregated = aggregated || matches!(plan, LogicalPlan::Aggregate(_));
    for input in plan.inputs() {
        needed = needed || needs_values(input, aggregated)?;
    }
    Ok(needed)
}

/// True for predicates that the stock rule pulls up over an aggregate.
fn is_equality(condition: &Expr) -> bool {
    let Expr::BinaryExpr(BinaryExpr {
        left,
        op: Operator::Eq,
        right,
    }) = condition
    else {
        return false;
    };
    let is_column = |side: &Expr| match side {
        Expr::Column(_) => true,
        Expr::Cast(cast) => matches!(cast.expr.as_ref(), Expr::Column(_)),
        _ => false,
    };
    (is_column(left) && !right.any_column_refs()) || (is_column(right) && !left.any_column_refs())
}
