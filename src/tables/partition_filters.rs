//! Filters over partition columns, where NULL must be told from the text that names its folder.

use std::sync::Arc;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::catalog::Session;
use datafusion::common::DFSchema;
use datafusion::datasource::physical_plan::FileGroup;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::conjunction;
use datafusion::scalar::ScalarValue;

use super::partitions::NULL_PARTITION;

/// The files whose values fit all filters. DataFusion has looked for them by names of folders in which the escaped
/// text cannot be told from NULL; without one of the two nothing is left to do.
pub(super) fn fitting(
    session: &dyn Session,
    columns: &[(String, DataType)],
    groups: Vec<FileGroup>,
    filters: &[Expr],
) -> Result<Vec<FileGroup>> {
    let Some(filter) = conjunction(filters.iter().cloned()) else {
        return Ok(groups);
    };
    if !has_doubtful(&groups) {
        return Ok(groups);
    }
    let fields = columns.iter();
    let fields = fields.map(|(name, data_type)| Field::new(name, data_type.clone(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let names = DFSchema::try_from(Arc::clone(&schema))?;
    let filter = session.create_physical_expr(filter.is_true(), &names)?;
    let mut fitting = Vec::new();
    for group in groups {
        let files = group.into_inner();
        let values = (0..columns.len()).map(|column| {
            let values = files
                .iter()
                .map(|file| file.partition_values[column].clone());
            ScalarValue::iter_to_array(values)
        });
        let rows = RecordBatch::try_new(Arc::clone(&schema), values.collect::<Result<_>>()?)?;
        let fits = filter.evaluate(&rows)?.into_array(rows.num_rows())?;
        let files = files.into_iter().zip(fits.as_boolean());
        let files = files.filter(|(_, fits)| *fits == Some(true));
        fitting.push(FileGroup::new(files.map(|(file, _)| file).collect()));
    }
    fitting.retain(|group| !group.is_empty());
    Ok(fitting)
}

fn has_doubtful(groups: &[FileGroup]) -> bool {
    let escaped = ScalarValue::from(NULL_PARTITION);
    let is_doubtful = |value: &ScalarValue| *value == escaped || *value == ScalarValue::Utf8(None);
    let mut files = groups.iter().flat_map(FileGroup::iter);
    files.any(|file| file.partition_values.iter().any(is_doubtful))
}
