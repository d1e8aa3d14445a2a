//! Arithmetic of dates, times and lengths of time that the stock planner refuses or computes wrongly.
//!
//! A DATE plus hours loses the hours; a finer duration is truncated to the unit of the timestamp;
//! timestamps of different zones, and lengths multiplied, or divided by numbers or lengths, are
//! refused. Only types are examined, not values: a DATE and an INTERVAL give a TIMESTAMP, except if the
//! INTERVAL is a literal of whole days or months, or an integer multiple of one. Comparisons with a
//! text or with a number of days between two dates become comparisons of lengths here, since a SELECT
//! list is type-checked while it is planned.
//!
//! Upstream: none found: "DATE + INTERVAL with hours drops the hours; Duration has no *, / and unary minus; Timestamp - Timestamp of two zones is refused"
//! Retire when: `DATE '2026-03-02' + INTERVAL '9 hours'` is 09:00 and `(b - a) / 2` a duration.

use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::expr::BinaryExpr;
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::{Expr, ExprSchemable, Operator, ScalarUDF, cast};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::length_expressions::{
    beside_lengths, compares, grain, interval_of_days, is_days, may_be_time,
};
use crate::functions::datetime::lengths::{INTERVAL, interval_from_text, is_length};

/// Plans `+`, `-`, `*`, `/` and comparisons that involve lengths of time.
#[derive(Debug)]
pub(crate) struct LengthArithmetic {
    times: Arc<ScalarUDF>,
    divide: Arc<ScalarUDF>,
    ratio: Arc<ScalarUDF>,
}

impl LengthArithmetic {
    /// Planner with the functions of `registry`.
    ///
    /// # Errors
    /// When `registry` lacks them.
    pub(crate) fn try_new(registry: &dyn FunctionRegistry) -> Result<Self> {
        Ok(Self {
            times: registry.udf("interval_times")?,
            divide: registry.udf("interval_divide")?,
            ratio: registry.udf("interval_ratio")?,
        })
    }

    fn planned(
        &self,
        op: Operator,
        left: &TypedExpr,
        right: &TypedExpr,
        schema: &DFSchema,
    ) -> Option<Expr> {
        let call = |udf: &Arc<ScalarUDF>, one: &TypedExpr, other: &TypedExpr| {
            udf.call(vec![one.expr.clone(), other.expr.clone()])
        };
        let is_factor = |of: &TypedExpr| of.data_type.is_numeric();
        match op {
            Operator::Multiply if left.is_length() && is_factor(right) => {
                Some(call(&self.times, left, right))
            }
            Operator::Multiply if is_factor(left) && right.is_length() => {
                Some(call(&self.times, right, left))
            }
            Operator::Divide if left.is_length() && is_factor(right) => {
                Some(call(&self.divide, left, right))
            }
            Operator::Divide if left.is_length() && right.is_length() => {
                Some(call(&self.ratio, left, right))
            }
            Operator::Plus | Operator::Minus => sum(op, left, right, schema),
            _ => None,
        }
    }
}

/// An expression and its type.
#[derive(Debug, Clone)]
struct TypedExpr {
    expr: Expr,
    data_type: DataType,
}

impl TypedExpr {
    fn is_length(&self) -> bool {
        is_length(&self.data_type)
    }

    fn to(&self, data_type: DataType) -> Expr {
        cast(self.expr.clone(), data_type)
    }
}

/// The operators that this planner handles.
fn operator(op: &BinaryOperator) -> Option<Operator> {
    Some(match op {
        BinaryOperator::Plus => Operator::Plus,
        BinaryOperator::Minus => Operator::Minus,
        BinaryOperator::Multiply => Operator::Multiply,
        BinaryOperator::Divide => Operator::Divide,
        BinaryOperator::Eq => Operator::Eq,
        BinaryOperator::NotEq => Operator::NotEq,
        BinaryOperator::Lt => Operator::Lt,
        BinaryOperator::LtEq => Operator::LtEq,
        BinaryOperator::Gt => Operator::Gt,
        BinaryOperator::GtEq => Operator::GtEq,
        _ => return None,
    })
}

