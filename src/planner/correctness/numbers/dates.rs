//! `d >= 2025-06-01`: a date beside an integer, here 2018 because of the missing quotes.
//!
//! The stock engine takes the number for days, or nanoseconds, since 1970. `PostgreSQL` and DuckDB refuse.
//!
//! Upstream: none found: Date32 and Int64 are comparable
//! Retire when: the planner refuses to compare a date with a number.

use arrow::datatypes::DataType;
use chrono::NaiveDate;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

use super::types::is_date;

/// # Errors
/// When one side is a date or a timestamp and the other a number.
pub(super) fn refuse_comparison(
    binary: &BinaryExpr,
    left: &DataType,
    right: &DataType,
) -> Result<()> {
    refuse([(&*binary.left, left), (&*binary.right, right)].into_iter())
}

/// Integers can be added to a DATE or subtracted from it as days; no other arithmetic is allowed.
///
/// # Errors
/// When another number is added to a date or timestamp, or one is multiplied.
pub(super) fn refuse_arithmetic(op: Operator, left: &DataType, right: &DataType) -> Result<()> {
    let (date, number) = match (is_date(left), is_date(right)) {
        (true, false) => (left, right),
        (false, true) => (right, left),
        _ => return Ok(()),
    };
    let is_sum = op == Operator::Plus || op == Operator::Minus && is_date(left);
    let is_day = matches!(date, DataType::Date32 | DataType::Date64);
    if !number.is_numeric() || is_day && is_sum && number.is_integer() {
        return Ok(());
    }
    if is_day {
        plan_err!(
            "a DATE {op} a number: only whole days can be added to a date, d + 1; for other lengths of \
             time write d + INTERVAL '36 hours'"
        )
    } else {
        plan_err!(
            "a TIMESTAMP {op} a number: write a length of time, at + INTERVAL '1 day' or at + 3 * INTERVAL \
             '1 hour'"
        )
    }
}

/// # Errors
/// When there are dates and numbers among `values`.
pub(super) fn refuse<'a>(
    mut values: impl Iterator<Item = (&'a Expr, &'a DataType)> + Clone,
) -> Result<()> {
    let date = values.clone().find(|(_, of)| is_date(of));
    let number = values.find(|(_, of)| of.is_numeric());
    let (Some((date, of)), Some((number, _))) = (date, number) else {
        return Ok(());
    };
    let kind = match of {
        DataType::Timestamp(..) => "TIMESTAMP",
        _ => "DATE",
    };
    let date = match date {
        Expr::Column(column) => column.name.clone(),
        Expr::ScalarFunction(call) => format!("{}(..)", call.func.name()),
        _ => "one side".to_owned(),
    };
    let written = meant(number);
    let number = match number {
        Expr::Column(column) => format!("the number {}", column.name),
        _ => "a number".to_owned(),
    };
    match written {
        Some(day) => {
            plan_err!("{date} is a {kind} and stands beside {number}: write {kind} '{day}'")
        }
        None => plan_err!(
            "{date} is a {kind} and stands beside {number}: write a day as DATE '2025-06-01', or \
             make a date of the number first, with make_date(..) or to_timestamp(..)"
        ),
    }
}

/// The day that was intended by `2025-06-01` or `20250601`.
fn meant(number: &Expr) -> Option<NaiveDate> {
    let whole = |expr: &Expr| match expr {
        Expr::Literal(ScalarValue::Int64(Some(value)), _) => Some(*value),
        _ => None,
    };
    let (year, month, day) = match number {
        Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::Minus,
            right,
        }) => {
            let Expr::BinaryExpr(BinaryExpr {
                left: year,
                op: Operator::Minus,
                right: month,
            }) = left.as_ref()
            else {
                return None;
            };
            (whole(year)?, whole(month)?, whole(right)?)
        }
        other => {
            let key = whole(other).filter(|key| (18_000_101..=22_001_231).contains(key))?;
            (key / 10_000, key / 100 % 100, key % 100)
        }
    };
    NaiveDate::from_ymd_opt(
        i32::try_from(year).ok().filter(|year| *year > 1000)?,
        u32::try_from(month).ok()?,
        u32::try_from(day).ok()?,
    )
}
