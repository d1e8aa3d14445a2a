//! Aggregates over the window frames of many rows at once.
//!
//! Both ends of frames only move forward from row to row, so that one pass over the rows is enough: differences of
//! running totals for what can be subtracted exactly, candidates in order for the least and the greatest.

mod counts;
mod doubles;
mod extremes;

pub(crate) use counts::counts;
pub(crate) use doubles::exact_sums;
pub(crate) use extremes::{FrameEnd, extremes, has_extremes};

/// The rows of each row's frame, as places in an array: from `starts` to before `ends`.
///
/// Neither of them ever moves back, and no frame ends before it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FrameRanges {
    starts: Vec<usize>,
    ends: Vec<usize>,
}

impl FrameRanges {
    /// An end that lies before its start is moved there: such a frame is empty.
    pub(crate) fn new(starts: Vec<usize>, mut ends: Vec<usize>) -> Self {
        for (start, end) in starts.iter().zip(&mut ends) {
            *end = (*end).max(*start);
        }
        Self { starts, ends }
    }

    /// Start and end of each frame.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, usize)> {
        self.starts.iter().copied().zip(self.ends.iter().copied())
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "sums are exact")]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array};
    use arrow::datatypes::{Float64Type, Int64Type};
    use proptest::prelude::*;

    use super::*;

    /// Values with NULLs, and frames whose ends never move back.
    fn inputs() -> impl Strategy<Value = (Vec<Option<i64>>, FrameRanges)> {
        let values = prop::collection::vec(prop::option::of(-50_i64..50), 0..60);
        values.prop_flat_map(|values| {
            let rows = values.len();
            let places = || {
                prop::collection::vec(0..=rows, rows).prop_map(|mut places| {
                    places.sort_unstable();
                    places
                })
            };
            (Just(values), places(), places())
                .prop_map(|(values, starts, ends)| (values, FrameRanges::new(starts, ends)))
        })
    }

    fn known(values: &[Option<i64>], (start, end): (usize, usize)) -> Vec<i64> {
        values[start..end].iter().flatten().copied().collect()
    }

    proptest! {
        #[test]
        fn frames_are_what_their_rows_are((values, frames) in inputs()) {
            let array = Int64Array::from(values.clone());
            let doubles: Float64Array = array.unary(|value| f64::from(i32::try_from(value).unwrap()) / 8.0);
            let found = counts(&array, &frames);
            let sums = exact_sums(&doubles, &frames).unwrap();
            let ends = |array: &dyn Array, end| extremes(array, &frames, end).unwrap();
            let array: ArrayRef = Arc::new(array);
            let [least, greatest] = [FrameEnd::Least, FrameEnd::Greatest].map(|end| ends(array.as_ref(), end));
            let of_doubles = ends(&doubles, FrameEnd::Least);
            let at = |found: &ArrayRef, row| {
                let found = found.as_primitive::<Int64Type>();
                found.is_valid(row).then(|| found.value(row))
            };
            for (row, frame) in frames.iter().enumerate() {
                let rows = known(&values, frame);
                prop_assert_eq!(found.value(row), i64::try_from(rows.len()).unwrap());
                let sum: i64 = rows.iter().sum();
                prop_assert_eq!(sums[row] * 8.0, f64::from(i32::try_from(sum).unwrap()));
                prop_assert_eq!(at(&least, row), rows.iter().min().copied());
                prop_assert_eq!(at(&greatest, row), rows.iter().max().copied());
                prop_assert_eq!(of_doubles.is_valid(row), !rows.is_empty());
                if let Some(&least) = rows.iter().min() {
                    let double = of_doubles.as_primitive::<Float64Type>().value(row);
                    prop_assert_eq!(double * 8.0, f64::from(i32::try_from(least).unwrap()));
                }
            }
        }
    }

    #[test]
    fn sums_of_doubles_leave_no_trace_of_what_left() {
        let values = Float64Array::from(vec![1e16, 1.0, 0.1, -1e16, 0.2]);
        let frames = FrameRanges::new(vec![0, 1, 1, 2, 4], vec![2, 2, 3, 5, 5]);
        let sums = exact_sums(&values, &frames).unwrap();
        // 0.1 - 1e16 + 0.2 lies nearer to -1e16 than to its neighbour, which is 2 away.
        assert_eq!(sums, [1e16 + 1.0, 1.0, 1.1, -1e16, 0.2]);
    }

    #[test]
    fn doubles_that_lie_too_far_apart_are_left_to_others() {
        let frames = FrameRanges::new(vec![0, 0], vec![1, 2]);
        let sums = |values: [f64; 2]| exact_sums(&Float64Array::from(values.to_vec()), &frames);
        assert_eq!(sums([1e300, 1e-300]), None);
        assert_eq!(sums([1.0, f64::INFINITY]), None);
        assert_eq!(sums([5e-324, 5e-324]), Some(vec![5e-324, 1e-323]));
        let zeros = Float64Array::from(vec![0.0, -0.0]);
        assert_eq!(
            extremes(&zeros, &frames, FrameEnd::Least).map(|it| it.len()),
            None
        );
    }
}