impl ExprPlanner for LengthArithmetic {
    fn plan_binary_op(
        &self,
        expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        let Some(op) = operator(&expr.op) else {
            return Ok(PlannerResult::Original(expr));
        };
        if !may_be_time(&expr.left, schema) && !may_be_time(&expr.right, schema) {
            return Ok(PlannerResult::Original(expr));
        }
        // Operands without a type are left to other planners.
        let (Ok(left), Ok(right)) = (expr.left.get_type(schema), expr.right.get_type(schema))
        else {
            return Ok(PlannerResult::Original(expr));
        };
        if compares(op) {
            let sides = vec![expr.left.clone(), expr.right.clone()];
            let sides = beside_lengths(sides, schema)?;
            if !sides.transformed {
                refuse_numbers(op, &left, &right)?;
            }
            return Ok(
                match (sides.transformed, <[Expr; 2]>::try_from(sides.data)) {
                    (true, Ok([left, right])) => PlannerResult::Planned(binary(op, left, right)),
                    _ => PlannerResult::Original(expr),
                },
            );
        }
        let typed = |expr: &Expr, data_type: DataType| TypedExpr {
            expr: expr.clone(),
            data_type,
        };
        let (left, right) = (typed(&expr.left, left), typed(&expr.right, right));
        refuse_bare_number(&left, &right)?;
        refuse_bare_number(&right, &left)?;
        // Days between two dates are a number: a factor or divisor of a length of time. Beside a length
        // otherwise, they become days.
        let is_factor = op == Operator::Multiply;
        let is_divisor = op == Operator::Divide;
        let (left, right, is_replaced) = match (left.is_length(), right.is_length()) {
            (true, false) if is_days(&right.expr, schema) && !is_factor && !is_divisor => {
                (left, days(&right.expr)?, true)
            }
            (false, true) if is_days(&left.expr, schema) && !is_factor => {
                (days(&left.expr)?, right, true)
            }
            _ => (left, right, false),
        };
        Ok(match self.planned(op, &left, &right, schema) {
            Some(planned) => PlannerResult::Planned(planned),
            None if is_replaced => PlannerResult::Planned(binary(op, left.expr, right.expr)),
            None => {
                refuse_numbers(op, &left.data_type, &right.data_type)?;
                PlannerResult::Original(expr)
            }
        })
    }
}

/// Refuses a length of time beside a number without a unit.
fn refuse_numbers(op: Operator, left: &DataType, right: &DataType) -> Result<()> {
    if !(is_length(left) && right.is_numeric() || left.is_numeric() && is_length(right)) {
        return Ok(());
    }
    match op {
        Operator::Divide => plan_err!(
            "a number cannot be divided by a length of time: divide by its seconds, extract(epoch FROM ..)"
        ),
        _ => plan_err!(
            "{op} stands between a length of time and a number: say the unit, as in {op} INTERVAL '3 days', or take the seconds, extract(epoch FROM ..)"
        ),
    }
}

/// Refuses `DATE '2026-03-03' + '7'`, which is neither days nor seconds in the other engines.
fn refuse_bare_number(date: &TypedExpr, text: &TypedExpr) -> Result<()> {
    let Expr::Literal(written, _) = &text.expr else {
        return Ok(());
    };
    match written.try_as_str().flatten() {
        Some(number) if date.data_type == DataType::Date32 && number.parse::<f64>().is_ok() => {
            plan_err!(
                "a DATE and '{number}': write {number} for days, or INTERVAL '{number} hours'"
            )
        }
        _ => Ok(()),
    }
}

fn days(expr: &Expr) -> Result<TypedExpr> {
    Ok(TypedExpr {
        expr: interval_of_days(expr.clone())?,
        data_type: INTERVAL,
    })
}

fn binary(op: Operator, left: Expr, right: Expr) -> Expr {
    Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right)))
}

/// The unit of a timestamp made of a date: microseconds or finer.
fn at_least_micros(unit: TimeUnit) -> TimeUnit {
    unit.max(TimeUnit::Microsecond)
}

