//! Equality and order of intervals in plan nodes, by length: GROUP BY, DISTINCT, joins, ORDER BY.
//!
//! A group of equal intervals is represented by the one that Arrow orders first, so that the result
//! does not depend on the order of rows.
//!
//! Upstream: none found: "GROUP BY, DISTINCT, ORDER BY and joins over intervals compare field by field"
//! Retire when: `SELECT DISTINCT d FROM (VALUES (INTERVAL '1 day'), (INTERVAL '24 hours')) v(d)` gives one row.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result, ScalarValue};
use datafusion::functions_aggregate::min_max::min_udaf;
use datafusion::logical_expr::expr::InSubquery;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    Aggregate, Distinct, Expr, GroupingSet, Join, LogicalPlan, LogicalPlanBuilder, Projection,
    Sort, lit, when,
};
use datafusion::optimizer::AnalyzerRule;

use super::length_keys::{commensurable, is_interval, key, rewrite, sorted_by};
use crate::planner::rewrite::rewrite_expressions;

/// Compares, orders and groups intervals by length.
#[derive(Debug)]
pub(crate) struct LengthGroups;

impl AnalyzerRule for LengthGroups {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        let plan = rewrite_expressions(plan, rewrite)?;
        if !has_intervals(&plan)? {
            return Ok(plan);
        }
        let keyed = plan.transform_up_with_subqueries(|node| {
            let names = NamePreserver::new(&node);
            let node = node.map_expressions(|expr| {
                let name = names.save(&expr);
                let expr = expr.transform_up(in_subquery)?;
                Ok(expr.update_data(|expr| name.restore(expr)))
            })?;
            let node = node.transform_data(keyed)?;
            node.map_data(LogicalPlan::recompute_schema)
        })?;
        Ok(keyed.data)
    }

    fn name(&self) -> &'static str {
        "length_groups"
    }
}

/// True if any node has an interval in its schema; most plans have none and are left unchanged.
fn has_intervals(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        let mut fields = node.schema().fields().iter();
        found |= fields.any(|field| matches!(field.data_type(), DataType::Interval(_)));
        let schema = merge_schema(&node.inputs());
        let expressions = node.expressions();
        found |= expressions.iter().any(|expr| is_interval(expr, &schema));
        Ok(if found {
            TreeNodeRecursion::Stop
        } else {
            TreeNodeRecursion::Continue
        })
    })?;
    Ok(found)
}

/// Rewrites one node after its inputs.
fn keyed(node: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    match node {
        LogicalPlan::Sort(Sort {
            mut expr,
            input,
            fetch,
        }) => {
            let changed = sorted_by(&mut expr, input.schema())?;
            let sort = LogicalPlan::Sort(Sort { expr, input, fetch });
            Ok(Transformed::new_transformed(sort, changed))
        }
        LogicalPlan::Aggregate(aggregate) => grouped(aggregate),
        LogicalPlan::Distinct(Distinct::All(input)) => distinct(input),
        LogicalPlan::Distinct(Distinct::On(mut on)) => {
            let mut changed = false;
            for expr in &mut on.on_expr {
                if is_interval(expr, on.input.schema()) {
                    *expr = key(expr.clone(), on.input.schema())?;
                    changed = true;
                }
            }
            if let Some(sorts) = &mut on.sort_expr {
                changed |= sorted_by(sorts, on.input.schema())?;
            }
            let on = LogicalPlan::Distinct(Distinct::On(on));
            Ok(Transformed::new_transformed(on, changed))
        }
        LogicalPlan::Join(join) => joined(join),
        other => Ok(Transformed::no(other)),
    }
}

fn joined(mut join: Join) -> Result<Transformed<LogicalPlan>> {
    let mut changed = false;
    let schema = merge_schema(&[join.left.as_ref(), join.right.as_ref()]);
    for (left, right) in &mut join.on {
        if is_interval(left, &schema) {
            let sides = commensurable(vec![left.clone(), right.clone()], &schema)?;
            if let [one, other] = sides.as_slice() {
                (*left, *right) = (one.clone(), other.clone());
                changed = true;
            }
        }
    }
    Ok(Transformed::new_transformed(
        LogicalPlan::Join(join),
        changed,
    ))
}

/// `d IN (SELECT ..)` of intervals.
fn in_subquery(expression: Expr) -> Result<Transformed<Expr>> {
    let Expr::InSubquery(InSubquery {
        expr,
        mut subquery,
        negated,
    }) = expression
    else {
        return Ok(Transformed::no(expression));
    };
    let schema = Arc::clone(subquery.subquery.schema());
    let (qualifier, field) = schema.qualified_field(0);
    if !matches!(field.data_type(), DataType::Interval(_)) {
        let same = InSubquery::new(expr, subquery, negated);
        return Ok(Transformed::no(Expr::InSubquery(same)));
    }
    let column = Expr::Column(Column::from((qualifier, field)));
    let keys = LogicalPlanBuilder::from(subquery.subquery.as_ref().clone())
        .project([key(column, &schema)?.alias(field.name())])?
        .build()?;
    subquery.subquery = Arc::new(keys);
    // Type coercion has given the outer side the type of the subquery.
    let expr = Box::new(super::length_expressions::function(
        "interval_nanoseconds",
        vec![*expr],
    )?);
    Ok(Transformed::yes(Expr::InSubquery(InSubquery::new(
        expr, subquery, negated,
    ))))
}

