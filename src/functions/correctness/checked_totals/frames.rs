//! Totals and means of window frames, all at once.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowNativeTypeOp, AsArray, PrimitiveArray};
use arrow::datatypes::{
    DataType, Decimal32Type, Decimal64Type, Decimal128Type, DurationMicrosecondType,
    DurationMillisecondType, DurationNanosecondType, DurationSecondType, Int64Type, TimeUnit, i256,
};
use datafusion::common::Result;

use super::mean::{CheckedMeanAccumulator, scale};
use super::total::{CheckedTotalAccumulator, CheckedTotalKind, WideNative, WideningSummand};
use crate::functions::kernels::frames::{FrameRanges, counts};

/// The exact total of rows that came before, which belong to every frame.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct CarriedTotal {
    total: i256,
    count: i64,
}

/// The total or mean of each frame, NULL where it has no value; `None` of types that are not summed in a wider one.
/// Those that are carried belong to each frame, and `values` are added to them.
///
/// Frames are differences of running totals, which are exact.
///
/// # Errors
/// As `sum` and `avg` over the rows of a frame.
pub(crate) fn frame_totals(
    asked: CheckedTotalKind,
    values: &ArrayRef,
    result_type: &DataType,
    frames: &FrameRanges,
    carried: &mut CarriedTotal,
) -> Result<Option<ArrayRef>> {
    macro_rules! totals {
        ($t:ty) => {{
            let values = values.as_primitive::<$t>();
            Some(totals(asked, values, result_type, frames, carried)?)
        }};
    }
    // The mean of numbers is a double, that of lengths is one of them.
    macro_rules! numbers {
        ($t:ty) => {
            match asked {
                CheckedTotalKind::Sum => totals!($t),
                CheckedTotalKind::Mean => {
                    Some(means(values.as_primitive::<$t>(), frames, carried)?)
                }
            }
        };
    }
    Ok(match values.data_type() {
        DataType::Int64 => numbers!(Int64Type),
        DataType::Decimal32(..) => numbers!(Decimal32Type),
        DataType::Decimal64(..) => numbers!(Decimal64Type),
        DataType::Decimal128(..) => numbers!(Decimal128Type),
        DataType::Duration(TimeUnit::Second) => totals!(DurationSecondType),
        DataType::Duration(TimeUnit::Millisecond) => totals!(DurationMillisecondType),
        DataType::Duration(TimeUnit::Microsecond) => totals!(DurationMicrosecondType),
        DataType::Duration(TimeUnit::Nanosecond) => totals!(DurationNanosecondType),
        _ => None,
    })
}

fn totals<T: WideningSummand>(
    asked: CheckedTotalKind,
    values: &PrimitiveArray<T>,
    result_type: &DataType,
    frames: &FrameRanges,
    carried: &mut CarriedTotal,
) -> Result<ArrayRef> {
    let accumulator = CheckedTotalAccumulator::<T>::new(asked, result_type.clone(), 0);
    let (totals, counts) = wide_totals(values, frames, carried);
    accumulator.result(&totals, &counts)
}

fn means<T: WideningSummand>(
    values: &PrimitiveArray<T>,
    frames: &FrameRanges,
    carried: &mut CarriedTotal,
) -> Result<ArrayRef> {
    let accumulator = CheckedMeanAccumulator::<T>::new(scale(values.data_type()), 0);
    let (totals, counts) = wide_totals(values, frames, carried);
    Ok(Arc::new(accumulator.result(&totals, &counts)?))
}

/// Total and number of values of each frame. Running totals may wrap in the wide type; their differences do not.
fn wide_totals<T: WideningSummand>(
    values: &PrimitiveArray<T>,
    frames: &FrameRanges,
    carried: &mut CarriedTotal,
) -> (Vec<WideNative<T>>, Vec<i64>) {
    let mut before = Vec::with_capacity(values.len() + 1);
    let mut total = WideNative::<T>::default();
    before.push(total);
    before.extend(values.iter().map(|value| {
        if let Some(value) = value {
            total = total.add_wrapping(T::widen(value));
        }
        total
    }));
    let first = T::from_exact(carried.total);
    let of_frame =
        |(start, end): (usize, usize)| first.add_wrapping(before[end].sub_wrapping(before[start]));
    let totals = frames.iter().map(of_frame).collect();
    let counts = counts(values, frames);
    let counts = counts.values().iter().map(|count| count + carried.count);
    let counts = counts.collect();
    carried.total = carried.total.wrapping_add(T::exact(total));
    carried.count += i64::try_from(values.len() - values.null_count()).unwrap_or(i64::MAX);
    (totals, counts)
}
