//! Helpers for lengths of time: tests of expressions, and coercion of their neighbours to lengths.
//!
//! Upstream: none found: "interval = text and interval = date - date are refused; intervals compare field by field"
//! Retire when: `INTERVAL '1 day' = '24 hours'` is true.

use arrow::datatypes::{DataType, IntervalMonthDayNano, TimeUnit};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, ExprSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::{BinaryExpr, ScalarFunction};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, ExprSchemable, Operator, lit};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;

use crate::functions::datetime::lengths;
use crate::functions::datetime::lengths::{interval_from_text, is_length};

/// Number of nodes of an expression that are visited before its type is computed. Computing the type
/// visits every node and consults a kernel at each: a long sum is as deep as it is long, and its type
/// is needed at every operator.
const NODES: usize = 256;

/// True if an expression may have a type of times. False if no part of it has one; a long expression
/// counts as false.
pub(crate) fn may_be_time(expression: &Expr, schema: &DFSchema) -> bool {
    let (mut seen, mut found) = (0, false);
    let walked = expression.apply(|node| {
        seen += 1;
        let is_number =
            |of: &DataType| of.is_numeric() || matches!(of, DataType::Boolean | DataType::Null);
        found = match node {
            Expr::Literal(value, _) => {
                let data_type = value.data_type();
                !is_number(&data_type) && !data_type.is_string()
            }
            Expr::Column(column) => schema
                .data_type(column)
                .is_ok_and(|of| !is_number(of) && !of.is_string()),
            Expr::BinaryExpr(_) | Expr::Negative(_) => false,
            // Functions, casts, subqueries and the like can be of any type.
            other => other
                .get_type(schema)
                .is_ok_and(|of| !is_number(&of) && !of.is_string()),
        };
        Ok(match node {
            _ if found || seen > NODES => TreeNodeRecursion::Stop,
            Expr::BinaryExpr(_) | Expr::Negative(_) => TreeNodeRecursion::Continue,
            _ => TreeNodeRecursion::Jump,
        })
    });
    walked.is_ok() && found
}

/// The unit in which an interval is whole, if it is a literal: `Some(None)` for days and months.
pub(crate) fn grain(interval: &Expr, schema: &DFSchema) -> Option<Option<TimeUnit>> {
    match interval {
        Expr::Literal(ScalarValue::IntervalMonthDayNano(interval), _) => {
            let nanoseconds = interval.map_or(0, |interval| interval.nanoseconds);
            Some((nanoseconds != 0).then_some(match nanoseconds {
                n if n % 1_000_000_000 == 0 => TimeUnit::Second,
                n if n % 1_000_000 == 0 => TimeUnit::Millisecond,
                n if n % 1_000 == 0 => TimeUnit::Microsecond,
                _ => TimeUnit::Nanosecond,
            }))
        }
        Expr::Alias(alias) => grain(&alias.expr, schema),
        Expr::Negative(inner) => grain(inner, schema),
        Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::Plus | Operator::Minus,
            right,
        }) => Some(grain(left, schema)?.max(grain(right, schema)?)),
        Expr::ScalarFunction(call) if call.name() == "interval_times" => {
            let factor = call.args.get(1)?.get_type(schema).ok()?;
            factor
                .is_integer()
                .then(|| grain(call.args.first()?, schema))?
        }
        _ => None,
    }
}

/// True for comparison operators.
pub(crate) fn compares(op: Operator) -> bool {
    use Operator::{Eq, Gt, GtEq, IsDistinctFrom, IsNotDistinctFrom, Lt, LtEq, NotEq};
    matches!(
        op,
        Eq | NotEq | Lt | LtEq | Gt | GtEq | IsDistinctFrom | IsNotDistinctFrom
    )
}

/// True if an expression is `date - date`, which is a number of days.
pub(crate) fn is_days(expression: &Expr, schema: &DFSchema) -> bool {
    let is_date = |of: &Expr| matches!(of.get_type(schema), Ok(DataType::Date32));
    match expression {
        Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::Minus,
            right,
        }) => is_date(left) && is_date(right),
        Expr::Alias(alias) => is_days(&alias.expr, schema),
        _ => false,
    }
}

/// A number of days as an interval.
pub(crate) fn interval_of_days(days: Expr) -> Result<Expr> {
    let day = lit(ScalarValue::IntervalMonthDayNano(Some(
        IntervalMonthDayNano::new(0, 1, 0),
    )));
    function("interval_times", vec![day, days])
}

/// A call of one of deskql's own functions.
pub(crate) fn function(name: &str, args: Vec<Expr>) -> Result<Expr> {
    let udf = lengths::function(name)?;
    Ok(Expr::ScalarFunction(ScalarFunction::new_udf(udf, args)))
}

/// Operands of a comparison; texts and days between dates become lengths if another operand is one.
pub(crate) fn beside_lengths(
    operands: Vec<Expr>,
    schema: &DFSchema,
) -> Result<Transformed<Vec<Expr>>> {
    let is_beside = operands
        .iter()
        .any(|operand| operand.get_type(schema).is_ok_and(|of| is_length(&of)));
    if !is_beside {
        return Ok(Transformed::no(operands));
    }
    let mut changed = false;
    let operands: Result<Vec<_>> = operands
        .into_iter()
        .map(|operand| {
            let length = as_length(&operand, schema)?;
            changed |= length.is_some();
            Ok(length.unwrap_or(operand))
        })
        .collect();
    Ok(Transformed::new_transformed(operands?, changed))
}

/// A text or number of days as a length; `None` for operands that stay as they are.
pub(crate) fn as_length(operand: &Expr, schema: &DFSchema) -> Result<Option<Expr>> {
    if is_days(operand, schema) {
        return interval_of_days(operand.clone()).map(Some);
    }
    let Expr::Literal(value, _) = operand else {
        return Ok(None);
    };
    let Some(text) = value.try_as_str().flatten() else {
        return Ok(None);
    };
    let interval = interval_from_text(text)?;
    Ok(Some(lit(ScalarValue::IntervalMonthDayNano(Some(interval)))))
}

/// The value of an interval that is the same for all rows.
pub(crate) fn constant(interval: &Expr) -> Option<Option<IntervalMonthDayNano>> {
    if let Expr::Literal(ScalarValue::IntervalMonthDayNano(value), _) = interval {
        return Some(*value);
    }
    let is_fixed = |node: &Expr| match node {
        Expr::Literal(..) | Expr::Cast(_) | Expr::Negative(_) | Expr::BinaryExpr(_) => true,
        Expr::ScalarFunction(call) => {
            let volatility = call.func.signature().volatility;
            volatility == datafusion::logical_expr::Volatility::Immutable
        }
        _ => false,
    };
    if interval.exists(|node| Ok(!is_fixed(node))).unwrap_or(true) {
        return None;
    }
    let context = SimplifyContext::builder().build();
    match ExprSimplifier::new(context).simplify(interval.clone()) {
        Ok(Expr::Literal(ScalarValue::IntervalMonthDayNano(value), _)) => Some(value),
        _ => None,
    }
}

/// A length in nanoseconds as a number of ticks; `None` if it is no whole number of them.
pub(crate) fn in_ticks(nanoseconds: i128, tick: i64) -> Option<i64> {
    let tick = i128::from(tick);
    (nanoseconds % tick == 0).then(|| i64::try_from(nanoseconds / tick).ok())?
}
