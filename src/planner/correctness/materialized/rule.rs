//! Puts nodes in the place of marks, and lets the operators of one relation share its rows.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::AnalyzerRule;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;

use super::evaluated_once;
use super::marker::marked;
use super::operator::MaterializedExec;
use super::repeatable::is_repeatable;

/// Evaluates queries of WITH once that are read more than once and may give other rows each time.
#[derive(Debug)]
pub(crate) struct MaterializedCtes;

impl AnalyzerRule for MaterializedCtes {
    fn name(&self) -> &'static str {
        "materialized_ctes"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let readers = readers(&plan)?;
        if readers.is_empty() {
            return Ok(plan);
        }
        let planned = plan.transform_up_with_subqueries(|node| {
            let LogicalPlan::Filter(filter) = &node else {
                return Ok(Transformed::no(node));
            };
            let Some(id) = marked(filter) else {
                return Ok(Transformed::no(node));
            };
            let query = filter.input.as_ref();
            let is_shared = readers.get(&id).is_some_and(|readers| *readers > 1);
            Ok(Transformed::yes(if is_shared && !is_repeatable(query)? {
                evaluated_once(id, query.clone())
            } else {
                query.clone()
            }))
        })?;
        Ok(planned.data)
    }
}

/// How often each marked query stands in a plan.
fn readers(plan: &LogicalPlan) -> Result<HashMap<u64, usize>> {
    let mut readers = HashMap::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::Filter(filter) = node
            && let Some(id) = marked(filter)
        {
            *readers.entry(id).or_default() += 1;
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(readers)
}

/// Gives all operators of one relation the same rows. Runs last: rules copy operators.
#[derive(Debug)]
pub(crate) struct SharedEvaluations;

impl PhysicalOptimizerRule for SharedEvaluations {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut first: HashMap<u64, MaterializedExec> = HashMap::new();
        let shared = plan.transform_up(|node| {
            let Some(operator) = node.downcast_ref::<MaterializedExec>() else {
                return Ok(Transformed::no(node));
            };
            let rows = first
                .entry(operator.id())
                .or_insert_with(|| operator.clone());
            let sharing: Arc<dyn ExecutionPlan> = Arc::new(operator.sharing(rows));
            Ok(Transformed::yes(sharing))
        })?;
        Ok(shared.data)
    }

    fn name(&self) -> &'static str {
        "shared_evaluations"
    }

    fn schema_check(&self) -> bool {
        true
    }
}
