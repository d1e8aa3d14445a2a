//! `COPY .. TO` and `INSERT` write all of their files or none.
//!
//! DataFusion's CSV and JSON sinks treat the end of a failed input as the end of the data and
//! finish the file: a query that fails in its last row leaves a file that looks complete. With this
//! rule a sink writes into a [`StagedObjects`] area, which becomes visible only after the sink has
//! succeeded.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::datasource::sink::{DataSink, DataSinkExec};
use datafusion::error::Result;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan};

use super::scratch::ScratchFiles;
use super::staged_objects::StagedObjects;
use super::staging::StagingStores;

/// Physical optimizer rule that makes every sink of a plan all-or-nothing.
#[derive(Debug)]
pub(crate) struct AllOrNothing {
    scratch: ScratchFiles,
}

impl AllOrNothing {
    /// Creates a rule that registers its unfinished local files in `scratch`.
    #[must_use]
    pub(crate) fn new(scratch: ScratchFiles) -> Self {
        Self { scratch }
    }

    fn wrap(&self, plan: Arc<dyn ExecutionPlan>) -> Transformed<Arc<dyn ExecutionPlan>> {
        match plan.downcast_ref::<DataSinkExec>() {
            Some(exec) if !exec.sink().is::<StagedSink>() && !exec.sink().is::<WholeSink>() => {
                let sink = StagedSink {
                    exec: exec.clone(),
                    scratch: self.scratch.clone(),
                };
                let (input, order) = (Arc::clone(exec.input()), exec.sort_order().clone());
                Transformed::yes(Arc::new(DataSinkExec::new(input, Arc::new(sink), order)))
            }
            _ => Transformed::no(plan),
        }
    }
}

impl PhysicalOptimizerRule for AllOrNothing {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_down(|node| Ok(self.wrap(node)))
            .map(|transformed| transformed.data)
    }

    fn name(&self) -> &'static str {
        "all_or_nothing"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Sink whose files become visible when it succeeds.
#[derive(Debug)]
struct StagedSink {
    exec: DataSinkExec,
    scratch: ScratchFiles,
}

impl DisplayAs for StagedSink {
    fn fmt_as(&self, format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.exec.sink().fmt_as(format, f)
    }
}

#[async_trait]
impl DataSink for StagedSink {
    fn metrics(&self) -> Option<MetricsSet> {
        self.exec.sink().metrics()
    }

    fn schema(&self) -> &SchemaRef {
        self.exec.sink().schema()
    }

    async fn write_all(
        &self,
        data: SendableRecordBatchStream,
        context: &Arc<TaskContext>,
    ) -> Result<u64> {
        let staging = Arc::new(StagedObjects::new(self.scratch.clone()));
        let staged = Arc::new(with_stores(context, &staging));
        let written = self.exec.sink().write_all(data, &staged).await;
        match written {
            Ok(rows) => staging.commit().await.map(|()| rows),
            Err(error) => {
                staging.abort().await;
                Err(staging.cause(error))
            }
        }
    }
}

/// Marks a sink that is all-or-nothing by itself.
#[derive(Debug)]
pub(crate) struct WholeSink(pub(crate) Arc<dyn DataSink>);

impl DisplayAs for WholeSink {
    fn fmt_as(&self, format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_as(format, f)
    }
}

#[async_trait]
impl DataSink for WholeSink {
    fn metrics(&self) -> Option<MetricsSet> {
        self.0.metrics()
    }

    fn schema(&self) -> &SchemaRef {
        self.0.schema()
    }

    async fn write_all(
        &self,
        data: SendableRecordBatchStream,
        context: &Arc<TaskContext>,
    ) -> Result<u64> {
        self.0.write_all(data, context).await
    }
}

/// Returns `context` with every object store wrapped by `staging`.
pub(crate) fn with_stores(context: &TaskContext, staging: &Arc<StagedObjects>) -> TaskContext {
    let runtime = context.runtime_env();
    let stores = StagingStores::new(
        Arc::clone(&runtime.object_store_registry),
        Arc::clone(staging),
    );
    let runtime = RuntimeEnv {
        object_store_registry: Arc::new(stores),
        ..RuntimeEnv::clone(&runtime)
    };
    TaskContext::new(
        context.task_id(),
        context.session_id(),
        context.session_config().clone(),
        context.scalar_functions().clone(),
        context.higher_order_functions().clone(),
        context.aggregate_functions().clone(),
        context.window_functions().clone(),
        Arc::new(runtime),
    )
}
