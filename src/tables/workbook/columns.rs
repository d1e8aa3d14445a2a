//! Columns of a sheet as Arrow arrays.

use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray,
    TimestampMillisecondArray, TimestampSecondArray,
};
use datafusion::arrow::datatypes::{DataType, TimeUnit};

use super::cell_kinds::{CellKinds, CellValue};

/// Values of one column, row by row.
#[derive(Debug, Default)]
pub(super) struct SheetColumn {
    pub(super) values: Vec<Option<CellValue>>,
    pub(super) kinds: CellKinds,
}

impl SheetColumn {
    pub(super) fn push(&mut self, value: Option<CellValue>) {
        if let Some(value) = &value {
            self.kinds.add(value);
        }
        self.values.push(value);
    }

    /// The values in an array of the type that holds them all.
    pub(super) fn array(&self) -> ArrayRef {
        match self.kinds.data_type() {
            DataType::Int64 => Arc::new(self.collect::<Int64Array, _>(|value| match value {
                CellValue::Whole(value) => Some(*value),
                _ => None,
            })),
            DataType::Float64 => Arc::new(self.collect::<Float64Array, _>(number)),
            DataType::Boolean => Arc::new(self.collect::<BooleanArray, _>(|value| match value {
                CellValue::Truth(value) => Some(*value),
                _ => None,
            })),
            DataType::Date32 => Arc::new(self.collect::<Date32Array, _>(days)),
            DataType::Timestamp(TimeUnit::Second, _) => {
                Arc::new(self.collect::<TimestampSecondArray, _>(|value| {
                    milliseconds(value).map(|milliseconds| milliseconds.div_euclid(1000))
                }))
            }
            DataType::Timestamp(..) => {
                Arc::new(self.collect::<TimestampMillisecondArray, _>(milliseconds))
            }
            _ => Arc::new(self.collect::<StringArray, _>(|value| Some(value.text()))),
        }
    }

    fn collect<A, T>(&self, read: impl Fn(&CellValue) -> Option<T>) -> A
    where
        A: FromIterator<Option<T>>,
    {
        self.values
            .iter()
            .map(|value| value.as_ref().and_then(&read))
            .collect()
    }
}

fn number(value: &CellValue) -> Option<f64> {
    match value {
        CellValue::Whole(value) => Some(*value as f64),
        CellValue::Number(value) => Some(*value),
        _ => None,
    }
}

fn days(value: &CellValue) -> Option<i32> {
    let CellValue::Time(time) = value else {
        return None;
    };
    let days = time
        .date()
        .signed_duration_since(NaiveDate::default())
        .num_days();
    i32::try_from(days).ok()
}

fn milliseconds(value: &CellValue) -> Option<i64> {
    match value {
        CellValue::Time(time) => Some(time.and_utc().timestamp_millis()),
        _ => None,
    }
}
