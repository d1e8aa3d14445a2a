//! `x NOT IN (..)` with a NULL among the values: never true, so no row passes.

use datafusion::common::Column;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{Distinct, Expr, ExprSchemable, JoinType, LogicalPlan, Operator};

use super::{HintSet, name};
use crate::planner::correctness::values_of_row;
use crate::sql::lineage::{bare, position, source, uncast};

pub(super) fn check(expr: &Expr, found: &mut HintSet) {
    let (inner, is_turned) = match expr {
        Expr::Not(inner) => (bare(inner), true),
        other => (other, false),
    };
    match inner {
        Expr::InList(list) if list.negated != is_turned => {
            let has_null = list
                .list
                .iter()
                .any(|item| matches!(uncast(item), Expr::Literal(value, _) if value.is_null()));
            if has_null {
                found.add(format!(
                    "{0} NOT IN (.., NULL) is never true, so no row is left: take the NULL out, and \
                     add {0} IS NOT NULL if that is meant",
                    name(&list.expr)
                ));
            }
        }
        Expr::InSubquery(subquery)
            if subquery.negated != is_turned && values_of_row(&subquery.expr).is_none() =>
        {
            let plan = &subquery.subquery.subquery;
            if !never_null(plan, 0) {
                let inner = plan.schema().field(0).name();
                found.add(format!(
                    "{} NOT IN (SELECT {inner} ..) leaves no row at all if one {inner} is NULL: add \
                     WHERE {inner} IS NOT NULL inside, or use NOT EXISTS",
                    name(&subquery.expr)
                ));
            }
        }
        _ => {}
    }
}

/// True if the column at `index` of the output of `plan` cannot be NULL, by its type or because of
/// a filter.
fn never_null(plan: &LogicalPlan, index: usize) -> bool {
    let (mut plan, mut index) = (plan, index);
    loop {
        let schema = plan.schema();
        let Some(field) = schema.fields().get(index) else {
            return false;
        };
        let column = Column::from(schema.qualified_field(index));
        if !field.is_nullable() || keeps_no_null(plan, &column) {
            return true;
        }
        let (made, input) = match plan {
            LogicalPlan::Projection(node) => (node.expr.get(index), node.input.as_ref()),
            LogicalPlan::Aggregate(node) => (node.group_expr.get(index), node.input.as_ref()),
            _ => match passed_on(plan, index) {
                Some(next) => {
                    (plan, index) = next;
                    continue;
                }
                None => return false,
            },
        };
        let Some(made) = made.map(bare) else {
            return false;
        };
        let Expr::Column(column) = uncast(made) else {
            return made
                .nullable(input.schema())
                .is_ok_and(|nullable| !nullable);
        };
        match position(input.schema(), column) {
            Some(next) => (plan, index) = (input, next),
            None => return false,
        }
    }
}

/// True if `plan` itself drops the rows with NULL in `column`.
fn keeps_no_null(plan: &LogicalPlan, column: &Column) -> bool {
    match plan {
        LogicalPlan::Filter(filter) => rules_out_null(&filter.predicate, column),
        LogicalPlan::Join(join) if join.join_type == JoinType::Inner => join
            .on
            .iter()
            .any(|(left, right)| is_column(left, column) || is_column(right, column)),
        _ => false,
    }
}

/// The input that the column at `index` comes from unchanged, with no NULLs added.
fn passed_on(plan: &LogicalPlan, index: usize) -> Option<(&LogicalPlan, usize)> {
    match plan {
        LogicalPlan::Filter(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Subquery(_)
        | LogicalPlan::Distinct(Distinct::All(_)) => Some((source(plan), index)),
        LogicalPlan::Join(join) => {
            let left = join.left.schema().fields().len();
            match (join.join_type, index.checked_sub(left)) {
                (
                    JoinType::Inner | JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti,
                    None,
                ) => Some((&join.left, index)),
                (JoinType::Inner | JoinType::Right, Some(index)) => Some((&join.right, index)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// True if no row with NULL in `column` passes `predicate`.
fn rules_out_null(predicate: &Expr, column: &Column) -> bool {
    split_conjunction(predicate)
        .into_iter()
        .any(|part| match part {
            Expr::IsNotNull(inner) => is_column(inner, column),
            Expr::Not(inner) => {
                matches!(bare(inner), Expr::IsNull(inner) if is_column(inner, column))
            }
            Expr::BinaryExpr(binary) => {
                let compares = matches!(
                    binary.op,
                    Operator::Eq
                        | Operator::NotEq
                        | Operator::Lt
                        | Operator::LtEq
                        | Operator::Gt
                        | Operator::GtEq
                );
                compares && (is_column(&binary.left, column) || is_column(&binary.right, column))
            }
            Expr::InList(list) => is_column(&list.expr, column),
            Expr::InSubquery(inner) => !inner.negated && is_column(&inner.expr, column),
            Expr::Between(between) => is_column(&between.expr, column),
            Expr::Like(like) => is_column(&like.expr, column),
            Expr::Column(_) | Expr::IsTrue(_) => is_column(part, column),
            _ => false,
        })
}

fn is_column(expr: &Expr, column: &Column) -> bool {
    matches!(uncast(expr), Expr::Column(own) if own == column)
}
