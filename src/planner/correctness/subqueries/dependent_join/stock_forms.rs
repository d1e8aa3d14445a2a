//! The forms of subqueries that the stock rules plan, and plan correctly.
//!
//! They pull conditions with outer columns up to the join. That is right through projections, inner
//! joins and one aggregate, over which only equalities may be pulled. Over everything else they refuse
//! it or, as with windows and HAVING over no rows, change the rows.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, TableReference};
use datafusion::logical_expr::logical_plan::{Subquery, SubqueryAlias};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{
    Aggregate, BinaryExpr, Expr, Filter, Join, JoinType, LogicalPlan, Operator, check_subquery_expr,
};

use super::super::outer_references::{
    free_references, has_lateral, inner_subquery, is_visible, own_references,
};

/// True if the stock rules plan a subquery in an expression of `node`.
pub(super) fn has_stock_plan(node: &LogicalPlan, part: &Expr, subquery: &Subquery) -> Result<bool> {
    let plan = subquery.subquery.as_ref();
    let is_scalar = matches!(part, Expr::ScalarSubquery(_));
    if !reads_only_inputs(plan, &node.inputs())?
        || !pulls(plan, false)?
        || is_ambiguous_above(plan)?
    {
        return Ok(false);
    }
    if !is_scalar {
        return Ok(true);
    }
    if free_references(plan)?.is_empty() {
        // By its schema the stock plan is never NULL if the column is not, though there may be no row.
        return Ok(plan.schema().field(0).is_nullable() || has_surely_a_row(plan));
    }
    Ok(check_subquery_expr(node, plan, part).is_ok())
}

/// The same for the subquery of a LATERAL.
pub(super) fn has_stock_join(join: &Join, side: &LogicalPlan) -> Result<bool> {
    let LogicalPlan::Subquery(subquery) = side else {
        return Ok(false);
    };
    let plan = subquery.subquery.as_ref();
    let joins = matches!(join.join_type, JoinType::Inner | JoinType::Left);
    Ok(joins && reads_only_inputs(plan, &[&join.left])? && pulls(plan, false)?)
}

/// The right side of a join, without its alias, if it is a LATERAL or has one that reads the left side;
/// `None` for other joins.
pub(super) fn lateral_side(join: &Join) -> Option<(&LogicalPlan, Option<&TableReference>)> {
    match join.right.as_ref() {
        LogicalPlan::SubqueryAlias(SubqueryAlias { input, alias, .. })
            if matches!(input.as_ref(), LogicalPlan::Subquery(_)) =>
        {
            Some((input, Some(alias)))
        }
        right => has_lateral(right).then_some((right, None)),
    }
}

fn reads_only_inputs(plan: &LogicalPlan, inputs: &[&LogicalPlan]) -> Result<bool> {
    let schemas: Vec<_> = inputs.iter().map(|input| input.schema()).collect();
    let references = free_references(plan)?;
    Ok(references
        .iter()
        .all(|(_, column)| is_visible(column, &schemas)))
}

fn is_correlated(plan: &LogicalPlan) -> Result<bool> {
    Ok(!free_references(plan)?.is_empty())
}

/// True if all conditions of a subquery are pulled up, and the rows stay those of the outer row.
fn pulls(plan: &LogicalPlan, aggregated: bool) -> Result<bool> {
    if !is_correlated(plan)? {
        return Ok(true);
    }
    match plan {
        LogicalPlan::Filter(filter) => {
            Ok(filter_is_pulled(filter, aggregated)? && pulls(&filter.input, aggregated)?)
        }
        LogicalPlan::Projection(node) => Ok(reads_nothing_itself(plan)?
            && !hides_pulled(plan)?
            && pulls(&node.input, aggregated)?),
        LogicalPlan::Aggregate(node) => Ok(!aggregated
            && !has_grouping_sets(node)
            && reads_nothing_itself(plan)?
            && pulls(&node.input, true)?),
        LogicalPlan::Join(join) => {
            let (left, right) = (is_correlated(&join.left)?, is_correlated(&join.right)?);
            let is_preserved = match join.join_type {
                JoinType::Inner => !join.null_aware,
                JoinType::Left => !right,
                _ => false,
            };
            Ok(is_preserved
                && lateral_side(join).is_none()
                && reads_nothing_itself(plan)?
                && (!left || pulls(&join.left, aggregated)?)
                && (!right || pulls(&join.right, aggregated)?))
        }
        _ => Ok(false),
    }
}

