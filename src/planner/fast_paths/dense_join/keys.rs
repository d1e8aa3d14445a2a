//! Integer keys, and dates as the numbers of their days, as 64 bits, in which offsets can be computed for all types.

use arrow::array::{Array, ArrowPrimitiveType, PrimitiveArray};
use arrow::datatypes::DataType;

/// True for the supported types of keys.
pub(crate) fn is_dense_key_type(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Date32
            | DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::UInt8
            | DataType::UInt16
            | DataType::UInt32
            | DataType::UInt64
    )
}

/// An integer as a key. `a.bits()` minus `b.bits()`, wrapping, is the distance of `a` above `b`, so
/// every value below `b` is out of any range above it.
pub(crate) trait DenseJoinKey: Copy + Ord {
    fn bits(self) -> u64;
}

macro_rules! keys {
    ($($signed:ty)*; $($unsigned:ty)*) => {
        $(impl DenseJoinKey for $signed {
            #[inline]
            fn bits(self) -> u64 {
                i64::from(self).cast_unsigned()
            }
        })*
        $(impl DenseJoinKey for $unsigned {
            #[inline]
            fn bits(self) -> u64 {
                u64::from(self)
            }
        })*
    };
}

keys!(i8 i16 i32 i64; u8 u16 u32 u64);

/// Calls `with` for each key that is not NULL and its row.
pub(super) fn each_key<T: ArrowPrimitiveType<Native: DenseJoinKey>>(
    keys: &PrimitiveArray<T>,
    mut with: impl FnMut(u64, usize),
) {
    let values = keys.values().iter().enumerate();
    match keys.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => values.for_each(|(row, key)| with(key.bits(), row)),
        Some(nulls) => values
            .filter(|(row, _)| nulls.is_valid(*row))
            .for_each(|(row, key)| with(key.bits(), row)),
    }
}

/// `$body` with `$keys` as `$column` downcast to its array type; `$otherwise` if that is no integer
/// type. `$type` is its type within `$body`.
macro_rules! with_keys {
    ($column:expr, |$keys:ident: $type:ident| $body:expr, $otherwise:expr) => {{
        use arrow::array::AsArray;
        use arrow::datatypes as types;
        macro_rules! arm {
            ($name:ty) => {{
                type $type = $name;
                let $keys = $column.as_primitive::<$type>();
                $body
            }};
        }
        match $column.data_type() {
            types::DataType::Date32 => arm!(types::Date32Type),
            types::DataType::Int8 => arm!(types::Int8Type),
            types::DataType::Int16 => arm!(types::Int16Type),
            types::DataType::Int32 => arm!(types::Int32Type),
            types::DataType::Int64 => arm!(types::Int64Type),
            types::DataType::UInt8 => arm!(types::UInt8Type),
            types::DataType::UInt16 => arm!(types::UInt16Type),
            types::DataType::UInt32 => arm!(types::UInt32Type),
            types::DataType::UInt64 => arm!(types::UInt64Type),
            _ => $otherwise,
        }
    }};
}

pub(crate) use with_keys;
