//! `ASOF JOIN` as a join whose condition is marked for the planner.

use datafusion::common::Span;
use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Join, JoinConstraint, JoinOperator, Value,
};

use super::join_conditions;
use super::joined::MergedColumnPairs;
use crate::parser::correctness::{function, merged_columns};
use crate::parser::refused;
use crate::planner::ASOF_MATCH;

/// True for an ASOF JOIN: with `MATCH_CONDITION`, or as the parser wrote one without.
pub(super) fn is_one(join: &Join) -> bool {
    join.global || matches!(join.join_operator, JoinOperator::AsOf { .. })
}

/// Writes the condition of an ASOF JOIN: of the columns in USING, the last is the time.
///
/// # Errors
/// When there is no condition.
pub(super) fn settle(join: &mut Join, pairs: MergedColumnPairs, place: Option<Span>) -> Result<()> {
    let matched = match &join.join_operator {
        JoinOperator::AsOf {
            match_condition,
            constraint,
        } => {
            let matched = Some(match_condition.clone());
            // Every row of the left side stays, as in Snowflake.
            join.join_operator = JoinOperator::Left(constraint.clone());
            matched
        }
        _ => None,
    };
    join.global = false;
    let condition = match pairs {
        MergedColumnPairs::Known(pairs) => Some(of_columns(pairs, matched.is_none())),
        pairs => {
            join_conditions::settle(&mut join.join_operator, pairs, place)?;
            match merged_columns::constraint(&join.join_operator) {
                Some(JoinConstraint::On(condition)) => Some(condition.clone()),
                _ => None,
            }
        }
    };
    let Some(condition) = condition.into_iter().chain(matched).reduce(and) else {
        return Err(refused(
            "ASOF JOIN takes a condition: FROM a ASOF JOIN b ON a.id = b.id AND a.time >= b.time",
            place,
        ));
    };
    if let Some(constraint) = merged_columns::constraint_mut(&mut join.join_operator) {
        *constraint = JoinConstraint::On(function(ASOF_MATCH, vec![condition]));
    }
    Ok(())
}

/// Equal columns, of which the last may be the time instead.
fn of_columns(pairs: Vec<(Expr, Expr)>, has_time: bool) -> Expr {
    let last = pairs.len().saturating_sub(1);
    let compared = pairs
        .into_iter()
        .enumerate()
        .map(|(place, (left, right))| Expr::BinaryOp {
            left: Box::new(left),
            op: if has_time && place == last {
                BinaryOperator::GtEq
            } else {
                BinaryOperator::Eq
            },
            right: Box::new(right),
        });
    compared
        .reduce(and)
        .unwrap_or_else(|| Expr::value(Value::Boolean(true)))
}

fn and(left: Expr, right: Expr) -> Expr {
    let nested = |expr| Box::new(Expr::Nested(Box::new(expr)));
    Expr::BinaryOp {
        left: nested(left),
        op: BinaryOperator::And,
        right: nested(right),
    }
}
