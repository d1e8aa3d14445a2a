//! Struct fields in a SELECT list get their own names.
//!
//! The planner would name `d.n` of a struct `d` `d[n]`, which no outer query can refer to by the
//! name in the statement.

use datafusion::sql::sqlparser::ast::{AccessExpr, Expr, Ident, Select, SelectItem};

use super::scope::{IdentifierCasing, NameMatch, NameScope};

/// Names the fields in the list of `select`, whose `FROM` is `scope`. Two items of one name keep
/// the planner's names.
pub(super) fn name(select: &mut Select, scope: &NameScope, reading: IdentifierCasing) {
    let names: Vec<Option<String>> = select.projection.iter().map(output).collect();
    let is_taken = |name: &Ident| {
        let same = names
            .iter()
            .flatten()
            .filter(|other| **other == reading.normal(name));
        same.count() > 1
    };
    for item in &mut select.projection {
        let SelectItem::UnnamedExpr(expr) = item else {
            continue;
        };
        let Some(field) = field(expr, scope, reading).filter(|field| !is_taken(field)) else {
            continue;
        };
        let expr = std::mem::replace(expr, Expr::Identifier(Ident::new("")));
        *item = SelectItem::ExprWithAlias { expr, alias: field };
    }
}

/// The output name of an item when fields have their own names.
fn output(item: &SelectItem) -> Option<String> {
    let name = match item {
        SelectItem::ExprWithAlias { alias, .. } => alias,
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => name,
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last()?,
        SelectItem::UnnamedExpr(Expr::CompoundFieldAccess { access_chain, .. }) => {
            dotted(access_chain)?
        }
        _ => return None,
    };
    Some(match name.quote_style {
        None => name.value.to_lowercase(),
        Some(_) => name.value.clone(),
    })
}

/// The last name of a path into a struct; `None` for a column of a relation.
fn field(expr: &Expr, scope: &NameScope, reading: IdentifierCasing) -> Option<Ident> {
    let parts = match expr {
        Expr::CompoundIdentifier(parts) => parts,
        Expr::CompoundFieldAccess { access_chain, .. } => return dotted(access_chain).cloned(),
        _ => return None,
    };
    let last = parts.len().checked_sub(1)?;
    let relation = (1..=last)
        .rev()
        .find(|&split| scope.relation(reading, &parts[..split]).is_some());
    let is_field = match relation {
        Some(split) => last > split,
        None => last > 0 && scope.find(reading, &parts[0]) != NameMatch::Missing,
    };
    is_field.then(|| parts[last].clone())
}

fn dotted(chain: &[AccessExpr]) -> Option<&Ident> {
    match chain.last() {
        Some(AccessExpr::Dot(Expr::Identifier(name))) => Some(name),
        _ => None,
    }
}
