//! A table with partition columns, whose folder names are read by deskql.
//!
//! DataFusion's listing table looks for `month=1` by prefix, which does not find `month=01`, and takes
//! `region=__HIVE_DEFAULT_PARTITION__`, the folder of NULL, for a text (and fails where the column is not text).
//! Here it lists the folders with their names as text, which this module converts.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{ScanArgs, ScanResult, Session, TableProvider};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, Constraints, Statistics, project_schema};
use datafusion::datasource::listing::{ListingTable, ListingTableConfig, PartitionedFile};
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use datafusion::functions::core::expr_fn::nullif;
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::{
    BinaryExpr, Expr, Operator, TableProviderFilterPushDown, TableType, cast, lit,
};
use datafusion::physical_expr_adapter::PhysicalExprAdapterFactory;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::scalar::ScalarValue;
use object_store::path::Path;

use super::partition_filters::fitting;
use super::partition_values::PartitionValues;
use super::partitions::NULL_PARTITION;
use super::path_glob::PathGlob;
use super::source::FilePattern;

/// Provider of `table`, wrapped in [`PartitionedTable`] if it has partition columns.
///
/// # Errors
/// If the table without types of partition columns cannot be made.
pub(crate) fn provider(
    session: &dyn Session,
    table: ListingTable,
    adapters: Arc<dyn PhysicalExprAdapterFactory>,
    places: &[FilePattern],
) -> Result<Arc<dyn TableProvider>> {
    if table.options().table_partition_cols.is_empty() {
        return Ok(Arc::new(table));
    }
    let table = PartitionedTable::try_new(session, table, adapters, places)?;
    Ok(Arc::new(table))
}

/// Listing table whose partition columns may be NULL.
#[derive(Debug)]
struct PartitionedTable {
    /// The table as it is written to.
    table: ListingTable,
    /// The same files, with the names of the folders as text.
    folders: ListingTable,
    schema: SchemaRef,
    file_schema: SchemaRef,
    adapters: Arc<dyn PhysicalExprAdapterFactory>,
    /// Places of the files, some with globs that choose among them; none where all belong to the table.
    selections: Vec<(Path, Option<PathGlob>)>,
}

impl PartitionedTable {
    fn try_new(
        session: &dyn Session,
        table: ListingTable,
        adapters: Arc<dyn PhysicalExprAdapterFactory>,
        places: &[FilePattern],
    ) -> Result<Self> {
        let mut options = table.options().clone();
        for (_, data_type) in &mut options.table_partition_cols {
            *data_type = DataType::Utf8;
        }
        let written = table.schema();
        let in_files = written.fields().len() - options.table_partition_cols.len();
        let (in_files, in_folders) = written.fields().split_at(in_files);
        let file_schema = Schema::new_with_metadata(in_files, written.metadata().clone());
        let file_schema = Arc::new(file_schema);
        let in_folders = in_folders
            .iter()
            .map(|field| Arc::new(field.as_ref().clone().with_nullable(true)));
        let fields: Vec<_> = in_files.iter().cloned().chain(in_folders).collect();
        let schema = Schema::new_with_metadata(fields, written.metadata().clone());
        let config = ListingTableConfig::new_with_multi_paths(table.table_paths().clone())
            .with_listing_options(options)
            .with_schema(Arc::clone(&file_schema));
        let selections = places
            .iter()
            .map(|place| -> Result<_, object_store::Error> {
                let folder = Path::from_url_path(place.url.path())?;
                Ok((folder, place.selection.clone()))
            });
        let mut selections = selections.collect::<Result<Vec<_>, object_store::Error>>()?;
        if selections.iter().all(|(_, glob)| glob.is_none()) {
            selections.clear();
        }
        let caches = &session.runtime_env().cache_manager;
        let cache = caches.get_file_statistic_cache();
        Ok(Self {
            folders: ListingTable::try_new(config)?.with_cache(cache),
            table,
            schema: Arc::new(schema),
            file_schema,
            adapters,
            selections,
        })
    }

    fn partition_columns(&self) -> &[(String, DataType)] {
        &self.table.options().table_partition_cols
    }

    fn is_partition_filter(&self, filter: &Expr) -> Result<bool> {
        let answers = self.table.supports_filters_pushdown(&[filter])?;
        Ok(answers == [TableProviderFilterPushDown::Exact])
    }

    /// `filter` over the names of the folders.
    fn over_folders(&self, filter: Expr) -> Result<Expr> {
        if self.is_found_by_prefix(&filter) {
            return Ok(filter);
        }
        let filter_columns: Vec<Column> = filter.column_refs().into_iter().cloned().collect();
        let rewritten = filter.transform(|part| {
            let Expr::Column(column) = &part else {
                return Ok(Transformed::no(part));
            };
            let known = self
                .partition_columns()
                .iter()
                .find(|(name, _)| *name == column.name);
            Ok(known.map_or_else(
                || Transformed::no(part.clone()),
                |(_, data_type)| {
                    let value = nullif(part.clone(), lit(NULL_PARTITION));
                    Transformed::yes(cast(value, data_type.clone()))
                },
            ))
        })?;
        // A condition that is NULL keeps no file. Folders that look as if they had no value stay: the text of that
        // name is escaped, which is not seen here.
        let columns = filter_columns.iter().filter_map(|column| {
            let is_text = |(name, data_type): &&(String, DataType)| {
                *name == column.name && *data_type == DataType::Utf8
            };
            self.partition_columns().iter().find(is_text)?;
            Some(Expr::Column(column.clone()).eq(lit(NULL_PARTITION)))
        });
        Ok(columns.fold(rewritten.data.is_true(), Expr::or))
    }

