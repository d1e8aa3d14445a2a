//! Codes of integers, and of what is stored as one: dates, instants, truth values.

use std::hash::Hash;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::compute::cast;
use arrow::datatypes::{
    ArrowNativeType, DataType, Date32Type, Date64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use datafusion::common::{HashMap, Result, internal_err};

use super::Coder;

/// True for the types that [`coder`] takes.
pub(super) fn takes(data_type: &DataType) -> bool {
    data_type.is_integer()
        || matches!(
            data_type,
            DataType::Boolean | DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)
        )
}

/// # Errors
/// When `data_type` is not stored as an integer.
pub(super) fn coder(data_type: &DataType) -> Result<Box<dyn Coder>> {
    let data_type = data_type.clone();
    Ok(match data_type {
        DataType::Boolean | DataType::UInt8 => Box::new(Integers::<UInt8Type>::new(data_type)),
        DataType::Int8 => Box::new(Integers::<Int8Type>::new(data_type)),
        DataType::Int16 => Box::new(Integers::<Int16Type>::new(data_type)),
        DataType::Int32 => Box::new(Integers::<Int32Type>::new(data_type)),
        DataType::Int64 => Box::new(Integers::<Int64Type>::new(data_type)),
        DataType::UInt16 => Box::new(Integers::<UInt16Type>::new(data_type)),
        DataType::UInt32 => Box::new(Integers::<UInt32Type>::new(data_type)),
        DataType::UInt64 => Box::new(Integers::<UInt64Type>::new(data_type)),
        DataType::Date32 => Box::new(Integers::<Date32Type>::new(data_type)),
        DataType::Date64 => Box::new(Integers::<Date64Type>::new(data_type)),
        DataType::Timestamp(TimeUnit::Second, _) => {
            Box::new(Integers::<TimestampSecondType>::new(data_type))
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            Box::new(Integers::<TimestampMillisecondType>::new(data_type))
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            Box::new(Integers::<TimestampMicrosecondType>::new(data_type))
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            Box::new(Integers::<TimestampNanosecondType>::new(data_type))
        }
        other => return internal_err!("{other} is not stored as an integer"),
    })
}

const UNSET: u32 = u32::MAX;

/// Integers from 0 to below this have their codes in a table.
const SMALL: usize = 4096;

#[derive(Debug)]
struct Integers<T: ArrowPrimitiveType> {
    data_type: DataType,
    values: Vec<Option<T::Native>>,
    small: Vec<u32>,
    codes: HashMap<T::Native, u32>,
    null: u32,
}

impl<T: ArrowPrimitiveType> Integers<T>
where
    T::Native: Hash + Eq,
{
    fn new(data_type: DataType) -> Self {
        Self {
            data_type,
            values: vec![],
            small: vec![UNSET; SMALL],
            codes: HashMap::new(),
            null: UNSET,
        }
    }

    #[inline]
    fn code_of(&mut self, value: T::Native) -> u32 {
        let small = value.to_usize().filter(|&small| small < SMALL);
        let known = match small {
            Some(small) => self.small[small],
            None => self.codes.get(&value).copied().unwrap_or(UNSET),
        };
        match known {
            UNSET => self.start(value, small),
            code => code,
        }
    }

    #[cold]
    fn start(&mut self, value: T::Native, small: Option<usize>) -> u32 {
        let code = self.next(Some(value));
        match small {
            Some(small) => self.small[small] = code,
            None => {
                self.codes.insert(value, code);
            }
        }
        code
    }

    fn code_of_null(&mut self) -> u32 {
        if self.null == UNSET {
            self.null = self.next(None);
        }
        self.null
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "fewer than the rows of a batch and 2^20"
    )]
    fn next(&mut self, value: Option<T::Native>) -> u32 {
        self.values.push(value);
        (self.values.len() - 1) as u32
    }
}

impl<T: ArrowPrimitiveType> Coder for Integers<T>
where
    T::Native: Hash + Eq,
{
    fn encode(&mut self, column: &ArrayRef, codes: &mut Vec<u32>) -> Result<()> {
        let column = match self.data_type {
            DataType::Boolean => cast(column, &DataType::UInt8)?,
            _ => Arc::clone(column),
        };
        let Some(column) = column.as_primitive_opt::<T>() else {
            return internal_err!(
                "{} where {} was planned",
                column.data_type(),
                self.data_type
            );
        };
        if column.null_count() == 0 {
            codes.extend(column.values().iter().map(|&value| self.code_of(value)));
            return Ok(());
        }
        codes.extend(column.iter().map(|value| match value {
            Some(value) => self.code_of(value),
            None => self.code_of_null(),
        }));
        Ok(())
    }

    fn len(&self) -> usize {
        self.values.len()
    }

    fn values(&self, codes: &[u32]) -> Result<ArrayRef> {
        let values = codes.iter().map(|&code| self.values[code as usize]);
        let values = PrimitiveArray::<T>::from_iter(values);
        if self.data_type == DataType::Boolean {
            return Ok(cast(&values, &DataType::Boolean)?);
        }
        Ok(Arc::new(values.with_data_type(self.data_type.clone())))
    }

    fn size(&self) -> usize {
        self.values.capacity() * size_of::<Option<T::Native>>()
            + self.small.capacity() * size_of::<u32>()
            + self.codes.allocation_size()
    }
}
