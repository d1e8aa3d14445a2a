//! One version of a Delta table: its columns, and the files that hold its rows.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, RecordBatch, StructArray};
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::scalar::ScalarValue;
use delta_kernel::engine::arrow_conversion::TryIntoArrow;
use delta_kernel::engine::arrow_data::ArrowEngineData;
use delta_kernel::history_manager::{HistoryCommitType, latest_version_as_of};
use delta_kernel::scan::state::{DvInfo, ScanFile};
use delta_kernel::scan::{PartitionValuesOptions, ScanMetadata, StatsOptions};
use delta_kernel::snapshot::{Snapshot, SnapshotRef};
use delta_kernel::{Engine as KernelEngine, KernelError, KernelResult};
use object_store::ObjectMeta;
use tokio::sync::OnceCell;
use url::Url;

use super::column_names::ColumnNames;
use super::file_statistics::FileBounds;
use super::log_store::DeltaLocation;
use crate::error::Result;

/// A version of a table, as a user names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TableVersion {
    /// The newest, of each statement anew.
    Latest,
    /// The version of this number.
    Number(u64),
    /// The newest that was there at this instant, in milliseconds since 1970.
    At(i64),
}

/// A data file of a version.
#[derive(Debug, Clone)]
pub(crate) struct DeltaFile {
    /// The file as the log names it.
    pub(crate) log_path: String,
    pub(crate) meta: ObjectMeta,
    /// Values of the partition columns, in the order of the table.
    pub(crate) partition_values: Vec<ScalarValue>,
    pub(crate) bounds: FileBounds,
    /// Rows that are deleted; 0 for a file without a deletion vector.
    pub(crate) deleted: u64,
    deletion_vector: DvInfo,
}

/// One version of a table.
pub(crate) struct DeltaSnapshot {
    location: DeltaLocation,
    version: TableVersion,
    pub(super) kernel: SnapshotRef,
    schema: SchemaRef,
    partition_columns: Vec<String>,
    names: ColumnNames,
    files: OnceCell<Arc<Vec<DeltaFile>>>,
}

impl fmt::Debug for DeltaSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeltaSnapshot")
            .field("location", &self.location)
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}

impl DeltaSnapshot {
    /// Opens the table at `location`.
    ///
    /// # Errors
    /// If there is no such table or version, or it has what cannot be read.
    pub(crate) async fn open(location: DeltaLocation, version: TableVersion) -> Result<Self> {
        let root = location.root.clone();
        let kernel = location
            .blocking(move |engine| snapshot_of(engine, &root, version))
            .await?;
        Self::of_kernel(location, version, kernel)
    }

    fn of_kernel(
        location: DeltaLocation,
        version: TableVersion,
        kernel: SnapshotRef,
    ) -> Result<Self> {
        let schema: KernelResult<Schema> =
            Ok(kernel.schema()).and_then(|schema| Ok(schema.as_ref().try_into_arrow()?));
        let schema =
            schema.map_err(|error| super::errors::kernel_problem(&location.label, error))?;
        let names = ColumnNames::try_new(&location.label, &kernel)?;
        let partition_columns = kernel.table_configuration().logical_partition_columns();
        Ok(Self {
            partition_columns: partition_columns.to_vec(),
            location,
            version,
            kernel,
            schema: Arc::new(without_metadata(&schema)),
            names,
            files: OnceCell::new(),
        })
    }

