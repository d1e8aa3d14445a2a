//! `DISTINCT ON` as a filter of row numbers.
//!
//! The stock optimizer turns it into a grouping with a `first_value(.. ORDER BY ..)` for each column, which compares the
//! order row by row and column by column. As a filter of row numbers it has the sort of windows, which gathers the first
//! row of each group only.

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, Result};
use datafusion::functions_window::row_number::row_number;
use datafusion::logical_expr::{
    Distinct, DistinctOn, Expr, ExprFunctionExt, LogicalPlan, LogicalPlanBuilder, lit,
};

use super::{FastPath, Rewrite};
use crate::settings::FeatureSwitch;

pub(super) const FAST_PATH: FastPath = FastPath {
    switch: FeatureSwitch {
        name: "distinct_on_by_row_number",
        about: "Whether DISTINCT ON is a filter of row numbers",
    },
    explain_mark: "row_number() PARTITION BY",
    retire_when: "the stock optimizer finds the first row of a group without comparing the order of each column",
    rewrites: &[Rewrite::Logical(rewrite)],
};

fn rewrite(plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
    let rewritten = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Distinct(Distinct::On(distinct)) if distinct.sort_expr.is_some() => {
            first_of_each(distinct).map(Transformed::yes)
        }
        node => Ok(Transformed::no(node)),
    })?;
    Ok(rewritten.data)
}

/// The row of each group that is first in the order, sorted by the keys of the groups as the stock plan does it.
fn first_of_each(distinct: DistinctOn) -> Result<LogicalPlan> {
    let DistinctOn {
        on_expr,
        select_expr,
        sort_expr,
        input,
        ..
    } = distinct;
    // ORDER BY begins with the keys.
    let mut keys = sort_expr.unwrap_or_default();
    let order = keys.split_off(on_expr.len().min(keys.len()));
    let number = row_number().partition_by(on_expr);
    let number = if order.is_empty() {
        number.build()?
    } else {
        number.order_by(order).build()?
    };
    let column = Column::from_name(number.schema_name().to_string());
    LogicalPlanBuilder::from(input)
        .window([number])?
        .filter(Expr::Column(column).eq(lit(1_u64)))?
        .sort(keys)?
        .project(select_expr)?
        .build()
}
