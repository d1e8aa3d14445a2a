//! `APPEND` and `OVERWRITE_PARTITIONS`: new files must be read together with old ones.

use std::sync::Arc;

use arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::datasource::file_format::csv::CsvFormat;
use datafusion::datasource::file_format::json::JsonFormat;
use datafusion::datasource::file_format::write::get_writer_schema;
use datafusion::error::{DataFusionError, Result};
use object_store::ObjectStore;

use super::rules::FolderMode;
use super::task::{CopyTask, ExistingFile};
use crate::encoding;
use crate::error::Error;
use crate::sql_type;
use crate::tables::partition_key;

/// Refuses another format, another partitioning and other columns than those of the files in the folder.
pub(super) async fn check(
    task: &CopyTask,
    store: &Arc<dyn ObjectStore>,
    files: &[ExistingFile],
) -> Result<()> {
    let name = task.config.original_url.as_str();
    let mode = match task.mode {
        FolderMode::OverwritePartitions => "OVERWRITE_PARTITIONS",
        _ => "APPEND",
    };
    let refuse = |problem: String| -> Result<()> {
        Err(DataFusionError::from(Error::location(name, problem)))
    };
    let ending = format!(".{}", task.config.file_extension.trim_start_matches('.'));
    let mine: Vec<&str> = task
        .config
        .table_partition_cols
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    for file in files {
        if !file.inner.to_ascii_lowercase().ends_with(&ending) {
            return refuse(format!(
                "{mode} would write {ending} files beside {}",
                file.inner
            ));
        }
        let theirs: Vec<&str> = file.inner.split('/').filter_map(partition_key).collect();
        if theirs != mine {
            return refuse(format!(
                "{mode} would partition by {}, and the folder has {}",
                listed(&mine),
                file.inner
            ));
        }
    }
    let (Some(first), Some(session)) = (files.first(), &task.session) else {
        return Ok(());
    };
    let objects = [first.meta.clone()];
    let theirs = task.format.infer_schema(session, store, &objects).await?;
    match difference(task, &theirs) {
        Some(problem) => refuse(format!(
            "{mode} would write other columns than {} has: {problem}",
            first.inner
        )),
        None => Ok(()),
    }
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() {
        return "no column".to_owned();
    }
    encoding::listed(names, usize::MAX)
}

/// What differs between the columns of an old file and of the new ones.
fn difference(task: &CopyTask, theirs: &SchemaRef) -> Option<String> {
    let ours = get_writer_schema(&task.config);
    if let Some(csv) = task.format.downcast_ref::<CsvFormat>() {
        let has_header = csv.options().has_header.unwrap_or(true);
        let differ = if has_header {
            names(&ours) != names(theirs)
        } else {
            ours.fields().len() != theirs.fields().len()
        };
        return differ.then(|| columns(&ours, theirs));
    }
    if task.format.is::<JsonFormat>() {
        let sorted = |schema: &Schema| {
            let mut names: Vec<String> = names(schema).into_iter().map(str::to_owned).collect();
            names.sort();
            names
        };
        return (sorted(&ours) != sorted(theirs)).then(|| columns(&ours, theirs));
    }
    if names(&ours) != names(theirs) {
        return Some(columns(&ours, theirs));
    }
    let mut pairs = ours.fields().iter().zip(theirs.fields());
    pairs.find_map(|(ours, theirs)| {
        let (our_type, their_type) = (plain(ours.data_type()), plain(theirs.data_type()));
        (our_type != their_type).then(|| {
            format!(
                "{} is {} there and {} here",
                ours.name(),
                sql_type::name(&their_type),
                sql_type::name(&our_type)
            )
        })
    })
}

fn names(schema: &Schema) -> Vec<&str> {
    schema
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect()
}

fn columns(ours: &Schema, theirs: &Schema) -> String {
    format!(
        "({}) there and ({}) here",
        names(theirs).join(", "),
        names(ours).join(", ")
    )
}

/// The type without its layout.
fn plain(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
        DataType::Dictionary(_, value) => plain(value),
        other => other.clone(),
    }
}
