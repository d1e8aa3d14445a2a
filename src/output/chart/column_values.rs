//! Values of a column as texts, numbers or instants.

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::encoding::one_line;
use crate::error::Result;
use crate::output::arrow_failed;

/// Values of a column as text, with the word NULL for nulls.
pub(super) fn texts(values: &ArrayRef) -> Result<Vec<String>> {
    let options = FormatOptions::new()
        .with_display_error(false)
        .with_null("NULL");
    let formatter = ArrayFormatter::try_new(values.as_ref(), &options).map_err(arrow_failed)?;
    let text = |row: usize| formatter.value(row).try_to_string().map_err(arrow_failed);
    (0..values.len())
        .map(|row| Ok(one_line(&text(row)?)))
        .collect()
}

/// Values of a numeric column; durations in seconds.
pub(super) fn numbers(values: &ArrayRef) -> Result<Vec<Option<f64>>> {
    let per_second = match values.data_type() {
        DataType::Duration(TimeUnit::Millisecond) => 1e3,
        DataType::Duration(TimeUnit::Microsecond) => 1e6,
        DataType::Duration(TimeUnit::Nanosecond) => 1e9,
        _ => 1.0,
    };
    let whole;
    let values = if matches!(values.data_type(), DataType::Duration(_)) {
        whole = cast(values, &DataType::Int64).map_err(arrow_failed)?;
        &whole
    } else {
        values
    };
    let numbers = cast(values, &DataType::Float64).map_err(arrow_failed)?;
    let numbers: &Float64Array = numbers.as_primitive::<Float64Type>();
    Ok(numbers
        .iter()
        .map(|value| value.map(|value| value / per_second))
        .collect())
}

/// Instants of a column in microseconds of local time in its own zone.
pub(super) fn instants(values: &ArrayRef) -> Result<Vec<Option<i64>>> {
    let naive = DataType::Timestamp(TimeUnit::Microsecond, None);
    let instants = cast(values, &naive).map_err(arrow_failed)?;
    Ok(instants
        .as_primitive::<TimestampMicrosecondType>()
        .reinterpret_cast::<Int64Type>()
        .iter()
        .collect())
}
