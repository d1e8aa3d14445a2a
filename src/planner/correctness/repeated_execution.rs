//! A left side of a nested loop join that can be read again.
//!
//! Where memory is short, the stock join drops what it holds of its left side and executes that plan once more, to
//! write its rows to disk. Operators with state below it, exchanges above all, can be executed once only: the query
//! ends with "partition not used yet". So the second execution gets operators of its own.
//!
//! Upstream: none found: "`NestedLoopJoinExec` executes its left child twice when it spills, without `reset_plan_states`"
//! Retire when: a nested loop join over GROUP BY of a Parquet table, in a memory limit below its rows, does not panic.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, Statistics, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::execution_plan::{CardinalityEffect, reset_plan_states};
use datafusion::physical_plan::joins::NestedLoopJoinExec;
use datafusion::physical_plan::statistics::{ChildStats, StatisticsArgs};
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties,
    ReplaceChildrenOptions,
};

use crate::planner::rewrite::{PlanRef, replaced};
use crate::settings::DeskqlOptions;

/// Puts [`RepeatableExec`] below the joins. Runs when all other rules have, since none should see it.
#[derive(Debug)]
pub(crate) struct RepeatedExecution;

impl PhysicalOptimizerRule for RepeatedExecution {
    fn optimize(&self, plan: PlanRef, config: &ConfigOptions) -> Result<PlanRef> {
        if DeskqlOptions::memory_limit(config).is_none() {
            return Ok(plan);
        }
        replaced(plan, |node| {
            let join = node.downcast_ref::<NestedLoopJoinExec>();
            join.map(|join| over_repeatable(node, Arc::clone(join.left()), join.right()))
                .transpose()
        })
    }

    fn name(&self) -> &'static str {
        "repeated_execution"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// A nested loop join of these sides, of which it can execute the left one again.
///
/// # Errors
/// When the join cannot be rebuilt.
pub(in crate::planner) fn over_repeatable(
    join: &PlanRef,
    left: PlanRef,
    right: &PlanRef,
) -> Result<PlanRef> {
    let left: PlanRef = Arc::new(RepeatableExec::new(left));
    let mode = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Keep);
    Arc::clone(join).replace_children(vec![left, Arc::clone(right)], mode)
}

/// The rows of its input. Each execution after the first has operators of its own.
#[derive(Debug)]
struct RepeatableExec {
    input: PlanRef,
    /// For each partition, whether it was executed.
    executed: Vec<AtomicBool>,
}

impl RepeatableExec {
    fn new(input: PlanRef) -> Self {
        let partitions = input.properties().partitioning.partition_count();
        Self {
            executed: (0..partitions).map(|_| AtomicBool::new(false)).collect(),
            input,
        }
    }
}

impl DisplayAs for RepeatableExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RepeatableExec")
    }
}

impl ExecutionPlan for RepeatableExec {
    fn name(&self) -> &'static str {
        "RepeatableExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn children(&self) -> Vec<&PlanRef> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<PlanRef>,
        _: ReplaceChildrenOptions,
    ) -> Result<PlanRef> {
        let Some(input) = children.into_iter().next() else {
            return internal_err!("RepeatableExec has one child");
        };
        Ok(Arc::new(Self::new(input)))
    }

    fn with_new_children(self: Arc<Self>, children: Vec<PlanRef>) -> Result<PlanRef> {
        let mode = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        self.replace_children(children, mode)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        if self.executed[partition].swap(true, Ordering::Relaxed) {
            let anew = reset_plan_states(Arc::clone(&self.input))?;
            return anew.execute(partition, context);
        }
        self.input.execute(partition, context)
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(partition)]
    }

    fn statistics_from_inputs(
        &self,
        input: &[Arc<Statistics>],
        _: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        Ok(Arc::clone(&input[0]))
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }
}
