//! A Delta table as a plain Parquet scan of the files of one version, so that every rule and fast path sees it as it
//! sees other Parquet files.

mod column_mapping;
mod deletion_vectors;
mod file_statistics;
mod place;
mod pruning;
mod versions;

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::config::TableOptions;
use datafusion::common::{Statistics, project_schema};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::transform_schema_to_view;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_expr_adapter::PhysicalExprAdapterFactory;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::scalar::ScalarValue;
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStoreExt;
use url::Url;

use super::listing::store_of;
use super::parquet_format::NullSafeParquetFormat;
use super::spellings::SpellingAdapters;
use crate::delta::{DeltaFile, DeltaLocation, DeltaSnapshot, TableVersion};
use crate::error::Error;
use column_mapping::MappedColumnAdapters;
use file_statistics::KnownStatistics;

pub(crate) use place::delta_location;
pub(super) use versions::{at_version, refreshed};

/// Name of the column with the file of each row, see [`DeltaTable::with_file_names`]; no column of a user has it.
pub(crate) const FILE_COLUMN: &str = "\u{1}file";

/// Requests of a scan to a store that run at the same time.
const REQUESTS: usize = 32;

/// Files of a store that are read at a time, if there are fewer threads: each waits for the store most of the time.
const STORE_STREAMS: usize = 16;

/// One version of a Delta table.
#[derive(Debug)]
pub(crate) struct DeltaTable {
    snapshot: Arc<DeltaSnapshot>,
    /// Columns in the order of the table.
    schema: SchemaRef,
    /// Columns of the files.
    file_schema: SchemaRef,
    /// Partition columns.
    partition_schema: SchemaRef,
    options: TableOptions,
    /// The files that are read; `None` for all.
    only: Option<BTreeSet<String>>,
    has_file_names: bool,
    format: Arc<dyn FileFormat>,
}

/// Opens the Delta table whose folder is `url`.
///
/// # Errors
/// If there is no such version, or it has what cannot be read.
pub(crate) async fn open(
    session: &dyn Session,
    label: &str,
    url: &Url,
    version: TableVersion,
) -> crate::error::Result<Arc<dyn TableProvider>> {
    let store = store_of(session, label, url)?;
    let location = DeltaLocation::try_new(label, url, store)?;
    let snapshot = DeltaSnapshot::open(location, version).await?;
    let table = DeltaTable::try_new(Arc::new(snapshot), session.default_table_options())?;
    Ok(Arc::new(table))
}

impl DeltaTable {
    pub(crate) fn try_new(
        snapshot: Arc<DeltaSnapshot>,
        options: TableOptions,
    ) -> crate::error::Result<Self> {
        let mut parquet = options.parquet.clone();
        // Times of Spark are in 96 bits, whose nanoseconds end in 2262: those of the table have microseconds.
        parquet.global.coerce_int96 = Some("us".to_owned());
        let schema = if parquet.global.schema_force_view_types {
            transform_schema_to_view(snapshot.schema())
        } else {
            snapshot.schema().as_ref().clone()
        };
        let is_partition = |field: &Field| {
            snapshot
                .partition_columns()
                .iter()
                .any(|name| name == field.name())
        };
        let (in_folders, in_files): (Vec<_>, Vec<_>) = schema
            .fields()
            .iter()
            .cloned()
            .partition(|field| is_partition(field));
        // In the order of the values of the files.
        let in_order = snapshot.partition_columns().iter().filter_map(|name| {
            let mut fields = in_folders.iter();
            fields.find(|field| field.name() == name).cloned()
        });
        Ok(Self {
            partition_schema: Arc::new(Schema::new(in_order.collect::<Vec<_>>())),
            file_schema: Arc::new(Schema::new(in_files)),
            schema: Arc::new(schema),
            snapshot,
            options,
            only: None,
            has_file_names: false,
            format: Arc::new(NullSafeParquetFormat(
                ParquetFormat::default().with_options(parquet),
            )),
        })
    }

    /// The rows of these files only, as the log names them. The table stays at its version.
    pub(crate) fn with_files(mut self, files: BTreeSet<String>) -> Self {
        self.only = Some(files);
        self
    }

    /// The table with one more column, [`FILE_COLUMN`]: the file of each row, as the log names it. The table stays at its
    /// version.
    pub(crate) fn with_file_names(mut self) -> Self {
        let column = Arc::new(Field::new(FILE_COLUMN, DataType::Utf8, false));
        let with_column = |schema: &SchemaRef| {
            let fields = schema.fields().iter().cloned().chain([Arc::clone(&column)]);
            Arc::new(Schema::new(fields.collect::<Vec<_>>()))
        };
        self.schema = with_column(&self.schema);
        self.partition_schema = with_column(&self.partition_schema);
        self.has_file_names = true;
        self
    }

    /// The files that are read, with the values of their folders.
    async fn listed(&self) -> Result<Vec<DeltaFile>> {
        let files = self.snapshot.files().await?;
        let is_read = |file: &&DeltaFile| {
            let only = self.only.as_ref();
            only.is_none_or(|only| only.contains(&file.log_path))
        };
        let files = files.iter().filter(is_read).cloned().map(|mut file| {
            if self.has_file_names {
                let name = ScalarValue::from(file.log_path.as_str());
                file.partition_values.push(name);
            }
            file
        });
        Ok(files.collect())
    }

