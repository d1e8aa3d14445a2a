//! Fields of what an expression gives: `f(x).field` becomes `f(x)['field']`, which the planner knows.

use std::ops::ControlFlow;

use datafusion::sql::parser::{CopyToSource, Statement};
use datafusion::sql::sqlparser::ast::{
    AccessExpr, Expr, Ident, Subscript, Value, VisitMut, visit_expressions_mut,
};

use super::names::IdentifierCasing;

/// Writes every such field in brackets. It runs after items of SELECT lists have their names.
pub(super) fn in_brackets(statement: &mut Statement, reading: IdentifierCasing) {
    match statement {
        Statement::Statement(inner) => rewrite(inner.as_mut(), reading),
        Statement::Explain(explain) => in_brackets(&mut explain.statement, reading),
        Statement::CopyTo(copy) => {
            if let CopyToSource::Query(query) = &mut copy.source {
                rewrite(query.as_mut(), reading);
            }
        }
        Statement::CreateExternalTable(_) | Statement::Reset(_) => {}
    }
}

fn rewrite(node: &mut impl VisitMut, reading: IdentifierCasing) {
    let _: ControlFlow<()> = visit_expressions_mut(node, |expr| {
        if let Expr::CompoundFieldAccess { root, access_chain } = expr
            && !matches!(**root, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
        {
            for access in access_chain {
                if let AccessExpr::Dot(Expr::Identifier(name)) = access {
                    *access = AccessExpr::Subscript(subscript(name, reading));
                }
            }
        }
        ControlFlow::Continue(())
    });
}

fn subscript(name: &Ident, reading: IdentifierCasing) -> Subscript {
    Subscript::Index {
        index: Expr::value(Value::SingleQuotedString(reading.normal(name))),
    }
}
