//! An outer join whose ON has a subquery that reads both sides.
//!
//! `a LEFT JOIN b ON condition` is `a LEFT JOIN LATERAL (SELECT * FROM b WHERE condition) ON true`.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{
    ExprSchema, JoinConstraint, JoinType, NullEquality, Result, Spans, not_impl_err,
};
use datafusion::logical_expr::logical_plan::Subquery;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, Filter, Join, LogicalPlan, Projection, lit};

use super::outer_references::free_references;

/// `join` as a LATERAL.
///
/// # Errors
/// When both sides are preserved.
pub(crate) fn as_lateral(join: &Join) -> Result<LogicalPlan> {
    let (outer, inner) = match join.join_type {
        JoinType::Left => (&join.left, &join.right),
        JoinType::Right => (&join.right, &join.left),
        _ => {
            return not_impl_err!(
                "a subquery in ON of a FULL JOIN that reads columns of both sides: compute what it asks \
                 in a subquery of one side first"
            );
        }
    };
    let equal = join
        .on
        .iter()
        .map(|(left, right)| left.clone().eq(right.clone()));
    let conditions = equal.chain(join.filter.clone()).map(|condition| {
        let seen = condition.transform_up(|part| {
            let Expr::Column(column) = &part else {
                return Ok(Transformed::no(part));
            };
            Ok(match outer.schema().field_from_column(column) {
                Ok(field) => {
                    let reference = Expr::OuterReferenceColumn(Arc::clone(field), column.clone());
                    Transformed::yes(reference)
                }
                Err(_) => Transformed::no(part),
            })
        })?;
        Ok(seen.data)
    });
    let condition = conjunction(conditions.collect::<Result<Vec<_>>>()?);
    let rows = Filter::try_new(condition.unwrap_or_else(|| lit(true)), Arc::clone(inner))?;
    let rows = LogicalPlan::Filter(rows);
    let references = free_references(&rows)?.into_iter();
    let subquery = Subquery {
        outer_ref_columns: references
            .map(|(field, column)| Expr::OuterReferenceColumn(field, column))
            .collect(),
        subquery: Arc::new(rows),
        spans: Spans::new(),
    };
    let lateral = Join::try_new(
        Arc::clone(outer),
        Arc::new(LogicalPlan::Subquery(subquery)),
        vec![],
        None,
        JoinType::Left,
        JoinConstraint::On,
        NullEquality::NullEqualsNothing,
        false,
    )?;
    let columns = join
        .schema
        .columns()
        .into_iter()
        .map(Expr::Column)
        .collect();
    let rows = Projection::try_new(columns, Arc::new(LogicalPlan::Join(lateral)))?;
    Ok(LogicalPlan::Projection(rows))
}
