//! Columns whose values are folder names (`year=2026/month=01/`).

use datafusion::arrow::datatypes::DataType;

use crate::error::{Error, Result};

use super::kind::partition_key;
use super::listing::DataFile;
use super::source::TableSource;

/// Folder name of rows that have no value in the partition column, as Hive, Spark and others write it.
pub(super) const NULL_PARTITION: &str = "__HIVE_DEFAULT_PARTITION__";

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

/// Infers whole numbers and ISO dates; all other values are text. Folders of NULL say nothing of the type.
fn infer<'a>(values: &(impl Iterator<Item = &'a str> + Clone)) -> DataType {
    let values = values.clone().filter(|value| *value != NULL_PARTITION);
    if values.clone().next().is_none() {
        DataType::Utf8
    } else if values.clone().all(is_integer) {
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
        assert_eq!(infer(&[NULL_PARTITION, "01"]), DataType::Int64);
        assert_eq!(infer(&[NULL_PARTITION]), DataType::Utf8);
    }
}
