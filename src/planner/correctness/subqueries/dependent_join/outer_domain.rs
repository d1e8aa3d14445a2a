//! A plan for the values that outer rows have in some columns.

use datafusion::common::{Column, JoinType, Result};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{Expr, Join, LogicalPlan, LogicalPlanBuilder};

use super::super::super::numbers::plain_key;
use super::keyed_plan::{KEY_PREFIX, distinct};

/// The distinct values of `columns` in the rows of `plan`, under `names`. It is evaluated beside the
/// outer rows themselves, so `plan` must give the same rows each time.
pub(super) fn domain(
    plan: &LogicalPlan,
    columns: &[Column],
    names: &[String],
) -> Result<LogicalPlan> {
    let source = narrowed(plan, columns);
    let columns = columns.iter().cloned().map(Expr::Column);
    let values = columns.map(|column| plain_key(column, source.schema()));
    let named = values.zip(names).map(|(value, name)| value.alias(name));
    let domain = LogicalPlanBuilder::from(source.clone()).project(named)?;
    distinct(domain.build()?)
}

/// The LATERAL that has the columns, without the tables before it, so that a plan of many does not double
/// with each. All of its rows are for an outer row, but more could fail where none of the rows does.
fn narrowed<'a>(plan: &'a LogicalPlan, columns: &[Column]) -> &'a LogicalPlan {
    let has = |plan: &LogicalPlan| {
        let mut all = columns.iter();
        all.all(|column| plan.schema().has_column(column))
    };
    match plan {
        LogicalPlan::Projection(node)
            if node.expr.iter().all(|expr| matches!(expr, Expr::Column(_))) && has(&node.input) =>
        {
            narrowed(&node.input, columns)
        }
        LogicalPlan::Join(join) if has(&join.right) && is_tied(join) => &join.right,
        _ => plan,
    }
}

/// True for the join of outer rows with those of their LATERAL, without other conditions.
fn is_tied(join: &Join) -> bool {
    let has_key = |condition: &Expr| {
        let columns = condition.column_refs();
        columns
            .iter()
            .any(|column| column.name.starts_with(KEY_PREFIX))
    };
    let mut conditions = join.filter.iter().flat_map(split_conjunction);
    join.join_type == JoinType::Inner
        && join.on.is_empty()
        && join.filter.is_some()
        && conditions.all(has_key)
}
