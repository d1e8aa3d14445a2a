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

    /// A state that takes the rows as they come, in any order, so that they are not held; `None` where all rows
    /// are needed at once.
    fn fold(&self) -> Option<Box<dyn TableFold>> {
        None
    }
}

/// A state of rows from which the result follows.
pub(crate) trait TableFold: Send {
    /// Takes some rows.
    ///
    /// # Errors
    /// When they have values of which nothing can be computed.
    fn add(&mut self, rows: &RecordBatch) -> Result<()>;

    /// Bytes of the state.
    fn size(&self) -> usize;

    /// The result of all rows.
    ///
    /// # Errors
    /// When nothing can be computed of them.
    fn finish(&self) -> Result<RecordBatch>;
}

/// A planned call.
#[derive(Debug, Clone)]
pub(crate) struct ComputedTable {
    /// The rows that are computed of.
    pub(crate) input: LogicalPlan,
    pub(crate) computation: Arc<dyn TableComputation>,
}
