//! Rows written into a table are cast to the types of its columns.
//!
//! The planner adds casts only where types differ; the rules of this folder may change the type of a
//! value afterwards.
//!
//! Upstream: none of its own; see the files beside it
//! Retire when: they can go.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{DmlStatement, Expr, LogicalPlan, LogicalPlanBuilder, WriteOp};

use super::types::{cast_to, rounded_cast};

/// `node`; if it writes rows of other types than those of its table, casts are added below it.
///
/// # Errors
/// When a column cannot be cast.
pub(super) fn settle(node: LogicalPlan) -> Result<LogicalPlan> {
    match node {
        LogicalPlan::Dml(mut dml) if matches!(dml.op, WriteOp::Insert(_)) => {
            if let Some(rows) = as_in_table(&dml)? {
                dml.input = Arc::new(rows);
            }
            Ok(LogicalPlan::Dml(dml))
        }
        other => Ok(other),
    }
}

fn as_in_table(dml: &DmlStatement) -> Result<Option<LogicalPlan>> {
    let wanted = dml.target.schema();
    let given = dml.input.schema();
    let mut columns: Vec<Expr> = given.columns().into_iter().map(Expr::Column).collect();
    let mut is_changed = false;
    let types = wanted.fields().iter().zip(given.fields());
    for ((want, have), column) in types.zip(&mut columns) {
        let (want_type, have_type) = (want.data_type(), have.data_type());
        if want_type != have_type && want_type.is_numeric() && have_type.is_numeric() {
            *column = in_type(column.clone(), want_type)?.alias(have.name());
            is_changed = true;
        }
    }
    if !is_changed {
        return Ok(None);
    }
    let rows = LogicalPlanBuilder::from(dml.input.as_ref().clone());
    rows.project(columns)?.build().map(Some)
}

fn in_type(column: Expr, want: &DataType) -> Result<Expr> {
    if want.is_floating() {
        Ok(cast_to(column, want.clone()))
    } else {
        rounded_cast(column, want, false)
    }
}
