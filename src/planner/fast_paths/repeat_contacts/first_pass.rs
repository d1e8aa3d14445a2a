//! The first pass: one answer per row from customer and instant.

use std::sync::Arc;

use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::ExecutionPlan;

use super::answers::ContactTie;
use super::contact_query::RepeatContactRequest;
use super::row_answers::RowAnswersBuilder;
use super::ties;

/// The inputs of the pass, and its request.
#[derive(Debug, Clone)]
pub(super) struct FirstPass {
    pub(super) request: Arc<RepeatContactRequest>,
    /// The keys of customers, then the instant.
    pub(super) contacts: Arc<dyn ExecutionPlan>,
    /// The further keys of ORDER BY of the same rows.
    pub(super) ties: Option<Arc<dyn ExecutionPlan>>,
}

impl FirstPass {
    /// Gives the answer of the last of several contacts at the same instant to the one that is last by
    /// ORDER BY.
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

/// The error of a cancelled task; a panic is passed on.
pub(super) fn join_failed(error: tokio::task::JoinError) -> DataFusionError {
    DataFusionError::ExecutionJoin(Box::new(error))
}
