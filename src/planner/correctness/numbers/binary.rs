//! Operators between numbers.
//!
//! The stock engine compares a double with a decimal as decimals of 15 digits after the point,
//! truncates the quotient of decimals to four digits more than the left side has, and lets a sum or
//! product of decimals exceed the 38 digits of its type, which then loses the last one when it is
//! shown.
//!
//! Upstream: none found: comparing Float64 with Decimal128 coerces to Decimal128(30, 15); decimal division truncates
//! Retire when: `SELECT 0.1::DOUBLE = 0.1`, `2.00 / 3` and 38 digits plus one are right on the stock engine.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, ScalarUDF};

use super::types::{KnownDataType, as_double, cast_to, digits, is_text, text_literal};
use super::{bounds, dates, texts};
use crate::functions::compat::operators::div_function;
use crate::functions::correctness::DecimalQuotient;

/// Number of digits of a decimal of 128 bits.
const NARROW: i16 = 38;
/// Number of digits of a decimal of 256 bits.
const WIDE: i16 = 76;

/// # Errors
/// When a date is beside a number, or a text beside a number or BOOLEAN cannot be read as one.
pub(super) fn settle(binary: BinaryExpr, children: &[KnownDataType]) -> Result<Transformed<Expr>> {
    let [Some(left), Some(right)] = children else {
        return Ok(Transformed::no(Expr::BinaryExpr(binary)));
    };
    let (left, right) = (left.clone(), right.clone());
    if is_bitwise(binary.op) && [&left, &right].iter().any(|of| has_fraction(of)) {
        return plan_err!(
            "{} takes whole numbers: write round(x)::BIGINT {} ..",
            binary.op,
            binary.op
        );
    }
    let is_arithmetic = matches!(
        binary.op,
        Operator::Plus | Operator::Minus | Operator::Multiply | Operator::Divide | Operator::Modulo
    );
    if !is_arithmetic && !is_comparison(binary.op) {
        return Ok(Transformed::no(Expr::BinaryExpr(binary)));
    }
    if is_arithmetic {
        dates::refuse_arithmetic(binary.op, &left, &right)?;
    } else {
        dates::refuse_comparison(&binary, &left, &right)?;
    }
    if let Some(read) = beside_truth(&binary, [&left, &right])? {
        return Ok(Transformed::yes(read));
    }
    if is_text(&left) || is_text(&right) {
        return beside_text(binary, [left, right]);
    }
    numbers(binary, &left, &right)
}

const fn is_bitwise(op: Operator) -> bool {
    use Operator::{BitwiseAnd, BitwiseOr, BitwiseShiftLeft, BitwiseShiftRight, BitwiseXor};
    matches!(
        op,
        BitwiseAnd | BitwiseOr | BitwiseXor | BitwiseShiftLeft | BitwiseShiftRight
    )
}

fn has_fraction(of: &DataType) -> bool {
    of.is_floating() || digits(of).is_some_and(|(_, scale)| of.is_decimal() && scale > 0)
}

fn is_comparison(op: Operator) -> bool {
    use Operator::{Eq, Gt, GtEq, IsDistinctFrom, IsNotDistinctFrom, Lt, LtEq, NotEq};
    matches!(
        op,
        Eq | NotEq | Lt | LtEq | Gt | GtEq | IsDistinctFrom | IsNotDistinctFrom
    )
}

fn numbers(binary: BinaryExpr, left: &DataType, right: &DataType) -> Result<Transformed<Expr>> {
    // The stock engine has no integer type for both, and would coerce them to decimals.
    if binary.op == Operator::Divide
        && left.is_integer()
        && right.is_integer()
        && (*left == DataType::UInt64) != (*right == DataType::UInt64)
    {
        let sides = vec![*binary.left, *binary.right];
        let quotient = ScalarFunction::new_udf(div_function(), sides);
        return Ok(Transformed::yes(Expr::ScalarFunction(quotient)));
    }
    if !left.is_numeric() || !right.is_numeric() || !(left.is_decimal() || right.is_decimal()) {
        return Ok(Transformed::no(Expr::BinaryExpr(binary)));
    }
    if left.is_floating() || right.is_floating() {
        return beside_double(binary, left, right);
    }
    match binary.op {
        Operator::Divide => Ok(Transformed::yes(quotient(*binary.left, *binary.right))),
        Operator::Plus | Operator::Minus | Operator::Multiply => Ok(with_room(binary, left, right)),
        Operator::Modulo => Ok(Transformed::no(Expr::BinaryExpr(binary))),
        _ => Ok(bounds::settle(binary, left, right)),
    }
}

