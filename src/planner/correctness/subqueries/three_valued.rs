//! Conditions that are true, false or unknown, in a filter, where the last two are equivalent.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, not};

/// `CASE WHEN found THEN true WHEN unknown THEN NULL ELSE false END` as `found`, and its negation as
/// neither of the two, so that they can be joins. Other conditions stay.
pub(super) fn where_true(condition: Expr) -> Expr {
    match &condition {
        Expr::Not(inner) => match parts(inner) {
            Some((found, unknown)) => {
                let sure = |part: &Expr| not(part.clone());
                sure(found).and(sure(unknown))
            }
            None => condition,
        },
        _ => match parts(&condition) {
            Some((found, _)) => found.clone(),
            None => condition,
        },
    }
}

/// The conditions under which an expression is true and unknown. Both are true or false.
fn parts(condition: &Expr) -> Option<(&Expr, &Expr)> {
    let Expr::Case(case) = condition else {
        return None;
    };
    let [(found, first), (unknown, second)] = case.when_then_expr.as_slice() else {
        return None;
    };
    let is = |value: &Expr, wanted: Option<bool>| match value {
        Expr::Literal(ScalarValue::Boolean(value), _) => *value == wanted,
        Expr::Literal(ScalarValue::Null, _) => wanted.is_none(),
        Expr::Cast(cast) => {
            wanted.is_none()
                && matches!(cast.expr.as_ref(), Expr::Literal(value, _) if value.is_null())
        }
        _ => false,
    };
    let otherwise = case.else_expr.as_deref()?;
    let has_values = is(first, Some(true)) && is(second, None) && is(otherwise, Some(false));
    let is_known = |part: &Expr| matches!(part, Expr::Exists(_));
    let fits = case.expr.is_none() && has_values && is_known(found) && is_known(unknown);
    fits.then_some((found, unknown))
}
