//! Operators of other engines: `LIKE ANY (..)`, `REGEXP`, `INTERVAL n DAY` of a column.

use datafusion::common::{Span, plan_datafusion_err};
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, DataType, Expr, Interval, Spanned, UnaryOperator, Value, ValueWithSpan,
};

use super::{binary, cast, function, json, number, parts};
use crate::parser::refused;

/// The expression that `expr` is rewritten to; `None` if it stays.
///
/// # Errors
/// When the form has no meaning here.
pub(super) fn equivalent(expr: &Expr) -> Result<Option<Expr>, DataFusionError> {
    Ok(match expr {
        Expr::BinaryOp { left, op, right } if is_whole_division(op) => {
            let sides = vec![left.as_ref().clone(), right.as_ref().clone()];
            Some(function("div", sides))
        }
        Expr::BinaryOp { left, op, right } => {
            if let Some(advice) = advice(op) {
                let place = Span::try_from_sqlparser_span(expr.span());
                return Err(refused(advice, place));
            }
            match call(left, op, right) {
                Some(call) => Some(call),
                None => json::operator(left, op, right)?,
            }
        }
        Expr::JsonAccess { value, path } => Some(json::path(value, path)?),
        Expr::Cast {
            kind,
            expr: x,
            data_type,
            ..
        } => json::cast(kind, x, data_type),
        // All bits except those of x.
        Expr::UnaryOp {
            op: UnaryOperator::BitwiseNot,
            expr: x,
        } => {
            let bits = binary(&number("-1"), BinaryOperator::PGBitwiseXor, x);
            Some(Expr::Nested(Box::new(bits)))
        }
        Expr::Like { any: true, .. } | Expr::ILike { any: true, .. } => Some(any_pattern(expr)?),
        Expr::RLike {
            negated,
            expr,
            pattern,
            ..
        } => {
            let operator = if *negated {
                BinaryOperator::PGRegexNotMatch
            } else {
                BinaryOperator::PGRegexMatch
            };
            Some(binary(expr, operator, pattern))
        }
        Expr::Interval(interval) => length(interval)?,
        _ => None,
    })
}

/// `7 // 2` and `7 DIV 2`.
fn is_whole_division(op: &BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::DuckIntegerDivide | BinaryOperator::MyIntegerDivide
    )
}

/// The function call that an operator on texts or lists stands for.
fn call(left: &Expr, op: &BinaryOperator, right: &Expr) -> Option<Expr> {
    let (name, [one, other]) = match op {
        BinaryOperator::PGStartsWith => ("starts_with", [left, right]),
        BinaryOperator::AtArrow => ("array_has_all", [left, right]),
        BinaryOperator::ArrowAt => ("array_has_all", [right, left]),
        BinaryOperator::PGOverlap => ("array_has_any", [left, right]),
        _ => return None,
    };
    Some(function(name, vec![one.clone(), other.clone()]))
}

/// What to write in place of an operator that has no meaning here.
const fn advice(op: &BinaryOperator) -> Option<&'static str> {
    Some(match op {
        BinaryOperator::Overlaps => {
            "OVERLAPS is not supported: write a_start < b_end AND b_start < a_end"
        }
        BinaryOperator::Custom(_) => {
            "this operator is not supported: see deskql functions for one that does the same"
        }
        BinaryOperator::AtAt => "@@ is not supported: write ILIKE '%word%' or x ~* 'pattern'",
        _ => return None,
    })
}

/// One LIKE for each pattern, with OR between.
fn any_pattern(expr: &Expr) -> Result<Expr, DataFusionError> {
    let (negated, pattern) = match expr {
        Expr::Like {
            negated, pattern, ..
        }
        | Expr::ILike {
            negated, pattern, ..
        } => (*negated, pattern.as_ref()),
        other => return Ok(other.clone()),
    };
    let place = Span::try_from_sqlparser_span(expr.span());
    if negated {
        // Some engines mean by it "unlike one of them", others "unlike all".
        return Err(refused(
            "NOT LIKE ANY is not supported: write NOT (x LIKE ANY (..))",
            place,
        ));
    }
    let patterns = match pattern {
        Expr::Tuple(patterns) => patterns.clone(),
        Expr::Array(array) => array.elem.clone(),
        Expr::Nested(inner) => match inner.as_ref() {
            Expr::Array(array) => array.elem.clone(),
            one => vec![one.clone()],
        },
        _ => Vec::new(),
    };
    let one = |single: Expr| {
        let mut like = expr.clone();
        if let Expr::Like { any, pattern, .. } | Expr::ILike { any, pattern, .. } = &mut like {
            *any = false;
            **pattern = single;
        }
        like
    };
    let likes = patterns.into_iter().map(one);
    let all = likes.reduce(|left, right| Expr::BinaryOp {
        left: Box::new(left),
        op: BinaryOperator::Or,
        right: Box::new(right),
    });
    let advice = "LIKE ANY takes patterns in parentheses: x LIKE ANY ('a%', 'b%')";
    let all = all.ok_or_else(|| refused(advice, place))?;
    Ok(Expr::Nested(Box::new(all)))
}

/// `INTERVAL (n) DAY` and `INTERVAL n DAY` of a column: n times a day.
fn length(interval: &Interval) -> Result<Option<Expr>, DataFusionError> {
    let bare = unnested(&interval.value);
    let count = match interval.value.as_ref() {
        Expr::Nested(_) if matches!(bare, Expr::Value(_)) && is_literal(bare) => {
            let mut literal = interval.clone();
            *literal.value = bare.clone();
            return Ok(Some(Expr::Interval(literal)));
        }
        Expr::Nested(_) => bare.clone(),
        // The parameter of a PREPARE would take the type of the other factor, a length.
        Expr::Value(value) if matches!(value.value, Value::Placeholder(_)) => {
            cast(bare, DataType::BigInt(None))
        }
        other if !is_literal(other) => other.clone(),
        _ => return Ok(None),
    };
    // The planner reads a sum in front of a unit as a literal's.
    let Some(unit) = interval
        .leading_field
        .as_ref()
        .filter(|_| interval.last_field.is_none())
    else {
        return Ok(None);
    };
    let one = parts::length_of_one(&unit.to_string()).ok_or_else(|| {
        plan_datafusion_err!(
            "INTERVAL takes second, minute, hour, day, week, month, quarter or year, not {unit}"
        )
    })?;
    Ok(Some(binary(&count, BinaryOperator::Multiply, &one)))
}

fn unnested(expr: &Expr) -> &Expr {
    match expr {
        Expr::Nested(inner) => unnested(inner),
        other => other,
    }
}

fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Value(ValueWithSpan { value, .. }) => !matches!(value, Value::Placeholder(_)),
        Expr::UnaryOp { expr, .. } => is_literal(expr),
        Expr::BinaryOp { left, right, .. } => is_literal(left) && is_literal(right),
        Expr::Nested(inner) => is_literal(inner),
        _ => false,
    }
}
