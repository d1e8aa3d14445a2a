//! Columns whose values are folder names (`year=2026/month=01/`).

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::catalog::{ScanArgs, ScanResult, Session, TableProvider};
use datafusion::common::Constraints;
use datafusion::datasource::listing::ListingTable;
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;

use crate::error::{Error, Result};

use super::kind::partition_key;
use super::listing::DataFile;
use super::source::TableSource;

/// Partition columns of a table and their types.
///
/// # Errors
/// If the files' folders do not have the same columns in the same order.
pub(crate) fn columns(source: &TableSource, files: &[DataFile]) -> Result<Vec<(String, DataType)>> {
    let is_ignored = source.partitions.as_ref().is_some_and(Vec::is_empty);
    let Some(first) = files.first().filter(|_| !is_ignored) else {
        return Ok(declared(source));
    };
    let keys = keys_of(first);
    if let Some(other) = files.iter().find(|file| keys_of(file) != keys) {
        return Err(Error::location(
            &source.label,
            format!(
                "its files are in different partition folders: {} and {}",
                path_of(first),
                path_of(other)
            ),
        ));
    }
    if let Some(wanted) = &source.partitions {
        let names: Vec<&str> = wanted.iter().map(|column| column.name.as_str()).collect();
        if names != keys {
            return Err(Error::location(
                &source.label,
                format!(
                    "partition columns are declared as ({}) but the folders have ({})",
                    names.join(", "),
                    keys.join(", ")
                ),
            ));
        }
    }
    let columns = keys.iter().enumerate().map(|(index, key)| {
        let declared = source
            .partitions
            .as_ref()
            .and_then(|columns| columns[index].data_type.clone());
        let data_type = declared.unwrap_or_else(|| infer(&values(files, index)));
        ((*key).to_owned(), data_type)
    });
    Ok(columns.collect())
}

fn declared(source: &TableSource) -> Vec<(String, DataType)> {
    source
        .partitions
        .iter()
        .flatten()
        .map(|column| {
            let data_type = column.data_type.clone().unwrap_or(DataType::Utf8);
            (column.name.clone(), data_type)
        })
        .collect()
}

fn keys_of(file: &DataFile) -> Vec<&str> {
    file.folders
        .iter()
        .filter_map(|folder| partition_key(folder))
        .collect()
}

fn path_of(file: &DataFile) -> String {
    let mut parts = file.folders.clone();
    parts.push(file.name.clone());
    parts.join("/")
}

fn values(files: &[DataFile], index: usize) -> impl Iterator<Item = &str> + Clone {
    files
        .iter()
        .filter_map(move |file| file.folders.get(index)?.split_once('='))
        .map(|(_, value)| value)
}

/// Infers whole numbers and ISO dates; all other values are text.
fn infer<'a>(values: &(impl Iterator<Item = &'a str> + Clone)) -> DataType {
    if values.clone().all(is_integer) {
        DataType::Int64
    } else if values.clone().all(is_date) {
        DataType::Date32
    } else {
        DataType::Utf8
    }
}

fn is_integer(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && value.parse::<i64>().is_ok()
}

fn is_date(value: &str) -> bool {
    value.len() == 10 && chrono::NaiveDate::parse_from_str(value, "%Y-%m-%d").is_ok()
}

/// Provider of the table, wrapped in [`PartitionedTable`] if a partition column is not text.
pub(crate) fn provider(table: ListingTable) -> Arc<dyn TableProvider> {
    let columns = &table.options().table_partition_cols;
    if columns
        .iter()
        .all(|(_, data_type)| *data_type == DataType::Utf8)
    {
        Arc::new(table)
    } else {
        Arc::new(PartitionedTable { table })
    }
}

/// Listing table that finds `month=01/` for the filter `month = 1`.
///
/// DataFusion converts `month = 1` to the folder `month=1` and lists only that, which finds nothing
/// if months have two digits. Filters that are not a bare comparison are evaluated on every
/// folder's value instead, so partition filters are passed in that form.
#[derive(Debug)]
struct PartitionedTable {
    table: ListingTable,
}

impl PartitionedTable {
    fn by_value(filters: &[Expr]) -> Vec<Expr> {
        filters.iter().cloned().map(Expr::is_true).collect()
    }
}

#[async_trait]
impl TableProvider for PartitionedTable {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn constraints(&self) -> Option<&Constraints> {
        self.table.constraints()
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
        let filters = Self::by_value(filters);
        self.table.scan(state, projection, &filters, limit).await
    }

    async fn scan_with_args<'a>(
        &self,
        state: &dyn Session,
        args: ScanArgs<'a>,
    ) -> DataFusionResult<ScanResult> {
        let filters = args.filters().map(Self::by_value);
        let args = args.with_filters(filters.as_deref());
        self.table.scan_with_args(state, args).await
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> DataFusionResult<Vec<TableProviderFilterPushDown>> {
        self.table.supports_filters_pushdown(filters)
    }

    fn get_table_definition(&self) -> Option<&str> {
        self.table.get_table_definition()
    }

    fn get_column_default(&self, column: &str) -> Option<&Expr> {
        self.table.get_column_default(column)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_tell_the_type() {
        let infer = |values: &[&'static str]| infer(&values.iter().copied());
        assert_eq!(infer(&["01", "12"]), DataType::Int64);
        assert_eq!(infer(&["2026-01-31"]), DataType::Date32);
        assert_eq!(infer(&["2026-01-31", "01"]), DataType::Utf8);
        assert_eq!(infer(&["2026-02-31"]), DataType::Utf8);
        assert_eq!(infer(&["99999999999999999999"]), DataType::Utf8);
        assert_eq!(infer(&["eu", ""]), DataType::Utf8);
    }
}