    /// The newest version, which is this one if nothing was committed; a version that was asked for stays.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub(crate) async fn refreshed(self: &Arc<Self>) -> Result<Arc<Self>> {
        if self.version != TableVersion::Latest {
            return Ok(Arc::clone(self));
        }
        let old = Arc::clone(&self.kernel);
        let kernel = self
            .location
            .blocking(move |engine| Snapshot::builder_from(old).build(engine))
            .await;
        let kernel = match kernel {
            Ok(kernel) => kernel,
            // The table may be another one under the same name, whose log began anew.
            Err(_) => {
                return Self::open(self.location.clone(), self.version)
                    .await
                    .map(Arc::new);
            }
        };
        if kernel.version() == self.kernel.version() {
            return Ok(Arc::clone(self));
        }
        Self::of_kernel(self.location.clone(), self.version, kernel).map(Arc::new)
    }

    /// Where the table is.
    pub(crate) fn location(&self) -> &DeltaLocation {
        &self.location
    }

    /// Number of this version.
    pub(crate) fn version(&self) -> u64 {
        self.kernel.version()
    }

    /// Columns in the order of the table, partition columns among them.
    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Names of the columns whose values are those of whole files.
    pub(crate) fn partition_columns(&self) -> &[String] {
        &self.partition_columns
    }

    /// Names of the columns in files.
    pub(crate) fn names(&self) -> &ColumnNames {
        &self.names
    }

    /// The version that an application has committed last, see [`CommitRequest`](super::CommitRequest).
    ///
    /// # Errors
    /// If the log cannot be read.
    pub(crate) async fn application_version(&self, application: &str) -> Result<Option<i64>> {
        let (kernel, application) = (Arc::clone(&self.kernel), application.to_owned());
        self.location
            .blocking(move |engine| kernel.get_app_id_version(&application, engine))
            .await
    }

    /// All data files, sorted by path.
    ///
    /// # Errors
    /// If the log cannot be read, or a file lies in another store.
    pub(crate) async fn files(&self) -> Result<Arc<Vec<DeltaFile>>> {
        let files = self.files.get_or_try_init(|| self.list_files()).await?;
        Ok(Arc::clone(files))
    }

    async fn list_files(&self) -> Result<Arc<Vec<DeltaFile>>> {
        let kernel = Arc::clone(&self.kernel);
        let names: Vec<String> = self
            .schema
            .fields()
            .iter()
            .filter(|field| !self.partition_columns.contains(field.name()))
            .map(|field| self.names.in_files(field.name()).to_owned())
            .collect();
        let partitions: Vec<String> = self
            .partition_columns
            .iter()
            .map(|name| self.names.in_files(name).to_owned())
            .collect();
        let listed = self
            .location
            .blocking(move |engine| scanned_files(engine, &kernel, &names, &partitions))
            .await?;
        let files = listed.into_iter().map(|listed| self.data_file(listed));
        let mut files = files.collect::<Result<Vec<_>>>()?;
        files.sort_by(|a, b| a.meta.location.cmp(&b.meta.location));
        Ok(Arc::new(files))
    }

    fn data_file(&self, listed: ScannedDeltaFile) -> Result<DeltaFile> {
        let ScannedDeltaFile {
            scanned,
            bounds,
            partition_values,
        } = listed;
        let url = self.file_url(&scanned.path)?;
        let modified = chrono::DateTime::from_timestamp_millis(scanned.modification_time);
        let meta = ObjectMeta {
            location: self.location.store_path(&url)?,
            last_modified: modified.unwrap_or_default(),
            size: u64::try_from(scanned.size).unwrap_or_default(),
            e_tag: None,
            version: None,
        };
        let deleted = scanned.dv_info.cardinality();
        let deleted =
            deleted.map_err(|error| super::errors::kernel_problem(&self.location.label, error))?;
        Ok(DeltaFile {
            log_path: scanned.path,
            meta,
            partition_values,
            bounds,
            deleted: deleted.unwrap_or_default(),
            deletion_vector: scanned.dv_info,
        })
    }

    /// URL of a file that the log names, relative to the table or by a whole URL.
    fn file_url(&self, path: &str) -> Result<Url> {
        let root = &self.location.root;
        let url = root.join(path).map_err(|_error| {
            self.location
                .problem(format!("the log names a file that is none: {path:?}"))
        })?;
        let is_here = url.scheme() == root.scheme() && url.authority() == root.authority();
        if !is_here {
            return Err(self.location.problem(format!(
                "its rows are in files of another store ({path}), which cannot be read: copy the table as a whole"
            )));
        }
        Ok(url)
    }

    /// Positions of the deleted rows of `file`, ascending.
    ///
    /// # Errors
    /// If its deletion vector cannot be read.
    pub(crate) async fn deleted_rows(&self, file: &DeltaFile) -> Result<Vec<u64>> {
        let (vector, root) = (file.deletion_vector.clone(), self.location.root.clone());
        let rows = self
            .location
            .blocking(move |engine| vector.get_row_indexes(engine, &root))
            .await?;
        Ok(rows.unwrap_or_default())
    }
}

