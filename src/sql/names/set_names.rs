//! Names in the later arms of a UNION.
//!
//! The planner names an unnamed expression of a later arm after the column of the first arm at that
//! position, and then treats a column of the same name elsewhere in the arm as ambiguous: it
//! refuses `SELECT a, b FROM t UNION ALL SELECT 7, a FROM t`. An explicit alias with the first
//! arm's name avoids that.

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Query, Select, SelectItem, SetExpr, SetQuantifier,
};

/// Names the columns of `query` that would be ambiguous.
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

/// Column names of the first arm by position; `None` for a position without a name, and for the
/// whole list if a wildcard makes the positions unknown.
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
