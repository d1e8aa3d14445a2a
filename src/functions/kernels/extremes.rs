//! The ends of values in one pass.

/// The least and the greatest of `values`; `None` if there are none.
#[inline]
pub(crate) fn least_and_greatest<T: Copy + Ord>(values: &[T]) -> Option<[T; 2]> {
    let (&first, rest) = values.split_first()?;
    let ends = rest
        .iter()
        .fold([first, first], |[least, greatest], &value| {
            [least.min(value), greatest.max(value)]
        });
    Some(ends)
}
