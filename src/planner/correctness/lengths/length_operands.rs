//! Lengths of time before type coercion: texts and days beside them, unary minus, frames of RANGE.
//!
//! `d BETWEEN '1 day' AND '2 days'` is refused, and so is every window ordered by a length, since its
//! default frame is RANGE.
//!
//! Upstream: none found: "`rank() OVER (ORDER BY ts - ts)`: Cannot run range queries on datatype Duration"
//! Retire when: `rank() OVER (ORDER BY b - a)` answers.

use arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::expr::{Between, BinaryExpr, InList, WindowFunction};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{
    Expr, ExprSchemable, Operator, WindowFrameBound, WindowFrameUnits, lit,
};

use super::length_expressions::{beside_lengths, compares, function, may_be_time};
use crate::functions::datetime::lengths::{interval_from_text, is_length, nanoseconds};

/// Coerces the operands beside lengths to lengths.
#[derive(Debug)]
pub(crate) struct LengthOperands;

impl FunctionRewrite for LengthOperands {
    fn name(&self) -> &'static str {
        "length_operands"
    }

    fn rewrite(
        &self,
        expression: Expr,
        schema: &DFSchema,
        _config: &ConfigOptions,
    ) -> Result<Transformed<Expr>> {
        match expression {
            Expr::BinaryExpr(BinaryExpr { left, op, right }) if compares(op) => {
                let sides = sides(vec![*left, *right], schema)?;
                sides.map_data(|sides| match <[Expr; 2]>::try_from(sides) {
                    Ok([left, right]) => Ok(Expr::BinaryExpr(BinaryExpr::new(
                        Box::new(left),
                        op,
                        Box::new(right),
                    ))),
                    Err(_) => plan_err!("a comparison has two sides"),
                })
            }
            Expr::Between(Between {
                expr,
                negated,
                low,
                high,
            }) => {
                let sides = sides(vec![*expr, *low, *high], schema)?;
                sides.map_data(|sides| match <[Expr; 3]>::try_from(sides) {
                    Ok([expr, low, high]) => {
                        let [expr, low, high] = [expr, low, high].map(Box::new);
                        Ok(Expr::Between(Between::new(expr, negated, low, high)))
                    }
                    Err(_) => plan_err!("BETWEEN has two bounds"),
                })
            }
            Expr::InList(InList {
                expr,
                list,
                negated,
            }) => {
                let all = std::iter::once(*expr).chain(list).collect();
                sides(all, schema)?.map_data(|mut sides| {
                    let expr = Box::new(sides.remove(0));
                    Ok(Expr::InList(InList::new(expr, sides, negated)))
                })
            }
            Expr::Negative(inner) => match inner.get_type(schema) {
                Ok(DataType::Duration(unit)) => {
                    let zero = ScalarValue::new_zero(&DataType::Duration(unit))?;
                    let negative = BinaryExpr::new(Box::new(lit(zero)), Operator::Minus, inner);
                    Ok(Transformed::yes(Expr::BinaryExpr(negative)))
                }
                _ => Ok(Transformed::no(Expr::Negative(inner))),
            },
            Expr::WindowFunction(window) => framed(window, schema),
            other => Ok(Transformed::no(other)),
        }
    }
}

fn sides(operands: Vec<Expr>, schema: &DFSchema) -> Result<Transformed<Vec<Expr>>> {
    if operands.iter().any(|operand| may_be_time(operand, schema)) {
        beside_lengths(operands, schema)
    } else {
        Ok(Transformed::no(operands))
    }
}

/// The nanoseconds of a bound; `None` for UNBOUNDED.
fn length(bound: &ScalarValue) -> Result<Option<i128>> {
    let interval = match bound {
        ScalarValue::IntervalMonthDayNano(interval) => *interval,
        ScalarValue::Utf8(text) | ScalarValue::Utf8View(text) | ScalarValue::LargeUtf8(text) => {
            text.as_deref().map(interval_from_text).transpose()?
        }
        _ => return Ok(None),
    };
    Ok(interval.map(nanoseconds))
}

/// A bound in nanoseconds, the unit of the keys.
fn in_nanoseconds(bound: &WindowFrameBound) -> Result<WindowFrameBound> {
    let total = |value: &ScalarValue| -> Result<ScalarValue> {
        Ok(ScalarValue::Decimal128(length(value)?, 38, 0))
    };
    Ok(match bound {
        WindowFrameBound::Preceding(value) => WindowFrameBound::Preceding(total(value)?),
        WindowFrameBound::Following(value) => WindowFrameBound::Following(total(value)?),
        WindowFrameBound::CurrentRow => WindowFrameBound::CurrentRow,
    })
}

/// Replaces a RANGE frame over lengths by one over their nanoseconds.
fn framed(mut window: Box<WindowFunction>, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let frame = &mut window.params.window_frame;
    let (Some(order), WindowFrameUnits::Range) = (window.params.order_by.first_mut(), frame.units)
    else {
        return Ok(Transformed::no(Expr::WindowFunction(window)));
    };
    if !order.expr.get_type(schema).is_ok_and(|of| is_length(&of)) {
        return Ok(Transformed::no(Expr::WindowFunction(window)));
    }
    frame.start_bound = in_nanoseconds(&frame.start_bound)?;
    frame.end_bound = in_nanoseconds(&frame.end_bound)?;
    order.expr = function("interval_nanoseconds", vec![order.expr.clone()])?;
    Ok(Transformed::yes(Expr::WindowFunction(window)))
}
