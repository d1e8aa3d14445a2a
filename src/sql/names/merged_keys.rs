//! Common columns of USING and NATURAL in the expressions of ORDER BY.
//!
//! A name there resolves to an output first. If the output is the common column itself, both are
//! the same, and the name is replaced by the column's expression, since the planner would find it
//! in several tables.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, OrderByKind, Query, SelectItem, SetExpr, visit_expressions_mut,
};

use super::scope::{IdentifierCasing, NameScope};

/// Replaces the common columns of `scope` in the sort keys of `query` that are more than a name.
pub(super) fn write_out(query: &mut Query, scope: &NameScope, reading: IdentifierCasing) {
    let SetExpr::Select(select) = query.body.as_ref() else {
        return;
    };
    let selected: Vec<Ident> = select
        .projection
        .iter()
        .filter_map(|item| match item {
            SelectItem::UnnamedExpr(Expr::Identifier(ident)) => Some(ident.clone()),
            _ => None,
        })
        .collect();
    let Some(OrderByKind::Expressions(keys)) = query.order_by.as_mut().map(|by| &mut by.kind)
    else {
        return;
    };
    for key in keys {
        if matches!(key.expr, Expr::Identifier(_)) {
            continue;
        }
        let _: ControlFlow<()> = visit_expressions_mut(&mut key.expr, |expr| {
            if let Expr::Identifier(ident) = expr
                && selected.iter().any(|own| is_same(own, ident))
                && let Some(merged) = scope.merged(reading, ident)
            {
                *expr = merged.clone();
            }
            ControlFlow::Continue(())
        });
    }
}

fn is_same(one: &Ident, other: &Ident) -> bool {
    one.value.eq_ignore_ascii_case(&other.value)
}
