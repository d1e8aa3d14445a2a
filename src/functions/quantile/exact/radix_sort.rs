//! Sorting of many integers.

/// By digits where there are many.
pub(super) fn sort<T: Ord + radsort::Key>(values: &mut [T]) {
    match values.len() {
        0..512 => values.sort_unstable(),
        _ => radsort::sort(values),
    }
}
