//! The plan of the operator, the same in every partition.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_expr::projection::ProjectionExpr;
use datafusion::physical_plan::aggregates::PhysicalGroupBy;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use super::aggregates::DenseAggregateCall;
use super::keys::EncodableKey;
use super::selection::FilterConjunct;
use super::sums::SharedSumSpec;
use crate::planner::fast_paths::remaining_rows::RemainingRowsExec;

/// Expressions and schemas of the operator, the same in every partition.
#[derive(Debug)]
pub(crate) struct DenseAggregationPlan {
    /// Conjuncts of the filter, over the rows of the source.
    pub(super) conditions: Vec<FilterConjunct>,
    /// The columns of the source that keys and aggregates read.
    pub(crate) kept: Vec<usize>,
    /// Their schema.
    pub(super) kept_schema: SchemaRef,
    /// Over the retained columns, as are all fields below.
    pub(crate) keys: Vec<EncodableKey>,
    /// Over a batch of all keys, if there are grouping sets.
    pub(crate) sets: Option<PhysicalGroupBy>,
    pub(crate) expressions: Arc<[Arc<dyn PhysicalExpr>]>,
    pub(crate) calls: Vec<DenseAggregateCall>,
    /// Sums that several calls share.
    pub(super) sums: Vec<SharedSumSpec>,
    pub(crate) output: SchemaRef,
    /// The replaced stock aggregation, over `original`.
    pub(super) stock: Arc<dyn ExecutionPlan>,
    /// The source of `stock`.
    pub(crate) original: Arc<dyn ExecutionPlan>,
    /// The columns of `original` from those of the source; `None` if they are the same.
    pub(super) restored: Option<Vec<ProjectionExpr>>,
}

impl DenseAggregationPlan {
    /// Writes the filter, as `EXPLAIN` shows it.
    pub(crate) fn fmt_filter(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.conditions.is_empty() {
            return Ok(());
        }
        let conditions = self.conditions.iter().map(ToString::to_string);
        let conditions: Vec<String> = conditions.collect();
        write!(f, ", filter={}", conditions.join(" AND "))
    }

    /// The stock aggregation of the remaining rows in `rest`, which came from `source`.
    ///
    /// # Errors
    /// When the plan cannot be built.
    pub(super) fn of_the_rest(
        &self,
        rest: SendableRecordBatchStream,
        source: &Arc<dyn ExecutionPlan>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let rest = Arc::new(RemainingRowsExec::new(vec![rest], source));
        self.over_source(&self.stock, rest)
    }

    /// `plan`, which has the replaced aggregation in it, over `source`, whose text columns may be dictionaries.
    ///
    /// # Errors
    /// When the plan cannot be built.
    pub(crate) fn over_source(
        &self,
        plan: &Arc<dyn ExecutionPlan>,
        mut source: Arc<dyn ExecutionPlan>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if let Some(restored) = &self.restored {
            source = Arc::new(ProjectionExec::try_new(restored.clone(), source)?);
        }
        let over = Arc::clone(plan).transform_down(|node| {
            Ok(if Arc::ptr_eq(&node, &self.original) {
                Transformed::new(Arc::clone(&source), true, TreeNodeRecursion::Jump)
            } else {
                Transformed::no(node)
            })
        })?;
        Ok(over.data)
    }
}
