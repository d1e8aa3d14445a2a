//! `1e16`, which is a DOUBLE in DuckDB, and the numbers in the base term of a recursive query.
//!
//! With literals as decimals the planner parses `1e16` as a decimal of negative scale, and refuses
//! `1e308`. The type of a column of a recursive query is that of its first SELECT: `SELECT 1.0 AS x
//! UNION ALL SELECT x * 1.5` would be cut to one decimal place in each iteration.
//!
//! Upstream: none found: with `parse_float_as_decimal`, numbers in scientific notation are decimals of negative scale
//! Retire when: the option leaves numbers with an exponent doubles, and recursive terms are not cut silently.

use std::ops::ControlFlow;

use datafusion::common::plan_datafusion_err;
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::ast::{
    CastKind, DataType, ExactNumberInfo, Expr, Query, SetExpr, Value, ValueWithSpan, VisitMut,
    VisitorMut, visit_expressions_mut,
};

type ExponentFlow = ControlFlow<DataFusionError>;

/// Rewrites to doubles the literals with an exponent in `node`, and those with a decimal point in
/// the base term of a recursive query.
///
/// # Errors
/// When a number is larger than any double.
pub(crate) fn as_doubles(node: &mut impl VisitMut) -> Result<(), DataFusionError> {
    if let ControlFlow::Break(error) = node.visit(&mut RecursiveTermRewriter) {
        return Err(error);
    }
    let flow = visit_expressions_mut(node, |expr| match number(expr) {
        Some((text, span)) if text.contains(['e', 'E']) => replace(expr, &text, span),
        _ => ExponentFlow::Continue(()),
    });
    match flow {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

type LiteralSpan = datafusion::sql::sqlparser::tokenizer::Span;

fn number(expr: &Expr) -> Option<(String, LiteralSpan)> {
    let Expr::Value(ValueWithSpan {
        value: Value::Number(text, _),
        span,
    }) = expr
    else {
        return None;
    };
    Some((text.to_string(), *span))
}

fn replace(expr: &mut Expr, text: &str, span: LiteralSpan) -> ExponentFlow {
    let is_finite = text.replace('_', "").parse().is_ok_and(f64::is_finite);
    if !is_finite {
        return ExponentFlow::Break(plan_datafusion_err!(
            "{text} is larger than any DOUBLE: write it out with all its digits, or as a text"
        ));
    }
    let value = Value::SingleQuotedString(text.replace('_', "")).with_span(span);
    *expr = Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(Expr::Value(value)),
        data_type: DataType::Double(ExactNumberInfo::None),
        array: false,
        format: None,
    };
    ExponentFlow::Continue(())
}

struct RecursiveTermRewriter;

impl VisitorMut for RecursiveTermRewriter {
    type Break = DataFusionError;

    fn pre_visit_query(&mut self, query: &mut Query) -> ExponentFlow {
        let Some(with) = query.with.as_mut().filter(|with| with.recursive) else {
            return ExponentFlow::Continue(());
        };
        for table in &mut with.cte_tables {
            if let SetExpr::SetOperation { left, .. } = table.query.body.as_mut() {
                start(left)?;
            }
        }
        ExponentFlow::Continue(())
    }
}

fn start(first: &mut SetExpr) -> ExponentFlow {
    match first {
        SetExpr::Select(select) => visit_expressions_mut(&mut select.projection, with_point),
        SetExpr::Values(values) => visit_expressions_mut(values, with_point),
        _ => ExponentFlow::Continue(()),
    }
}

fn with_point(expr: &mut Expr) -> ExponentFlow {
    match number(expr) {
        Some((text, span)) if text.contains('.') => replace(expr, &text, span),
        _ => ExponentFlow::Continue(()),
    }
}
