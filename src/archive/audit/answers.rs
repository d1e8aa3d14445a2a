//! Answers of the engine as plain values.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type, TimeUnit, TimestampMicrosecondType};
use datafusion::error::DataFusionError;

use crate::Engine;
use crate::error::Result;

/// Runs `sql` and hands over its batches one by one.
///
/// # Errors
/// When it fails.
pub(crate) async fn each_batch(
    engine: &Engine,
    sql: &str,
    mut take: impl FnMut(&RecordBatch) -> Result<()>,
) -> Result<()> {
    let mut execution = engine.run(sql).await?;
    while let Some(batch) = execution.next_batch().await? {
        take(&batch)?;
    }
    Ok(())
}

/// A column of whole numbers; NULL is 0.
///
/// # Errors
/// If the column is missing or has other values.
pub(crate) fn whole_numbers(batch: &RecordBatch, column: usize) -> Result<Vec<u64>> {
    let numbers = values(batch, column, &DataType::Int64)?;
    let numbers = numbers.as_primitive::<Int64Type>().iter();
    let positive = |number: Option<i64>| u64::try_from(number.unwrap_or(0)).unwrap_or(0);
    Ok(numbers.map(positive).collect())
}

/// A column as texts.
///
/// # Errors
/// If the column is missing or has no text form.
pub(crate) fn texts(batch: &RecordBatch, column: usize) -> Result<Vec<Option<String>>> {
    let texts = values(batch, column, &DataType::Utf8)?;
    let texts = texts.as_string::<i32>().iter();
    Ok(texts.map(|text| text.map(str::to_owned)).collect())
}

/// A column of dates or timestamps, in microseconds since 1970; of timestamps with a zone, since 1970 in UTC.
///
/// # Errors
/// If the column is missing or has other values.
pub(crate) fn instants(batch: &RecordBatch, column: usize) -> Result<Vec<Option<i64>>> {
    let zone = match batch.column(column).data_type() {
        DataType::Timestamp(_, zone) => zone.clone(),
        _ => None,
    };
    let unit = DataType::Timestamp(TimeUnit::Microsecond, zone);
    let instants = values(batch, column, &unit)?;
    let instants = instants.as_primitive::<TimestampMicrosecondType>();
    Ok(instants.iter().collect())
}

fn values(batch: &RecordBatch, column: usize, to: &DataType) -> Result<std::sync::Arc<dyn Array>> {
    Ok(cast(batch.column(column), to).map_err(DataFusionError::from)?)
}
