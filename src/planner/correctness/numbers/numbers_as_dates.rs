//! Casts between numbers and dates or times, which are refused as in `PostgreSQL` and DuckDB.
//!
//! The stock cast counts in the unit of the type, so that `CAST(20260102 AS DATE)` is a day in the year
//! 57440, `CAST(930 AS TIME)` are nanoseconds, and a difference of timestamps is 5415 or 5415000000 by
//! the unit of its file. `arrow_cast` makes the intention explicit; it becomes a cast when a plan is
//! optimized, so only unoptimized plans can be checked.
//!
//! Upstream: none found: CAST(20260102 AS DATE) gives +57440-04-11, where `PostgreSQL` and DuckDB refuse
//! Retire when: the cast is refused

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::logical_expr::expr::{Cast, TryCast};
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan};

/// # Errors
/// When `plan`, as the planner made it of SQL and before any rewrite, casts a number to a date or time,
/// or a time to a number.
pub(crate) fn refuse_numbers_as_dates(plan: &LogicalPlan) -> Result<()> {
    plan.apply_with_subqueries(|node| {
        let inputs = node.inputs();
        let schema = match inputs.as_slice() {
            [input] => input.schema().as_ref().clone(),
            inputs => merge_schema(inputs),
        };
        node.apply_expressions(|expression| {
            expression.apply(|part| {
                refuse(part, &schema)?;
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(())
}

fn refuse(expression: &Expr, schema: &DFSchema) -> Result<()> {
    let (Expr::Cast(Cast { expr, field }) | Expr::TryCast(TryCast { expr, field })) = expression
    else {
        return Ok(());
    };
    let Ok(from) = expr.get_type(schema) else {
        return Ok(());
    };
    let to = field.data_type();
    let advice = match (from.is_numeric(), to.is_numeric()) {
        (true, false) => of_number(to),
        (false, true) => of_time(&from),
        _ => None,
    };
    match advice {
        Some(advice) => plan_err!("{advice}"),
        None => Ok(()),
    }
}

/// Advice for a cast of a number to `to`.
const fn of_number(to: &DataType) -> Option<&'static str> {
    match to {
        DataType::Date32 | DataType::Date64 => Some(
            "a number is no DATE: write to_date(CAST(x AS VARCHAR), 'YYYYMMDD') for 20260102, \
             DATE '1970-01-01' + x for days since 1970",
        ),
        DataType::Time32(_) | DataType::Time64(_) => Some(
            "a number is no TIME: write CAST(lpad(CAST(x AS VARCHAR), 4, '0') AS TIME) for 930 as 09:30",
        ),
        DataType::Timestamp(..) => Some(
            "a number is no TIMESTAMP: write to_timestamp(x) for seconds since 1970, epoch_ms(x) for milliseconds, \
             to_date(CAST(x AS VARCHAR), 'YYYYMMDD') for 20260102",
        ),
        _ => None,
    }
}

/// Advice for a cast of `from`, a time or a length of time, to a number.
const fn of_time(from: &DataType) -> Option<&'static str> {
    match from {
        DataType::Date32 | DataType::Date64 => {
            Some("a DATE is no number: write x - DATE '1970-01-01' for days since 1970")
        }
        DataType::Timestamp(..) => {
            Some("a TIMESTAMP is no number: write extract(epoch FROM x) for seconds since 1970")
        }
        DataType::Duration(_) | DataType::Interval(_) => {
            Some("a length of time is no number: write extract(epoch FROM x) for its seconds")
        }
        DataType::Time32(_) | DataType::Time64(_) => {
            Some("a TIME is no number: write extract(epoch FROM x) for the seconds since midnight")
        }
        _ => None,
    }
}
