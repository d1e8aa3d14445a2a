//! Writing to a Delta table, which is created with the first commit if it is not there.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::scalar::ScalarValue;
use delta_kernel::committer::FileSystemCommitter;
use delta_kernel::engine::arrow_conversion::TryFromArrow;
use delta_kernel::expressions::Scalar;
use delta_kernel::schema::{DataType as KernelType, StructField, StructType};
use delta_kernel::snapshot::SnapshotRef;
use delta_kernel::transaction::create_table::create_table;
use delta_kernel::transaction::data_layout::DataLayout;
use delta_kernel::transaction::{
    CreateTable, Transaction, UpdateTable, UpdateTableOperation, WriteState,
};
use delta_kernel::{Engine as KernelEngine, KernelResult};

use super::data_files::{DataFileLayout, DataFileWriter, WrittenFile, discard};
use super::durable;
use super::layout::{BLOOM_PROPERTY, DeltaTableLayout, SORT_PROPERTY, SortColumn};
use super::log_store::DeltaLocation;
use super::snapshot::{DeltaSnapshot, TableVersion};
use crate::error::Result;
use crate::sql_type;

/// The program, as commits name it.
const ENGINE: &str = concat!("deskql/", env!("CARGO_PKG_VERSION"));

/// Writes the files of one change of a table.
#[derive(Debug, Clone)]
pub(crate) struct DeltaTableWriter {
    pub(super) location: DeltaLocation,
    /// The version that the change is based on; `None` if the table is created.
    pub(super) base: Option<Arc<DeltaSnapshot>>,
    pub(super) layout: DeltaTableLayout,
    /// Columns that the table gets.
    pub(super) new_columns: Vec<StructField>,
    state: Arc<WriteState>,
    files: DataFileLayout,
}

impl DeltaTableWriter {
    /// Prepares a change of the table at `location`. Columns of `layout` that the table does not have are added to it;
    /// where a table is there, its partition columns and its order count, not those of `layout`.
    ///
    /// # Errors
    /// If the table cannot be written to, or a column has another type there.
    pub(crate) async fn open(location: DeltaLocation, layout: DeltaTableLayout) -> Result<Self> {
        let base = existing(&location).await?;
        Self::on(location, base, layout).await
    }

    /// Like [`open`](Self::open), based on a version that is known.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub(crate) async fn on(
        location: DeltaLocation,
        base: Option<Arc<DeltaSnapshot>>,
        mut layout: DeltaTableLayout,
    ) -> Result<Self> {
        // Before anything is written to a store that cannot have the log.
        durable::check_store(&location).await?;
        let new_columns = match &base {
            Some(base) => {
                let added = new_columns(&location, base, &layout)?;
                layout = settled(base, layout);
                added
            }
            None => {
                location.begin_log().await?;
                Vec::new()
            }
        };
        let (plan, columns) = (base.clone(), new_columns.clone());
        let (root, wanted) = (location.root.to_string(), layout.clone());
        let state = location.blocking(move |engine| match plan {
            Some(base) => {
                let shape = ChangeShape {
                    operation: UpdateTableOperation::Write,
                    is_data: true,
                    is_blind: false,
                };
                update(engine, &base.kernel, &shape, &columns)?.write_state()
            }
            None => create(engine, &root, &wanted)?.write_state(),
        });
        Ok(Self {
            state: state.await?,
            files: DataFileLayout {
                columns: columns_of_files(&layout),
                sort_columns: layout.sort_columns.clone(),
                bloom_columns: layout.bloom_columns.clone(),
            },
            location,
            base,
            layout,
            new_columns,
        })
    }

    /// The layout of the table as it is or will be.
    pub(crate) fn layout(&self) -> &DeltaTableLayout {
        &self.layout
    }

    /// Deletes files of a change that comes to nothing.
    pub(crate) async fn discard(&self, files: &[WrittenFile]) {
        discard(self.location.store.as_ref(), files).await;
    }

    /// The version that the change is based on.
    pub(crate) fn base(&self) -> Option<&Arc<DeltaSnapshot>> {
        self.base.as_ref()
    }

    /// Starts a data file whose rows all have `values` in the partition columns.
    ///
    /// # Errors
    /// If a value does not fit its column.
    pub(crate) fn file(&self, values: &[ScalarValue]) -> Result<DataFileWriter> {
        let columns = self.layout.partition_columns.iter().zip(values);
        let scalars = columns.map(|(name, value)| {
            let scalar = partition_scalar(value).ok_or_else(|| {
                let problem = format!(
                    "column {name:?} cannot name folders: {value} is no number, text, date or time"
                );
                self.location.problem(problem)
            })?;
            Ok((name.clone(), scalar))
        });
        let scalars = scalars.collect::<Result<HashMap<_, _>>>()?;
        DataFileWriter::try_new(&self.location, &self.state, scalars, values, &self.files)
    }
}

/// The newest version of the table at `location`; `None` if there is no table.
///
/// # Errors
/// If there is one that cannot be read.
pub(crate) async fn existing(location: &DeltaLocation) -> Result<Option<Arc<DeltaSnapshot>>> {
    if !location.has_versions().await? {
        return Ok(None);
    }
    let snapshot = DeltaSnapshot::open(location.clone(), TableVersion::Latest).await?;
    Ok(Some(Arc::new(snapshot)))
}

