//! Keeps properties of the rows below grouping sets from being assumed above them.
//!
//! An aggregate over `GROUPING SETS`, `ROLLUP` or `CUBE` sets its keys to NULL in turn. But the stock
//! plan keeps the properties of the input: that a key is constant (after `WHERE channel = 'chat'`),
//! sorted or hash partitioned. The next stage then emits groups early and twice, and an ORDER BY on the
//! key is dropped. apache/datafusion#16965.
//!
//! Upstream: apache/datafusion#16965
//! Retire when: each group of GROUPING SETS over sorted input comes once

use std::fmt;
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, Partitioning, PhysicalExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::execution_plan::EmissionType;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties,
    ReplaceChildrenOptions,
};

/// Puts a [`GroupingSetsBoundary`] above each aggregate over grouping sets; runs before all other
/// rules.
#[derive(Debug)]
pub(crate) struct BoundGroupingSets;

impl PhysicalOptimizerRule for BoundGroupingSets {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|plan| {
            if has_grouping_sets(&plan) {
                Ok(Transformed::yes(
                    Arc::new(GroupingSetsBoundary::new(plan)) as _
                ))
            } else {
                Ok(Transformed::no(plan))
            }
        })
        .data()
    }

    fn name(&self) -> &'static str {
        "bound_grouping_sets"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn has_grouping_sets(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let aggregate = plan.downcast_ref::<AggregateExec>();
    aggregate.is_some_and(|aggregate| aggregate.group_expr().has_grouping_set())
}

/// Passes rows through and declares no properties of them.
#[derive(Debug, Clone)]
pub(crate) struct GroupingSetsBoundary {
    input: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl GroupingSetsBoundary {
    fn new(input: Arc<dyn ExecutionPlan>) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(input.schema()),
            Partitioning::UnknownPartitioning(input.output_partitioning().partition_count()),
            EmissionType::Final,
            input.boundedness(),
        );
        Self {
            input,
            properties: Arc::new(properties),
        }
    }
}

impl DisplayAs for GroupingSetsBoundary {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GroupingSetsBoundary")
    }
}

impl ExecutionPlan for GroupingSetsBoundary {
    fn name(&self) -> &'static str {
        "GroupingSetsBoundary"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input = children.pop().filter(|_| children.is_empty());
        let input = input.ok_or_else(|| {
            DataFusionError::Internal("GroupingSetsBoundary takes one child".to_owned())
        })?;
        Ok(Arc::new(Self::new(input)))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        use datafusion::physical_plan::ChildrenPropertiesMode::Recompute;
        self.replace_children(children, ReplaceChildrenOptions::new(Recompute))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        self.input.execute(partition, context)
    }
}
