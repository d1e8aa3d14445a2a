//! Numeric columns of any type as fills of items, compiled once per type.

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{self as types, DataType};
use datafusion::common::{Result, internal_err};

use super::numbers::{NumericValue, with_plain_numbers};
use super::rows::{by_row, by_value};

/// A fill function of one column.
pub(crate) type ColumnFillFn<'a, I> = Box<dyn Fn(usize, &mut [I], u64) -> u64 + 'a>;

/// True for the types that [`integers`] reads: all values fit an `i64`.
pub(crate) fn is_integer(data_type: &DataType) -> bool {
    data_type.is_integer() && *data_type != DataType::UInt64
}

/// Reads integers through `item`, which returns `None` for an invalid one. `column` is not a dictionary.
///
/// # Errors
/// When [`is_integer`] is false for the column.
pub(crate) fn integers<'a, I: Copy + Default + 'a>(
    column: &'a ArrayRef,
    item: impl Fn(i64) -> Option<I> + 'a,
) -> Result<ColumnFillFn<'a, I>> {
    macro_rules! read {
        ($type:ty) => {{
            let values = column.as_primitive::<$type>().values();
            Ok(Box::new(by_value(values, move |value| {
                item(i64::from(value))
            })))
        }};
    }
    match column.data_type() {
        DataType::Int8 => read!(types::Int8Type),
        DataType::Int16 => read!(types::Int16Type),
        DataType::Int32 => read!(types::Int32Type),
        DataType::Int64 => read!(types::Int64Type),
        DataType::UInt8 => read!(types::UInt8Type),
        DataType::UInt16 => read!(types::UInt16Type),
        DataType::UInt32 => read!(types::UInt32Type),
        other => internal_err!("expected integers, got {other}"),
    }
}

/// Reads the stored integers of decimals through `item`, as [`integers`] does; one that exceeds 64 bits is
/// invalid. `column` is not a dictionary.
///
/// # Errors
/// When the column holds no decimals of at most 128 bits.
pub(crate) fn unscaled<'a, I: Copy + Default + 'a>(
    column: &'a ArrayRef,
    item: impl Fn(i64) -> Option<I> + 'a,
) -> Result<ColumnFillFn<'a, I>> {
    macro_rules! read {
        ($type:ty) => {{
            let values = column.as_primitive::<$type>().values();
            Ok(Box::new(by_value(values, move |value| {
                i64::try_from(value).ok().and_then(&item)
            })))
        }};
    }
    match column.data_type() {
        DataType::Decimal32(..) => read!(types::Decimal32Type),
        DataType::Decimal64(..) => read!(types::Decimal64Type),
        DataType::Decimal128(..) => read!(types::Decimal128Type),
        other => internal_err!("expected decimals, got {other}"),
    }
}

/// Reads numbers of any type through `item`, which returns `None` for an invalid one. `column` is not a
/// dictionary.
///
/// # Errors
/// When the column is not numeric, which coercion rules out.
pub(crate) fn numbers<'a, I: Copy + Default + 'a>(
    function: &str,
    column: &'a ArrayRef,
    item: impl Fn(NumericValue) -> Option<I> + 'a,
) -> Result<ColumnFillFn<'a, I>> {
    with_plain_numbers!(function, column, |number| Ok(Box::new(by_row(
        move |row| item(number(row))
    ))))
}
