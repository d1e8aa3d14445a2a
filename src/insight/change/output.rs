//! The rows of an explanation as columns.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::explanation::ExplanationRow;
use super::kpi::ChangeKpi;

/// The columns, in order.
const COLUMNS: [(&str, DataType); 22] = [
    ("scope", DataType::Utf8),
    ("dimension", DataType::Utf8),
    ("segment", DataType::Utf8),
    ("dimension_2", DataType::Utf8),
    ("segment_2", DataType::Utf8),
    ("n_before", DataType::Int64),
    ("n_after", DataType::Int64),
    ("share_before", DataType::Float64),
    ("share_after", DataType::Float64),
    ("before", DataType::Float64),
    ("after", DataType::Float64),
    ("mix", DataType::Float64),
    ("rate", DataType::Float64),
    ("interaction", DataType::Float64),
    ("total", DataType::Float64),
    ("low", DataType::Float64),
    ("high", DataType::Float64),
    ("p", DataType::Float64),
    ("p_adjusted", DataType::Float64),
    ("p_mix", DataType::Float64),
    ("note", DataType::Utf8),
    ("reverses", DataType::Boolean),
];

/// The fields of the result.
pub(super) fn fields() -> Vec<FieldRef> {
    COLUMNS
        .into_iter()
        .map(|(name, data_type)| Arc::new(Field::new(name, data_type, true)))
        .collect()
}

/// The rows as one batch.
///
/// # Errors
/// When the columns do not fit the schema, which they do.
pub(super) fn batch(kpi: &ChangeKpi, rows: &[ExplanationRow]) -> Result<RecordBatch> {
    let text = |of: fn(&ExplanationRow) -> Option<&str>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<StringArray>())
    };
    let number = |of: &dyn Fn(&ExplanationRow) -> Option<f64>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<Float64Array>())
    };
    let count = |of: &dyn Fn(&ExplanationRow) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(rows.iter().map(of)))
    };
    let percent = |share: Option<f64>| share.map(|share| 100.0 * share);
    let columns = vec![
        text(|row| Some(row.scope)),
        text(|row| row.dimension.as_deref()),
        text(|row| row.segment.as_deref()),
        text(|row| row.dimension_2.as_deref()),
        text(|row| row.segment_2.as_deref()),
        count(&|row| kpi.rows(&row.sums.before)),
        count(&|row| kpi.rows(&row.sums.after)),
        number(&|row| percent(row.parts.share_before)),
        number(&|row| percent(row.parts.share_after)),
        number(&|row| kpi.value(&row.sums.before)),
        number(&|row| kpi.value(&row.sums.after)),
        number(&|row| row.parts.mix),
        number(&|row| row.parts.rate),
        number(&|row| row.parts.interaction),
        number(&|row| row.parts.total),
        number(&|row| row.evidence.interval.map(|(low, _)| low)),
        number(&|row| row.evidence.interval.map(|(_, high)| high)),
        number(&|row| row.evidence.p),
        number(&|row| row.p_adjusted),
        number(&|row| row.p_mix),
        text(|row| row.note),
        Arc::new(
            rows.iter()
                .map(|row| row.reverses)
                .collect::<BooleanArray>(),
        ),
    ];
    Ok(RecordBatch::try_new(
        Arc::new(Schema::new(fields())),
        columns,
    )?)
}