/// What a change of a table is, for its log.
#[derive(Debug, Clone)]
pub(super) struct ChangeShape {
    pub(super) operation: UpdateTableOperation,
    /// False if the same rows are in other files.
    pub(super) is_data: bool,
    /// True if the rows do not depend on those that are there.
    pub(super) is_blind: bool,
}

pub(super) fn update(
    engine: &dyn KernelEngine,
    snapshot: &SnapshotRef,
    shape: &ChangeShape,
    new_columns: &[StructField],
) -> KernelResult<Transaction<UpdateTable>> {
    let operation = shape.operation.clone();
    let mut change = Arc::clone(snapshot).update_table(operation, ENGINE, shape.is_data);
    if shape.is_blind && new_columns.is_empty() {
        change = change.with_blind_append();
    }
    for column in new_columns {
        change = change.add_column(column.clone());
    }
    change.build(engine, Box::new(FileSystemCommitter::new()))
}

pub(super) fn create(
    engine: &dyn KernelEngine,
    root: &str,
    layout: &DeltaTableLayout,
) -> KernelResult<Transaction<CreateTable>> {
    let schema = StructType::try_from_arrow(layout.schema.as_ref())?;
    let mut table = create_table(root, Arc::new(schema), ENGINE, true);
    if !layout.partition_columns.is_empty() {
        table = table.with_data_layout(DataLayout::partitioned(layout.partition_columns.clone()));
    }
    table
        .with_table_properties(layout.properties())
        .build(engine, Box::new(FileSystemCommitter::new()))
}

/// Columns of `layout` that the table does not have.
fn new_columns(
    location: &DeltaLocation,
    base: &DeltaSnapshot,
    layout: &DeltaTableLayout,
) -> Result<Vec<StructField>> {
    let mut added = Vec::new();
    for field in layout.schema.fields() {
        let mut known = base.schema().fields().iter();
        let known = known.find(|known| known.name().eq_ignore_ascii_case(field.name()));
        let Some(known) = known else {
            let field = StructField::try_from_arrow(field.as_ref());
            added.push(field.map_err(|error| location.problem(error.to_string()))?);
            continue;
        };
        if !fits(field.data_type(), known.data_type()) {
            let (here, there) = (
                sql_type::name(field.data_type()),
                sql_type::name(known.data_type()),
            );
            return Err(location.problem(format!(
                "column {:?} is {there} in the table and {here} in the new rows: CAST it, or write to another table",
                field.name()
            )));
        }
    }
    Ok(added)
}

/// True if values of `new` can be written as `known`: a value that does not fit is an error while it is written.
fn fits(new: &DataType, known: &DataType) -> bool {
    let is_number = |data_type: &DataType| data_type.is_integer() || data_type.is_decimal();
    new == known
        || (is_number(new) && is_number(known))
        || (new.is_numeric() && known.is_floating())
}

/// The layout that the table has, with the columns that are new.
fn settled(base: &DeltaSnapshot, layout: DeltaTableLayout) -> DeltaTableLayout {
    let configuration = base.kernel.metadata_configuration();
    let columns = |key: &str| configuration.get(key).map(|list| list.split(','));
    let sorted = columns(SORT_PROPERTY).map(|list| list.map(SortColumn::read).collect());
    let filtered = columns(BLOOM_PROPERTY).map(|list| list.map(str::to_owned).collect());
    let known: BTreeSet<&str> = base
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    let added = layout.schema.fields().iter();
    let added = added.filter(|field| !known.contains(field.name().as_str()));
    let fields = base.schema().fields().iter().chain(added).cloned();
    let schema = Schema::new(fields.collect::<Vec<_>>());
    DeltaTableLayout {
        schema: Arc::new(schema),
        partition_columns: base.partition_columns().to_vec(),
        sort_columns: sorted.unwrap_or(layout.sort_columns),
        bloom_columns: filtered.unwrap_or(layout.bloom_columns),
    }
}

/// Columns that are not told by folders, in the order of the table.
fn columns_of_files(layout: &DeltaTableLayout) -> Vec<String> {
    let names = layout.schema.fields().iter().map(|field| field.name());
    names
        .filter(|name| !layout.partition_columns.contains(name))
        .cloned()
        .collect()
}

fn partition_scalar(value: &ScalarValue) -> Option<Scalar> {
    Some(match value {
        ScalarValue::Utf8(Some(text))
        | ScalarValue::Utf8View(Some(text))
        | ScalarValue::LargeUtf8(Some(text)) => Scalar::String(text.clone()),
        ScalarValue::Boolean(Some(value)) => Scalar::Boolean(*value),
        ScalarValue::Int8(Some(value)) => Scalar::Byte(*value),
        ScalarValue::Int16(Some(value)) => Scalar::Short(*value),
        ScalarValue::Int32(Some(value)) => Scalar::Integer(*value),
        ScalarValue::Int64(Some(value)) => Scalar::Long(*value),
        ScalarValue::Date32(Some(days)) => Scalar::Date(*days),
        ScalarValue::TimestampMicrosecond(Some(micros), Some(_)) => Scalar::Timestamp(*micros),
        ScalarValue::TimestampMicrosecond(Some(micros), None) => Scalar::TimestampNtz(*micros),
        null if null.is_null() => Scalar::Null(KernelType::try_from_arrow(&null.data_type()).ok()?),
        _ => return None,
    })
}
