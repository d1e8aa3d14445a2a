//! Lengths of time before type coercion: texts and days beside them, minus before one, frames of RANGE.
//!
//! `d BETWEEN '1 day' AND '2 days'` is refused, `-(b - a)` too; a RANGE frame over lengths is refused, and one of
//! hours over dates loses the hours.
//!
//! Upstream: none found: "unary minus and RANGE frames do not know Duration; RANGE INTERVAL '12 hours' over a DATE drops the hours"
//! Retire when: `RANGE BETWEEN INTERVAL '12 hours' PRECEDING AND CURRENT ROW` over a DATE keeps to 12 hours.

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::expr::{Between, BinaryExpr, InList, WindowFunction};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{
    Expr, ExprSchemable, Operator, WindowFrameBound, WindowFrameUnits, cast, lit,
};

use super::length_expressions::{beside_lengths, compares, function, may_be_time};
use crate::functions::lengths::{DAY, interval_from_text, nanoseconds};

/// Makes lengths of what stands beside lengths.
#[derive(Debug)]
pub(super) struct LengthOperands;

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
    match operands.iter().any(|operand| may_be_time(operand, schema)) {
        true => beside_lengths(operands, schema),
        false => Ok(Transformed::no(operands)),
    }
}

/// The nanoseconds of a bound, and whether it has a part below a day; `None` for UNBOUNDED.
fn length(bound: &ScalarValue) -> Result<Option<(i128, bool)>> {
    let interval = match bound {
        ScalarValue::IntervalMonthDayNano(interval) => *interval,
        ScalarValue::Utf8(text) | ScalarValue::Utf8View(text) | ScalarValue::LargeUtf8(text) => {
            text.as_deref().map(interval_from_text).transpose()?
        }
        _ => return Ok(None),
    };
    Ok(interval.map(|interval| (nanoseconds(interval), interval.nanoseconds % DAY != 0)))
}

fn value(bound: &WindowFrameBound) -> Option<&ScalarValue> {
    match bound {
        WindowFrameBound::Preceding(value) | WindowFrameBound::Following(value) => Some(value),
        WindowFrameBound::CurrentRow => None,
    }
}

/// A bound in nanoseconds, as the keys are.
fn in_nanoseconds(bound: &WindowFrameBound) -> Result<WindowFrameBound> {
    let total = |value: &ScalarValue| -> Result<ScalarValue> {
        let total = length(value)?.map(|(total, _)| total);
        Ok(ScalarValue::Decimal128(total, 38, 0))
    };
    Ok(match bound {
        WindowFrameBound::Preceding(value) => WindowFrameBound::Preceding(total(value)?),
        WindowFrameBound::Following(value) => WindowFrameBound::Following(total(value)?),
        WindowFrameBound::CurrentRow => WindowFrameBound::CurrentRow,
    })
}

/// A RANGE frame over a length or a date, over numbers or moments instead.
fn framed(mut window: Box<WindowFunction>, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let frame = &window.params.window_frame;
    let order = window.params.order_by.first();
    let data_type = order.and_then(|order| order.expr.get_type(schema).ok());
    let (Some(data_type), WindowFrameUnits::Range) = (data_type, frame.units) else {
        return Ok(Transformed::no(Expr::WindowFunction(window)));
    };
    let ends = [&frame.start_bound, &frame.end_bound];
    match data_type {
        DataType::Date32 => {
            let mut has_hours = false;
            for value in ends.into_iter().filter_map(value) {
                has_hours |= value.try_as_str().flatten().is_some_and(|text| {
                    interval_from_text(text).is_ok_and(|found| found.nanoseconds % DAY != 0)
                });
            }
            if !has_hours {
                return Ok(Transformed::no(Expr::WindowFunction(window)));
            }
            let moment = DataType::Timestamp(TimeUnit::Microsecond, None);
            keyed(window, |key| Ok(cast(key, moment)))
        }
        DataType::Duration(_) | DataType::Interval(_) => {
            let (start, end) = (in_nanoseconds(ends[0])?, in_nanoseconds(ends[1])?);
            window.params.window_frame.start_bound = start;
            window.params.window_frame.end_bound = end;
            keyed(window, |key| function("interval_nanoseconds", vec![key]))
        }
        _ => Ok(Transformed::no(Expr::WindowFunction(window))),
    }
}

fn keyed(
    mut window: Box<WindowFunction>,
    key: impl FnOnce(Expr) -> Result<Expr>,
) -> Result<Transformed<Expr>> {
    if let Some(order) = window.params.order_by.first_mut() {
        order.expr = key(order.expr.clone())?;
    }
    Ok(Transformed::yes(Expr::WindowFunction(window)))
}
