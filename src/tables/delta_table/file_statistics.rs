//! What the log says of the values in files, as DataFusion takes it.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, UInt64Array};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::stats::Precision;
use datafusion::common::{Column, ColumnStatistics, Statistics};
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

use crate::delta::{ColumnBounds, DeltaFile};

/// Statistics of the files of a table.
pub(super) struct KnownStatistics<'a> {
    file_schema: &'a SchemaRef,
    partition_schema: &'a SchemaRef,
}

impl<'a> KnownStatistics<'a> {
    pub(super) fn new(file_schema: &'a SchemaRef, partition_schema: &'a SchemaRef) -> Self {
        Self {
            file_schema,
            partition_schema,
        }
    }

    /// Statistics of the rows of `file` that are not deleted: a bound that may not be a value is inexact, since MIN
    /// and MAX are answered from exact ones.
    ///
    /// # Errors
    /// If a value of a folder has another type than its column.
    pub(super) fn of_file(&self, file: &DeltaFile) -> Result<Statistics> {
        let rows = file
            .bounds
            .rows
            .and_then(|rows| rows.checked_sub(file.deleted));
        let fields = self.file_schema.fields().iter().zip(&file.bounds.columns);
        let is_whole = file.deleted == 0;
        let columns = fields.map(|(field, known)| column(field.data_type(), known, is_whole));
        let mut columns: Vec<ColumnStatistics> = columns.collect();
        for value in partition_values(self.partition_schema, &file.partition_values)? {
            columns.push(constant(value, rows));
        }
        Ok(Statistics {
            num_rows: precise(rows),
            total_byte_size: Precision::Absent,
            column_statistics: columns,
        })
    }

    /// Bounds of the values of `files`, which choose among them.
    ///
    /// # Errors
    /// Those of [`of_file`](Self::of_file).
    pub(super) fn bounds(&self, files: &[DeltaFile]) -> Result<FileBoundsColumns> {
        let mut columns = Vec::new();
        for (at, field) in self.file_schema.fields().iter().enumerate() {
            let known = files.iter().map(|file| file.bounds.columns.get(at));
            let known: Vec<Option<&ColumnBounds>> = known.collect();
            let of = |bound: fn(&ColumnBounds) -> Option<&ScalarValue>| {
                let values = known.iter().map(|known| known.and_then(bound));
                bound_array(values, field.data_type())
            };
            columns.push(BoundsColumn {
                name: field.name().clone(),
                min: of(|known| known.min.as_ref()),
                max: of(|known| known.max.as_ref()),
                nulls: known
                    .iter()
                    .map(|known| known.and_then(|known| known.nulls))
                    .collect(),
            });
        }
        let values = files
            .iter()
            .map(|file| partition_values(self.partition_schema, &file.partition_values));
        let values = values.collect::<Result<Vec<_>>>()?;
        for (at, field) in self.partition_schema.fields().iter().enumerate() {
            let of_files = || values.iter().map(|values| values.get(at));
            let array = bound_array(of_files(), field.data_type());
            let nulls = of_files().zip(files).map(|(value, file)| match value {
                Some(value) if value.is_null() => file.bounds.rows,
                _ => Some(0),
            });
            columns.push(BoundsColumn {
                name: field.name().clone(),
                min: array.clone(),
                max: array,
                nulls: nulls.collect(),
            });
        }
        Ok(FileBoundsColumns {
            columns,
            rows: files.iter().map(|file| file.bounds.rows).collect(),
        })
    }
}

/// Values of the folders of a file in the types of their columns.
///
/// # Errors
/// If one has another type.
pub(super) fn partition_values(
    schema: &SchemaRef,
    values: &[ScalarValue],
) -> Result<Vec<ScalarValue>> {
    let values = schema.fields().iter().zip(values);
    values
        .map(|(field, value)| value.cast_to(field.data_type()))
        .collect()
}

fn precise(count: Option<u64>) -> Precision<usize> {
    let count = count.and_then(|count| usize::try_from(count).ok());
    count.map_or(Precision::Absent, Precision::Exact)
}

fn column(data_type: &DataType, known: &ColumnBounds, is_whole: bool) -> ColumnStatistics {
    let bound = |value: &Option<ScalarValue>| {
        let value = value
            .as_ref()
            .and_then(|value| value.cast_to(data_type).ok());
        match value.filter(|value| !value.is_null()) {
            Some(value) if known.is_exact && is_whole => Precision::Exact(value),
            Some(value) => Precision::Inexact(value),
            None => Precision::Absent,
        }
    };
    let mut statistics = ColumnStatistics::new_unknown();
    statistics.min_value = bound(&known.min);
    statistics.max_value = bound(&known.max);
    if is_whole {
        statistics.null_count = precise(known.nulls);
    }
    statistics
}

/// All rows of a file have one value of its folder.
fn constant(value: ScalarValue, rows: Option<u64>) -> ColumnStatistics {
    let mut statistics = ColumnStatistics::new_unknown();
    if value.is_null() {
        statistics.null_count = precise(rows);
        return statistics;
    }
    statistics.null_count = Precision::Exact(0);
    statistics.min_value = Precision::Exact(value.clone());
    statistics.max_value = Precision::Exact(value);
    statistics
}

fn bound_array<'a>(
    values: impl Iterator<Item = Option<&'a ScalarValue>>,
    data_type: &DataType,
) -> Option<ArrayRef> {
    let null = ScalarValue::try_from(data_type).ok()?;
    let values = values.map(|value| {
        let value = value.and_then(|value| value.cast_to(data_type).ok());
        value.unwrap_or_else(|| null.clone())
    });
    let values: Vec<ScalarValue> = values.collect();
    if values.is_empty() || values.iter().all(ScalarValue::is_null) {
        return None;
    }
    ScalarValue::iter_to_array(values).ok()
}

/// Bounds of the columns of files.
#[derive(Debug)]
pub(super) struct FileBoundsColumns {
    columns: Vec<BoundsColumn>,
    rows: Vec<Option<u64>>,
}

#[derive(Debug)]
struct BoundsColumn {
    name: String,
    min: Option<ArrayRef>,
    max: Option<ArrayRef>,
    nulls: Vec<Option<u64>>,
}

impl FileBoundsColumns {
    fn column(&self, column: &Column) -> Option<&BoundsColumn> {
        self.columns.iter().find(|known| known.name == column.name)
    }
}

impl PruningStatistics for FileBoundsColumns {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.column(column)?.min.clone()
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.column(column)?.max.clone()
    }

    fn num_containers(&self) -> usize {
        self.rows.len()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let nulls = &self.column(column)?.nulls;
        Some(Arc::new(UInt64Array::from(nulls.clone())))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        Some(Arc::new(UInt64Array::from(self.rows.clone())))
    }

    fn contained(&self, _: &Column, _: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
