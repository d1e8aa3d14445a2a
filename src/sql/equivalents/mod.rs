//! Functions of other engines that are another expression here: `mod(a, b)` is `a % b`.
//!
//! They are replaced in the syntax tree, so that the replacement is typed, checked and planned like
//! any other expression.

mod aggregates;
mod json;
mod operators;
mod pages;
mod parts;
mod renamed;

use std::ops::ControlFlow;

use datafusion::DATAFUSION_VERSION;
use datafusion::error::DataFusionError;
use datafusion::sql::parser::{CopyToSource, Statement};
use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, DataType, ExactNumberInfo, Expr, Function, FunctionArg,
    FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident, ObjectName, ObjectNamePart,
    Value, VisitMut, visit_expressions_mut,
};

pub(super) use pages::aggregate_names;
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
        let other = match &mut *expr {
            Expr::Function(call) => equivalent(call),
            other => operators::equivalent(other),
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
    if name == "struct_pack" {
        return Ok(packed(call));
    }
    let Some(arguments) = plain_arguments(call) else {
        return Ok(None);
    };
    if let Some(other) = renamed::equivalent(&name, &arguments) {
        return Ok(Some(other));
    }
    renamed::rename(&name, call);
    Ok(by_arguments(&name, &arguments))
}

/// The expression that a call with these plain arguments is.
fn by_arguments(name: &str, arguments: &[Expr]) -> Option<Expr> {
    match (name, arguments) {
        ("version", []) => Some(text(&format!(
            "deskql {} (DataFusion {DATAFUSION_VERSION})",
            env!("CARGO_PKG_VERSION")
        ))),
        ("mod" | "fmod", [a, b]) => Some(binary(a, BinaryOperator::Modulo, b)),
        ("zeroifnull", [x]) => Some(function("coalesce", vec![x.clone(), number("0")])),
        ("nullifzero", [x]) => Some(function("nullif", vec![x.clone(), number("0")])),
        ("date", [x]) => Some(cast(x, DataType::Date)),
        ("age", [x]) => Some(function("age", vec![call_of("current_date"), x.clone()])),
        ("timezone", [zone, x]) => Some(Expr::AtTimeZone {
            timestamp: Box::new(Expr::Nested(Box::new(x.clone()))),
            time_zone: Box::new(zone.clone()),
        }),
        ("gen_random_uuid", []) => Some(call_of("uuid")),
        ("getdate" | "sysdate", []) => Some(call_of("now")),
        ("date_from_parts" | "datefromparts", [year, month, day]) => Some(function(
            "make_date",
            vec![year.clone(), month.clone(), day.clone()],
        )),
        ("prefix", [text, part]) => Some(function("starts_with", vec![text.clone(), part.clone()])),
        ("suffix", [text, part]) => Some(function("ends_with", vec![text.clone(), part.clone()])),
        ("format_date" | "format_datetime", [pattern, x]) => {
            Some(function("strftime", vec![x.clone(), pattern.clone()]))
        }
        ("parse_date", [pattern, x]) => {
            let read = function("strptime", vec![x.clone(), pattern.clone()]);
            Some(cast(&read, DataType::Date))
        }
        ("parse_datetime", [pattern, x]) => {
            Some(function("strptime", vec![x.clone(), pattern.clone()]))
        }
        ("safe_divide", [a, b]) => Some(binary(
            &double(a),
            BinaryOperator::Divide,
            &function("nullif", vec![b.clone(), number("0")]),
        )),
        ("decode", [x, choices @ ..]) if choices.len() > 1 => Some(decoded(x, choices)),
        ("isoyear", [x]) => Some(function("date_part", vec![text("isoyear"), x.clone()])),
        ("locate" | "charindex", [part, whole]) => {
            Some(function("strpos", vec![whole.clone(), part.clone()]))
        }
        _ => None,
    }
}

/// `struct_pack(a := 1)` as `named_struct('a', 1)`.
fn packed(call: &Function) -> Option<Expr> {
    let mut fields = Vec::new();
    for argument in &list(call)?.args {
        let (name, value) = match argument {
            FunctionArg::Named {
                name,
                arg: FunctionArgExpr::Expr(value),
                ..
            } => (name.value.clone(), value),
            FunctionArg::ExprNamed {
                name: Expr::Identifier(name),
                arg: FunctionArgExpr::Expr(value),
                ..
            } => (name.value.clone(), value),
            FunctionArg::Unnamed(FunctionArgExpr::Expr(value @ Expr::Identifier(name))) => {
                (name.value.clone(), value)
            }
            _ => return None,
        };
        fields.extend([text(&name), value.clone()]);
    }
    Some(function("named_struct", fields))
}

/// `decode(x, a, b, .., else)`, in which NULL equals NULL, as CASE.
fn decoded(x: &Expr, choices: &[Expr]) -> Expr {
    let nested = |expr: &Expr| Box::new(Expr::Nested(Box::new(expr.clone())));
    let pairs = choices.chunks_exact(2);
    let other = pairs.remainder().first().cloned();
    let case = |pair: &[Expr]| CaseWhen {
        condition: Expr::IsNotDistinctFrom(nested(x), nested(&pair[0])),
        result: pair[1].clone(),
    };
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: pairs.map(case).collect(),
        else_result: other.map(Box::new),
    }
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
            (
                "count(DISTINCT a, b)",
                "count(DISTINCT CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN named_struct('1', a, '2', b) END)",
            ),
            (
                "percentile_cont(0.5) WITHIN GROUP (ORDER BY x) OVER (PARTITION BY y)",
                "quantile_cont(x, 0.5) OVER (PARTITION BY y)",
            ),
            ("mode() WITHIN GROUP (ORDER BY x)", "mode(x)"),
            ("x LIKE ANY ('a%', b)", "(x LIKE 'a%' OR x LIKE b)"),
            ("x NOT REGEXP 'a'", "((x) !~ ('a'))"),
            ("to_hours(n)", "((n) * (INTERVAL '1 hour'))"),
            ("date_diff(b, a, MONTH)", "date_diff('month', a, b)"),
            ("timestamp_diff(b, a, HOUR)", "date_sub('hour', a, b)"),
            ("date_trunc(a, QUARTER)", "date_trunc('quarter', a)"),
            (
                "datediff(b, a)",
                "date_diff('day', CAST(a AS DATE), CAST(b AS DATE))",
            ),
            ("timezone('UTC', a)", "(a) AT TIME ZONE 'UTC'"),
            ("list_min(a)", "array_min(a)"),
            ("decode(b)", "CAST(b AS VARCHAR)"),
            ("fmod(a, b)", "((a) % (b))"),
        ] {
            assert_eq!(
                replaced(&format!("SELECT {given}")),
                format!("SELECT {wanted}")
            );
        }
    }
}
