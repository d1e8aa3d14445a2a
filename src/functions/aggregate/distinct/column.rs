//! Integers of any width, dates and times as ids.

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{
    DataType, Date32Type, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use datafusion::common::{Result, internal_err};

/// True for types whose values can be ids.
pub(crate) fn has_ids(data_type: &DataType) -> bool {
    data_type.is_integer() || matches!(data_type, DataType::Date32 | DataType::Timestamp(_, _))
}

/// The rows of a column that count: those that are not NULL and pass `filter`; `None` if all do.
pub(super) fn counted(column: &ArrayRef, filter: Option<&BooleanArray>) -> Option<NullBuffer> {
    let nulls = column.nulls().filter(|nulls| nulls.null_count() > 0);
    let kept = filter.map(|filter| {
        let kept = match filter.nulls() {
            Some(known) => filter.values() & known.inner(),
            None => filter.values().clone(),
        };
        NullBuffer::new(kept)
    });
    NullBuffer::union(nulls, kept.as_ref())
}

/// Ids of a column, and a mask of the counted rows: those that are not NULL and pass `filter`.
#[derive(Debug, Default)]
pub(super) struct IdColumn {
    pub(super) values: Vec<u64>,
    /// `None` if all rows count.
    pub(super) counted: Option<NullBuffer>,
}

impl IdColumn {
    /// Replaces the column that was read before.
    ///
    /// # Errors
    /// When the column has none of the types of [`has_ids`].
    pub(super) fn read(&mut self, column: &ArrayRef, filter: Option<&BooleanArray>) -> Result<()> {
        self.values.clear();
        match column.data_type() {
            DataType::Int8 => self.signed::<Int8Type>(column),
            DataType::Int16 => self.signed::<Int16Type>(column),
            DataType::Int32 => self.signed::<Int32Type>(column),
            DataType::Int64 => self.signed::<Int64Type>(column),
            DataType::UInt8 => self.unsigned::<UInt8Type>(column),
            DataType::UInt16 => self.unsigned::<UInt16Type>(column),
            DataType::UInt32 => self.unsigned::<UInt32Type>(column),
            DataType::UInt64 => self.unsigned::<UInt64Type>(column),
            DataType::Date32 => self.signed::<Date32Type>(column),
            DataType::Timestamp(unit, _) => match unit {
                TimeUnit::Second => self.signed::<TimestampSecondType>(column),
                TimeUnit::Millisecond => self.signed::<TimestampMillisecondType>(column),
                TimeUnit::Microsecond => self.signed::<TimestampMicrosecondType>(column),
                TimeUnit::Nanosecond => self.signed::<TimestampNanosecondType>(column),
            },
            other => return internal_err!("no ids in a column of {other}"),
        }
        self.counted = counted(column, filter);
        Ok(())
    }

    fn signed<T: ArrowPrimitiveType>(&mut self, column: &ArrayRef)
    where
        T::Native: Into<i64>,
    {
        let values = column.as_primitive::<T>().values().iter();
        let ids = values.map(|&value| Into::<i64>::into(value).cast_unsigned());
        self.values.extend(ids);
    }

    fn unsigned<T: ArrowPrimitiveType>(&mut self, column: &ArrayRef)
    where
        T::Native: Into<u64>,
    {
        let values = column.as_primitive::<T>().values().iter();
        self.values
            .extend(values.map(|&value| Into::<u64>::into(value)));
    }
}
