//! Conversion of generated values to Arrow columns.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int32Array, Int64Array, RecordBatch,
    StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{Field, Schema};

use super::calendar::{START, SimulationSeconds, first_day};
use crate::error::Result;

/// Precision and scale of an amount of money.
const MONEY: (u8, i8) = (12, 2);

/// Batch of nullable columns.
pub(super) fn batch(columns: Vec<(&'static str, ArrayRef)>) -> Result<RecordBatch> {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, array)| Field::new(*name, array.data_type().clone(), true))
        .collect();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays);
    Ok(batch.map_err(datafusion::error::DataFusionError::from)?)
}

pub(super) fn ids(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(values.collect::<Int64Array>())
}

pub(super) fn counts(values: impl Iterator<Item = Option<i32>>) -> ArrayRef {
    Arc::new(values.collect::<Int32Array>())
}

pub(super) fn flags(values: impl Iterator<Item = Option<bool>>) -> ArrayRef {
    Arc::new(values.collect::<BooleanArray>())
}

pub(super) fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

/// Instants, in UTC and microseconds.
pub(super) fn instants(values: impl Iterator<Item = Option<SimulationSeconds>>) -> ArrayRef {
    let micros = values.map(|at| at.map(|at| (START + at) * 1_000_000));
    Arc::new(
        micros
            .collect::<TimestampMicrosecondArray>()
            .with_timezone("UTC"),
    )
}

/// Amounts of money, from cents.
pub(super) fn money(values: impl Iterator<Item = Option<i64>>) -> Result<ArrayRef> {
    let cents = values.map(|cents| cents.map(i128::from));
    let array = cents
        .collect::<Decimal128Array>()
        .with_precision_and_scale(MONEY.0, MONEY.1)
        .map_err(datafusion::error::DataFusionError::from)?;
    Ok(Arc::new(array))
}

/// First days of months of the window.
pub(super) fn months(values: impl Iterator<Item = usize>) -> ArrayRef {
    let days = values.map(|month| {
        let since = first_day(month) - chrono::NaiveDate::default();
        i32::try_from(since.num_days()).ok()
    });
    Arc::new(days.collect::<Date32Array>())
}