    /// True for `column = 'text'`, for which only one folder is listed.
    fn is_found_by_prefix(&self, filter: &Expr) -> bool {
        let Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::Eq,
            right,
        }) = filter
        else {
            return false;
        };
        let (Expr::Column(column), Expr::Literal(value, _)) = (left.as_ref(), right.as_ref())
        else {
            return false;
        };
        let is_text = |(name, data_type): &(String, DataType)| {
            *name == column.name && *data_type == DataType::Utf8
        };
        matches!(value, ScalarValue::Utf8(Some(text)) if text != NULL_PARTITION)
            && self.partition_columns().iter().any(is_text)
    }

    /// The files that the globs choose, and their statistics.
    fn selected(
        &self,
        groups: Vec<FileGroup>,
        statistics: Statistics,
    ) -> (Vec<FileGroup>, Statistics) {
        let is_chosen = |file: &PartitionedFile| {
            let path = &file.object_meta.location;
            let is_in = |(folder, glob): &(Path, Option<PathGlob>)| {
                path.prefix_matches(folder) && glob.as_ref().is_none_or(|glob| glob.matches(path))
            };
            self.selections.is_empty() || self.selections.iter().any(is_in)
        };
        if groups.iter().flat_map(FileGroup::iter).all(is_chosen) {
            return (groups, statistics);
        }
        let groups = groups.into_iter().map(|group| {
            let files = group.into_inner().into_iter().filter(is_chosen);
            FileGroup::new(files.collect())
        });
        let groups = groups.filter(|group| !group.is_empty()).collect();
        (groups, Statistics::new_unknown(&self.schema))
    }

    async fn plan(
        &self,
        state: &dyn Session,
        projection: Option<Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (mut of_folders, mut for_folders) = (Vec::new(), Vec::new());
        for filter in filters {
            if self.is_partition_filter(filter)? {
                of_folders.push(filter.clone());
                for_folders.push(self.over_folders(filter.clone())?);
            }
        }
        // A limit must not leave out files before their rows are filtered.
        let is_filtered = for_folders.len() < filters.len() || !self.selections.is_empty();
        let file_limit = limit.filter(|_| !is_filtered);
        let listed = self
            .folders
            .list_files_for_scan(state, &for_folders, file_limit)
            .await?;
        let (groups, statistics) = self.selected(listed.file_groups, listed.statistics);
        let url = self.table.table_paths().first();
        let (Some(url), false) = (url, groups.is_empty()) else {
            let schema = project_schema(&self.schema, projection.as_ref())?;
            return Ok(Arc::new(EmptyExec::new(schema)));
        };
        let values = PartitionValues::new(self.partition_columns(), &self.schema);
        let groups = values.of_groups(groups)?;
        let listed: usize = groups.iter().map(FileGroup::len).sum();
        let groups = fitting(state, self.partition_columns(), groups, &of_folders)?;
        let is_whole = groups.iter().map(FileGroup::len).sum::<usize>() == listed;
        let statistics = if is_whole {
            statistics
        } else {
            Statistics::new_unknown(&self.schema)
        };
        if groups.is_empty() {
            let schema = project_schema(&self.schema, projection.as_ref())?;
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let statistics = values.of_table(statistics, &groups)?;
        let ordering = self
            .table
            .try_create_output_ordering(state.execution_props(), &groups)?;
        let nullable = |(name, data_type): &(String, DataType)| {
            Arc::new(Field::new(name, data_type.clone(), true))
        };
        let columns: Vec<_> = self.partition_columns().iter().map(nullable).collect();
        let schema = TableSchema::builder(Arc::clone(&self.file_schema))
            .with_table_partition_cols(columns)
            .build();
        let format = &self.table.options().format;
        let config = FileScanConfigBuilder::new(url.object_store(), format.file_source(schema))
            .with_file_groups(groups)
            .with_constraints(self.table.constraints().cloned().unwrap_or_default())
            .with_statistics(statistics)
            .with_projection_indices(projection)?
            .with_limit(limit)
            .with_output_ordering(ordering)
            .with_expr_adapter(Some(Arc::clone(&self.adapters)));
        format.create_physical_plan(state, config.build()).await
    }
}

#[async_trait]
impl TableProvider for PartitionedTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
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
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.plan(state, projection.cloned(), filters, limit).await
    }

    async fn scan_with_args<'a>(
        &self,
        state: &dyn Session,
        args: ScanArgs<'a>,
    ) -> Result<ScanResult> {
        let projection = args.projection().map(<[usize]>::to_vec);
        let filters = args.filters().unwrap_or_default();
        let plan = self.plan(state, projection, filters, args.limit()).await?;
        Ok(ScanResult::new(plan))
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
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
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.table.insert_into(state, input, insert_op).await
    }
}
