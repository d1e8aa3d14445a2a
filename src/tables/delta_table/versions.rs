//! Which version of a Delta table a statement reads: the newest as it begins, or the one that it names.

use std::any::Any;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::catalog::default_table_source::{provider_as_source, source_as_provider};
use datafusion::catalog::view::ViewTable;
use datafusion::common::tree_node::{Transformed, TreeNodeRecursion};
use datafusion::error::Result;
use datafusion::logical_expr::logical_plan::TableScanBuilder;
use datafusion::logical_expr::{LogicalPlan, TableScan};

use super::DeltaTable;
use crate::delta::TableVersion;

/// `table` as it is now, also where it is a view over Delta tables; `None` if nothing has changed.
///
/// # Errors
/// If the log of a table cannot be read any more.
pub(crate) async fn refreshed(
    table: &Arc<dyn TableProvider>,
) -> Result<Option<Arc<dyn TableProvider>>> {
    let any = table.as_ref() as &dyn Any;
    if let Some(delta) = any.downcast_ref::<DeltaTable>() {
        let newer = delta.refreshed().await?;
        return Ok(newer.map(|newer| Arc::new(newer) as Arc<dyn TableProvider>));
    }
    let Some(view) = any.downcast_ref::<ViewTable>() else {
        return Ok(None);
    };
    let Some(plan) = replaced(view.logical_plan(), None).await? else {
        return Ok(None);
    };
    let definition = view.definition().cloned();
    Ok(Some(Arc::new(ViewTable::new(plan, definition))))
}

/// `table` at `version`; `None` if it is neither a Delta table nor a view over one.
///
/// # Errors
/// If there is no such version.
pub(crate) async fn at_version(
    table: &Arc<dyn TableProvider>,
    version: TableVersion,
) -> Result<Option<Arc<dyn TableProvider>>> {
    let any = table.as_ref() as &dyn Any;
    if let Some(delta) = any.downcast_ref::<DeltaTable>() {
        return Ok(Some(Arc::new(delta.at(version).await?)));
    }
    let Some(view) = any.downcast_ref::<ViewTable>() else {
        return Ok(None);
    };
    let plan = replaced(view.logical_plan(), Some(version)).await?;
    Ok(plan.map(|plan| Arc::new(ViewTable::new(plan, None)) as Arc<dyn TableProvider>))
}

/// `plan` with the Delta tables in it at `version`, or as they are now; `None` if that is what it has.
async fn replaced(
    plan: &LogicalPlan,
    version: Option<TableVersion>,
) -> Result<Option<LogicalPlan>> {
    let mut newer: Vec<(Arc<dyn TableProvider>, Arc<dyn TableProvider>)> = Vec::new();
    for table in delta_tables(plan)? {
        let Some(delta) = (table.as_ref() as &dyn Any).downcast_ref::<DeltaTable>() else {
            continue;
        };
        let replacement = match version {
            Some(version) => Some(delta.at(version).await?),
            None => delta.refreshed().await?,
        };
        newer.extend(replacement.map(|new| (table, Arc::new(new) as Arc<dyn TableProvider>)));
    }
    if newer.is_empty() {
        return Ok(None);
    }
    let replaced = plan.clone().transform_down_with_subqueries(|node| {
        let LogicalPlan::TableScan(scan) = &node else {
            return Ok(Transformed::no(node));
        };
        let Ok(provider) = source_as_provider(&scan.source) else {
            return Ok(Transformed::no(node));
        };
        let found = newer.iter().find(|(old, _)| Arc::ptr_eq(old, &provider));
        let Some((_, new)) = found else {
            return Ok(Transformed::no(node));
        };
        let projection = in_new(scan, new)?;
        let source = provider_as_source(Arc::clone(new));
        let replaced = TableScanBuilder::new(scan.table_name.clone(), source)
            .with_projection(projection)
            .with_filters(scan.filters.clone())
            .with_fetch(scan.fetch)
            .build()?;
        Ok(Transformed::yes(LogicalPlan::TableScan(replaced)))
    })?;
    Ok(Some(replaced.data))
}

fn delta_tables(plan: &LogicalPlan) -> Result<Vec<Arc<dyn TableProvider>>> {
    let mut found: Vec<Arc<dyn TableProvider>> = Vec::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && let Ok(provider) = source_as_provider(&scan.source)
            && (provider.as_ref() as &dyn Any).is::<DeltaTable>()
            && !found.iter().any(|known| Arc::ptr_eq(known, &provider))
        {
            found.push(provider);
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(found)
}

/// The columns of `scan` in the other version, which may have more.
fn in_new(scan: &TableScan, new: &Arc<dyn TableProvider>) -> Result<Option<Vec<usize>>> {
    let (old, new) = (scan.source.schema(), new.schema());
    let all = 0..old.fields().len();
    let wanted = scan.projection.clone().unwrap_or_else(|| all.collect());
    let place = |column: usize| Ok(new.index_of(old.field(column).name())?);
    wanted
        .into_iter()
        .map(place)
        .collect::<Result<_>>()
        .map(Some)
}
