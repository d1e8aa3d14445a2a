//! A plan for the values that outer rows have in some columns.
//!
//! It is evaluated beside the outer rows themselves, so it must give every value that they have; more
//! do no harm. A plan that may give other rows each time (LIMIT, numbers of rows with ties) is followed
//! down to where the columns come from.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result, ScalarValue};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{
    Aggregate, Distinct, Expr, ExprSchemable, Join, JoinType, LogicalPlan, LogicalPlanBuilder,
    Projection, Union, cast, lit,
};

use super::keyed_plan::distinct;
use super::settled_windows::are_settled;

/// The distinct values of `columns` in the rows of `plan`, or more, under `names`; `None` if they may
/// differ from one evaluation to the next.
pub(super) fn domain(
    plan: &LogicalPlan,
    columns: &[Column],
    names: &[String],
) -> Result<Option<LogicalPlan>> {
    let wanted = columns.iter().cloned().map(Expr::Column).collect();
    let Some((source, values)) = settled(plan, wanted)? else {
        return Ok(None);
    };
    let named = values
        .into_iter()
        .zip(names)
        .map(|(value, name)| value.alias(name));
    let domain = LogicalPlanBuilder::from(source).project(named)?.build()?;
    distinct(domain).map(Some)
}

/// Rows with expressions over them.
type SettledValues = (LogicalPlan, Vec<Expr>);

/// A plan that gives the same each time, with `values`, which are over `plan`, expressed over it.
fn settled(plan: &LogicalPlan, values: Vec<Expr>) -> Result<Option<SettledValues>> {
    if values.iter().any(Expr::is_volatile) {
        return Ok(None);
    }
    if is_settled(plan)? {
        return Ok(Some((plan.clone(), values)));
    }
    match plan {
        LogicalPlan::Limit(node) => settled(&node.input, values),
        LogicalPlan::Sort(node) => settled(&node.input, values),
        LogicalPlan::Filter(node) => settled(&node.input, values),
        LogicalPlan::Distinct(Distinct::All(input)) => settled(input, values),
        LogicalPlan::Distinct(Distinct::On(node)) => {
            let values = over_expressions(values, plan.schema(), &node.select_expr)?;
            settled(&node.input, values)
        }
        LogicalPlan::Projection(node) => {
            let values = over_expressions(values, plan.schema(), &node.expr)?;
            settled(&node.input, values)
        }
        LogicalPlan::SubqueryAlias(node) => {
            let inner = node.input.schema().columns().into_iter().map(Expr::Column);
            let values = over_expressions(values, plan.schema(), &inner.collect::<Vec<_>>())?;
            settled(&node.input, values)
        }
        LogicalPlan::Window(node) => {
            if are_settled(node, &values)? && is_settled(&node.input)? {
                return Ok(Some((plan.clone(), values)));
            }
            below(&node.input, values)
        }
        LogicalPlan::Unnest(node) => {
            let unnested = values.iter().any(|value| {
                value.column_refs().iter().any(|column| {
                    !node.input.schema().has_column(column) || node.exec_columns.contains(column)
                })
            });
            if unnested {
                Ok(None)
            } else {
                settled(&node.input, values)
            }
        }
        LogicalPlan::Aggregate(node) => groups(node, values),
        LogicalPlan::Join(join) => join_sides(join, values),
        LogicalPlan::Union(_) | LogicalPlan::Subquery(_) => Ok(None),
        _ => Ok(None),
    }
}

/// The same if `values` read columns of `input` only.
fn below(input: &LogicalPlan, values: Vec<Expr>) -> Result<Option<SettledValues>> {
    let mut columns = values.iter().flat_map(Expr::column_refs);
    if columns.all(|column| input.schema().has_column(column)) {
        settled(input, values)
    } else {
        Ok(None)
    }
}

/// Settled values of the keys of GROUP BY are those of the rows; a GROUP BY of nothing has a row more.
fn groups(node: &Aggregate, values: Vec<Expr>) -> Result<Option<SettledValues>> {
    let keys = &node.group_expr;
    if keys.is_empty() || matches!(keys.as_slice(), [Expr::GroupingSet(_)]) {
        return Ok(None);
    }
    let of_keys = node
        .schema
        .columns()
        .into_iter()
        .take(keys.len())
        .collect::<Vec<_>>();
    let mut columns = values.iter().flat_map(Expr::column_refs);
    if !columns.all(|column| of_keys.contains(column)) {
        return Ok(None);
    }
    let values = over_expressions(values, &node.schema, keys)?;
    settled(&node.input, values)
}

/// Settled values of one side of a join whose rows all are rows of that side, or of both sides.
fn join_sides(join: &Join, values: Vec<Expr>) -> Result<Option<SettledValues>> {
    let reads = |side: &LogicalPlan| {
        let mut columns = values.iter().flat_map(Expr::column_refs);
        columns.any(|column| side.schema().has_column(column))
    };
    let (left, right) = (reads(&join.left), reads(&join.right));
    let keeps_left = !matches!(join.join_type, JoinType::Right | JoinType::Full);
    let keeps_right = !matches!(join.join_type, JoinType::Left | JoinType::Full);
    match (left, right) {
        (true, false) if keeps_left => below(&join.left, values),
        (false, true) if keeps_right => below(&join.right, values),
        _ => match join.join_type {
            JoinType::Inner => of_both(join, values),
            JoinType::Left => with_unmatched(join, &join.left, &join.right, values),
            JoinType::Right => with_unmatched(join, &join.right, &join.left, values),
            _ => Ok(None),
        },
    }
}

