//! `count(*) FILTER (..) / count(*)`: integer division truncates, and a share becomes 0.

use datafusion::logical_expr::{
    BinaryExpr, Expr, ExprSchemable, Operator, WindowFunctionDefinition,
};
use datafusion::scalar::ScalarValue;

use super::{HintContext, HintSet, called, name};
use crate::sql::lineage::{LineageVisitor, bare, source, uncast};

pub(super) fn check(expr: &Expr, place: HintContext<'_>, found: &mut HintSet) {
    let Expr::BinaryExpr(binary) = expr else {
        return;
    };
    let is_mistake = match binary.op {
        Operator::Divide => {
            cuts(binary, place) && (is_percent(&binary.left) || is_of_counts(binary, place))
        }
        // 100 * (a / b)
        Operator::Multiply => [(&binary.left, &binary.right), (&binary.right, &binary.left)]
            .into_iter()
            .any(|(one, other)| is_hundred(one) && is_cut(other, place)),
        _ => false,
    };
    if is_mistake {
        let whole = bare(place.root);
        let name = if std::ptr::eq(whole, expr) || is_scaled(whole, expr) {
            called(place.root)
        } else {
            name(expr)
        };
        found.add(format!(
            "{name} divides whole numbers, which cuts off the fraction (1 / 3 is 0): multiply one \
             side by 1.0, or use rate(..) for a share"
        ));
    }
}

/// True if `whole` is 100 times `part`, so that both have the same name.
fn is_scaled(whole: &Expr, part: &Expr) -> bool {
    let Expr::BinaryExpr(binary) = whole else {
        return false;
    };
    let sides = [&binary.left, &binary.right];
    binary.op == Operator::Multiply
        && sides.iter().any(|side| is_hundred(side))
        && sides.iter().any(|side| std::ptr::eq(side.as_ref(), part))
}

fn is_cut(expr: &Expr, place: HintContext<'_>) -> bool {
    matches!(expr, Expr::BinaryExpr(inner) if inner.op == Operator::Divide && cuts(inner, place))
}

/// Integers on both sides. A literal divisor is a change of unit, `seconds / 60`.
fn cuts(binary: &BinaryExpr, place: HintContext<'_>) -> bool {
    let schema = source(place.node).schema();
    let is_whole = |side: &Expr| side.get_type(schema).is_ok_and(|of| of.is_integer());
    !matches!(uncast(&binary.right), Expr::Literal(..))
        && is_whole(&binary.left)
        && is_whole(&binary.right)
}

/// True if a side comes from an aggregate; ranks (`row_number()`) are truncated on purpose.
fn is_of_counts(binary: &BinaryExpr, place: HintContext<'_>) -> bool {
    let mut is_aggregated = false;
    let mut is_ranked = false;
    for side in [&binary.left, &binary.right] {
        let mut walk = LineageVisitor::default();
        walk.visit(side, place.node, &mut |inner, _| match inner {
            Expr::AggregateFunction(_) => {
                is_aggregated = true;
                false
            }
            Expr::WindowFunction(call) => {
                match call.fun {
                    WindowFunctionDefinition::AggregateUDF(_) => is_aggregated = true,
                    WindowFunctionDefinition::WindowUDF(_) => is_ranked = true,
                }
                false
            }
            _ => true,
        });
    }
    is_aggregated && !is_ranked
}

/// `100 * x` and `x * 100`.
fn is_percent(expr: &Expr) -> bool {
    let Expr::BinaryExpr(binary) = uncast(expr) else {
        return false;
    };
    binary.op == Operator::Multiply && (is_hundred(&binary.left) || is_hundred(&binary.right))
}

fn is_hundred(expr: &Expr) -> bool {
    matches!(
        uncast(expr),
        Expr::Literal(ScalarValue::Int64(Some(100)), _)
    )
}
