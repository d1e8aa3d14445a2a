//! Dates, texts and timestamps of several units in one `coalesce` or `CASE`, if some are out of the
//! range of nanoseconds.
//!
//! The stock coercion makes nanoseconds of `coalesce(closed_at, DATE '9999-12-31')`, which fails. Here
//! a date takes the unit of the timestamps, and nanoseconds become microseconds if another value may be
//! out of their range.
//!
//! Upstream: none found: coalesce(timestamp, DATE '9999-12-31') fails, converted value exceeds the i64 range
//! Retire when: such a call has a value in DataFusion

use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::DFSchema;
use datafusion::logical_expr::expr::{Case, ScalarFunction};
use datafusion::logical_expr::{Expr, ExprSchemable, cast};

use super::time_literals::{constant, is_in_reach, unit_of as unit_of_instant};

const FUNCTIONS: [&str; 6] = ["coalesce", "nullif", "nvl", "ifnull", "greatest", "least"];

/// The call or `CASE` with all of its values in one unit; `None` if the stock coercion suffices.
pub(crate) fn in_one_unit(expression: &Expr, schema: &DFSchema) -> Option<Expr> {
    match expression {
        Expr::ScalarFunction(call) if FUNCTIONS.contains(&call.name()) => {
            let arguments: Vec<&Expr> = call.args.iter().collect();
            let wanted = unit_of(&arguments, schema)?;
            let args = call.args.iter().map(|value| given(value, &wanted, schema));
            Some(Expr::ScalarFunction(ScalarFunction {
                func: Arc::clone(&call.func),
                args: args.collect(),
            }))
        }
        Expr::Case(case) => {
            let values = case.when_then_expr.iter().map(|(_, then)| then.as_ref());
            let values: Vec<&Expr> = values.chain(case.else_expr.as_deref()).collect();
            let wanted = unit_of(&values, schema)?;
            let given = |value: &Expr| Box::new(given(value, &wanted, schema));
            let branches = case.when_then_expr.iter();
            Some(Expr::Case(Case {
                expr: case.expr.clone(),
                when_then_expr: branches
                    .map(|(condition, then)| (condition.clone(), given(then)))
                    .collect(),
                else_expr: case.else_expr.as_deref().map(given),
            }))
        }
        _ => None,
    }
}

/// The common type of the values.
fn unit_of(values: &[&Expr], schema: &DFSchema) -> Option<DataType> {
    let types: Vec<DataType> = values
        .iter()
        .map(|value| value.get_type(schema).ok())
        .collect::<Option<_>>()?;
    let mut finest = None;
    let mut wanted_zone = None;
    let mut is_mixed = false;
    for (value, data_type) in values.iter().zip(&types) {
        match data_type {
            DataType::Timestamp(unit, zone) => {
                finest = finest.max(Some(*unit));
                wanted_zone = wanted_zone.or_else(|| zone.clone());
            }
            DataType::Date32 => is_mixed = true,
            DataType::Null => {}
            text if text.is_string() => {
                // A text of a time needs the unit of its digits.
                if let Some(instant) = constant(value) {
                    finest = finest.max(Some(unit_of_instant(instant)));
                    is_mixed = true;
                }
            }
            _ => return None,
        }
    }
    let has_times = types.iter().any(|of| matches!(of, DataType::Timestamp(..)));
    match finest.filter(|_| has_times)? {
        TimeUnit::Nanosecond => {
            let reaches = |(value, data_type): (&&Expr, &DataType)| match constant(value) {
                Some(instant) => is_in_reach(instant),
                None => {
                    let is_nanos =
                        matches!(data_type, DataType::Timestamp(TimeUnit::Nanosecond, _));
                    is_nanos || data_type.is_null() || data_type.is_string()
                }
            };
            let all_reach = values.iter().zip(&types).all(reaches);
            (!all_reach).then_some(DataType::Timestamp(TimeUnit::Microsecond, wanted_zone))
        }
        unit => is_mixed.then_some(DataType::Timestamp(unit, wanted_zone)),
    }
}

fn given(value: &Expr, wanted: &DataType, schema: &DFSchema) -> Expr {
    match value.get_type(schema) {
        Ok(own) if own == *wanted || own.is_null() => value.clone(),
        _ => cast(value.clone(), wanted.clone()),
    }
}
