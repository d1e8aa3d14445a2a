//! deskql's engine as a database that sqllogictest can drive.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::physical_plan::collect;
use datafusion_sqllogictest::{
    DFColumnType, DFOutput, DFSqlLogicTestError, convert_batches, convert_schema_to_types,
};
use deskql::{Engine, Error};
use sqllogictest::{AsyncDB, DBOutput};

use super::data::switches;

/// One engine that answers the statements of one file.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    engine: Arc<Engine>,
    root: Option<String>,
}

impl Session {
    pub(crate) fn new(engine: Arc<Engine>) -> Self {
        Self { engine, root: None }
    }

    /// Shows this folder as `WORKSPACE_ROOT` in answers, as upstream's files have it.
    pub(crate) fn with_root(mut self, root: &Path) -> Self {
        self.root = Some(root.to_string_lossy().trim_start_matches('/').to_owned());
        self
    }

    /// Runs `statement` and ignores its result.
    pub(crate) async fn execute(&self, statement: &str) -> Result<(), DFSqlLogicTestError> {
        let frame = self.engine.sql(statement).await.map_err(unwrap_error)?;
        frame.collect().await?;
        Ok(())
    }

    /// Upstream's text of a plan has the plain operators where ours has checked or faster ones.
    async fn explain(&self, text: &str) -> Result<DFOutput, DFSqlLogicTestError> {
        self.switch_all(false).await?;
        let answer = self.answer(text).await;
        self.switch_all(true).await?;
        answer
    }

    async fn switch_all(&self, on: bool) -> Result<(), DFSqlLogicTestError> {
        for name in switches(&self.engine) {
            self.execute(&format!("SET {name} = {on}")).await?;
        }
        Ok(())
    }

    async fn answer(&self, text: &str) -> Result<DFOutput, DFSqlLogicTestError> {
        let frame = self.engine.sql(text).await.map_err(unwrap_error)?;
        let task = Arc::new(frame.task_ctx());
        let plan = frame.create_physical_plan().await?;
        let schema = plan.schema();
        let types = convert_schema_to_types(schema.fields());
        let batches = collect(plan, task).await?;
        let mut rows = convert_batches(&schema, batches, false)?;
        if let Some(root) = &self.root {
            for cell in rows.iter_mut().flatten() {
                *cell = cell.replace(root, "WORKSPACE_ROOT");
            }
        }
        if rows.is_empty() && types.is_empty() {
            return Ok(DBOutput::StatementComplete(0));
        }
        Ok(DBOutput::Rows { types, rows })
    }
}

/// DataFusion's own errors keep their text, so that upstream's expectations can be read as they are.
fn unwrap_error(error: Error) -> DFSqlLogicTestError {
    match error {
        Error::Query(inner) => DFSqlLogicTestError::DataFusion(*inner),
        other => DFSqlLogicTestError::Other(other.to_string()),
    }
}

#[async_trait]
impl AsyncDB for Session {
    type Error = DFSqlLogicTestError;
    type ColumnType = DFColumnType;

    async fn run(&mut self, sql: &str) -> Result<DFOutput, Self::Error> {
        let is_plan = sql.trim_start().to_lowercase().starts_with("explain");
        if self.root.is_some() && is_plan {
            self.explain(sql).await
        } else {
            self.answer(sql).await
        }
    }

    async fn shutdown(&mut self) {}

    fn engine_name(&self) -> &'static str {
        "deskql"
    }
}
