//! Keeps Parquet's minima and maxima of floating-point columns from being used.
//!
//! Writers leave NaN out of a column's statistics, but in SQL NaN is greater than every number. So
//! `v > 2` would skip a row group of `[1, NaN]`, `v = 1` would be taken as true for all of it, and
//! `max(v)` computed from statistics would be 1 (apache/datafusion#15812). Counts, NULL counts and the
//! statistics of all other columns stay in use.
//!
//! Upstream: apache/datafusion#15812
//! Retire when: `max(v)` over a Parquet file with NaN is NaN

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{ScalarValue, Statistics};
use datafusion::config::ConfigOptions;
use datafusion::datasource::physical_plan::{
    FileScanConfig, FileScanConfigBuilder, FileSource, ParquetSource,
};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::physical_expr::expressions::{CaseExpr, Column, Literal, case};
use datafusion::physical_expr::{PhysicalExpr, conjunction, split_conjunction};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;

/// Removes minima, maxima and sums of float columns from Parquet scans.
///
/// Runs before every rule that evaluates expressions from statistics.
#[derive(Debug, Default)]
pub(crate) struct FloatStatistics;

/// Keeps predicates on float columns from pruning files, row groups and pages.
///
/// Runs after every rule that pushes filters into scans.
#[derive(Debug, Default)]
pub(crate) struct FloatPruning;

impl PhysicalOptimizerRule for FloatStatistics {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        rewrite_scans(plan, |config, _| {
            let schema = config.file_source.table_schema().table_schema();
            schema
                .fields()
                .iter()
                .any(|field| holds_floats(field.data_type()))
                .then(|| without_float_statistics(config, schema))
        })
    }

    fn name(&self) -> &'static str {
        "float_statistics"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

impl PhysicalOptimizerRule for FloatPruning {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        rewrite_scans(plan, |config, source| {
            let schema = config.file_source.table_schema().table_schema();
            let predicate = opaque_on_floats(&source.filter()?, schema)?;
            let source = source.with_predicate(predicate);
            let builder = FileScanConfigBuilder::from(config.clone());
            Some(builder.with_source(Arc::new(source)).build())
        })
    }

    fn name(&self) -> &'static str {
        "float_pruning"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn rewrite_scans(
    plan: Arc<dyn ExecutionPlan>,
    rewrite: impl Fn(&FileScanConfig, &ParquetSource) -> Option<FileScanConfig>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let rewritten = plan.transform_up(|node| {
        let scan = node
            .downcast_ref::<DataSourceExec>()
            .and_then(DataSourceExec::downcast_to_file_source::<ParquetSource>);
        let config = scan.and_then(|(config, source)| rewrite(config, source));
        Ok(match config {
            Some(config) => Transformed::yes(DataSourceExec::from_data_source(config) as _),
            None => Transformed::no(node),
        })
    })?;
    Ok(rewritten.data)
}

fn without_float_statistics(config: &FileScanConfig, schema: &Schema) -> FileScanConfig {
    let mut config = config.clone();
    for group in &mut config.file_groups {
        let files = group.iter().cloned().map(|mut file| {
            let statistics = file.statistics.as_deref();
            file.statistics = statistics.map(|known| Arc::new(blank(known.clone(), schema)));
            file
        });
        *group = files.collect::<Vec<_>>().into();
    }
    let statistics = blank(config.statistics(), schema);
    FileScanConfigBuilder::from(config)
        .with_statistics(statistics)
        .build()
}

fn blank(mut statistics: Statistics, schema: &Schema) -> Statistics {
    let columns = statistics.column_statistics.iter_mut();
    for (column, field) in columns.zip(schema.fields()) {
        if holds_floats(field.data_type()) {
            column.min_value = Precision::Absent;
            column.max_value = Precision::Absent;
            column.sum_value = Precision::Absent;
        }
    }
    statistics
}

/// The predicate with its conjuncts over floats in an equivalent form that cannot prune; `None` if it
/// has no such conjunct.
///
/// The conjuncts stay, because with filter pushdown the scan must apply them.
fn opaque_on_floats(
    predicate: &Arc<dyn PhysicalExpr>,
    schema: &Schema,
) -> Option<Arc<dyn PhysicalExpr>> {
    let mut changed = false;
    let conjuncts: Vec<_> = split_conjunction(predicate)
        .into_iter()
        .map(|conjunct| match opaque(conjunct, schema) {
            Some(opaque) => {
                changed = true;
                opaque
            }
            None => Arc::clone(conjunct),
        })
        .collect();
    changed.then(|| conjunction(conjuncts))
}

fn opaque(conjunct: &Arc<dyn PhysicalExpr>, schema: &Schema) -> Option<Arc<dyn PhysicalExpr>> {
    if conjunct.downcast_ref::<CaseExpr>().is_some() || !reads_floats(conjunct, schema) {
        return None;
    }
    let literal = |value: bool| -> Arc<dyn PhysicalExpr> {
        Arc::new(Literal::new(ScalarValue::Boolean(Some(value))))
    };
    let when = vec![(Arc::clone(conjunct), literal(true))];
    case(None, when, Some(literal(false))).ok()
}

fn reads_floats(expression: &Arc<dyn PhysicalExpr>, schema: &Schema) -> bool {
    let mut found = false;
    // The closure never fails.
    let _ = expression.apply(|node| {
        if let Some(column) = node.downcast_ref::<Column>() {
            let field = schema.fields().find(column.name());
            found |= field.is_some_and(|(_, field)| holds_floats(field.data_type()));
        }
        Ok(if found {
            TreeNodeRecursion::Stop
        } else {
            TreeNodeRecursion::Continue
        })
    });
    found
}

fn holds_floats(data_type: &DataType) -> bool {
    match data_type {
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::FixedSizeList(field, _)
        | DataType::Map(field, _) => holds_floats(field.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| holds_floats(field.data_type())),
        DataType::Dictionary(_, value) => holds_floats(value),
        other => other.is_floating(),
    }
}