fn beside_double(
    binary: BinaryExpr,
    left: &DataType,
    right: &DataType,
) -> Result<Transformed<Expr>> {
    let BinaryExpr {
        left: first,
        op,
        right: second,
    } = binary;
    let (first, second) = if left.is_decimal() {
        (as_double(*first, left)?, *second)
    } else {
        (*first, as_double(*second, right)?)
    };
    Ok(Transformed::yes(new(first, op, second)))
}

/// `closed = 'true'`: a text literal beside a BOOLEAN is a BOOLEAN.
fn beside_truth(binary: &BinaryExpr, types: [&DataType; 2]) -> Result<Option<Expr>> {
    let (truth, text, is_left) = match types {
        [DataType::Boolean, of] if is_text(of) => (&binary.left, &binary.right, false),
        [of, DataType::Boolean] if is_text(of) => (&binary.right, &binary.left, true),
        _ => return Ok(None),
    };
    let Some(written) = text_literal(text) else {
        return Ok(None);
    };
    let read = ScalarValue::Utf8(Some(written.trim().to_owned())).cast_to(&DataType::Boolean);
    let Some(read) = read.ok().filter(|read| !read.is_null()) else {
        return plan_err!(
            "'{written}' is not a BOOLEAN and stands beside one: write 'true' or 'false'"
        );
    };
    let (truth, read) = (truth.as_ref().clone(), Expr::Literal(read, None));
    Ok(Some(if is_left {
        new(read, binary.op, truth)
    } else {
        new(truth, binary.op, read)
    }))
}

/// A text literal becomes a number; any other text beside a decimal is read as a double.
fn beside_text(binary: BinaryExpr, [left, right]: [DataType; 2]) -> Result<Transformed<Expr>> {
    let BinaryExpr {
        left: first,
        op,
        right: second,
    } = binary;
    let (text, number, neighbour, is_left) = match (left.is_numeric(), right.is_numeric()) {
        (false, true) => (&first, right.clone(), &second, true),
        (true, false) => (&second, left.clone(), &first, false),
        _ => {
            return Ok(Transformed::no(Expr::BinaryExpr(BinaryExpr::new(
                first, op, second,
            ))));
        }
    };
    if let Some(text) = text_literal(text) {
        let (read, its_type) = texts::number(text, &number, Some(neighbour))?;
        let (binary, left, right) = if is_left {
            (BinaryExpr::new(Box::new(read), op, second), its_type, right)
        } else {
            (BinaryExpr::new(first, op, Box::new(read)), left, its_type)
        };
        return Ok(Transformed::yes(numbers(binary, &left, &right)?.data));
    }
    if !number.is_decimal() {
        return Ok(Transformed::no(Expr::BinaryExpr(BinaryExpr::new(
            first, op, second,
        ))));
    }
    let (first, second) = if is_left {
        (
            cast_to(*first, DataType::Float64),
            as_double(*second, &number)?,
        )
    } else {
        (
            as_double(*first, &number)?,
            cast_to(*second, DataType::Float64),
        )
    };
    Ok(Transformed::yes(new(first, op, second)))
}

fn new(left: Expr, op: Operator, right: Expr) -> Expr {
    Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right)))
}

/// `left / right` of decimals and whole numbers as a double.
pub(super) fn quotient(left: Expr, right: Expr) -> Expr {
    let function = Arc::new(ScalarUDF::new_from_impl(DecimalQuotient::default()));
    Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![left, right]))
}

/// Widens decimals to 256 bits if 128 bits do not hold every result, or to doubles if 256 bits do not
/// either.
fn with_room(binary: BinaryExpr, left: &DataType, right: &DataType) -> Transformed<Expr> {
    let (Some((p1, s1)), Some((p2, s2))) = (digits(left), digits(right)) else {
        return Transformed::no(Expr::BinaryExpr(binary));
    };
    let (p1, p2) = (i16::from(p1), i16::from(p2));
    let (s1, s2) = (i16::from(s1), i16::from(s2));
    let (wanted, scale) = match binary.op {
        Operator::Multiply => (p1 + p2 + 1, s1 + s2),
        _ => ((p1 - s1).max(p2 - s2) + s1.max(s2) + 1, s1.max(s2)),
    };
    let is_wide = |t: &DataType| matches!(t, DataType::Decimal256(..));
    if wanted <= NARROW && scale <= NARROW || is_wide(left) && is_wide(right) && wanted <= WIDE {
        return Transformed::no(Expr::BinaryExpr(binary));
    }
    let room = |digits: i16, scale: i16| {
        if wanted <= WIDE && scale <= WIDE {
            u8::try_from(digits)
                .ok()
                .zip(i8::try_from(scale).ok())
                .map_or(DataType::Float64, |(p, s)| DataType::Decimal256(p, s))
        } else {
            DataType::Float64
        }
    };
    Transformed::yes(new(
        cast_to(*binary.left, room(p1, s1)),
        binary.op,
        cast_to(*binary.right, room(p2, s2)),
    ))
}
