//! Row values are compared value by value: `(a, b) = (c, d)` is `a = c AND b = d`.
//!
//! The planner converts rows to structs, which are equal if both have NULL in the same position,
//! and are ordered with their NULLs. In SQL the first unequal pair decides, and an unknown pair
//! before it makes the whole unknown. It also supports only names and literals as values.
//!
//! Upstream: none found: "(1, NULL) = (1, NULL) is true: tuples are compared as structs instead of three-valued"
//! Retire when: `SELECT (1, NULL) = (1, NULL)` is NULL.

use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::{BinaryOperator, CaseWhen, Expr, UnaryOperator};

pub(super) fn rewrite(expr: &mut Expr) -> Result<()> {
    let written = match expr {
        Expr::BinaryOp { left, op, right } => match (row(left), row(right)) {
            (Some(left), Some(right)) => compared(left, op, right)?,
            _ => None,
        },
        Expr::IsDistinctFrom(left, right) => distinct(left, right)?,
        Expr::IsNotDistinctFrom(left, right) => distinct(left, right)?.map(not),
        Expr::InList {
            expr,
            list,
            negated,
        } => match membership(expr, list)? {
            Some(found) if *negated => Some(not(found)),
            found => found,
        },
        Expr::Between {
            expr,
            negated,
            low,
            high,
        } => match between(expr, low, high)? {
            Some(found) if *negated => Some(not(found)),
            found => found,
        },
        Expr::Case {
            operand,
            conditions,
            ..
        } => {
            compare_with_operand(operand, conditions)?;
            None
        }
        _ => None,
    };
    if let Some(written) = written {
        *expr = nested(written);
    }
    Ok(())
}

/// The values of a row.
pub(super) fn row(expr: &Expr) -> Option<&[Expr]> {
    match expr {
        Expr::Tuple(values) => Some(values),
        Expr::Nested(inner) => row(inner),
        _ => None,
    }
}

fn pairs<'a>(left: &'a [Expr], right: &'a [Expr]) -> Result<Vec<(&'a Expr, &'a Expr)>> {
    if left.len() != right.len() || left.is_empty() {
        return plan_err!(
            "a row of {} values cannot be compared with one of {}: write as many on both sides",
            left.len(),
            right.len()
        );
    }
    Ok(left.iter().zip(right).collect())
}

/// Compares rows by an operator; `None` if it is no comparison.
fn compared(left: &[Expr], op: &BinaryOperator, right: &[Expr]) -> Result<Option<Expr>> {
    use BinaryOperator as B;
    let pairs = pairs(left, right)?;
    let each = |op: &B| {
        let values = pairs.iter().map(|(left, right)| pair(left, op, right));
        values.collect::<Result<Vec<_>>>()
    };
    let strict = match op {
        B::Eq => return Ok(joined(each(op)?, &B::And)),
        B::NotEq => return Ok(joined(each(op)?, &B::Or)),
        B::Lt | B::LtEq => B::Lt,
        B::Gt | B::GtEq => B::Gt,
        _ => return Ok(None),
    };
    // The last pair by the operator itself; before it, the strict one or equality and the remaining
    // pairs.
    let mut whole: Option<Expr> = None;
    for (left, right) in pairs.iter().rev() {
        whole = Some(match whole {
            None => pair(left, op, right)?,
            Some(rest) => {
                let equal = binary(pair(left, &B::Eq, right)?, &B::And, nested(rest));
                binary(pair(left, &strict, right)?, &B::Or, nested(equal))
            }
        });
    }
    Ok(whole)
}

/// Two values, which may be rows themselves.
fn pair(left: &Expr, op: &BinaryOperator, right: &Expr) -> Result<Expr> {
    if let (Some(left), Some(right)) = (row(left), row(right))
        && let Some(whole) = compared(left, op, right)?
    {
        return Ok(nested(whole));
    }
    Ok(nested(binary(
        nested(left.clone()),
        op,
        nested(right.clone()),
    )))
}

fn distinct(left: &Expr, right: &Expr) -> Result<Option<Expr>> {
    let (Some(left), Some(right)) = (row(left), row(right)) else {
        return Ok(None);
    };
    let each = pairs(left, right)?.into_iter().map(|(left, right)| {
        let [left, right] = [left, right].map(|value| Box::new(nested(value.clone())));
        nested(Expr::IsDistinctFrom(left, right))
    });
    Ok(joined(each.collect(), &BinaryOperator::Or))
}

/// Tests a row against a list of rows; `None` if the list contains anything else.
fn membership(expr: &Expr, list: &[Expr]) -> Result<Option<Expr>> {
    let (Some(left), false) = (row(expr), list.is_empty()) else {
        return Ok(None);
    };
    let mut found = Vec::new();
    for other in list {
        let Some(right) = row(other) else {
            return Ok(None);
        };
        found.extend(compared(left, &BinaryOperator::Eq, right)?.map(nested));
    }
    Ok(joined(found, &BinaryOperator::Or))
}

/// Tests a row against two; `None` if one of them is no row.
fn between(expr: &Expr, low: &Expr, high: &Expr) -> Result<Option<Expr>> {
    let (Some(expr), Some(low), Some(high)) = (row(expr), row(low), row(high)) else {
        return Ok(None);
    };
    let low = compared(expr, &BinaryOperator::GtEq, low)?;
    let high = compared(expr, &BinaryOperator::LtEq, high)?;
    let both = low.into_iter().chain(high).map(nested).collect();
    Ok(joined(both, &BinaryOperator::And))
}

/// `CASE (a, b) WHEN (c, d)` as `CASE WHEN (a, b) = (c, d)`, where all of them are rows.
fn compare_with_operand(operand: &mut Option<Box<Expr>>, whens: &mut [CaseWhen]) -> Result<()> {
    let Some(left) = operand.as_deref().and_then(row) else {
        return Ok(());
    };
    if !whens.iter().all(|when| row(&when.condition).is_some()) {
        return Ok(());
    }
    let left = left.to_vec();
    *operand = None;
    for when in whens {
        if let Some(right) = row(&when.condition)
            && let Some(equal) = compared(&left, &BinaryOperator::Eq, right)?
        {
            when.condition = equal;
        }
    }
    Ok(())
}

fn joined(each: Vec<Expr>, op: &BinaryOperator) -> Option<Expr> {
    each.into_iter()
        .reduce(|left, right| binary(left, op, right))
}

fn binary(left: Expr, op: &BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(left),
        op: op.clone(),
        right: Box::new(right),
    }
}

fn not(expr: Expr) -> Expr {
    Expr::UnaryOp {
        op: UnaryOperator::Not,
        expr: Box::new(nested(expr)),
    }
}

/// In parentheses, unless it needs none.
fn nested(expr: Expr) -> Expr {
    match expr {
        Expr::Nested(_) | Expr::Value(_) | Expr::Identifier(_) | Expr::CompoundIdentifier(_) => {
            expr
        }
        other => Expr::Nested(Box::new(other)),
    }
}
