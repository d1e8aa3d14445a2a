//! CSV tables that detect a new file with other columns.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{ScanArgs, ScanResult, Session, TableProvider};
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use object_store::path::Path;

use super::csv_form::CsvForm;
use super::listing::{DataFile, store_of};
use super::source::TableSource;
use super::source_files::list;
use super::{csv_schema, csv_types, spellings};
use crate::error::Result;

/// Size and modification time of a file whose header has been checked.
type CsvFileVersion = (u64, DateTime<Utc>);

/// CSV is read by position, so a file that is added to the table (or replaced) during a session
/// must have the same header; otherwise its values would appear under wrong names.
#[derive(Debug)]
pub(crate) struct CsvTable {
    table: Arc<dyn TableProvider>,
    source: TableSource,
    form: CsvForm,
    header: Vec<String>,
    checked: Mutex<HashMap<Path, CsvFileVersion>>,
}

impl CsvTable {
    /// Creates a table over files whose headers have been checked.
    pub(crate) fn new(
        table: Arc<dyn TableProvider>,
        source: &TableSource,
        form: CsvForm,
        header: Vec<String>,
        files: &[DataFile],
    ) -> Self {
        let checked = files.iter().map(version).collect();
        Self {
            table,
            source: source.clone(),
            form,
            header,
            checked: Mutex::new(checked),
        }
    }

    async fn check(&self, session: &dyn Session) -> Result<()> {
        for file in list(session, &self.source).await? {
            let (path, version) = version(&file);
            if file.meta.size == 0 || self.is_checked(&path, version) {
                continue;
            }
            let Some(place) = self.source.places.first() else {
                return Ok(());
            };
            let store = store_of(session, &self.source.label, &place.url)?;
            let read = csv_types::columns(&self.source, &self.form, &store, &file, 0).await?;
            if !spellings::is_same_header(&self.header, &read.names) {
                let label = &self.source.label;
                return Err(csv_schema::other_columns(
                    label,
                    "the table",
                    &self.header,
                    &file.name,
                    &read.names,
                ));
            }
            self.remember(path, version);
        }
        Ok(())
    }

    fn is_checked(&self, path: &Path, version: CsvFileVersion) -> bool {
        let checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        checked.get(path) == Some(&version)
    }

    fn remember(&self, path: Path, version: CsvFileVersion) {
        let mut checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        checked.insert(path, version);
    }
}

fn version(file: &DataFile) -> (Path, CsvFileVersion) {
    let meta = &file.meta;
    (meta.location.clone(), (meta.size, meta.last_modified))
}

#[async_trait]
impl TableProvider for CsvTable {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn table_type(&self) -> TableType {
        self.table.table_type()
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        self.check(state).await?;
        self.table.scan(state, projection, filters, limit).await
    }

    async fn scan_with_args<'a>(
        &self,
        state: &dyn Session,
        args: ScanArgs<'a>,
    ) -> DataFusionResult<ScanResult> {
        self.check(state).await?;
        self.table.scan_with_args(state, args).await
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> DataFusionResult<Vec<TableProviderFilterPushDown>> {
        self.table.supports_filters_pushdown(filters)
    }

    async fn insert_into(
        &self,
        state: &dyn Session,
        input: Arc<dyn ExecutionPlan>,
        insert_op: InsertOp,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        self.table.insert_into(state, input, insert_op).await
    }
}
