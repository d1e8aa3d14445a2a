//! Numbers of values.

use arrow::array::{Array, Int64Array};

use super::FrameRanges;

/// Number of rows of each frame that are not NULL.
pub(crate) fn counts(values: &dyn Array, frames: &FrameRanges) -> Int64Array {
    let number = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
    match values
        .logical_nulls()
        .filter(|nulls| nulls.null_count() > 0)
    {
        None => frames
            .iter()
            .map(|(start, end)| Some(number(end - start)))
            .collect(),
        Some(nulls) => {
            let mut before = Vec::with_capacity(nulls.len() + 1);
            let mut count = 0;
            before.push(count);
            before.extend(nulls.iter().map(|is_valid| {
                count += usize::from(is_valid);
                count
            }));
            frames
                .iter()
                .map(|(start, end)| Some(number(before[end] - before[start])))
                .collect()
        }
    }
}
