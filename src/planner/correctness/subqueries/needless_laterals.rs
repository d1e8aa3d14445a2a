//! A LATERAL that reads nothing of the tables before it, once its conditions are simplified.
//!
//! The stock rule makes a join of a LATERAL only while it has an outer column, and the planner refuses
//! what is left: `LATERAL (SELECT .. WHERE y > x * 0)` fails where `y > 0` is planned.
//!
//! Upstream: none found: "Physical plan does not support undecorrelated Subquery" for a LATERAL whose outer columns are simplified away
//! Retire when: the stock engine answers `SELECT y FROM (VALUES (1)) a(x), LATERAL (SELECT y FROM (VALUES (2)) b(y) WHERE y > x * 0) c`.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::LogicalPlan;
use datafusion::logical_expr::logical_plan::SubqueryAlias;
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

use super::outer_references::free_references;

/// Takes LATERAL off such subqueries; runs just before the stock rule.
#[derive(Debug)]
pub(crate) struct NeedlessLaterals;

impl OptimizerRule for NeedlessLaterals {
    fn name(&self) -> &'static str {
        "needless_laterals"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        match plan {
            LogicalPlan::SubqueryAlias(node) => match without_lateral(&node.input)? {
                Some(input) => {
                    let node = SubqueryAlias::try_new(input, node.alias)?;
                    Ok(Transformed::yes(LogicalPlan::SubqueryAlias(node)))
                }
                None => Ok(Transformed::no(LogicalPlan::SubqueryAlias(node))),
            },
            LogicalPlan::Join(mut node) => match without_lateral(&node.right)? {
                Some(right) => {
                    node.right = right;
                    Ok(Transformed::yes(LogicalPlan::Join(node)))
                }
                None => Ok(Transformed::no(LogicalPlan::Join(node))),
            },
            other => Ok(Transformed::no(other)),
        }
    }
}

fn without_lateral(plan: &LogicalPlan) -> Result<Option<Arc<LogicalPlan>>> {
    match plan {
        LogicalPlan::Subquery(node) if free_references(&node.subquery)?.is_empty() => {
            Ok(Some(Arc::clone(&node.subquery)))
        }
        _ => Ok(None),
    }
}
