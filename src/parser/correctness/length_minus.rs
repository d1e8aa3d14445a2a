//! Minus before the difference of two times: `-(closed_at - opened_at)`.
//!
//! The SQL planner refuses it while it converts the tree, before a rewrite could replace it. Such a
//! statement is planned a second time, with a function for the sign.
//!
//! Upstream: none found: "SELECT -(ts - ts): Unary operator '-' only supports signed numeric, interval and timestamp types"
//! Retire when: `SELECT -(ts - ts)` works.

use std::ops::ControlFlow;

use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident,
    ObjectName, UnaryOperator, VisitMut, visit_expressions_mut,
};

/// True if planning failed because of a minus that [`rewrite`] can replace.
pub(crate) fn is_refused(error: &DataFusionError) -> bool {
    error
        .to_string()
        .contains("Unary operator '-' only supports")
}

/// Rewrites every minus before an expression other than a literal to a call of `negative`.
pub(crate) fn rewrite(node: &mut impl VisitMut) {
    let _: ControlFlow<()> = visit_expressions_mut(node, |expr| {
        if let Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr: inner,
        } = expr
            && !matches!(inner.as_ref(), Expr::Value(_) | Expr::Interval(_))
        {
            let inner = std::mem::replace(inner.as_mut(), Expr::Identifier(Ident::new("")));
            *expr = call(inner);
        }
        ControlFlow::Continue(())
    });
}

fn call(argument: Expr) -> Expr {
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new("negative")]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))],
            clauses: vec![],
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: vec![],
    })
}