/// Retains one row of those that are equal.
fn distinct(input: Arc<LogicalPlan>) -> Result<Transformed<LogicalPlan>> {
    let mut fields = input.schema().fields().iter();
    if !fields.any(|field| matches!(field.data_type(), DataType::Interval(_))) {
        return Ok(Transformed::no(LogicalPlan::Distinct(Distinct::All(input))));
    }
    let columns = input.schema().columns().into_iter().map(Expr::Column);
    let groups = Aggregate::try_new(Arc::clone(&input), columns.collect(), vec![])?;
    grouped(groups).map(|plan| Transformed::yes(plan.data))
}

/// Groups by the keys of intervals, and emits one of the intervals of each group.
fn grouped(aggregate: Aggregate) -> Result<Transformed<LogicalPlan>> {
    let input = Arc::clone(&aggregate.input);
    let schema = input.schema();
    let mut shown: Vec<Expr> = Vec::new();
    let mut of_group = |expr: &Expr| -> Result<Expr> {
        if !is_interval(expr, schema) {
            return Ok(expr.clone());
        }
        if !shown.contains(expr) {
            shown.push(expr.clone());
        }
        key(expr.clone(), schema)
    };
    let groups = aggregate
        .group_expr
        .iter()
        .map(|expr| grouping(expr, &mut of_group))
        .collect::<Result<Vec<_>>>()?;
    if shown.is_empty() {
        return Ok(Transformed::no(LogicalPlan::Aggregate(aggregate)));
    }
    let mut aggregates = aggregate.aggr_expr.clone();
    let first = |expr: &Expr, place: usize| {
        min_udaf()
            .call(vec![expr.clone()])
            .alias(format!("__interval_{place}"))
    };
    let places = shown.iter().enumerate();
    aggregates.extend(places.map(|(place, expr)| first(expr, place)));
    let grouped = Aggregate::try_new(Arc::clone(&input), groups, aggregates)?;
    let columns = as_before(&aggregate, &grouped, &shown)?;
    let plan = Projection::try_new(columns, Arc::new(LogicalPlan::Aggregate(grouped)))?;
    Ok(Transformed::yes(LogicalPlan::Projection(plan)))
}

fn grouping(expr: &Expr, of_group: &mut impl FnMut(&Expr) -> Result<Expr>) -> Result<Expr> {
    let mut all = |exprs: &[Expr]| exprs.iter().map(&mut *of_group).collect::<Result<Vec<_>>>();
    Ok(match expr {
        Expr::GroupingSet(GroupingSet::Rollup(exprs)) => {
            Expr::GroupingSet(GroupingSet::Rollup(all(exprs)?))
        }
        Expr::GroupingSet(GroupingSet::Cube(exprs)) => {
            Expr::GroupingSet(GroupingSet::Cube(all(exprs)?))
        }
        Expr::GroupingSet(GroupingSet::GroupingSets(sets)) => {
            let sets = sets.iter().map(|set| all(set)).collect::<Result<_>>()?;
            Expr::GroupingSet(GroupingSet::GroupingSets(sets))
        }
        other => of_group(other)?,
    })
}

/// The columns of `before`, computed from those of `grouped`.
fn as_before(before: &Aggregate, grouped: &Aggregate, shown: &[Expr]) -> Result<Vec<Expr>> {
    let column = |schema: &DFSchema, place: usize| {
        let (qualifier, field) = schema.qualified_field(place);
        Expr::Column(Column::from((qualifier, field)))
    };
    let interval = |place: usize| -> Result<Expr> {
        let (_, field) = before.schema.qualified_field(place);
        let (qualifier, _) = before.schema.qualified_field(place);
        let of_field =
            |expr: &&Expr| expr.qualified_name() == (qualifier.cloned(), field.name().clone());
        let found = shown
            .iter()
            .position(|expr| of_field(&expr))
            .unwrap_or_default();
        let value = Expr::Column(Column::new_unqualified(format!("__interval_{found}")));
        // In a set of ROLLUP without the interval, its key is NULL.
        let key = column(&grouped.schema, place);
        let null = lit(ScalarValue::IntervalMonthDayNano(None));
        when(key.is_null(), null).otherwise(value)
    };
    (0..before.schema.fields().len())
        .map(|place| {
            let (qualifier, field) = before.schema.qualified_field(place);
            let is_key = place < before.schema.fields().len() - before.aggr_expr.len()
                && matches!(field.data_type(), DataType::Interval(_));
            if is_key {
                let value = interval(place)?;
                return Ok(value.alias_qualified(qualifier.cloned(), field.name()));
            }
            Ok(column(&grouped.schema, place))
        })
        .collect()
}
