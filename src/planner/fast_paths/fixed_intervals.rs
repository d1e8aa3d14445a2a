//! Adds days and hours to instants as integers.
//!
//! An INTERVAL without months has one length wherever clocks never change, and that is where most
//! tables are: `created_at + INTERVAL '7 days'` in UTC, or without a zone, is one addition instead of a
//! walk through the calendar, which takes longer than the rest of most queries. In any other zone a
//! day may have 23 hours, and the stock operator stays.

use arrow::datatypes::{DataType, IntervalMonthDayNano, TimeUnit};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::BinaryExpr;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, Operator};

use super::{FastPath, Rewrite};
use crate::planner::rewrite::rewrite_expressions;
use crate::settings::FeatureSwitch;

const DAY: i64 = 86_400_000_000_000;

pub(super) const FAST_PATH: FastPath = FastPath {
    switch: FeatureSwitch {
        name: "fixed_lengths",
        about: "Whether days are added to instants in UTC as integers",
    },
    explain_mark: "Duration",
    retire_when: "the stock addition of an INTERVAL without months adds integers",
    rewrites: &[Rewrite::Logical(rewrite)],
};

/// Rewrites `instant ± INTERVAL` to `instant ± DURATION` where both are the same.
fn rewrite(plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
    rewrite_expressions(plan, rewrite_expression)
}

fn rewrite_expression(expression: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::BinaryExpr(BinaryExpr { left, op, right }) = expression else {
        return Ok(Transformed::no(expression));
    };
    let fixed = match (op, left.as_ref(), right.as_ref()) {
        (Operator::Plus | Operator::Minus, instant, Expr::Literal(interval, _)) => {
            length(interval, instant, schema).map(|length| (*left.clone(), length))
        }
        (Operator::Plus, Expr::Literal(interval, _), instant) => {
            length(interval, instant, schema).map(|length| (*right.clone(), length))
        }
        _ => None,
    };
    Ok(match fixed {
        Some((instant, length)) => Transformed::yes(Expr::BinaryExpr(BinaryExpr {
            left: Box::new(instant),
            op,
            right: Box::new(Expr::Literal(length, None)),
        })),
        None => Transformed::no(Expr::BinaryExpr(BinaryExpr { left, op, right })),
    })
}

/// The length of `interval` in the unit of `instant`; `None` where it depends on the instant.
fn length(interval: &ScalarValue, instant: &Expr, schema: &DFSchema) -> Option<ScalarValue> {
    let ScalarValue::IntervalMonthDayNano(Some(interval)) = interval else {
        return None;
    };
    let IntervalMonthDayNano {
        months: 0,
        days,
        nanoseconds,
    } = *interval
    else {
        return None;
    };
    let DataType::Timestamp(unit, zone) = instant.get_type(schema).ok()? else {
        return None;
    };
    if !matches!(zone.as_deref(), None | Some("UTC" | "+00:00")) {
        return None;
    }
    let length = i64::from(days).checked_mul(DAY)?.checked_add(nanoseconds)?;
    let in_ticks = |tick: i64| (length % tick == 0).then_some(length / tick);
    Some(match unit {
        TimeUnit::Second => ScalarValue::DurationSecond(Some(in_ticks(1_000_000_000)?)),
        TimeUnit::Millisecond => ScalarValue::DurationMillisecond(Some(in_ticks(1_000_000)?)),
        TimeUnit::Microsecond => ScalarValue::DurationMicrosecond(Some(in_ticks(1_000)?)),
        TimeUnit::Nanosecond => ScalarValue::DurationNanosecond(Some(length)),
    })
}
