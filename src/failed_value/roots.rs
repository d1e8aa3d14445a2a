//! The expressions that a plan evaluates over rows, in terms of table columns where possible.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result, internal_err};
use datafusion::logical_expr::expr::{AggregateFunction, WindowFunctionDefinition};
use datafusion::logical_expr::{Distinct, Expr, Join, LogicalPlan, TableScan};

/// An expression and the plan over whose rows it is evaluated.
#[derive(Debug, Clone)]
pub(super) struct RootExpression<'a> {
    pub(super) expr: Expr,
    pub(super) input: &'a LogicalPlan,
}

/// A root in terms of the columns of one table, with the predicates on its rows.
#[derive(Debug, Clone)]
pub(super) struct ScanExpression<'a> {
    pub(super) expr: Expr,
    pub(super) conditions: Vec<Expr>,
    pub(super) scan: &'a TableScan,
}

/// The expressions that `node` evaluates.
pub(super) fn roots(node: &LogicalPlan) -> Vec<RootExpression<'_>> {
    let mut found = Vec::new();
    let mut add = |expr: &Expr, input| {
        let mut parts = Vec::new();
        units(expr, &mut parts);
        found.extend(parts.into_iter().map(|expr| RootExpression { expr, input }));
    };
    match node {
        LogicalPlan::Join(join) => {
            for (left, right) in &join.on {
                add(left, &join.left);
                add(right, &join.right);
            }
            if let Some(filter) = &join.filter {
                add(filter, node);
            }
        }
        _ => {
            let inputs = node.inputs();
            let input = inputs.first().copied().unwrap_or(node);
            for expr in node.expressions() {
                add(&expr, input);
            }
        }
    }
    found
}

/// The parts of `expr` that are evaluated row by row, or that aggregate rows.
fn units(expr: &Expr, found: &mut Vec<Expr>) {
    match expr {
        Expr::Column(_) | Expr::Literal(..) => {}
        Expr::Alias(alias) => units(&alias.expr, found),
        Expr::AggregateFunction(call) => {
            for argument in &call.params.args {
                units(argument, found);
            }
            if let Some(filter) = &call.params.filter {
                units(filter, found);
            }
            found.push(expr.clone());
        }
        Expr::WindowFunction(call) => {
            let params = &call.params;
            for argument in params.args.iter().chain(&params.partition_by) {
                units(argument, found);
            }
            for sort in &params.order_by {
                units(&sort.expr, found);
            }
            if let WindowFunctionDefinition::AggregateUDF(function) = &call.fun {
                found.push(Expr::AggregateFunction(AggregateFunction::new_udf(
                    Arc::clone(function),
                    params.args.clone(),
                    params.distinct,
                    params.filter.clone(),
                    vec![],
                    None,
                )));
            }
        }
        _ if is_scalar(expr) => found.push(expr.clone()),
        _ => {
            let visited: Result<TreeNodeRecursion> = expr.apply_children(|child| {
                units(child, found);
                Ok(TreeNodeRecursion::Continue)
            });
            drop(visited);
        }
    }
}

/// True if the expression can be evaluated over rows alone.
fn is_scalar(expr: &Expr) -> bool {
    let found = expr.exists(|inner| {
        Ok(matches!(
            inner,
            Expr::AggregateFunction(_)
                | Expr::WindowFunction(_)
                | Expr::Unnest(_)
                | Expr::GroupingSet(_)
                | Expr::ScalarSubquery(_)
                | Expr::Exists(_)
                | Expr::InSubquery(_)
                | Expr::SetComparison(_)
                | Expr::OuterReferenceColumn(..)
        ))
    });
    !found.unwrap_or(true)
}

/// The root in terms of each table that its columns come from: none if a column is computed from
/// other rows, several below a UNION.
pub(super) fn over_scans<'a>(root: &RootExpression<'a>) -> Vec<ScanExpression<'a>> {
    let mut found = Vec::new();
    if root.expr.any_column_refs() {
        descend(root.expr.clone(), Vec::new(), root.input, &mut found);
    }
    found
}

