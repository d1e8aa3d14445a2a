//! `UPDATE` and `DELETE` of tables in memory, computed like any other query.
//!
//! The stock planner reads the filters of an optimized plan to find the affected rows. Where the
//! optimizer has rewritten the filters, every row is affected: `DELETE .. WHERE false`, `WHERE NULL`,
//! `WHERE id IN (SELECT ..)` and `DELETE .. LIMIT 1` empty the table, and an `UPDATE` with an
//! expression that is used twice is an internal error. Here a query emits all rows with their new
//! values and a flag for each affected row; the result replaces the old rows once it is complete, so
//! that a failing statement changes nothing.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, Result, plan_err};
use datafusion::datasource::{MemTable, provider_as_source, source_as_provider};
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::expr::Alias;
use datafusion::logical_expr::{
    DmlStatement, Expr, Filter, LogicalPlan, LogicalPlanBuilder, WriteOp, lit, when,
};

use super::provider::{ChangedRows, DmlAction, MEANT};

/// `plan` with every `UPDATE` and `DELETE` of a table in memory as a query over its rows.
///
/// # Errors
/// When a statement has a LIMIT.
pub(crate) fn compute_changed_rows(plan: LogicalPlan) -> Result<LogicalPlan> {
    let rewritten = plan.transform_down(|node| match node {
        LogicalPlan::Dml(dml) => match dml.op {
            WriteOp::Delete => deletion(dml).map(Transformed::yes),
            WriteOp::Update => update(dml).map(Transformed::yes),
            _ => Ok(Transformed::no(LogicalPlan::Dml(dml))),
        },
        other => Ok(Transformed::no(other)),
    })?;
    Ok(rewritten.data)
}

fn deletion(dml: DmlStatement) -> Result<LogicalPlan> {
    let input = match dml.input.as_ref() {
        LogicalPlan::Limit(_) => {
            return plan_err!(
                "DELETE takes no LIMIT: say in WHERE which rows are meant, as in WHERE id IN (SELECT ..)"
            );
        }
        input => marked(input)?,
    };
    replacing(dml, DmlAction::Removed, input)
}

/// The rows of the table with their new values: those of the projection for the affected rows.
fn update(dml: DmlStatement) -> Result<LogicalPlan> {
    let LogicalPlan::Projection(values) = dml.input.as_ref() else {
        return Ok(LogicalPlan::Dml(dml));
    };
    let rows = marked(&values.input)?;
    let columns = rows.schema().columns();
    let meant = Expr::Column(Column::new_unqualified(MEANT));
    let mut changed = Vec::with_capacity(columns.len());
    for (value, old) in values.expr.iter().zip(columns) {
        let name = old.name.clone();
        let old = Expr::Column(old);
        let new = match value {
            Expr::Alias(Alias { expr, .. }) => expr.as_ref().clone(),
            value => value.clone(),
        };
        changed.push(if new == old {
            old.alias(name)
        } else {
            when(meant.clone(), new).otherwise(old)?.alias(name)
        });
    }
    changed.push(meant);
    let input = LogicalPlanBuilder::from(rows).project(changed)?.build()?;
    replacing(dml, DmlAction::Changed, input)
}

/// All rows below the filter of `source`, with a flag for each row that passes.
fn marked(source: &LogicalPlan) -> Result<LogicalPlan> {
    let (rows, condition) = match source {
        LogicalPlan::Filter(Filter {
            predicate, input, ..
        }) => (input.as_ref(), predicate.clone().is_true()),
        rows => (rows, lit(true)),
    };
    let columns = rows.schema().columns().into_iter().map(Expr::Column);
    let columns: Vec<Expr> = columns.chain([condition.alias(MEANT)]).collect();
    LogicalPlanBuilder::from(rows.clone())
        .project(columns)?
        .build()
}

/// The statement with a target that consumes `input` as all of its rows; unchanged if the table is not
/// in memory.
fn replacing(dml: DmlStatement, meant: DmlAction, input: LogicalPlan) -> Result<LogicalPlan> {
    let provider = source_as_provider(&dml.target)?;
    let Some(table) = provider.downcast_ref::<MemTable>() else {
        return Ok(LogicalPlan::Dml(dml));
    };
    let target = ChangedRows::new(table, meant);
    Ok(LogicalPlan::Dml(DmlStatement::new(
        dml.table_name,
        provider_as_source(Arc::new(target)),
        WriteOp::Insert(InsertOp::Overwrite),
        Arc::new(input),
    )))
}
