//! `DELETE FROM tickets AS t WHERE t.id = 7`: the alias of the table.
//!
//! The planner ignores it. Here columns are qualified by the table's name instead.
//!
//! Upstream: none found: DELETE FROM t AS x WHERE x.a = 1 is refused, since `delete_to_plan` drops the alias
//! Retire when: `DELETE FROM t AS x WHERE x.a = 1` is planned.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Delete, Expr, FromTable, Ident, Statement, TableFactor, visit_expressions_mut,
};

/// Replaces the alias by the table's name in a DELETE; leaves other statements unchanged.
pub(super) fn rewrite(statement: &mut Statement) {
    let Statement::Delete(Delete {
        from: FromTable::WithFromKeyword(tables) | FromTable::WithoutKeyword(tables),
        selection,
        ..
    }) = statement
    else {
        return;
    };
    let [table] = tables.as_mut_slice() else {
        return;
    };
    let TableFactor::Table { name, alias, .. } = &mut table.relation else {
        return;
    };
    let (Some(alias), Some(own)) = (alias.take(), name.0.last().and_then(|part| part.as_ident()))
    else {
        return;
    };
    let _: ControlFlow<()> = visit_expressions_mut(selection, |expr| {
        if let Expr::CompoundIdentifier(parts) = expr
            && let [qualifier, _] = parts.as_mut_slice()
            && is_same(qualifier, &alias.name)
        {
            *qualifier = own.clone();
        }
        ControlFlow::Continue(())
    });
}

fn is_same(one: &Ident, other: &Ident) -> bool {
    match (one.quote_style, other.quote_style) {
        (None, None) => one.value.eq_ignore_ascii_case(&other.value),
        _ => one.value == other.value,
    }
}
