//! Functions of other engines that are another expression here: `mod(a, b)` is `a % b`.
//!
//! They are replaced in the syntax tree, so that the replacement is typed, checked and planned like
//! any other expression.

mod aggregates;
mod json;
mod pages;
mod parts;

use std::ops::ControlFlow;

use datafusion::DATAFUSION_VERSION;
use datafusion::error::DataFusionError;
use datafusion::sql::parser::{CopyToSource, Statement};
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, DataType, ExactNumberInfo, Expr, Function, FunctionArg,
    FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident, ObjectName, ObjectNamePart,
    UnaryOperator, Value, VisitMut, visit_expressions_mut,
};

pub(crate) use pages::pages;

/// Replaces them everywhere in a statement.
///
/// # Errors
/// When a date part is unknown.
pub(super) fn replace(statement: &mut Statement) -> Result<(), DataFusionError> {
    match statement {
        Statement::Statement(inner) => replace_in(inner.as_mut()),
        Statement::Explain(explain) => replace(&mut explain.statement),
        Statement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => replace_in(query.as_mut()),
            CopyToSource::Relation(_) => Ok(()),
        },
        Statement::CreateExternalTable(_) | Statement::Reset(_) => Ok(()),
    }
}

fn replace_in(node: &mut impl VisitMut) -> Result<(), DataFusionError> {
    let flow = visit_expressions_mut(node, |expr| {
        let other = match expr {
            Expr::Function(call) => equivalent(call),
            Expr::BinaryOp { left, op, right } if is_whole_division(op) => {
                let sides = vec![left.as_ref().clone(), right.as_ref().clone()];
                Ok(Some(function("div", sides)))
            }
            Expr::BinaryOp { left, op, right } => json::operator(left, op, right),
            Expr::Cast {
                kind,
                expr: x,
                data_type,
                ..
            } => Ok(json::cast(kind, x, data_type)),
            // All bits except those of x.
            Expr::UnaryOp {
                op: UnaryOperator::BitwiseNot,
                expr: x,
            } => {
                let bits = binary(&number("-1"), BinaryOperator::PGBitwiseXor, x);
                Ok(Some(Expr::Nested(Box::new(bits))))
            }
            _ => Ok(None),
        };
        match other {
            Ok(Some(other)) => *expr = other,
            Ok(None) => {}
            Err(error) => return ControlFlow::Break(error),
        }
        ControlFlow::Continue(())
    });
    match flow {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// `7 // 2` and `7 DIV 2`.
fn is_whole_division(op: &BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::DuckIntegerDivide | BinaryOperator::MyIntegerDivide
    )
}

/// The expression that `call` is rewritten to; `None` if it stays a call, which may have been
/// changed.
fn equivalent(call: &mut Function) -> Result<Option<Expr>, DataFusionError> {
    let Some(name) = name(call) else {
        return Ok(None);
    };
    if let Some(other) = parts::equivalent(&name, call)? {
        return Ok(Some(other));
    }
    if let Some(other) = aggregates::equivalent(&name, call) {
        return Ok(Some(other));
    }
    let Some(arguments) = plain_arguments(call) else {
        return Ok(None);
    };
    Ok(match (name.as_str(), arguments.as_slice()) {
        ("version", []) => Some(text(&format!(
            "deskql {} (DataFusion {DATAFUSION_VERSION})",
            env!("CARGO_PKG_VERSION")
        ))),
        ("mod", [a, b]) => Some(binary(a, BinaryOperator::Modulo, b)),
        ("zeroifnull", [x]) => Some(function("coalesce", vec![x.clone(), number("0")])),
        ("nullifzero", [x]) => Some(function("nullif", vec![x.clone(), number("0")])),
        ("date", [x]) => Some(cast(x, DataType::Date)),
        ("age", [x]) => Some(function("age", vec![call_of("current_date"), x.clone()])),
        ("isoyear", [x]) => Some(function("date_part", vec![text("isoyear"), x.clone()])),
        ("locate" | "charindex", [part, whole]) => {
            Some(function("strpos", vec![whole.clone(), part.clone()]))
        }
        _ => None,
    })
}

/// Name of a function without a schema, in lower case.
fn name(call: &Function) -> Option<String> {
    match call.name.0.as_slice() {
        [ObjectNamePart::Identifier(name)] => Some(match name.quote_style {
            Some(_) => name.value.clone(),
            None => name.value.to_ascii_lowercase(),
        }),
        _ => None,
    }
}

fn list(call: &Function) -> Option<&FunctionArgumentList> {
    match &call.args {
        FunctionArguments::List(list) => Some(list),
        _ => None,
    }
}

fn arguments(list: &FunctionArgumentList) -> Option<Vec<Expr>> {
    list.args
        .iter()
        .map(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
            _ => None,
        })
        .collect()
}

