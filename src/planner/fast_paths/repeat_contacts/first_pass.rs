//! The first pass: one answer a row from who and when.

use std::sync::Arc;

use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::ExecutionPlan;

use super::answers::ContactTie;
use super::contact_query::RepeatContactRequest;
use super::row_answers::RowAnswersBuilder;
use super::ties;

/// What the pass reads, and for what.
#[derive(Debug, Clone)]
pub(super) struct FirstPass {
    pub(super) request: Arc<RepeatContactRequest>,
    /// Who and when: the keys, then the instant.
    pub(super) contacts: Arc<dyn ExecutionPlan>,
    /// The further keys of ORDER BY of the same rows.
    pub(super) ties: Option<Arc<dyn ExecutionPlan>>,
}

impl FirstPass {
    /// Gives the answer of the last of some contacts at the same instant to the one that ORDER BY
    /// says is last.
    ///
    /// # Errors
    /// When reading fails or the memory limit leaves no room.
    pub(super) async fn break_ties(
        &self,
        found: Vec<ContactTie>,
        marks: &mut [Vec<&mut RowAnswersBuilder>],
        context: &Arc<TaskContext>,
        memory: &MemoryReservation,
    ) -> Result<()> {
        match &self.ties {
            Some(plan) if !found.is_empty() => {
                let memory = memory.new_empty();
                ties::settle(found, marks, &self.request, plan, context, &memory).await
            }
            _ => Ok(()),
        }
    }
}

/// A task that was cancelled, since a panic is passed on.
pub(super) fn join_failed(error: tokio::task::JoinError) -> DataFusionError {
    DataFusionError::ExecutionJoin(Box::new(error))
}
