//! `EXCEPT ALL` and `INTERSECT ALL` with the multiplicity of each row.
//!
//! The planner makes them semi and anti joins, which retain or drop every copy of a row. Here the
//! copies on both sides are numbered, and the number is part of the join key: of a row with three
//! copies on the left and two on the right, `EXCEPT ALL` retains one and `INTERSECT ALL` two. Without
//! `ALL` the left side is made distinct first; a left side that is distinct for another reason gives
//! the same result either way.
//!
//! Upstream: none found: "EXCEPT ALL and INTERSECT ALL ignore multiplicities (planned as `LeftAnti` and `LeftSemi` joins)"
//! Retire when: `VALUES (1), (1) EXCEPT ALL VALUES (1)` is one row.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, JoinType, NullEquality, Result};
use datafusion::functions_window::row_number::row_number;
use datafusion::logical_expr::{
    Expr, ExprFunctionExt, ExprSchemable, Join, LogicalPlan, LogicalPlanBuilder, Projection, lit,
};
use datafusion::optimizer::AnalyzerRule;

const NUMBER: &str = "number of the copy";

#[derive(Debug)]
pub(super) struct AllOfSets;

impl AnalyzerRule for AllOfSets {
    fn name(&self) -> &'static str {
        "all_of_sets"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let counted = plan.transform_up_with_subqueries(|node| match &node {
            LogicalPlan::Join(join) if is_all(join) => Ok(Transformed::yes(counted(join)?)),
            _ => Ok(Transformed::no(node)),
        })?;
        Ok(counted.data)
    }
}

/// True for INTERSECT and EXCEPT: only they compare every column of both sides, NULL with NULL, before subqueries
/// are joins.
pub(super) fn compares_whole_rows(join: &Join) -> bool {
    matches!(join.join_type, JoinType::LeftSemi | JoinType::LeftAnti)
        && join.null_equality == NullEquality::NullEqualsNull
        && join.filter.is_none()
        && join.on.len() == join.left.schema().fields().len()
        && join.on.len() == join.right.schema().fields().len()
}

fn is_all(join: &Join) -> bool {
    compares_whole_rows(join)
        && !matches!(join.left.as_ref(), LogicalPlan::Distinct(_))
        && !join.on.iter().any(|(left, _)| is_number(left))
}

fn is_number(expr: &Expr) -> bool {
    matches!(expr, Expr::Column(column) if column.name == NUMBER)
}

fn counted(join: &Join) -> Result<LogicalPlan> {
    let (left, right) = join.on.iter().cloned().unzip();
    let number = || Expr::Column(Column::from_name(NUMBER));
    let mut on = join.on.clone();
    on.push((number(), number()));
    let counted = Join::try_new(
        numbered(&join.left, left)?,
        numbered(&join.right, right)?,
        on,
        None,
        join.join_type,
        join.join_constraint,
        join.null_equality,
        join.null_aware,
    )?;
    let columns = join.schema.columns().into_iter().map(Expr::Column);
    let projection = Projection::try_new(columns.collect(), Arc::new(LogicalPlan::Join(counted)))?;
    Ok(LogicalPlan::Projection(projection))
}

/// The rows of `plan` with a number for each among the rows that are equal in `columns`.
fn numbered(plan: &Arc<LogicalPlan>, columns: Vec<Expr>) -> Result<Arc<LogicalPlan>> {
    let columns = columns.into_iter().map(|column| {
        // Both zeros of a DOUBLE are one value.
        match column.get_type(plan.schema())? {
            DataType::Float32 => Ok(column + lit(0_f32)),
            DataType::Float64 => Ok(column + lit(0_f64)),
            _ => Ok(column),
        }
    });
    let columns = columns.collect::<Result<_>>()?;
    let number = row_number().partition_by(columns).build()?;
    let name = number.schema_name().to_string();
    let mut kept: Vec<Expr> = plan
        .schema()
        .columns()
        .into_iter()
        .map(Expr::Column)
        .collect();
    kept.push(Expr::Column(Column::from_name(name)).alias(NUMBER));
    let numbered = LogicalPlanBuilder::from(plan.as_ref().clone())
        .window([number])?
        .project(kept)?
        .build()?;
    Ok(Arc::new(numbered))
}
