//! Values of partition columns from the names of folders, and their statistics.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, Statistics};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::FileGroup;
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

use super::partitions::NULL_PARTITION;
use crate::error::Error;
use crate::sql_type;

/// Converts what DataFusion read from the folders as text.
pub(super) struct PartitionValues<'a> {
    columns: &'a [(String, DataType)],
    schema: &'a SchemaRef,
}

/// True if the file lies in the folder of rows without a value of the column.
fn is_null_folder(file: &PartitionedFile, name: &str) -> bool {
    let folder = format!("{name}={NULL_PARTITION}");
    let mut parts = file.object_meta.location.parts();
    parts.any(|part| part.as_ref().eq_ignore_ascii_case(&folder))
}

impl<'a> PartitionValues<'a> {
    /// `schema` is that of the table; the partition columns are its last.
    pub(super) fn new(columns: &'a [(String, DataType)], schema: &'a SchemaRef) -> Self {
        Self { columns, schema }
    }

    /// The files with values of the columns' types, or NULL.
    ///
    /// # Errors
    /// If the name of a folder has another type than its column.
    pub(super) fn of_groups(&self, groups: Vec<FileGroup>) -> Result<Vec<FileGroup>> {
        let convert = |group: FileGroup| {
            let statistics = group.file_statistics(None).cloned();
            let files = group
                .into_inner()
                .into_iter()
                .map(|file| self.of_file(file));
            let files = files.collect::<Result<Vec<_>>>()?;
            let group = FileGroup::new(files);
            let statistics = statistics
                .map(|statistics| self.of_rows(statistics, group.files()))
                .transpose()?;
            Ok(match statistics {
                Some(statistics) => group.with_statistics(Arc::new(statistics)),
                None => group,
            })
        };
        groups.into_iter().map(convert).collect()
    }

    /// Statistics of the table of all `groups`.
    ///
    /// # Errors
    /// If two values cannot be compared.
    pub(super) fn of_table(
        &self,
        statistics: Statistics,
        groups: &[FileGroup],
    ) -> Result<Statistics> {
        let files: Vec<PartitionedFile> = groups
            .iter()
            .flat_map(|group| group.files().iter().cloned())
            .collect();
        self.of_rows(statistics, &files)
    }

    fn of_file(&self, mut file: PartitionedFile) -> Result<PartitionedFile> {
        let values = file.partition_values.iter().zip(self.columns);
        let values = values.map(|(value, (name, data_type))| {
            // The text of that name is written with codes, which DataFusion has read.
            let is_null = is_null_folder(&file, name);
            if value.to_string() == NULL_PARTITION && !is_null && *data_type == DataType::Utf8 {
                return Ok(value.clone());
            }
            typed(value, data_type).ok_or_else(|| unlike(&file, name, value, data_type))
        });
        file.partition_values = values.collect::<Result<_, _>>()?;
        let statistics = file.statistics.take().map(Arc::unwrap_or_clone);
        let files = std::slice::from_ref(&file);
        let statistics = statistics
            .map(|statistics| self.of_rows(statistics, files))
            .transpose()?;
        file.statistics = statistics.map(Arc::new);
        Ok(file)
    }

    /// `statistics` of the rows of `files` with those of the partition columns made anew.
    fn of_rows(&self, mut statistics: Statistics, files: &[PartitionedFile]) -> Result<Statistics> {
        let in_files = self.schema.fields().len() - self.columns.len();
        statistics.column_statistics.truncate(in_files);
        if statistics.column_statistics.len() < in_files {
            return Ok(Statistics::new_unknown(self.schema));
        }
        let is_exact = matches!(statistics.num_rows, Precision::Exact(_));
        for column in 0..self.columns.len() {
            let known = if is_exact {
                column_statistics(column, files)?
            } else {
                ColumnStatistics::new_unknown()
            };
            statistics.column_statistics.push(known);
        }
        Ok(statistics)
    }
}

fn typed(value: &ScalarValue, data_type: &DataType) -> Option<ScalarValue> {
    let text = value.try_as_str().flatten()?;
    if text == NULL_PARTITION {
        return ScalarValue::try_from(data_type).ok();
    }
    ScalarValue::try_from_string(text.to_owned(), data_type).ok()
}

fn unlike(file: &PartitionedFile, name: &str, value: &ScalarValue, data_type: &DataType) -> Error {
    let kind = sql_type::name(data_type);
    let problem = format!("its folder is {name}={value}, but column {name:?} is {kind}");
    Error::location(file.object_meta.location.as_ref(), problem)
}

/// Each file has one value, or NULL in all of its rows.
fn column_statistics(column: usize, files: &[PartitionedFile]) -> Result<ColumnStatistics> {
    let mut nulls = Precision::Exact(0);
    let mut bounds: Option<(ScalarValue, ScalarValue)> = None;
    for file in files {
        let value = &file.partition_values[column];
        if value.is_null() {
            let rows = file.statistics.as_ref().map(|known| known.num_rows);
            nulls = nulls.add(&rows.unwrap_or(Precision::Absent));
            continue;
        }
        let (least, greatest) = bounds.unwrap_or_else(|| (value.clone(), value.clone()));
        let is_less = value.try_cmp(&least)?.is_lt();
        let is_greater = value.try_cmp(&greatest)?.is_gt();
        bounds = Some((
            if is_less { value.clone() } else { least },
            if is_greater { value.clone() } else { greatest },
        ));
    }
    let mut known = ColumnStatistics::new_unknown();
    known.null_count = nulls;
    if let Some((least, greatest)) = bounds {
        known.min_value = Precision::Exact(least);
        known.max_value = Precision::Exact(greatest);
    }
    Ok(known)
}