fn descend<'a>(
    expr: Expr,
    mut conditions: Vec<Expr>,
    plan: &'a LogicalPlan,
    found: &mut Vec<ScanExpression<'a>>,
) {
    let mut go = |input: &'a LogicalPlan, column: &dyn Fn(usize) -> Option<Expr>| {
        let schema = plan.schema();
        if let Some(expr) = substitute(expr.clone(), schema, column) {
            let conditions = conditions.iter().cloned();
            let kept = conditions.filter_map(|condition| substitute(condition, schema, column));
            descend(expr, kept.collect(), input, found);
        }
    };
    match plan {
        LogicalPlan::Projection(node) => {
            go(&node.input, &|index| Some(bare(node.expr.get(index)?)));
        }
        LogicalPlan::Filter(node) => {
            conditions.push(node.predicate.clone());
            descend(expr, conditions, &node.input, found);
        }
        LogicalPlan::Sort(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Repartition(_)
        | LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Subquery(_)
        | LogicalPlan::Distinct(Distinct::All(_)) => {
            if let Some(input) = plan.inputs().first().copied() {
                go(input, &|index| column_at(input.schema(), index));
            }
        }
        LogicalPlan::Window(node) => {
            go(&node.input, &|index| column_at(node.input.schema(), index));
        }
        LogicalPlan::Aggregate(node) => go(&node.input, &|index| {
            let is_plain = !node
                .group_expr
                .iter()
                .any(|e| matches!(e, Expr::GroupingSet(_)));
            let key = node.group_expr.get(index).filter(|_| is_plain);
            key.map(bare)
        }),
        LogicalPlan::Join(node) => {
            for side in [&node.left, &node.right] {
                let offset = offset_of(node, side.as_ref());
                go(side, &|index| {
                    column_at(side.schema(), index.checked_sub(offset)?)
                });
            }
        }
        LogicalPlan::Union(node) => {
            for input in &node.inputs {
                go(input, &|index| column_at(input.schema(), index));
            }
        }
        LogicalPlan::TableScan(scan) => {
            conditions.extend(scan.filters.iter().cloned());
            found.push(ScanExpression {
                expr,
                conditions,
                scan,
            });
        }
        _ => {}
    }
}

/// Index of the first column of one side in the output of a join.
fn offset_of(join: &Join, side: &LogicalPlan) -> usize {
    use datafusion::common::JoinType::{RightAnti, RightSemi};
    let is_right = std::ptr::eq(side, join.right.as_ref());
    match (is_right, join.join_type) {
        (true, RightSemi | RightAnti) | (false, _) => 0,
        (true, _) => join.left.schema().fields().len(),
    }
}

fn bare(expr: &Expr) -> Expr {
    match expr {
        Expr::Alias(alias) => bare(&alias.expr),
        other => other.clone(),
    }
}

fn column_at(schema: &DFSchema, index: usize) -> Option<Expr> {
    let is_there = index < schema.fields().len();
    is_there.then(|| Expr::Column(Column::from(schema.qualified_field(index))))
}

/// `expr` with each column replaced by its expression; `None` if a column is computed from other
/// rows.
fn substitute(
    expr: Expr,
    schema: &DFSchema,
    made_of: &dyn Fn(usize) -> Option<Expr>,
) -> Option<Expr> {
    let replaced = expr.transform_up(|inner| {
        let Expr::Column(column) = &inner else {
            return Ok(Transformed::no(inner));
        };
        let index = schema.maybe_index_of_column(column);
        match index.and_then(made_of) {
            Some(Expr::Column(mut made)) => {
                // The span of the name in the user's SQL is the better one to report.
                if !column.spans.0.is_empty() {
                    made.spans = column.spans.clone();
                }
                Ok(Transformed::yes(Expr::Column(made)))
            }
            Some(made) if is_scalar(&made) => Ok(Transformed::yes(made)),
            _ => internal_err!("made of other rows"),
        }
    });
    replaced.ok().map(|replaced| replaced.data)
}
