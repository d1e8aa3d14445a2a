//! Puts the named arguments of deskql's functions in order, with NULL for each one left out.

use std::ops::ControlFlow;

use datafusion::common::Result;
use datafusion::error::DataFusionError;
use datafusion::sql::parser::{CopyToSource, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectNamePart, Value,
    VisitMut, visit_expressions_mut,
};

use crate::functions::declaration::parameter::FunctionParameter;
use crate::{functions, insight};

/// Orders the arguments of every call in a statement.
pub(super) fn arrange(statement: &mut Statement) -> Result<()> {
    match statement {
        Statement::Statement(inner) => arrange_in(inner.as_mut()),
        Statement::Explain(explain) => arrange(&mut explain.statement),
        Statement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => arrange_in(query.as_mut()),
            CopyToSource::Relation(_) => Ok(()),
        },
        Statement::CreateExternalTable(_) | Statement::Reset(_) => Ok(()),
    }
}

fn arrange_in(node: &mut impl VisitMut) -> Result<()> {
    let flow = visit_expressions_mut(node, |expr| match expr {
        Expr::Function(call) => match arrange_call(call) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        },
        _ => ControlFlow::Continue(()),
    });
    match flow {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

fn arrange_call(call: &mut Function) -> Result<(), DataFusionError> {
    let ([ObjectNamePart::Identifier(function)], FunctionArguments::List(list)) =
        (call.name.0.as_slice(), &mut call.args)
    else {
        return Ok(());
    };
    let positional = list
        .args
        .iter()
        .take_while(|arg| name(arg).is_none())
        .count();
    let names: Option<Vec<_>> = list.args[positional..].iter().map(name).collect();
    // Calls without names need no change; a positional argument after a name is refused by the
    // planner.
    let Some(names) = names.filter(|names| !names.is_empty()) else {
        return Ok(());
    };
    let function = folded(function);
    let forms = call_forms(&function);
    if let Some(places) = functions::places(&function, &forms, positional, &names)? {
        let argument = |place: Option<usize>| {
            FunctionArg::Unnamed(match place {
                Some(number) => expression(&list.args[number]),
                None => FunctionArgExpr::Expr(Expr::value(Value::Null)),
            })
        };
        list.args = places.into_iter().map(argument).collect();
    }
    Ok(())
}

/// Parameters of each form in which `function` can be called with names and gaps; empty where it cannot.
pub(crate) fn call_forms(function: &str) -> Vec<Vec<FunctionParameter>> {
    let forms = functions::call_forms(function);
    if forms.is_empty() {
        insight::call_forms(function)
    } else {
        forms
    }
}

fn folded(name: &Ident) -> String {
    match name.quote_style {
        Some(_) => name.value.clone(),
        None => name.value.to_ascii_lowercase(),
    }
}

fn name(arg: &FunctionArg) -> Option<String> {
    match arg {
        FunctionArg::Named { name, .. }
        | FunctionArg::ExprNamed {
            name: Expr::Identifier(name),
            ..
        } => Some(folded(name)),
        FunctionArg::ExprNamed { .. } | FunctionArg::Unnamed(_) => None,
    }
}

fn expression(arg: &FunctionArg) -> FunctionArgExpr {
    match arg {
        FunctionArg::Named { arg, .. }
        | FunctionArg::ExprNamed { arg, .. }
        | FunctionArg::Unnamed(arg) => arg.clone(),
    }
}
