//! The tables of `information_schema` that have types, and with them `SHOW COLUMNS` and `SHOW FUNCTIONS`, in SQL's
//! names of types.
//!
//! The stock tables print Arrow's types (`Utf8View`, `Timestamp(ns)`) and those of functions (`String`), which
//! `CAST` does not accept and `DESCRIBE` does not show. The tables are replaced in the plan, not in the result, so
//! that a filter such as `data_type = 'VARCHAR'` finds what is shown.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::Transformed;
use datafusion::datasource::{provider_as_source, source_as_provider};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, TableType};
use datafusion::physical_plan::{ExecutionPlan, collect};

use crate::sql_type;

/// Schema of the tables.
pub(super) const SCHEMA: &str = "information_schema";
const TABLES: [&str; 3] = ["columns", "parameters", "routines"];
/// The column of each with the types.
const TYPES: &str = "data_type";

/// `plan` with SQL's types in the place of Arrow's wherever it reads one of the tables.
///
/// # Errors
/// None that a user can cause.
pub(super) fn in_sql(plan: LogicalPlan) -> Result<LogicalPlan> {
    let replaced = plan.transform_down_with_subqueries(|node| match node {
        LogicalPlan::TableScan(mut scan)
            if scan.table_name.schema() == Some(SCHEMA)
                && TABLES.contains(&scan.table_name.table()) =>
        {
            let stock = source_as_provider(&scan.source)?;
            scan.source = provider_as_source(Arc::new(SqlTypedTable(stock)));
            Ok(Transformed::yes(LogicalPlan::TableScan(scan)))
        }
        other => Ok(Transformed::no(other)),
    });
    Ok(replaced?.data)
}

/// The plan of a `SHOW` statement without the catalog, which is the same in every row.
///
/// # Errors
/// None that a user can cause.
pub(super) fn without_catalog(plan: LogicalPlan) -> Result<LogicalPlan> {
    let columns = plan.schema().columns().into_iter();
    let shown = columns.filter(|column| column.name != "table_catalog");
    let shown: Vec<Expr> = shown.map(Expr::Column).collect();
    LogicalPlanBuilder::from(plan).project(shown)?.build()
}

/// A stock table with its types in the words of SQL.
#[derive(Debug)]
struct SqlTypedTable(Arc<dyn TableProvider>);

#[async_trait]
impl TableProvider for SqlTypedTable {
    fn schema(&self) -> SchemaRef {
        self.0.schema()
    }

    fn table_type(&self) -> TableType {
        self.0.table_type()
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let stock = self.0.scan(state, None, &[], None).await?;
        let batches = collect(stock, state.task_ctx()).await?;
        let named: Result<Vec<RecordBatch>> = batches.iter().map(named).collect();
        let rows: Arc<dyn ExecutionPlan> =
            MemorySourceConfig::try_new_exec(&[named?], self.schema(), projection.cloned())?;
        Ok(rows)
    }
}

fn named(batch: &RecordBatch) -> Result<RecordBatch> {
    let schema = batch.schema();
    let place = schema.index_of(TYPES)?;
    let columns = batch.columns().iter().enumerate();
    let columns = columns.map(|(index, column)| {
        match column.as_string_opt::<i32>().filter(|_| index == place) {
            Some(types) => {
                let names = types.iter().map(|text| text.map(sql_type::of_printed));
                Arc::new(names.collect::<StringArray>()) as ArrayRef
            }
            None => Arc::clone(column),
        }
    });
    Ok(RecordBatch::try_new(schema, columns.collect())?)
}
