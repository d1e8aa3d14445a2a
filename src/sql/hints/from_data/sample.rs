//! The first rows of each part of a table: cheap whatever its size.

use std::collections::BTreeSet;
use std::time::Duration;

use arrow::array::{ArrayRef, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::DataType;
use datafusion::common::DFSchema;
use datafusion::datasource::source_as_provider;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SessionState;
use datafusion::logical_expr::Expr;
use futures::StreamExt;

use super::SampledColumn;

/// Parts of a table that are looked at, and rows of each.
const MOST_PARTS: usize = 8;
const MOST_ROWS: usize = 1 << 16;
/// A column with more values than this names no surveys.
const MOST_KINDS: usize = 20;
/// A slow store is not waited for.
const PATIENCE: Duration = Duration::from_millis(500);

/// For each of the text columns `unused`, its values in rows that have an answer and pass `filters`;
/// columns with many values are left out.
///
/// # Errors
/// When the table cannot be read; a hint is not worth an error to anyone.
pub(super) async fn kinds(
    state: &SessionState,
    sampled: &SampledColumn,
    unused: &[String],
    filters: &[Expr],
) -> Result<Vec<(String, Vec<String>)>> {
    if unused.is_empty() {
        return Ok(Vec::new());
    }
    let read = tokio::time::timeout(PATIENCE, rows(state, sampled, unused, filters));
    let batches = read
        .await
        .map_err(|error| DataFusionError::External(error.into()))??;
    let mut values: Vec<Option<BTreeSet<String>>> = vec![Some(BTreeSet::new()); unused.len()];
    for batch in batches {
        let batch = passing(state, sampled, &batch, filters)?;
        for (name, values) in unused.iter().zip(&mut values) {
            if let (Some(column), Some(found)) = (batch.column_by_name(name), values.as_mut()) {
                add(column, found)?;
                if found.len() > MOST_KINDS {
                    *values = None;
                }
            }
        }
    }
    let known = unused.iter().zip(values);
    Ok(known
        .filter_map(|(name, values)| Some((name.clone(), values?.into_iter().collect())))
        .collect())
}

/// The answers that pass `filters`.
///
/// # Errors
/// Those of [`kinds`].
pub(super) async fn answers(
    state: &SessionState,
    sampled: &SampledColumn,
    filters: &[Expr],
) -> Result<Vec<ArrayRef>> {
    values(state, sampled, &sampled.name, filters).await
}

/// The values of `column` in rows that have an answer and pass `filters`.
///
/// # Errors
/// Those of [`kinds`].
pub(super) async fn values(
    state: &SessionState,
    sampled: &SampledColumn,
    column: &str,
    filters: &[Expr],
) -> Result<Vec<ArrayRef>> {
    let others = [column.to_owned()];
    let read = tokio::time::timeout(PATIENCE, rows(state, sampled, &others, filters));
    let batches = read
        .await
        .map_err(|error| DataFusionError::External(error.into()))??;
    let mut values = Vec::new();
    for batch in batches {
        let batch = passing(state, sampled, &batch, filters)?;
        values.extend(batch.column_by_name(column).cloned());
    }
    Ok(values)
}

async fn rows(
    state: &SessionState,
    sampled: &SampledColumn,
    unused: &[String],
    filters: &[Expr],
) -> Result<Vec<RecordBatch>> {
    let provider = source_as_provider(&sampled.source)?;
    let filtered = filters.iter().flat_map(Expr::column_refs);
    let mut names: Vec<&str> = filtered.map(|column| column.name.as_str()).collect();
    names.push(&sampled.name);
    names.extend(unused.iter().map(String::as_str));
    let schema = provider.schema();
    let fields = schema.fields().iter().enumerate();
    let wanted = fields.filter(|(_, field)| names.contains(&field.name().as_str()));
    let wanted: Vec<usize> = wanted.map(|(index, _)| index).collect();
    let plan = provider.scan(state, Some(&wanted), &[], None).await?;
    let plan = match plan.repartitioned(MOST_PARTS, state.config_options())? {
        Some(parts) => parts,
        None => plan,
    };
    let parts = plan.properties().output_partitioning().partition_count();
    let mut batches = Vec::new();
    for part in 0..parts.min(MOST_PARTS) {
        let mut stream = plan.execute(part, state.task_ctx())?;
        let mut rows = 0;
        while rows < MOST_ROWS
            && let Some(batch) = stream.next().await
        {
            let batch = batch?;
            rows += batch.num_rows();
            batches.push(batch);
        }
    }
    Ok(batches)
}

/// Rows of `batch` that have an answer and pass `filters`.
fn passing(
    state: &SessionState,
    sampled: &SampledColumn,
    batch: &RecordBatch,
    filters: &[Expr],
) -> Result<RecordBatch> {
    let mut batch = batch.clone();
    if let Some(answers) = batch.column_by_name(&sampled.name) {
        let known = arrow::compute::is_not_null(answers.as_ref())?;
        batch = filter_record_batch(&batch, &known)?;
    }
    let schema = DFSchema::try_from(batch.schema().as_ref().clone())?;
    for filter in filters {
        let filter = state.create_physical_expr(filter.clone(), &schema)?;
        let passes = filter.evaluate(&batch)?.into_array(batch.num_rows())?;
        let passes: &BooleanArray = passes.as_boolean();
        batch = filter_record_batch(&batch, passes)?;
    }
    Ok(batch)
}

fn add(column: &ArrayRef, found: &mut BTreeSet<String>) -> Result<()> {
    let texts = cast(column, &DataType::Utf8)?;
    for text in texts.as_string::<i32>().iter().flatten() {
        if found.len() > MOST_KINDS {
            return Ok(());
        }
        if !found.contains(text) {
            found.insert(text.to_owned());
        }
    }
    Ok(())
}

/// True for texts as tables store them.
pub(super) fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, value) => value.is_string(),
        other => other.is_string(),
    }
}
