//! Whole numbers cast to DATE or TIME, which is refused as in `PostgreSQL` and DuckDB.
//!
//! The stock cast counts days since 1970, so that `CAST(20260102 AS DATE)` is a day in the year 57440, and `CAST(930 AS
//! TIME)` are nanoseconds. `arrow_cast` says that this is meant; it becomes a cast when a plan is optimized, so that
//! only plans as the planner left them can be asked.
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
/// When `plan`, which nothing has rewritten since it was made of SQL, casts a number to DATE or TIME.
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
    let to = field.data_type();
    if !is_day_or_time(to) || !expr.get_type(schema).is_ok_and(|from| from.is_numeric()) {
        return Ok(());
    }
    match to {
        DataType::Date32 | DataType::Date64 => plan_err!(
            "a number is no DATE: write to_date(CAST(x AS VARCHAR), 'YYYYMMDD') for 20260102, \
             DATE '1970-01-01' + x for days since 1970"
        ),
        _ => plan_err!(
            "a number is no TIME: write CAST(lpad(CAST(x AS VARCHAR), 4, '0') AS TIME) for 930 as 09:30"
        ),
    }
}

const fn is_day_or_time(to: &DataType) -> bool {
    matches!(
        to,
        DataType::Date32 | DataType::Date64 | DataType::Time32(_) | DataType::Time64(_)
    )
}
