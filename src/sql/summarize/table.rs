//! The summary of a query as a table, so that it is planned when it is read.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, LogicalPlan, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::expressions::Column;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};

use super::operator::SummaryExec;

/// One row for each column of a query.
#[derive(Debug)]
pub(super) struct SummaryTable {
    /// Names of the query's columns.
    pub(super) names: Vec<String>,
    pub(super) plan: LogicalPlan,
    pub(super) schema: SchemaRef,
}

#[async_trait]
impl TableProvider for SummaryTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input = state.create_physical_plan(&self.plan).await?;
        let summary = SummaryExec::new(input, self.names.clone(), Arc::clone(&self.schema));
        let summary: Arc<dyn ExecutionPlan> = Arc::new(summary);
        let Some(columns) = projection else {
            return Ok(summary);
        };
        let columns = columns.iter().map(|index| {
            let name = self.schema.field(*index).name();
            ProjectionExpr::new(Arc::new(Column::new(name, *index)), name.clone())
        });
        let columns: Vec<ProjectionExpr> = columns.collect();
        Ok(Arc::new(ProjectionExec::try_new(columns, summary)?))
    }
}
