//! Orders that a plan relies on without an operator that requires them.
//!
//! The stock planner drops the sort of ORDER BY where rows come in that order already. What is left tells nobody: the
//! result itself, a LIMIT, which takes the first rows that it gets, and what INSERT and COPY write.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::datasource::sink::DataSinkExec;
use datafusion::physical_plan::ExecutionPlanProperties;
use datafusion::physical_plan::limit::{GlobalLimitExec, LocalLimitExec};

use crate::planner::rewrite::PlanRef;

/// True if `changed`, which is `plan` with another operator for some subtree, has all the orders that `plan` relies on.
///
/// # Errors
/// When an order cannot be compared.
pub(super) fn keeps_orders(plan: &PlanRef, changed: &PlanRef) -> Result<bool> {
    let (before, after) = (relied_on(plan)?, relied_on(changed)?);
    if before.len() != after.len() {
        return Ok(false);
    }
    for (before, after) in before.iter().zip(&after) {
        let Some(order) = before.output_ordering() else {
            continue;
        };
        let known = after.equivalence_properties();
        if !known.ordering_satisfy(order.clone())? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The plan itself, and the inputs of what takes rows in the order in which they come.
fn relied_on(plan: &PlanRef) -> Result<Vec<PlanRef>> {
    let mut found = vec![Arc::clone(plan)];
    plan.apply(|node| {
        if is_limit(node) || node.is::<DataSinkExec>() {
            found.extend(node.children().into_iter().map(Arc::clone));
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(found)
}

/// True of operators that give the first rows of their input, in its order.
fn is_limit(node: &PlanRef) -> bool {
    let is_sorted_anew = !node.maintains_input_order().contains(&true);
    let has_fetch = node.fetch().is_some() && !is_sorted_anew;
    has_fetch || node.is::<GlobalLimitExec>() || node.is::<LocalLimitExec>()
}