/// True if two columns of the subquery have the name of one in a pulled condition: the join looks for it by its
/// name alone, and takes the first.
fn is_ambiguous_above(plan: &LogicalPlan) -> Result<bool> {
    let fields = plan.schema().fields();
    let mut is_ambiguous = false;
    plan.apply(|node| {
        if let LogicalPlan::Filter(filter) = node {
            let conditions = split_conjunction(&filter.predicate).into_iter();
            let outer = conditions.filter(|condition| condition.contains_outer());
            for column in outer.flat_map(Expr::column_refs) {
                let of_name = fields.iter().filter(|field| *field.name() == column.name);
                is_ambiguous |= of_name.count() > 1;
            }
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(is_ambiguous)
}

/// True if a column of a projection has the name of one that is pulled through it with a condition.
fn hides_pulled(projection: &LogicalPlan) -> Result<bool> {
    let mut hides = false;
    projection.apply(|node| {
        let LogicalPlan::Filter(filter) = node else {
            return Ok(TreeNodeRecursion::Continue);
        };
        let conditions = split_conjunction(&filter.predicate).into_iter();
        let outer = conditions.filter(|condition| condition.contains_outer());
        for column in outer.flat_map(Expr::column_refs) {
            hides |= projection.schema().iter().any(|(qualifier, field)| {
                field.name() == column.name() && qualifier != column.relation.as_ref()
            });
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(hides)
}

fn filter_is_pulled(filter: &Filter, aggregated: bool) -> Result<bool> {
    let nested = filter.predicate.exists(|part| {
        let Some(inner) = inner_subquery(part) else {
            return Ok(false);
        };
        let far = free_references(&inner.subquery)?;
        let schema = filter.input.schema();
        Ok(far.iter().any(|(_, column)| !is_visible(column, &[schema])))
    })?;
    let mut outer = split_conjunction(&filter.predicate)
        .into_iter()
        .filter(|condition| condition.contains_outer());
    Ok(!nested && (!aggregated || outer.all(is_equality)) && !is_over_one_row(&filter.input)?)
}

/// True if a plan is an aggregate without GROUP BY over rows that depend on the outer row.
fn is_over_one_row(plan: &LogicalPlan) -> Result<bool> {
    match plan {
        LogicalPlan::Projection(node) => is_over_one_row(&node.input),
        LogicalPlan::SubqueryAlias(node) => is_over_one_row(&node.input),
        LogicalPlan::Filter(node) => is_over_one_row(&node.input),
        LogicalPlan::Aggregate(node) => {
            Ok(node.group_expr.is_empty() && is_correlated(&node.input)?)
        }
        _ => Ok(false),
    }
}

/// True for an aggregate without GROUP BY, and for rows without FROM.
pub(super) fn has_surely_a_row(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(node) => has_surely_a_row(&node.input),
        LogicalPlan::SubqueryAlias(node) => has_surely_a_row(&node.input),
        LogicalPlan::Subquery(node) => has_surely_a_row(&node.subquery),
        LogicalPlan::Sort(node) => has_surely_a_row(&node.input),
        LogicalPlan::Aggregate(node) => node.group_expr.is_empty(),
        LogicalPlan::EmptyRelation(node) => node.produce_one_row,
        LogicalPlan::Values(_) => true,
        _ => false,
    }
}

/// True if no expression of the node itself reads the outer row, not even in a subquery.
fn reads_nothing_itself(node: &LogicalPlan) -> Result<bool> {
    Ok(own_references(node)?.is_empty())
}

fn has_grouping_sets(node: &Aggregate) -> bool {
    matches!(node.group_expr.as_slice(), [Expr::GroupingSet(_)])
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
