//! `LIKE` and `ILIKE` with any `ESCAPE`: the pattern is rewritten with the backslash that the
//! engine supports.
//!
//! Upstream: none found: "LIKE .. ESCAPE with another character than the backslash is refused at execution"
//! Retire when: `SELECT '100%' LIKE '100!%' ESCAPE '!'` is true, also for escapes and patterns from a column.

use datafusion::error::{DataFusionError, Result};
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident,
    ObjectName, Value, ValueWithSpan,
};

use crate::functions::compat::patterns::plain_pattern;

pub(super) fn rewrite(expr: &mut Expr) -> Result<()> {
    let (Expr::Like {
        pattern,
        escape_char,
        ..
    }
    | Expr::ILike {
        pattern,
        escape_char,
        ..
    }) = expr
    else {
        return Ok(());
    };
    let Some(escape) = escape_char.take() else {
        return Ok(());
    };
    if text(&escape.value) == Some("\\") {
        return Ok(());
    }
    let plain = match (literal(pattern), text(&escape.value)) {
        (Some(pattern), Some(escape)) => {
            let plain = plain_pattern(pattern, escape).map_err(DataFusionError::Plan)?;
            Expr::value(Value::SingleQuotedString(plain))
        }
        _ => call(take(pattern), Expr::Value(escape)),
    };
    **pattern = plain;
    Ok(())
}

/// The pattern with backslashes, evaluated for each row.
pub(super) fn call(pattern: Expr, escape: Expr) -> Expr {
    function("like_escape", vec![pattern, escape])
}

/// The text of a literal.
pub(super) fn literal(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(ValueWithSpan { value, .. }) => text(value),
        _ => None,
    }
}

pub(super) fn text(value: &Value) -> Option<&str> {
    match value {
        Value::SingleQuotedString(text) => Some(text),
        _ => None,
    }
}

pub(super) fn take(expr: &mut Expr) -> Expr {
    std::mem::replace(expr, Expr::Identifier(Ident::new("")))
}

pub(crate) fn function(name: &str, args: Vec<Expr>) -> Expr {
    let args = args.into_iter().map(FunctionArgExpr::Expr);
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: args.map(FunctionArg::Unnamed).collect(),
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}