/// Settled values over a join of sides that may have more rows.
fn of_both(join: &Join, values: Vec<Expr>) -> Result<Option<SettledValues>> {
    let (Some(left), Some(right)) = (all_columns(&join.left)?, all_columns(&join.right)?) else {
        return Ok(None);
    };
    let mut rows = join.clone();
    (rows.left, rows.right) = (Arc::new(left), Arc::new(right));
    Ok(Some((LogicalPlan::Join(rows), values)))
}

/// All rows of a side, or more.
fn all_columns(side: &LogicalPlan) -> Result<Option<LogicalPlan>> {
    let columns = side
        .schema()
        .columns()
        .into_iter()
        .map(Expr::Column)
        .collect();
    let Some((plan, values)) = settled(side, columns)? else {
        return Ok(None);
    };
    let named = side
        .schema()
        .iter()
        .zip(values)
        .map(|((qualifier, field), value)| value.alias_qualified(qualifier.cloned(), field.name()));
    let plan = Projection::try_new(named.collect(), Arc::new(plan))?;
    Ok(Some(LogicalPlan::Projection(plan)))
}

/// Settled values over an outer join, and over each row of its preserved side as if it had no match.
fn with_unmatched(
    join: &Join,
    preserved: &LogicalPlan,
    other: &LogicalPlan,
    values: Vec<Expr>,
) -> Result<Option<SettledValues>> {
    let nulls = other.schema().fields().iter();
    let nulls: Vec<_> = nulls
        .map(|field| cast(lit(ScalarValue::Null), field.data_type().clone()))
        .collect();
    let unmatched = over_expressions(values.clone(), other.schema(), &nulls)?;
    let (Some(matched), Some(unmatched)) = (of_both(join, values)?, settled(preserved, unmatched)?)
    else {
        return Ok(None);
    };
    let width = unmatched.1.len();
    let named = |(plan, values): SettledValues| {
        let names = values.into_iter().enumerate();
        let named = names.map(|(place, value)| value.alias(format!("v{place}")));
        let plan = Projection::try_new(named.collect(), Arc::new(plan))?;
        Ok::<_, DataFusionError>(Arc::new(LogicalPlan::Projection(plan)))
    };
    let both = Union::try_new(vec![named(matched)?, named(unmatched)?])?;
    let columns = (0..width).map(|place| Expr::Column(Column::from_name(format!("v{place}"))));
    Ok(Some((LogicalPlan::Union(both), columns.collect())))
}

/// `values` over the input of a node whose columns are `expressions`.
fn over_expressions(
    values: Vec<Expr>,
    schema: &DFSchema,
    expressions: &[Expr],
) -> Result<Vec<Expr>> {
    let over = |value: Expr| {
        let replaced = value.transform_up(|part| {
            let Expr::Column(column) = &part else {
                return Ok(Transformed::no(part));
            };
            let place = schema.maybe_index_of_column(column);
            Ok(match place.and_then(|place| expressions.get(place)) {
                Some(expression) => Transformed::yes(expression.clone().unalias()),
                None => Transformed::no(part),
            })
        })?;
        Ok(replaced.data)
    };
    values.into_iter().map(over).collect()
}

/// True if a plan gives the same rows each time that it is evaluated.
fn is_settled(plan: &LogicalPlan) -> Result<bool> {
    let mut settled = true;
    plan.apply_with_subqueries(|node| {
        settled &= match node {
            LogicalPlan::Limit(_)
            | LogicalPlan::Window(_)
            | LogicalPlan::Distinct(Distinct::On(_))
            | LogicalPlan::RecursiveQuery(_) => false,
            LogicalPlan::Aggregate(aggregate) => has_exact_values(aggregate)?,
            _ => true,
        };
        node.apply_expressions(|expression| {
            settled &= !expression.is_volatile();
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    Ok(settled)
}

/// True if the aggregates give the same for any order of the rows: sums of floating-point numbers differ
/// in their last digit, and others take the first row that comes.
fn has_exact_values(node: &Aggregate) -> Result<bool> {
    let exact = ["count", "min", "max"];
    let sums = ["sum", "avg"];
    for expression in &node.aggr_expr {
        let mut all = true;
        expression.apply(|part| {
            if let Expr::AggregateFunction(call) = part {
                let name = call.func.name();
                let first = call.params.args.first();
                let is_float = match first {
                    // A mean of whole numbers is of doubles without fractions.
                    Some(Expr::Cast(cast)) => {
                        cast.expr.get_type(node.input.schema())?.is_floating()
                    }
                    Some(argument) => argument.get_type(node.input.schema())?.is_floating(),
                    None => false,
                };
                all &= exact.contains(&name) || (sums.contains(&name) && !is_float);
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        if !all {
            return Ok(false);
        }
    }
    Ok(true)
}