/// `left + right` or `left - right` for operands that the stock engine computes wrongly.
fn sum(op: Operator, left: &TypedExpr, right: &TypedExpr, schema: &DFSchema) -> Option<Expr> {
    use DataType::{Date32, Duration, Interval, Time32, Time64, Timestamp};
    let is_plus = op == Operator::Plus;
    if let Some((left, right)) = with_text(op, left, right) {
        return sum(op, &left, &right, schema).or_else(|| Some(binary(op, left.expr, right.expr)));
    }
    match (&left.data_type, &right.data_type) {
        (Date32, Interval(_)) => {
            moment(left, right, schema).map(|at| binary(op, at, right.expr.clone()))
        }
        (Interval(_), Date32) if is_plus => {
            moment(right, left, schema).map(|at| binary(op, left.expr.clone(), at))
        }
        (Date32, Duration(unit)) => {
            // The right side is not cast to a duration: a CASE may be coerced to an interval.
            let at = left.to(Timestamp(at_least_micros(*unit), None));
            Some(binary(op, at, right.expr.clone()))
        }
        (Duration(_), Date32) if is_plus => sum(op, right, left, schema),
        (Timestamp(at, zone), Interval(_)) => {
            let unit = finer(*at, right, schema)?;
            let at = left.to(Timestamp(unit, zone.clone()));
            Some(binary(op, at, right.expr.clone()))
        }
        (Interval(_), Timestamp(at, zone)) if is_plus => {
            let unit = finer(*at, left, schema)?;
            let at = right.to(Timestamp(unit, zone.clone()));
            Some(binary(op, left.expr.clone(), at))
        }
        (Timestamp(at, zone), Duration(unit)) if unit > at => Some(binary(
            op,
            left.to(Timestamp(*unit, zone.clone())),
            right.expr.clone(),
        )),
        (Duration(unit), Timestamp(at, _)) if is_plus && unit > at => sum(op, right, left, schema),
        (Time32(_) | Time64(_), Duration(_)) => {
            Some(binary(op, left.expr.clone(), right.to(INTERVAL)))
        }
        (Duration(_), Time32(_) | Time64(_)) if is_plus => sum(op, right, left, schema),
        (Timestamp(one, Some(zone)), Timestamp(other, Some(beside))) if !is_plus => {
            (one != other || zone != beside).then(|| {
                // Difference of instants, whatever the local times.
                let both = Timestamp(*one.max(other), Some("UTC".into()));
                binary(op, left.to(both.clone()), right.to(both))
            })
        }
        _ => None,
    }
}

/// The unit that a timestamp in units of `at` needs beside an interval; `None` if `at` is fine enough.
fn finer(at: TimeUnit, interval: &TypedExpr, schema: &DFSchema) -> Option<TimeUnit> {
    let needed = match grain(&interval.expr, schema) {
        Some(unit) => unit?,
        None => TimeUnit::Microsecond,
    };
    (needed > at).then_some(needed)
}

/// The date as a timestamp, unless the interval is of whole days.
fn moment(date: &TypedExpr, interval: &TypedExpr, schema: &DFSchema) -> Option<Expr> {
    match grain(&interval.expr, schema) {
        Some(None) => None,
        Some(Some(unit)) => Some(date.to(DataType::Timestamp(at_least_micros(unit), None))),
        None => Some(date.to(DataType::Timestamp(TimeUnit::Microsecond, None))),
    }
}

/// `ts + '1 day'`: a text that is a length of time beside a time or length.
fn with_text(op: Operator, left: &TypedExpr, right: &TypedExpr) -> Option<(TypedExpr, TypedExpr)> {
    let takes = |of: &TypedExpr| {
        let is_moment = matches!(of.data_type, DataType::Timestamp(..) | DataType::Date32);
        of.is_length() || (is_moment && op == Operator::Plus)
    };
    let length = |of: &TypedExpr| match &of.expr {
        Expr::Literal(text, _) => {
            let text = text.try_as_str().flatten()?;
            let interval = ScalarValue::IntervalMonthDayNano(interval_from_text(text).ok());
            (!interval.is_null()).then(|| TypedExpr {
                expr: Expr::Literal(interval, None),
                data_type: INTERVAL,
            })
        }
        _ => None,
    };
    if takes(left) {
        return Some((left.clone(), length(right)?));
    }
    (takes(right) && (right.is_length() || op == Operator::Plus))
        .then(|| Some((length(left)?, right.clone())))?
}
