//! `n > 0.5` of a whole number, and `price <= 1.005` of a decimal with two digits after the point.
//!
//! The stock engine casts the column, row by row. Here the literal is rounded in the direction that
//! preserves the result: `n > 0`, `price <= 1.00`.
//!
//! Upstream: none found: comparisons with a literal of larger scale cast the column
//! Retire when: `EXPLAIN SELECT n > 0.5` shows no cast of the column on the stock engine.

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

use super::types::digits;

pub(super) fn settle(binary: BinaryExpr, left: &DataType, right: &DataType) -> Transformed<Expr> {
    let bound = match (binary.left.as_ref(), binary.right.as_ref()) {
        (Expr::Literal(..), Expr::Literal(..)) => None,
        (_, Expr::Literal(value, _)) => rounded(value, binary.op, left),
        (Expr::Literal(value, _), _) => binary
            .op
            .swap()
            .and_then(|swapped| rounded(value, swapped, right)),
        _ => None,
    };
    let Some(bound) = bound else {
        return Transformed::no(Expr::BinaryExpr(binary));
    };
    let bound = Box::new(Expr::Literal(bound, None));
    let BinaryExpr { left, op, right } = binary;
    Transformed::yes(Expr::BinaryExpr(if matches!(*left, Expr::Literal(..)) {
        BinaryExpr::new(bound, op, right)
    } else {
        BinaryExpr::new(left, op, bound)
    }))
}

/// A literal of the type of `column` for which `column <op>` has the same result as for `value`.
fn rounded(value: &ScalarValue, op: Operator, column: &DataType) -> Option<ScalarValue> {
    let ScalarValue::Decimal128(Some(value), _, scale) = value else {
        return None;
    };
    let (column_digits, column_scale) = digits(column)?;
    let (value, scale) = match scale.checked_sub(column_scale)? {
        // The scale of a literal beside an integer may be negative.
        more if more <= 0 => {
            let more = 10_i128.checked_pow(u32::from(more.unsigned_abs()))?;
            (value.checked_mul(more)?, 0)
        }
        less => (*value, u32::from(less.unsigned_abs())),
    };
    let unit = 10_i128.checked_pow(scale)?;
    let (down, is_exact) = (value.div_euclid(unit), value.rem_euclid(unit) == 0);
    let kept = match op {
        _ if is_exact => down,
        // For a column without more digits, greater than the literal is greater than the next value
        // below it.
        Operator::Gt | Operator::LtEq => down,
        Operator::GtEq | Operator::Lt => down + 1,
        _ => return None,
    };
    match column {
        DataType::Decimal128(..) => {
            let fits = kept.unsigned_abs() < 10_u128.checked_pow(u32::from(column_digits))?;
            fits.then_some(ScalarValue::Decimal128(
                Some(kept),
                column_digits,
                column_scale,
            ))
        }
        whole if whole.is_integer() => ScalarValue::Decimal128(Some(kept), 38, 0)
            .cast_to(whole)
            .ok()
            .filter(|value| !value.is_null()),
        _ => None,
    }
}
