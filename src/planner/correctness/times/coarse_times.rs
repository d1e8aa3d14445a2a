//! Timestamps of seconds, milliseconds or microseconds beside literals with more digits.
//!
//! The stock optimizer removes the cast from the column and converts the literal to the unit of the
//! column, which truncates its digits: `at < TIMESTAMP '2026-03-01 12:00:00.5'` is false if `at` is
//! 12:00:00 in seconds. Here a literal between two ticks of the column is replaced by the tick before
//! it, which is equivalent and is pushed down into files.
//!
//! Upstream: none found: "`unwrap_cast` divides a timestamp literal down to the unit of the column, and loses its digits"
//! Retire when: a column of seconds with 12:00:00 is less than TIMESTAMP '2026-03-01 12:00:00.5'.

use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::{BinaryExpr, InList};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{Expr, ExprSchemable, Operator, binary_expr, lit};

use super::time_literals::{constant, is_utc, swapped, unit_of, within};

/// The rewrite; runs before type coercion.
#[derive(Debug)]
pub(crate) struct CoarseTimes;

impl FunctionRewrite for CoarseTimes {
    fn name(&self) -> &'static str {
        "coarse_times"
    }

    fn rewrite(
        &self,
        expression: Expr,
        schema: &DFSchema,
        _config: &ConfigOptions,
    ) -> Result<Transformed<Expr>> {
        let rewritten = match &expression {
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => compared(left, *op, right, schema),
            Expr::Between(between) => within(between, |left, op, right| {
                Ok(compared(left, op, right, schema))
            })?,
            Expr::InList(list) => listed(list, schema),
            _ => None,
        };
        Ok(match rewritten {
            Some(rewritten) => Transformed::yes(rewritten),
            None => Transformed::no(expression),
        })
    }
}

fn compared(left: &Expr, op: Operator, right: &Expr, schema: &DFSchema) -> Option<Expr> {
    let swapped = swapped(op)?;
    between_ticks(left, right, schema)
        .map(|ticks| by_ticks(left, op, &ticks))
        .or_else(|| {
            between_ticks(right, left, schema).map(|ticks| by_ticks(right, swapped, &ticks))
        })
}

/// Replaces list items between two ticks: no tick is equal to them, so they become a value that no row
/// has.
fn listed(list: &InList, schema: &DFSchema) -> Option<Expr> {
    let ticks: Vec<Option<TickBeforeLiteral>> = list
        .list
        .iter()
        .map(|item| between_ticks(&list.expr, item, schema))
        .collect();
    if ticks.iter().all(Option::is_none) {
        return None;
    }
    let items = ticks.into_iter().zip(&list.list);
    let items = items.map(|(ticks, written)| match ticks {
        Some(ticks) => ticks.literal(i64::MIN),
        None => written.clone(),
    });
    Some(Expr::InList(InList {
        list: items.collect(),
        ..list.clone()
    }))
}

/// The last tick before a literal, in the unit of a column.
struct TickBeforeLiteral {
    before: i64,
    unit: TimeUnit,
    zone: Option<Arc<str>>,
}

impl TickBeforeLiteral {
    fn literal(&self, ticks: i64) -> Expr {
        let zone = self.zone.clone();
        lit(match self.unit {
            TimeUnit::Second => ScalarValue::TimestampSecond(Some(ticks), zone),
            TimeUnit::Millisecond => ScalarValue::TimestampMillisecond(Some(ticks), zone),
            TimeUnit::Microsecond => ScalarValue::TimestampMicrosecond(Some(ticks), zone),
            TimeUnit::Nanosecond => ScalarValue::TimestampNanosecond(Some(ticks), zone),
        })
    }
}

/// The tick before `literal`, if it lies between two ticks of `column`; `None` otherwise.
fn between_ticks(column: &Expr, literal: &Expr, schema: &DFSchema) -> Option<TickBeforeLiteral> {
    let instant = constant(literal)?;
    let DataType::Timestamp(unit, zone) = column.get_type(schema).ok()? else {
        return None;
    };
    // A literal without a zone is a local time in the zone of the column.
    let has_zone = matches!(
        literal.get_type(schema),
        Ok(DataType::Timestamp(_, Some(_)))
    );
    if !has_zone && zone.as_deref().is_some_and(|zone| !is_utc(zone)) {
        return None;
    }
    if constant(column).is_some() || unit_of(instant) <= unit {
        return None;
    }
    let instant = instant.and_utc();
    let before = match unit {
        TimeUnit::Second => instant.timestamp(),
        TimeUnit::Millisecond => instant.timestamp_millis(),
        TimeUnit::Microsecond => instant.timestamp_micros(),
        TimeUnit::Nanosecond => return None,
    };
    Some(TickBeforeLiteral { before, unit, zone })
}

/// `column op literal` by the tick before the literal. True, false or, for NULL, unknown.
fn by_ticks(column: &Expr, op: Operator, ticks: &TickBeforeLiteral) -> Expr {
    use Operator::{Eq, Gt, GtEq, IsDistinctFrom, IsNotDistinctFrom, Lt, LtEq};
    let (op, ticks) = match op {
        IsDistinctFrom => return lit(true),
        IsNotDistinctFrom => return lit(false),
        Lt | LtEq => (LtEq, ticks.literal(ticks.before)),
        Gt | GtEq => (Gt, ticks.literal(ticks.before)),
        Eq => (Gt, ticks.literal(i64::MAX)),
        _ => (LtEq, ticks.literal(i64::MAX)),
    };
    binary_expr(column.clone(), op, ticks)
}