fn snapshot_of(
    engine: &dyn KernelEngine,
    root: &Url,
    version: TableVersion,
) -> KernelResult<SnapshotRef> {
    let number = match version {
        TableVersion::Latest => None,
        TableVersion::Number(number) => Some(number),
        TableVersion::At(millis) => {
            let latest = Snapshot::builder_for(root).build(engine)?;
            let wanted = HistoryCommitType::Recreatable;
            Some(latest_version_as_of(&latest, engine, millis, wanted)?.version)
        }
    };
    let builder = Snapshot::builder_for(root);
    match number {
        Some(number) => builder.at_version(number).build(engine).map_err(|error| {
            // The kernel names the first version that it misses, not the one that was asked for.
            match error {
                KernelError::MissingVersion(_) => KernelError::MissingVersion(number),
                other => other,
            }
        }),
        None => builder.build(engine),
    }
}

/// A file as the kernel lists it.
struct ScannedDeltaFile {
    scanned: ScanFile,
    bounds: FileBounds,
    partition_values: Vec<ScalarValue>,
}

fn scanned_files(
    engine: &dyn KernelEngine,
    snapshot: &SnapshotRef,
    columns: &[String],
    partitions: &[String],
) -> KernelResult<Vec<ScannedDeltaFile>> {
    let scan = Arc::clone(snapshot)
        .scan_builder()
        .with_stats(StatsOptions::all_struct())
        .with_partition_values(PartitionValuesOptions::with_struct())
        .without_row_transforms()
        .build()?;
    let mut files = Vec::new();
    for metadata in scan.scan_metadata(engine)? {
        let metadata = metadata?;
        let scanned = metadata.visit_scan_files(Vec::new(), Vec::push)?;
        let (batch, rows) = selected_rows(metadata)?;
        for (scanned, row) in scanned.into_iter().zip(rows) {
            files.push(ScannedDeltaFile {
                scanned,
                bounds: bounds(&batch, row, columns),
                partition_values: partition_values(&batch, row, partitions),
            });
        }
    }
    Ok(files)
}

/// The batch of `metadata` and the rows in it that are files.
fn selected_rows(metadata: ScanMetadata) -> KernelResult<(RecordBatch, Vec<usize>)> {
    let (data, selection) = metadata.scan_files.into_parts();
    let data = ArrowEngineData::try_from_engine_data(data)?;
    let batch = data.record_batch().clone();
    let paths = batch.column_by_name("path").cloned();
    let rows = (0..batch.num_rows()).filter(|row| {
        // A selection that is too short goes on with true.
        let is_selected = selection.get(*row).copied().unwrap_or(true);
        is_selected && paths.as_ref().is_some_and(|paths| paths.is_valid(*row))
    });
    let rows = rows.collect();
    Ok((batch, rows))
}

fn bounds(batch: &RecordBatch, row: usize, columns: &[String]) -> FileBounds {
    let stats = batch.column_by_name("stats_parsed");
    let stats = stats.and_then(|stats| stats.as_struct_opt());
    stats.map_or_else(
        || FileBounds::unknown(columns.len()),
        |stats| FileBounds::read(stats, row, columns),
    )
}

fn partition_values(batch: &RecordBatch, row: usize, columns: &[String]) -> Vec<ScalarValue> {
    let values = batch.column_by_name("partitionValues_parsed");
    let values: Option<&StructArray> = values.and_then(|values| values.as_struct_opt());
    let value = |name: &String| {
        let column = values.and_then(|values| values.column_by_name(name));
        let value = column.and_then(|column| ScalarValue::try_from_array(column, row).ok());
        value.unwrap_or(ScalarValue::Null)
    };
    columns.iter().map(value).collect()
}

/// Metadata of fields (ids, physical names, comments) would make equal types differ.
fn without_metadata(schema: &Schema) -> Schema {
    let fields = schema.fields().iter();
    let fields = fields.map(|field| field.as_ref().clone().with_metadata(Default::default()));
    Schema::new(fields.collect::<Vec<_>>())
}
