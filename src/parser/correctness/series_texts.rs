//! A quoted bound or step of a series in FROM gets the type of the other arguments.
//!
//! The stock functions after FROM accept literals of one type only: `generate_series(DATE
//! '2024-01-01', '2024-01-03', INTERVAL '1 day')` was refused, and so was `range(1, '3')`. Here a
//! quoted bound gets the type of the other one, and a quoted step is an INTERVAL if the bounds are
//! times.
//!
//! Upstream: none found: table function `generate_series` refuses a bound in quotes beside a DATE, a TIMESTAMP or a number
//! Retire when: the stock engine supports `FROM generate_series(1, '3')`.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    CastKind, DataType, Expr, FunctionArg, FunctionArgExpr, Interval, TableFactor,
    TableFunctionArgs, TypedString, UnaryOperator, Value, ValueWithSpan, VisitMut, VisitorMut,
};

/// Adds types to the texts of every series in FROM.
pub(super) fn give_types(node: &mut impl VisitMut) {
    let _: ControlFlow<()> = node.visit(&mut SeriesBoundRewriter);
}

struct SeriesBoundRewriter;

impl VisitorMut for SeriesBoundRewriter {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table {
            name,
            args: Some(args),
            ..
        } = factor
            && ["generate_series", "range"]
                .iter()
                .any(|series| name.to_string().eq_ignore_ascii_case(series))
        {
            with_types(args);
        }
        ControlFlow::Continue(())
    }
}

/// Type of the unquoted bound.
enum SeriesBoundKind {
    Time(DataType),
    Number,
}

fn with_types(args: &mut TableFunctionArgs) {
    let mut values: Vec<&mut Expr> = args.args.iter_mut().filter_map(value).collect();
    let Some(kind) = values.iter().take(2).find_map(|value| kind(value)) else {
        return;
    };
    for (place, value) in values.iter_mut().enumerate() {
        let Some(text) = text(value) else {
            continue;
        };
        let typed = match &kind {
            SeriesBoundKind::Time(_) if place > 1 => interval(text),
            SeriesBoundKind::Time(of) => Expr::TypedString(TypedString {
                data_type: of.clone(),
                value: text.clone(),
                uses_odbc_syntax: false,
            }),
            SeriesBoundKind::Number => match number(text) {
                Some(number) => number,
                None => continue,
            },
        };
        **value = typed;
    }
}

fn value(argument: &mut FunctionArg) -> Option<&mut Expr> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => Some(value),
        _ => None,
    }
}

fn kind(value: &Expr) -> Option<SeriesBoundKind> {
    match value {
        Expr::TypedString(typed) => Some(SeriesBoundKind::Time(typed.data_type.clone())),
        Expr::Cast {
            kind: CastKind::Cast | CastKind::DoubleColon,
            data_type: data_type @ (DataType::Date | DataType::Timestamp(..)),
            ..
        } => Some(SeriesBoundKind::Time(data_type.clone())),
        Expr::UnaryOp { expr, .. } => kind(expr),
        Expr::Value(value) if matches!(value.value, Value::Number(..)) => {
            Some(SeriesBoundKind::Number)
        }
        _ => None,
    }
}

fn text(value: &Expr) -> Option<&ValueWithSpan> {
    match value {
        Expr::Value(text) if matches!(text.value, Value::SingleQuotedString(_)) => Some(text),
        _ => None,
    }
}

fn interval(text: &ValueWithSpan) -> Expr {
    Expr::Interval(Interval {
        value: Box::new(Expr::Value(text.clone())),
        leading_field: None,
        leading_precision: None,
        last_field: None,
        fractional_seconds_precision: None,
    })
}

/// A quoted integer, as a literal.
fn number(text: &ValueWithSpan) -> Option<Expr> {
    let Value::SingleQuotedString(digits) = &text.value else {
        return None;
    };
    let number: i64 = digits.trim().parse().ok()?;
    let magnitude = Value::Number(number.unsigned_abs().to_string(), false);
    let magnitude = Expr::Value(magnitude.with_span(text.span));
    Some(if number < 0 {
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr: Box::new(magnitude),
        }
    } else {
        magnitude
    })
}
