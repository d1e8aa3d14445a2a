//! `created_at BETWEEN '2024-01-01' AND '2024-01-31'`: a date means its midnight, so the last day
//! is excluded.

use chrono::NaiveDate;
use datafusion::arrow::array::temporal_conversions::date32_to_datetime;
use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator};
use datafusion::scalar::ScalarValue;

use super::{HintSet, name};
use crate::sql::lineage::{ColumnOrigin, bare, origin_of, source, uncast};

/// Functions that return midnights, or may do so: comparing them with a date is correct.
const MIDNIGHTS: &[&str] = &[
    "date_trunc",
    "time_bucket",
    "date_bin",
    "last_day",
    "to_date",
    "make_date",
];

/// BETWEEN.
pub(super) fn check(expr: &Expr, node: &LogicalPlan, found: &mut HintSet) {
    let Expr::Between(between) = expr else {
        return;
    };
    if !between.negated {
        judge(&between.expr, &between.low, &between.high, node, found);
    }
}

/// `x >= '2024-01-01' AND x <= '2024-01-31'`, which is equivalent.
pub(super) fn check_pairs(node: &LogicalPlan, found: &mut HintSet) {
    let LogicalPlan::Filter(filter) = node else {
        return;
    };
    let parts = split_conjunction(&filter.predicate);
    let bounds: Vec<(&Expr, Operator, &Expr)> = parts.into_iter().filter_map(bound).collect();
    for (value, operator, high) in &bounds {
        let low = bounds
            .iter()
            .find(|(other, operator, _)| other == value && *operator == Operator::GtEq);
        if let (Operator::LtEq, Some((.., low))) = (operator, low) {
            judge(value, low, high, node, found);
        }
    }
}

/// A comparison with the column on the left.
fn bound(expr: &Expr) -> Option<(&Expr, Operator, &Expr)> {
    let Expr::BinaryExpr(BinaryExpr { left, op, right }) = expr else {
        return None;
    };
    if matches!(uncast(left), Expr::Literal(..)) {
        return Some((right, op.swap()?, left));
    }
    Some((left, *op, right))
}

fn judge(value: &Expr, low: &Expr, high: &Expr, node: &LogicalPlan, found: &mut HintSet) {
    let Some(last) = date(high) else {
        return;
    };
    if !is_instant(value, node) {
        return;
    }
    let Some(next) = last.succ_opt() else {
        return;
    };
    let column = name(value);
    let from = date(low).map_or(String::new(), |first| format!("{column} >= '{first}' AND "));
    found.add(format!(
        "{column} up to '{last}' ends at that day's midnight, which leaves the day itself out: \
         write {from}{column} < '{next}'"
    ));
}

/// The day of a literal without a time of day.
fn date(expr: &Expr) -> Option<NaiveDate> {
    match uncast(expr) {
        Expr::Literal(ScalarValue::Date32(Some(days)), _) => {
            Some(date32_to_datetime(*days)?.date())
        }
        Expr::Literal(
            ScalarValue::Utf8(Some(text))
            | ScalarValue::Utf8View(Some(text))
            | ScalarValue::LargeUtf8(Some(text)),
            _,
        ) => text.trim().parse().ok(),
        _ => None,
    }
}

/// True if `value` is a timestamp that can have a time of day.
fn is_instant(value: &Expr, node: &LogicalPlan) -> bool {
    let schema = source(node).schema();
    let is_timestamp = |data_type: DataType| matches!(data_type, DataType::Timestamp(..));
    if !value.get_type(schema).is_ok_and(is_timestamp) {
        return false;
    }
    let mut value = bare(value);
    let mut node = node;
    while let Expr::Column(column) = value {
        match origin_of(column, node) {
            ColumnOrigin::Computed(made, at) => (value, node) = (bare(made), at),
            ColumnOrigin::Table => return true,
            ColumnOrigin::Union(..) | ColumnOrigin::Unknown => return false,
        }
    }
    match value {
        Expr::ScalarFunction(call) => !MIDNIGHTS.contains(&call.name()),
        Expr::AggregateFunction(_) => true,
        // A date cast to a timestamp stays a midnight.
        _ => false,
    }
}
