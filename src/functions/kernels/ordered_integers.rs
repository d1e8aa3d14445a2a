//! Values of one column as unsigned integers in the same order.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Float32Type, Float64Type, Int64Type, UInt64Type};
use datafusion::common::Result;

const SIGN: u64 = 1 << 63;

/// True of types whose values [`ordered`] can turn into integers.
pub(crate) fn is_supported(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Boolean
            | DataType::Decimal32(..)
            | DataType::Decimal64(..)
            | DataType::Decimal128(..)
            | DataType::Float32
            | DataType::Float64
            | DataType::Date32
            | DataType::Date64
            | DataType::Time32(_)
            | DataType::Time64(_)
            | DataType::Timestamp(..)
            | DataType::Duration(_)
    ) || data_type.is_integer()
}

/// The values of `array`, those of NULLs being any; `None` if one is too large.
///
/// # Errors
/// When a type is cast that has no integers.
#[expect(
    clippy::cast_sign_loss,
    reason = "the sign is the first bit of the order"
)]
pub(crate) fn ordered(array: &ArrayRef) -> Result<Option<Vec<u64>>> {
    let signed = |value: i64| value as u64 ^ SIGN;
    Ok(match array.data_type() {
        DataType::Boolean => {
            let values = array.as_boolean().values();
            Some(values.iter().map(u64::from).collect())
        }
        DataType::Float64 => {
            let values = array.as_primitive::<Float64Type>().values();
            Some(
                values
                    .iter()
                    .map(|value| signed(total_order(*value)))
                    .collect(),
            )
        }
        DataType::Float32 => {
            let values = array.as_primitive::<Float32Type>().values();
            let wide = |value: &f32| signed(total_order(f64::from(*value)));
            Some(values.iter().map(wide).collect())
        }
        DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::UInt64 => {
            let wide = cast(array, &DataType::UInt64)?;
            Some(wide.as_primitive::<UInt64Type>().values().to_vec())
        }
        DataType::Decimal128(..) => {
            let values = array.as_primitive::<Decimal128Type>();
            let narrow = |row: usize| {
                let value = if values.is_null(row) {
                    0
                } else {
                    values.value(row)
                };
                i64::try_from(value).ok().map(signed)
            };
            (0..values.len()).map(narrow).collect()
        }
        DataType::Decimal32(..) | DataType::Time32(_) | DataType::Date32 => {
            let narrow = reinterpreted(array, DataType::Int32)?;
            let wide = cast(&narrow, &DataType::Int64)?;
            Some(signed_values(&wide))
        }
        DataType::Int8 | DataType::Int16 | DataType::Int32 => {
            Some(signed_values(&cast(array, &DataType::Int64)?))
        }
        _ => Some(signed_values(&reinterpreted(array, DataType::Int64)?)),
    })
}

#[expect(
    clippy::cast_sign_loss,
    reason = "the sign is the first bit of the order"
)]
fn signed_values(array: &ArrayRef) -> Vec<u64> {
    let values = array.as_primitive::<Int64Type>().values();
    values.iter().map(|value| *value as u64 ^ SIGN).collect()
}

/// The same bits as another type.
fn reinterpreted(array: &ArrayRef, data_type: DataType) -> Result<ArrayRef> {
    let data = array
        .to_data()
        .into_builder()
        .data_type(data_type)
        .build()?;
    Ok(arrow::array::make_array(data))
}

/// Bits that are in the order of `f64::total_cmp`.
#[expect(
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "the sign decides whether the other bits are turned"
)]
const fn total_order(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        Date32Array, Decimal128Array, Float64Array, Int8Array, Time32SecondArray, UInt64Array,
    };

    use super::*;

    fn is_ascending(array: &ArrayRef) {
        let values = ordered(array).unwrap().unwrap();
        assert!(values.is_sorted_by(|a, b| a < b), "{array:?}: {values:?}");
    }

    #[test]
    fn integers_are_in_the_order_of_their_values() {
        let least = f64::from_bits(1);
        is_ascending(
            &(Arc::new(Float64Array::from(vec![
                -f64::NAN,
                f64::NEG_INFINITY,
                -1.5,
                -least,
                -0.0,
                0.0,
                least,
                2.0,
                f64::INFINITY,
                f64::NAN,
            ])) as ArrayRef),
        );
        is_ascending(&(Arc::new(Int8Array::from(vec![-128, -1, 0, 127])) as ArrayRef));
        is_ascending(&(Arc::new(UInt64Array::from(vec![0, 1, u64::MAX])) as ArrayRef));
        is_ascending(&(Arc::new(Date32Array::from(vec![i32::MIN, -1, 0, i32::MAX])) as ArrayRef));
        is_ascending(&(Arc::new(Time32SecondArray::from(vec![0, 1, 86_399])) as ArrayRef));
        is_ascending(&(Arc::new(Decimal128Array::from(vec![-5, 0, 7])) as ArrayRef));
    }

    #[test]
    fn large_decimals_are_left_to_others() {
        let large: ArrayRef = Arc::new(Decimal128Array::from(vec![1, i128::MAX]));
        assert_eq!(ordered(&large).unwrap(), None);
    }
}
