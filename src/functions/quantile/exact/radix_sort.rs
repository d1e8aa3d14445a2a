//! Sorting of many integers.

/// Uses a radix sort for many values.
pub(super) fn sort<T: Ord + radsort::Key>(values: &mut [T]) {
    match values.len() {
        0..512 => values.sort_unstable(),
        _ => radsort::sort(values),
    }
}
