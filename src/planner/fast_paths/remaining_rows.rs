//! The rows that an operator which gives up has not consumed, as a plan.

use std::fmt;
use std::sync::{Arc, Mutex};

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PhysicalExpr, PlanProperties,
    ReplaceChildrenOptions,
};

/// Streams that can be executed once each.
pub(super) struct RemainingRowsExec {
    /// By partition: one for all of them, or one for each.
    streams: Mutex<Vec<Option<SendableRecordBatchStream>>>,
    properties: Arc<PlanProperties>,
}

impl RemainingRowsExec {
    /// `streams`, which came from partitions of `source`: from one that is executed again under its own number, or from
    /// all of them in their order.
    pub(super) fn new(
        streams: Vec<SendableRecordBatchStream>,
        source: &Arc<dyn ExecutionPlan>,
    ) -> Self {
        Self {
            streams: Mutex::new(streams.into_iter().map(Some).collect()),
            properties: Arc::clone(source.properties()),
        }
    }
}

impl fmt::Debug for RemainingRowsExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Remaining")
    }
}

impl DisplayAs for RemainingRowsExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Remaining")
    }
}

impl ExecutionPlan for RemainingRowsExec {
    fn name(&self) -> &'static str {
        "Remaining"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, partition: usize, _: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let taken = self.streams.lock().ok().and_then(|mut streams| {
            let place = if streams.len() == 1 { 0 } else { partition };
            streams.get_mut(place)?.take()
        });
        match taken {
            Some(stream) => Ok(stream),
            None => internal_err!("remaining rows can be read once"),
        }
    }
}