/// Arguments of a call with no clauses inside or after its parentheses.
fn plain_arguments(call: &Function) -> Option<Vec<Expr>> {
    let list = list(call)?;
    let is_plain = list.clauses.is_empty()
        && list.duplicate_treatment.is_none()
        && call.filter.is_none()
        && call.over.is_none()
        && call.within_group.is_empty();
    arguments(list).filter(|_| is_plain)
}

fn set_name(call: &mut Function, name: &str) {
    call.name = ObjectName::from(vec![Ident::new(name)]);
}

fn set_arguments(call: &mut Function, arguments: Vec<Expr>) {
    if let FunctionArguments::List(list) = &mut call.args {
        list.args = unnamed(arguments);
    }
}

fn unnamed(arguments: Vec<Expr>) -> Vec<FunctionArg> {
    let argument = |expr| FunctionArg::Unnamed(FunctionArgExpr::Expr(expr));
    arguments.into_iter().map(argument).collect()
}

fn function(name: &str, arguments: Vec<Expr>) -> Expr {
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: unnamed(arguments),
            clauses: vec![],
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: vec![],
    })
}

fn call_of(name: &str) -> Expr {
    function(name, vec![])
}

fn binary(left: &Expr, op: BinaryOperator, right: &Expr) -> Expr {
    Expr::Nested(Box::new(Expr::BinaryOp {
        left: Box::new(Expr::Nested(Box::new(left.clone()))),
        op,
        right: Box::new(Expr::Nested(Box::new(right.clone()))),
    }))
}

fn cast(expr: &Expr, data_type: DataType) -> Expr {
    Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(expr.clone()),
        data_type,
        array: false,
        format: None,
    }
}

fn double(expr: &Expr) -> Expr {
    cast(expr, DataType::Double(ExactNumberInfo::None))
}

fn number(text: &str) -> Expr {
    Expr::value(Value::Number(text.to_owned(), false))
}

fn text(text: &str) -> Expr {
    Expr::value(Value::SingleQuotedString(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use crate::parser::StatementBody;
    use crate::parser::parse;

    fn replaced(text: &str) -> String {
        let mut statements = parse(text).unwrap();
        let StatementBody::Plain(mut inner) = statements.remove(0).kind else {
            panic!("not a plain query")
        };
        super::replace(&mut inner).unwrap();
        inner.to_string()
    }

    #[test]
    fn calls_become_what_they_stand_for() {
        for (given, wanted) in [
            ("mod(a + 1, 2)", "((a + 1) % (2))"),
            ("a // 2", "div(a, 2)"),
            ("datediff(hour, a, b)", "datediff('hour', a, b)"),
            ("timestampdiff(MONTH, a, b)", "date_sub('month', a, b)"),
            (
                "dateadd(quarter, n, d)",
                "((d) + (((n) * (INTERVAL '3 month'))))",
            ),
            ("date_add(d, i)", "((d) + (i))"),
            ("date_sub(d, i)", "((d) - (i))"),
            ("group_concat(DISTINCT x)", "string_agg(DISTINCT x, ',')"),
            (
                "listagg(x, ';') WITHIN GROUP (ORDER BY x DESC)",
                "string_agg(x, ';' ORDER BY x DESC)",
            ),
            (
                "percentile_disc(0.5) WITHIN GROUP (ORDER BY x DESC)",
                "quantile_disc(x, 0.5, true)",
            ),
            (
                "quantile_cont(x, [0.25, 0.5])",
                "make_array(quantile_cont(x, 0.25), quantile_cont(x, 0.5))",
            ),
            ("fsum(x)", "sum(CAST(x AS DOUBLE))"),
        ] {
            assert_eq!(
                replaced(&format!("SELECT {given}")),
                format!("SELECT {wanted}")
            );
        }
    }
}