    /// The table as it is now; `None` if nothing was committed since.
    ///
    /// # Errors
    /// If its log cannot be read any more.
    pub(crate) async fn refreshed(&self) -> Result<Option<Self>> {
        // Files that were chosen, or named, are those of this version.
        if self.only.is_some() || self.has_file_names {
            return Ok(None);
        }
        let snapshot = self.snapshot.refreshed().await?;
        if Arc::ptr_eq(&snapshot, &self.snapshot) {
            return Ok(None);
        }
        Ok(Some(Self::try_new(snapshot, self.options.clone())?))
    }

    /// Another version of this table.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) async fn at(&self, version: TableVersion) -> Result<Self> {
        let location = self.snapshot.location().clone();
        let snapshot = DeltaSnapshot::open(location, version).await?;
        Ok(Self::try_new(Arc::new(snapshot), self.options.clone())?)
    }

    /// Columns as a scan has them: those of the files, then those of the folders.
    fn scan_schema(&self) -> SchemaRef {
        let fields = self
            .file_schema
            .fields()
            .iter()
            .chain(self.partition_schema.fields());
        Arc::new(Schema::new(fields.cloned().collect::<Vec<_>>()))
    }

    /// Places of the projected columns in a scan.
    fn in_scan(&self, projection: Option<&Vec<usize>>) -> Result<Vec<usize>> {
        let scanned = self.scan_schema();
        let all: Vec<usize> = (0..self.schema.fields().len()).collect();
        let wanted = projection.unwrap_or(&all).iter();
        let place = |column: &usize| Ok(scanned.index_of(self.schema.field(*column).name())?);
        wanted.map(place).collect()
    }

    fn adapters(&self) -> Arc<dyn PhysicalExprAdapterFactory> {
        if self.snapshot.names().is_mapped() {
            Arc::new(MappedColumnAdapters::new(self.snapshot.names().clone()))
        } else {
            Arc::new(SpellingAdapters)
        }
    }

    /// The files as a scan takes them.
    async fn scanned(
        &self,
        session: &dyn Session,
        files: Vec<(DeltaFile, Statistics)>,
    ) -> Result<Vec<PartitionedFile>> {
        let scanned = files.into_iter().map(|(file, statistics)| async move {
            let mut scanned = PartitionedFile::new_from_meta(self.current(&file).await?);
            scanned.partition_values =
                file_statistics::partition_values(&self.partition_schema, &file.partition_values)?;
            scanned.statistics = Some(Arc::new(statistics));
            if file.deleted == 0 {
                return Ok(scanned);
            }
            let plan =
                deletion_vectors::access_plan(session, &self.snapshot, &file, &scanned).await?;
            Ok::<_, DataFusionError>(scanned.with_extension(plan))
        });
        futures::stream::iter(scanned)
            .buffered(REQUESTS)
            .try_collect()
            .await
    }

    /// The file as the file system has it: readers notice by that when it is replaced. The log is trusted for stores,
    /// where it would cost a request.
    async fn current(&self, file: &DeltaFile) -> Result<object_store::ObjectMeta> {
        let location = self.snapshot.location();
        if !location.is_local() {
            return Ok(file.meta.clone());
        }
        let problem = |problem: String| Error::location(&location.label, problem);
        let name = &file.log_path;
        let found = location.store.head(&file.meta.location).await.map_err(|_error| {
            let version = self.snapshot.version();
            problem(format!(
                "{name} of version {version} of the Delta table is missing: restore it, or read another version"
            ))
        })?;
        if found.size != file.meta.size {
            let (is, was) = (found.size, file.meta.size);
            return Err(problem(format!(
                "{name} is damaged: it has {is} bytes, and the log of the Delta table says {was}"
            ))
            .into());
        }
        Ok(found)
    }
}

#[async_trait]
impl TableProvider for DeltaTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        // They choose files, row groups and pages; the rows are filtered above.
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = self.scan_schema();
        let known = KnownStatistics::new(&self.file_schema, &self.partition_schema);
        let files = self.listed().await?;
        let fits = pruning::fitting(session, &schema, &known.bounds(&files)?, filters)?;
        let files = files.into_iter().zip(fits);
        let files = files.filter_map(|(file, fits)| fits.then_some(file));
        let files = files.map(|file| {
            let statistics = known.of_file(&file)?;
            Ok((file, statistics))
        });
        let files = files.collect::<Result<Vec<_>>>()?;
        let columns = self.in_scan(projection)?;
        if files.is_empty() {
            let schema = project_schema(&schema, Some(&columns))?;
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let total = Statistics::try_merge_iter(files.iter().map(|(_, known)| known), &schema)?;
        let files = self.scanned(session, files).await?;
        let location = self.snapshot.location();
        let threads = session.config().target_partitions();
        let streams = if location.is_local() {
            threads
        } else {
            threads.max(STORE_STREAMS)
        };
        let groups = FileGroup::new(files).split_files(streams);
        let root = &location.root[url::Position::BeforeScheme..url::Position::BeforePath];
        let partitions = self.partition_schema.fields().iter().cloned();
        let table = TableSchema::builder(Arc::clone(&self.file_schema))
            .with_table_partition_cols(partitions.collect::<Vec<_>>())
            .build();
        let source = self.format.file_source(table);
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::parse(root)?, source)
            .with_file_groups(groups)
            .with_statistics(total)
            .with_projection_indices(Some(columns))?
            .with_limit(limit.filter(|_| filters.is_empty()))
            .with_expr_adapter(Some(self.adapters()));
        self.format
            .create_physical_plan(session, config.build())
            .await
    }
}
