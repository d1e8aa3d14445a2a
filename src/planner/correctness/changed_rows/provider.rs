//! A table in memory whose rows are replaced: the target of `UPDATE` and `DELETE`, see `rewrite.rs`.

use std::fmt;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::{filter_record_batch, not};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Result, internal_err};
use datafusion::datasource::memory::PartitionData;
use datafusion::datasource::sink::{DataSink, DataSinkExec};
use datafusion::datasource::{MemTable, TableType};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::dml::InsertOp;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan};
use futures::TryStreamExt;

/// The column behind those of the table that is true for the rows of the WHERE clause.
pub(crate) const MEANT: &str = "__row_is_meant";

/// The change that a statement makes to the rows of its WHERE clause.
#[derive(Debug, Clone, Copy)]
pub(crate) enum DmlAction {
    Removed,
    Changed,
}

/// A table in memory that takes rows in place of its present ones.
#[derive(Debug)]
pub(crate) struct ChangedRows {
    schema: SchemaRef,
    partitions: Vec<PartitionData>,
    meant: DmlAction,
}

impl ChangedRows {
    pub(crate) fn new(table: &MemTable, meant: DmlAction) -> Self {
        Self {
            schema: table.schema(),
            partitions: table.batches.clone(),
            meant,
        }
    }
}

#[async_trait]
impl TableProvider for ChangedRows {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        _projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        internal_err!("rows are only written here")
    }

    async fn insert_into(
        &self,
        _state: &dyn Session,
        input: Arc<dyn ExecutionPlan>,
        _op: InsertOp,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut fields = self.schema.fields().to_vec();
        fields.push(Arc::new(Field::new(MEANT, DataType::Boolean, false)));
        let sink = ChangedRowsSink {
            table_schema: Arc::clone(&self.schema),
            schema: Arc::new(Schema::new(fields)),
            partitions: self.partitions.clone(),
            meant: self.meant,
        };
        Ok(Arc::new(DataSinkExec::new(input, Arc::new(sink), None)))
    }
}

/// Puts the rows into the table after the last one has arrived.
#[derive(Debug)]
struct ChangedRowsSink {
    table_schema: SchemaRef,
    /// The same with the column [`MEANT`].
    schema: SchemaRef,
    partitions: Vec<PartitionData>,
    meant: DmlAction,
}

impl ChangedRowsSink {
    /// The rows of `batch` that stay, and the number of its rows that the statement changes.
    fn kept(&self, batch: &RecordBatch) -> Result<(RecordBatch, usize)> {
        let columns = self.table_schema.fields().len();
        let meant = batch.column(columns).as_boolean();
        let rows = batch.columns()[..columns].to_vec();
        let rows = RecordBatch::try_new(Arc::clone(&self.table_schema), rows)?;
        let rows = match self.meant {
            DmlAction::Removed => filter_record_batch(&rows, &not(meant)?)?,
            DmlAction::Changed => rows,
        };
        Ok((rows, meant.true_count()))
    }
}

impl DisplayAs for ChangedRowsSink {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.meant {
            DmlAction::Removed => f.write_str("rows that are deleted"),
            DmlAction::Changed => f.write_str("rows that are updated"),
        }
    }
}

#[async_trait]
impl DataSink for ChangedRowsSink {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    async fn write_all(
        &self,
        mut data: SendableRecordBatchStream,
        _context: &Arc<TaskContext>,
    ) -> Result<u64> {
        let mut all = Vec::new();
        let mut meant = 0;
        while let Some(batch) = data.try_next().await? {
            let (rows, here) = self.kept(&batch)?;
            meant += here;
            if rows.num_rows() > 0 {
                all.push(rows);
            }
        }
        for partition in &self.partitions {
            *partition.write().await = std::mem::take(&mut all);
        }
        Ok(meant as u64)
    }
}
