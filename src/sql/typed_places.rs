//! Places of names in SQL that a call was replaced by: where they were typed, or the call itself.

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Ident, ObjectName, ObjectNamePart, Query, Spanned,
    visit_expressions, visit_expressions_mut, visit_relations, visit_relations_mut,
};
use datafusion::sql::sqlparser::tokenizer::Span;

/// Points every name in `query` at the argument that has it, and at `call` where none has.
pub(super) fn point_at(query: &mut Query, args: &[FunctionArg], call: &ObjectName) {
    let mut typed: HashMap<String, Span> = HashMap::new();
    for arg in args {
        if let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))
        | FunctionArg::Named {
            arg: FunctionArgExpr::Expr(expr),
            ..
        }
        | FunctionArg::ExprNamed {
            arg: FunctionArgExpr::Expr(expr),
            ..
        } = arg
        {
            collect(expr, &mut typed);
        }
    }
    let call = call.span();
    let place = |ident: &mut Ident| {
        ident.span = typed.get(&ident.value).copied().unwrap_or(call);
    };
    let _: ControlFlow<()> = visit_expressions_mut(query, |expr| {
        match expr {
            Expr::Identifier(ident) => place(ident),
            Expr::CompoundIdentifier(parts) => parts.iter_mut().for_each(place),
            Expr::Value(value) => value.span = call,
            _ => {}
        }
        ControlFlow::Continue(())
    });
    let _: ControlFlow<()> = visit_relations_mut(query, |name| {
        for part in &mut name.0 {
            if let ObjectNamePart::Identifier(ident) = part {
                place(ident);
            }
        }
        ControlFlow::Continue(())
    });
}

/// The names in `expr`, which may be a query.
fn collect(expr: &Expr, typed: &mut HashMap<String, Span>) {
    let _: ControlFlow<()> = visit_expressions(expr, |expr| {
        match expr {
            Expr::Identifier(ident) => {
                typed.insert(ident.value.clone(), ident.span);
            }
            Expr::CompoundIdentifier(parts) => {
                typed.extend(parts.iter().map(|part| (part.value.clone(), part.span)));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    });
    let _: ControlFlow<()> = visit_relations(expr, |name| {
        let parts = name.0.iter().filter_map(ObjectNamePart::as_ident);
        typed.extend(parts.map(|part| (part.value.clone(), part.span)));
        ControlFlow::Continue(())
    });
}
