//! A plan and what is computed of its rows.

use std::fmt::Debug;
use std::sync::Arc;

use arrow::datatypes::FieldRef;
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use datafusion::logical_expr::LogicalPlan;

/// Rows computed of all rows of a plan.
pub(crate) trait TableComputation: Debug + Send + Sync {
    /// The columns of its rows.
    fn fields(&self) -> Vec<FieldRef>;

    /// Number of leading columns of the input by which its rows must be sorted, ascending with NULLs last.
    fn sorted_by(&self) -> usize;

    /// All rows, of all rows of the input in one batch.
    ///
    /// # Errors
    /// When the input has values of which nothing can be computed.
    fn compute(&self, input: &RecordBatch) -> Result<RecordBatch>;
}

/// A planned call.
#[derive(Debug, Clone)]
pub(crate) struct ComputedTable {
    /// The rows that are computed of.
    pub(crate) input: LogicalPlan,
    pub(crate) computation: Arc<dyn TableComputation>,
}
