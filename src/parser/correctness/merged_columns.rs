//! The common column of `USING` and `NATURAL` is that of the preserved side, or the first one that
//! is not null.
//!
//! The planner uses the left one in every join: `SELECT day .. FULL JOIN .. USING (day)` loses the
//! days that are on the right only, and a further `USING` compares with the left-most column. Here
//! the join gets an `ON` condition, and the column becomes an expression; `sql::names` resolves the
//! names.
//!
//! Upstream: none found: "USING/NATURAL: the merged column of a RIGHT or FULL JOIN resolves to the left column instead
//! of COALESCE(left, right)"
//! Retire when: `SELECT k FROM (VALUES (1)) a(k) FULL JOIN (VALUES (2)) b(k) USING (k)` is 1 and 2, also in chains.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, JoinConstraint,
    JoinOperator, Value,
};

use super::like_escape::function;

/// The condition of a join, if it can have one.
pub(crate) fn constraint(join: &JoinOperator) -> Option<&JoinConstraint> {
    use JoinOperator as J;
    match join {
        J::Join(c)
        | J::Inner(c)
        | J::Left(c)
        | J::LeftOuter(c)
        | J::Right(c)
        | J::RightOuter(c)
        | J::FullOuter(c)
        | J::Semi(c)
        | J::LeftSemi(c)
        | J::RightSemi(c)
        | J::Anti(c)
        | J::LeftAnti(c)
        | J::RightAnti(c)
        | J::AsOf { constraint: c, .. } => Some(c),
        _ => None,
    }
}

/// Like [`constraint`], but mutable.
pub(crate) fn constraint_mut(join: &mut JoinOperator) -> Option<&mut JoinConstraint> {
    use JoinOperator as J;
    match join {
        J::Join(c)
        | J::Inner(c)
        | J::Left(c)
        | J::LeftOuter(c)
        | J::Right(c)
        | J::RightOuter(c)
        | J::FullOuter(c)
        | J::Semi(c)
        | J::LeftSemi(c)
        | J::RightSemi(c)
        | J::Anti(c)
        | J::LeftAnti(c)
        | J::RightAnti(c)
        | J::AsOf { constraint: c, .. } => Some(c),
        _ => None,
    }
}

/// True if the planner, which uses the left column, would be wrong for this join.
pub(crate) fn keeps_right(join: &JoinOperator) -> bool {
    matches!(
        join,
        JoinOperator::Right(_) | JoinOperator::RightOuter(_) | JoinOperator::FullOuter(_)
    )
}

/// Expression of a common column after the join.
pub(crate) fn merged(join: &JoinOperator, left: &Expr, right: &Expr) -> Expr {
    match join {
        JoinOperator::Right(_) | JoinOperator::RightOuter(_) => right.clone(),
        JoinOperator::FullOuter(_) => {
            let values = choices(left).into_iter().chain(choices(right));
            function("coalesce", values.collect())
        }
        _ => left.clone(),
    }
}

/// The columns whose first non-null value is the merged one.
fn choices(expr: &Expr) -> Vec<Expr> {
    if let Expr::Function(call) = expr
        && let FunctionArguments::List(list) = &call.args
    {
        let value = |arg: &FunctionArg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => Some(value.clone()),
            _ => None,
        };
        return list.args.iter().filter_map(value).collect();
    }
    vec![expr.clone()]
}

/// Joins on equality of the pairs; without a condition if there are none.
pub(crate) fn join_on(join: &mut JoinOperator, pairs: Vec<(Expr, Expr)>) {
    let equal = |(left, right)| Expr::BinaryOp {
        left: Box::new(left),
        op: BinaryOperator::Eq,
        right: Box::new(right),
    };
    let both = |one, other| Expr::BinaryOp {
        left: Box::new(one),
        op: BinaryOperator::And,
        right: Box::new(other),
    };
    let condition = pairs.into_iter().map(equal).reduce(both);
    let is_inner = matches!(join, JoinOperator::Join(_) | JoinOperator::Inner(_));
    if condition.is_none() && is_inner {
        *join = JoinOperator::CrossJoin(JoinConstraint::None);
    } else if let Some(constraint) = constraint_mut(join) {
        let always = || Expr::value(Value::Boolean(true));
        *constraint = JoinConstraint::On(condition.unwrap_or_else(always));
    }
}
