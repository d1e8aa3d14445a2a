//! The plan of the operator, the same in every partition.

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
pub(super) struct DenseAggregationPlan {
    /// Conjuncts of the filter, over the rows of the source.
    pub(super) conditions: Vec<FilterConjunct>,
    /// The columns of the source that keys and aggregates read.
    pub(super) kept: Vec<usize>,
    /// Their schema.
    pub(super) kept_schema: SchemaRef,
    /// Over the retained columns, as are all fields below.
    pub(super) keys: Vec<EncodableKey>,
    /// Over a batch of all keys, if there are grouping sets.
    pub(super) sets: Option<PhysicalGroupBy>,
    pub(super) expressions: Arc<[Arc<dyn PhysicalExpr>]>,
    pub(super) calls: Vec<DenseAggregateCall>,
    /// Sums that several calls share.
    pub(super) sums: Vec<SharedSumSpec>,
    pub(super) output: SchemaRef,
    /// The replaced stock aggregation, over `original`.
    pub(super) stock: Arc<dyn ExecutionPlan>,
    /// The source of `stock`.
    pub(super) original: Arc<dyn ExecutionPlan>,
    /// The columns of `original` from those of the source; `None` if they are the same.
    pub(super) restored: Option<Vec<ProjectionExpr>>,
}

impl DenseAggregationPlan {
    /// The stock aggregation of the remaining rows in `rest`, which came from `source`.
    ///
    /// # Errors
    /// When the plan cannot be built.
    pub(super) fn of_the_rest(
        &self,
        rest: SendableRecordBatchStream,
        source: &Arc<dyn ExecutionPlan>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut rest: Arc<dyn ExecutionPlan> = Arc::new(RemainingRowsExec::new(vec![rest], source));
        if let Some(restored) = &self.restored {
            rest = Arc::new(ProjectionExec::try_new(restored.clone(), rest)?);
        }
        let stock = Arc::clone(&self.stock).transform_down(|node| {
            Ok(if Arc::ptr_eq(&node, &self.original) {
                Transformed::new(Arc::clone(&rest), true, TreeNodeRecursion::Jump)
            } else {
                Transformed::no(node)
            })
        })?;
        Ok(stock.data)
    }
}
