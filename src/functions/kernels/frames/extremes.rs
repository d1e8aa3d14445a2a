//! The least and the greatest value.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::array::{downcast_integer_array, downcast_temporal_array};
use arrow::datatypes::{DataType, Decimal128Type, Float64Type};

use super::FrameRanges;

/// Which value of a frame is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FrameEnd {
    Least,
    Greatest,
}

/// True of types whose least and greatest values [`extremes`] always finds.
pub(crate) fn has_extremes(data_type: &DataType) -> bool {
    data_type.is_integer()
        || matches!(
            data_type,
            DataType::Decimal128(..)
                | DataType::Date32
                | DataType::Date64
                | DataType::Time32(_)
                | DataType::Time64(_)
                | DataType::Timestamp(..)
        )
}

/// That value of each frame, NULL where a frame has none. `None` of texts, lengths of time and other types, and of doubles that are
/// equal or compare without being so: zeros with a sign, and NaN.
pub(crate) fn extremes(
    values: &dyn Array,
    frames: &FrameRanges,
    asked: FrameEnd,
) -> Option<ArrayRef> {
    downcast_integer_array!(
        values => Some(of_type(values, frames, asked)),
        DataType::Decimal128(..) => {
            Some(of_type(values.as_primitive::<Decimal128Type>(), frames, asked))
        }
        DataType::Float64 => {
            let doubles = values.as_primitive::<Float64Type>();
            let is_plain = |value: f64| !value.is_nan() && value.to_bits() != (-0.0_f64).to_bits();
            let is_plain = doubles.values().iter().copied().all(is_plain);
            is_plain.then(|| of_type(doubles, frames, asked))
        }
        _ => downcast_temporal_array!(
            values => Some(of_type(values, frames, asked)),
            _ => None,
        ),
    )
}

/// Keeps the rows that may still be asked for: of those in the frame, the ones that no later row beats.
fn of_type<T: ArrowPrimitiveType>(
    values: &PrimitiveArray<T>,
    frames: &FrameRanges,
    asked: FrameEnd,
) -> ArrayRef {
    let worse = match asked {
        FrameEnd::Least => Ordering::Greater,
        FrameEnd::Greatest => Ordering::Less,
    };
    let mut candidates: VecDeque<usize> = VecDeque::new();
    let mut next = 0;
    let best = frames.iter().map(|(start, end)| {
        // What lies before this frame is in no later one.
        next = next.max(start);
        for row in next..end {
            if values.is_null(row) {
                continue;
            }
            let value = values.value(row);
            let is_beaten = |other: usize| values.value(other).partial_cmp(&value) == Some(worse);
            while candidates.back().is_some_and(|&other| is_beaten(other)) {
                candidates.pop_back();
            }
            candidates.push_back(row);
        }
        next = next.max(end);
        while candidates.front().is_some_and(|&row| row < start) {
            candidates.pop_front();
        }
        candidates.front().map(|&row| values.value(row))
    });
    let best: PrimitiveArray<T> = best.collect();
    Arc::new(best.with_data_type(values.data_type().clone()))
}
