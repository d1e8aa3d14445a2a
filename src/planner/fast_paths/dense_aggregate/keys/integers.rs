//! Codes of integers, and of types stored as integers: dates, instants, booleans.

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

use super::KeyEncoder;

/// True for types that are stored as integers.
pub(super) fn takes(data_type: &DataType) -> bool {
    data_type.is_integer()
        || matches!(
            data_type,
            DataType::Boolean | DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)
        )
}

/// # Errors
/// When `data_type` is not stored as an integer.
pub(super) fn new_encoder(data_type: &DataType) -> Result<Box<dyn KeyEncoder>> {
    let data_type = data_type.clone();
    Ok(match data_type {
        DataType::Boolean | DataType::UInt8 => {
            Box::new(IntegerKeyEncoder::<UInt8Type>::new(data_type))
        }
        DataType::Int8 => Box::new(IntegerKeyEncoder::<Int8Type>::new(data_type)),
        DataType::Int16 => Box::new(IntegerKeyEncoder::<Int16Type>::new(data_type)),
        DataType::Int32 => Box::new(IntegerKeyEncoder::<Int32Type>::new(data_type)),
        DataType::Int64 => Box::new(IntegerKeyEncoder::<Int64Type>::new(data_type)),
        DataType::UInt16 => Box::new(IntegerKeyEncoder::<UInt16Type>::new(data_type)),
        DataType::UInt32 => Box::new(IntegerKeyEncoder::<UInt32Type>::new(data_type)),
        DataType::UInt64 => Box::new(IntegerKeyEncoder::<UInt64Type>::new(data_type)),
        DataType::Date32 => Box::new(IntegerKeyEncoder::<Date32Type>::new(data_type)),
        DataType::Date64 => Box::new(IntegerKeyEncoder::<Date64Type>::new(data_type)),
        DataType::Timestamp(TimeUnit::Second, _) => {
            Box::new(IntegerKeyEncoder::<TimestampSecondType>::new(data_type))
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => Box::new(IntegerKeyEncoder::<
            TimestampMillisecondType,
        >::new(data_type)),
        DataType::Timestamp(TimeUnit::Microsecond, _) => Box::new(IntegerKeyEncoder::<
            TimestampMicrosecondType,
        >::new(data_type)),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            Box::new(IntegerKeyEncoder::<TimestampNanosecondType>::new(data_type))
        }
        other => return internal_err!("{other} is not stored as an integer"),
    })
}

const UNSET: u32 = u32::MAX;

/// Length of the table of small values at the start.
const SMALL: usize = 4096;

/// Maximum length of the table. It grows while at least one in [`SPARSE`] of its entries is in use.
const LARGE: usize = 1 << 20;

/// See [`LARGE`]; an entry of the hash map takes more memory than this many entries of the table.
const SPARSE: usize = 8;

#[derive(Debug)]
struct IntegerKeyEncoder<T: ArrowPrimitiveType> {
    data_type: DataType,
    values: Vec<Option<T::Native>>,
    /// Codes by value, for values below its length.
    small: Vec<u32>,
    codes: HashMap<T::Native, u32>,
    null: u32,
}

impl<T: ArrowPrimitiveType> IntegerKeyEncoder<T>
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
        let small = value.to_usize().and_then(|small| self.small.get(small));
        let known = match small {
            Some(&code) => code,
            None => self.codes.get(&value).copied().unwrap_or(UNSET),
        };
        match known {
            UNSET => self.start(value),
            code => code,
        }
    }

    #[cold]
    fn start(&mut self, value: T::Native) -> u32 {
        let code = self.next(Some(value));
        let small = value.to_usize();
        if small.is_some_and(|small| small < self.worth()) {
            self.lengthen();
        }
        match small.and_then(|small| self.small.get_mut(small)) {
            Some(place) => *place = code,
            None => {
                self.codes.insert(value, code);
            }
        }
        code
    }

    /// The appropriate length of the table for the number of values.
    fn worth(&self) -> usize {
        (self.values.len() * SPARSE).clamp(SMALL, LARGE)
    }

    /// Extends the table to its appropriate length, if that is much longer, for values without a code.
    fn lengthen(&mut self) {
        let worth = self.worth().next_power_of_two();
        if worth < 2 * self.small.len() {
            return;
        }
        self.small.resize(worth, UNSET);
        let small = &mut self.small;
        self.codes.retain(|value, &mut code| {
            let place = value.to_usize().and_then(|place| small.get_mut(place));
            place.map(|place| *place = code).is_none()
        });
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

impl<T: ArrowPrimitiveType> KeyEncoder for IntegerKeyEncoder<T>
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
