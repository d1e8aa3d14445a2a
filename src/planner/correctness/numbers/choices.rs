//! Expressions that return one of several values, or compare a value with several.
//!
//! In `coalesce(x, 0.0)` of a double, `CASE .. THEN 1 ELSE '2' END` and `x IN (1.5, y)` the stock
//! engine coerces doubles to decimals with 15 digits after the point, and numbers beside a text to
//! texts.
//!
//! Upstream: none found: `type_union_coercion` of Float64 and Decimal128 is Decimal128(30, 15)
//! Retire when: `arrow_typeof(coalesce(1.5::DOUBLE, 0.0))` is a double, and `texts` and `dates` can go.

use arrow::datatypes::DataType;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::{Between, Case, InList};
use datafusion::logical_expr::type_coercion::binary::type_union_coercion;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, Operator};

use super::types::{as_double, cast_to, has_mixed, is_date, text_literal};
use super::{bounds, dates, texts, zeros};
use crate::functions::datetime::lengths::{INTERVAL, interval_from_text, is_length};
use crate::planner::correctness::times::end_of_time;

/// # Errors
/// When there are dates among numbers, or a text that is no number.
pub(super) fn settle(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match expression {
        Expr::Case(case) => settle_case(case, schema),
        Expr::InList(mut list) => {
            let values = std::iter::once(list.expr.as_mut()).chain(&mut list.list);
            let mut values: Vec<&mut Expr> = values.collect();
            let mut changed = compare(&mut values, schema)?;
            changed |= zeros::settle(values, schema);
            Ok(made(Expr::InList(InList { ..list }), changed))
        }
        Expr::Between(between) => settle_between(between, schema),
        other => Ok(Transformed::no(other)),
    }
}

fn made(expression: Expr, changed: bool) -> Transformed<Expr> {
    if changed {
        Transformed::yes(expression)
    } else {
        Transformed::no(expression)
    }
}

fn settle_case(mut case: Case, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let mut changed = false;
    let (mut whens, mut thens) = (vec![], vec![]);
    for (when, then) in &mut case.when_then_expr {
        whens.push(when.as_mut());
        thens.push(then.as_mut());
    }
    if let Some(value) = &mut case.expr {
        whens.insert(0, value.as_mut());
        changed |= compare(&mut whens, schema)?;
        changed |= zeros::settle(whens, schema);
    }
    thens.extend(case.else_expr.as_deref_mut());
    changed |= unite(thens, schema)?;
    Ok(made(Expr::Case(case), changed))
}

fn settle_between(mut between: Between, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let mut values = [
        between.expr.as_mut(),
        between.low.as_mut(),
        between.high.as_mut(),
    ];
    let mut changed = compare(&mut values, schema)?;
    for (bound, op) in [
        (&mut between.low, Operator::GtEq),
        (&mut between.high, Operator::LtEq),
    ] {
        let (Ok(left), Ok(right)) = (between.expr.get_type(schema), bound.get_type(schema)) else {
            continue;
        };
        let is_constant = matches!(*between.expr, Expr::Literal(..));
        if is_constant || !right.is_decimal() {
            continue;
        }
        let comparison = BinaryExpr::new(between.expr.clone(), op, bound.clone());
        let settled = bounds::settle(comparison, &left, &right);
        if let (true, Expr::BinaryExpr(comparison)) = (settled.transformed, settled.data) {
            *bound = comparison.right;
            changed = true;
        }
    }
    Ok(made(Expr::Between(between), changed))
}

/// Coerces numbers that are compared with each other; the stock coercion does the rest.
fn compare(values: &mut [&mut Expr], schema: &DFSchema) -> Result<bool> {
    Ok(fit(values, schema)?.is_some_and(|(changed, _)| changed))
}

/// Coerces the numbers among alternative values of one expression to one type, or to texts beside a text that is
/// no literal: '007' as a number would lose its zeros, and other texts are no numbers.
///
/// # Errors
/// When there are dates among numbers, or a text that is no number.
pub(super) fn unite(values: Vec<&mut Expr>, schema: &DFSchema) -> Result<bool> {
    unite_to(values, schema, |of| of.is_numeric() || of.is_string())
}

