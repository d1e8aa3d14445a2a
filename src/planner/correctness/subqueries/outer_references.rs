//! The outer columns that subqueries read.

use std::sync::Arc;

use arrow::datatypes::FieldRef;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, ExprSchema, Result};
use datafusion::logical_expr::expr::{Exists, InSubquery};
use datafusion::logical_expr::logical_plan::Subquery;
use datafusion::logical_expr::{Expr, LogicalPlan};

/// A column of an outer query.
pub(crate) type OuterReference = (FieldRef, Column);

/// The subquery of an expression, if it is one.
pub(crate) const fn inner_subquery(part: &Expr) -> Option<&Subquery> {
    match part {
        Expr::ScalarSubquery(subquery) => Some(subquery),
        Expr::Exists(Exists { subquery, .. }) | Expr::InSubquery(InSubquery { subquery, .. }) => {
            Some(subquery)
        }
        _ => None,
    }
}

/// True if the inputs of a node have the column.
pub(crate) fn is_visible(column: &Column, schemas: &[&Arc<DFSchema>]) -> bool {
    schemas.iter().any(|schema| schema.has_column(column))
}

/// The outer columns that a plan with its subqueries reads, each once. A LATERAL in it reads columns of
/// its own join, which are not outer ones.
pub(crate) fn free_references(plan: &LogicalPlan) -> Result<Vec<OuterReference>> {
    let mut found: Vec<OuterReference> = vec![];
    let mut add = |references: Vec<OuterReference>| {
        for reference in references {
            if !found.iter().any(|(_, column)| *column == reference.1) {
                found.push(reference);
            }
        }
    };
    add(own_references(plan)?);
    if let LogicalPlan::Join(join) = plan {
        add(free_references(&join.left)?);
        let mut right = free_references(&join.right)?;
        if has_lateral(&join.right) {
            right.retain(|(_, column)| !is_visible(column, &[join.left.schema()]));
        }
        add(right);
    } else {
        for input in plan.inputs() {
            add(free_references(input)?);
        }
    }
    Ok(found)
}

/// True if a side of a join is or has a LATERAL, which may read the other side.
pub(crate) fn has_lateral(plan: &LogicalPlan) -> bool {
    // The closure never fails.
    plan.exists(|node| Ok(matches!(node, LogicalPlan::Subquery(_))))
        .unwrap_or(true)
}

/// The outer columns that the expressions of a node read.
pub(crate) fn own_references(node: &LogicalPlan) -> Result<Vec<OuterReference>> {
    let mut found = vec![];
    let inputs = node.inputs();
    let schemas: Vec<_> = inputs.iter().map(|input| input.schema()).collect();
    node.apply_expressions(|expression| {
        expression.apply(|part| {
            if let Expr::OuterReferenceColumn(field, column) = part {
                found.push((Arc::clone(field), column.clone()));
            }
            if let Some(subquery) = inner_subquery(part) {
                let free = free_references(&subquery.subquery)?.into_iter();
                found.extend(free.filter(|(_, column)| !is_visible(column, &schemas)));
            }
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    Ok(found)
}

/// An expression of the outer node with its columns as outer references, for use in a subquery.
pub(crate) fn seen_from_inside(expression: Expr, schema: &DFSchema) -> Result<Expr> {
    let outer = expression.transform(|part| {
        Ok(match part {
            Expr::Column(column) => {
                let field = Arc::clone(schema.field_from_column(&column)?);
                Transformed::yes(Expr::OuterReferenceColumn(field, column))
            }
            other => Transformed::no(other),
        })
    })?;
    Ok(outer.data)
}
