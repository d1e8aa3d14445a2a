//! Names in the later arms of a UNION.
//!
//! The planner calls an unnamed expression of a later arm as the first arm calls that place, and then
//! takes a column of the same name elsewhere in the arm for ambiguous: it refuses `SELECT a, b FROM t
//! UNION ALL SELECT 7, a FROM t`. Calling that column as the first arm does settles it.

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Query, Select, SelectItem, SetExpr, SetQuantifier,
};

/// Names the columns of `query` that would be taken for ambiguous.
pub(super) fn settle(query: &mut Query) {
    settle_arms(&mut query.body);
}

fn settle_arms(body: &mut SetExpr) {
    let SetExpr::SetOperation {
        left,
        right,
        set_quantifier,
        ..
    } = body
    else {
        return;
    };
    settle_arms(left);
    settle_arms(right);
    let by_name = [
        SetQuantifier::ByName,
        SetQuantifier::AllByName,
        SetQuantifier::DistinctByName,
    ];
    if by_name.contains(set_quantifier) {
        return;
    }
    if let (Some(names), SetExpr::Select(arm)) = (outputs(left), right.as_mut()) {
        settle_arm(arm, &names);
    }
}

/// What the first arm calls each place; `None` for a place without a name of its own, and for all of
/// them where a wildcard makes the places uncertain.
fn outputs(mut body: &SetExpr) -> Option<Vec<Option<Ident>>> {
    while let SetExpr::SetOperation { left, .. } = body {
        body = left;
    }
    let SetExpr::Select(select) = body else {
        return None;
    };
    let items = select.projection.iter();
    items
        .map(|item| match item {
            SelectItem::ExprWithAlias { alias, .. } => Some(Some(alias.clone())),
            SelectItem::UnnamedExpr(expr) => Some(column(expr).cloned()),
            _ => None,
        })
        .collect()
}

fn settle_arm(arm: &mut Select, names: &[Option<Ident>]) {
    if arm.projection.len() != names.len() {
        return;
    }
    let given: Vec<Ident> = arm
        .projection
        .iter()
        .zip(names)
        .filter(|(item, _)| matches!(item, SelectItem::UnnamedExpr(expr) if column(expr).is_none()))
        .filter_map(|(_, name)| name.clone())
        .collect();
    let is_given = |name: &Ident| given.iter().any(|other| same(other, name));
    for (item, name) in arm.projection.iter_mut().zip(names) {
        let (SelectItem::UnnamedExpr(expr), Some(name)) = (&mut *item, name) else {
            continue;
        };
        if column(expr).is_some_and(|own| is_given(own) && !same(own, name)) {
            let expr = std::mem::replace(expr, Expr::Identifier(Ident::new("")));
            *item = SelectItem::ExprWithAlias {
                expr,
                alias: name.clone(),
            };
        }
    }
}

fn column(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Identifier(name) => Some(name),
        Expr::CompoundIdentifier(parts) => parts.last(),
        _ => None,
    }
}

fn same(one: &Ident, other: &Ident) -> bool {
    one.value.eq_ignore_ascii_case(&other.value)
}