/// As [`unite`], with texts left to the stock coercion: the values are compared with each other too.
///
/// # Errors
/// Those of [`unite`].
pub(super) fn unite_compared(values: Vec<&mut Expr>, schema: &DFSchema) -> Result<bool> {
    unite_to(values, schema, DataType::is_numeric)
}

fn unite_to(
    mut values: Vec<&mut Expr>,
    schema: &DFSchema,
    is_wanted: impl Fn(&DataType) -> bool,
) -> Result<bool> {
    let Some((mut changed, types)) = fit(&mut values, schema)? else {
        return Ok(false);
    };
    let is_united = |of: &DataType| of.is_numeric() || of.is_string() || of.is_null();
    let Some(common) = common(&types).filter(is_wanted) else {
        return Ok(changed);
    };
    // Texts beside times and truth values are the stock coercion's.
    if common.is_string() && !types.iter().all(is_united) {
        return Ok(changed);
    }
    for (value, of) in values.into_iter().zip(types) {
        if of == common || of.is_null() {
            continue;
        }
        let taken = std::mem::take(value);
        *value = match &taken {
            Expr::Literal(number, _) => Expr::Literal(number.cast_to(&common)?, None),
            _ => cast_to(taken, common.clone()),
        };
        changed = true;
    }
    Ok(changed)
}

/// The type that holds all of `types`; `None` if there is none, or all are NULL.
fn common(types: &[DataType]) -> Option<DataType> {
    let mut known = types.iter().filter(|of| !of.is_null());
    let first = known.next()?.clone();
    known.try_fold(first, |all, of| type_union_coercion(&all, of))
}

/// Coerces decimals among doubles to doubles, and text literals to the type of their neighbours.
/// Returns the types too; `None` if one is not known.
fn fit(values: &mut [&mut Expr], schema: &DFSchema) -> Result<Option<(bool, Vec<DataType>)>> {
    let types: Result<Vec<DataType>> = values.iter().map(|value| value.get_type(schema)).collect();
    let Ok(mut types) = types else {
        return Ok(None);
    };
    dates::refuse(values.iter().map(|value| &**value).zip(&types))?;
    let mut changed = false;
    if has_mixed(types.iter()) {
        for (value, of) in values.iter_mut().zip(&mut types) {
            if of.is_decimal() {
                **value = as_double(std::mem::take(*value), of)?;
                *of = DataType::Float64;
                changed = true;
            }
        }
    }
    let is_text = |value: &&mut Expr| text_literal(value).is_some();
    let beside: Vec<DataType> = values
        .iter()
        .zip(&types)
        .filter(|(value, _)| !is_text(value))
        .map(|(_, of)| of.clone())
        .collect();
    let Some(beside) = common(&beside) else {
        return Ok(Some((changed, types)));
    };
    let column = values.iter().find(|value| matches!(value, Expr::Column(_)));
    let column = column.map(|value| (**value).clone());
    for (value, of) in values.iter_mut().zip(&mut types) {
        let Some(text) = text_literal(value) else {
            continue;
        };
        if beside.is_numeric() {
            (**value, *of) = texts::number(text, &beside, column.as_ref())?;
        } else if let Some(instant) = end_of_time::text_literal(value, &beside) {
            *of = instant.get_type(schema)?;
            **value = instant;
        } else if is_date(&beside) || beside == DataType::Boolean {
            **value = cast_to(std::mem::take(*value), beside.clone());
            *of = beside.clone();
        } else if is_length(&beside)
            && let Ok(length) = interval_from_text(text)
        {
            **value = Expr::Literal(ScalarValue::IntervalMonthDayNano(Some(length)), None);
            *of = INTERVAL;
        } else {
            continue;
        }
        changed = true;
    }
    Ok(Some((changed, types)))
}
