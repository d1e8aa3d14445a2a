//! Plans that emit the same rows in the same order on each execution.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::datasource::physical_plan::{
    FileGroupPartitioner, FileScanConfig, FileScanConfigBuilder, ParquetSource,
};
use datafusion::datasource::source::{DataSource, DataSourceExec};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr_common::physical_expr::is_volatile;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{ChildrenPropertiesMode, ExecutionPlan, ReplaceChildrenOptions};

/// `plan` in a form that can be read twice: a chain of filters and projections over a scan, whose
/// partitions are parts of the input in the order of its files. `None` for other plans.
///
/// # Errors
/// When the chain cannot be rebuilt over the new scan.
pub(super) fn repeatable(
    plan: &Arc<dyn ExecutionPlan>,
    config: &ConfigOptions,
) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    if let Some(scan) = plan.downcast_ref::<DataSourceExec>() {
        return Ok(repeatable_scan(scan, config));
    }
    let is_pure = if let Some(filter) = plan.downcast_ref::<FilterExec>() {
        filter.fetch().is_none() && !is_volatile(filter.predicate())
    } else if let Some(projection) = plan.downcast_ref::<ProjectionExec>() {
        let mut expressions = projection.expr().iter();
        !expressions.any(|expression| is_volatile(&expression.expr))
    } else {
        false
    };
    let [input] = plan.children()[..] else {
        return Ok(None);
    };
    let Some(input) = is_pure
        .then(|| repeatable(input, config))
        .transpose()?
        .flatten()
    else {
        return Ok(None);
    };
    let mode = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
    Arc::clone(plan)
        .replace_children(vec![input], mode)
        .map(Some)
}

fn repeatable_scan(
    scan: &DataSourceExec,
    config: &ConfigOptions,
) -> Option<Arc<dyn ExecutionPlan>> {
    if let Some((files, _)) = scan.downcast_to_file_source::<ParquetSource>() {
        return in_order_of_files(files, config)
            .map(|files| DataSourceExec::from_data_source(files) as _);
    }
    let memory = scan.data_source().downcast_ref::<MemorySourceConfig>()?;
    memory
        .fetch()
        .is_none()
        .then(|| Arc::new(scan.clone()) as _)
}

/// The scan with its files divided into one byte range per partition, which no other partition reads.
fn in_order_of_files(files: &FileScanConfig, config: &ConfigOptions) -> Option<FileScanConfig> {
    let projection = files.file_source.projection();
    let is_pure = |expression: &Arc<dyn PhysicalExpr>| !is_volatile(expression);
    let mut computed = projection.iter().flat_map(|projection| projection.iter());
    if files.limit.is_some()
        || files.output_partitioning.is_some()
        || !computed.all(|computed| is_pure(&computed.expr))
        || !files.file_source.filter().iter().all(is_pure)
    {
        return None;
    }
    let optimizer = &config.optimizer;
    let split = FileGroupPartitioner::new()
        .with_target_partitions(config.execution.target_partitions)
        .with_repartition_file_min_size(optimizer.repartition_file_min_size)
        .repartition_file_groups(&files.file_groups);
    let split = split.filter(|_| optimizer.repartition_file_scans);
    let groups = split.unwrap_or_else(|| files.file_groups.clone());
    let builder = FileScanConfigBuilder::from(files.clone())
        .with_file_groups(groups)
        // The order within a partition was declared for the former partitions.
        .with_output_ordering(vec![])
        // Otherwise idle partitions steal files from others.
        .with_preserve_order(true);
    Some(builder.build())
}
