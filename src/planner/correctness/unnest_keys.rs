//! Keeps unique keys below an UNNEST from being used above it.
//!
//! `SELECT team, unnest(agents) AS agent FROM (.. GROUP BY team)` has a row for each agent, but in the
//! stock plan `team` stays a unique key. So `ORDER BY team, agent` loses its second key, and `GROUP BY
//! team, agent` groups by `team` alone, which counts wrong.
//!
//! Upstream: none found: functional dependencies of the input are kept by `LogicalPlan::Unnest`, so that ORDER BY and GROUP BY lose keys
//! Retire when: ORDER BY of a key and an unnested column keeps both

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{FunctionalDependencies, Result};
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::{ApplyOrder, Optimizer, OptimizerConfig, OptimizerRule};

/// The stock rules; before each rule that relies on keys, a rule removes the keys below an UNNEST.
pub(crate) fn optimizer_rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let mut rules: Vec<Arc<dyn OptimizerRule + Send + Sync>> = vec![];
    for stock in Optimizer::new().rules {
        if ["eliminate_duplicated_expr", "optimize_projections"].contains(&stock.name()) {
            rules.push(Arc::new(UnnestForgetsKeys));
        }
        rules.push(stock);
    }
    rules
}

/// Removes the keys from the schema of each UNNEST, and from all nodes above.
#[derive(Debug)]
struct UnnestForgetsKeys;

impl OptimizerRule for UnnestForgetsKeys {
    fn name(&self) -> &'static str {
        "unnest_forgets_keys"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        None
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let mut has_unnest = false;
        plan.apply_with_subqueries(|node| {
            has_unnest |= matches!(node, LogicalPlan::Unnest(_));
            Ok(if has_unnest {
                TreeNodeRecursion::Stop
            } else {
                TreeNodeRecursion::Continue
            })
        })?;
        if !has_unnest {
            return Ok(Transformed::no(plan));
        }
        // The optimizer runs another pass if a rule reports a change, and every pass would begin with
        // these keys.
        forget(plan).map(|plan| Transformed::no(plan.data))
    }
}

/// The plan, and true if keys were removed from it or from a plan below.
fn forget(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let below = plan
        .map_subqueries(forget)?
        .transform_sibling(|plan| plan.map_children(forget))?;
    let LogicalPlan::Unnest(mut unnest) = below.data else {
        return if below.transformed {
            below.data.recompute_schema().map(Transformed::yes)
        } else {
            Ok(below)
        };
    };
    if unnest.schema.functional_dependencies().is_empty() {
        return Ok(Transformed::no(LogicalPlan::Unnest(unnest)));
    }
    let schema = unnest.schema.as_ref().clone();
    let schema = schema.with_functional_dependencies(FunctionalDependencies::empty())?;
    unnest.schema = Arc::new(schema);
    Ok(Transformed::yes(LogicalPlan::Unnest(unnest)))
}
