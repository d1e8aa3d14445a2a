//! Rows that are equal in ORDER BY.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::SortColumn;
use datafusion::common::Result;
use datafusion::common::utils::evaluate_partition_ranges;
use datafusion::physical_expr::window::WindowExpr;

/// The places of rows that are equal in ORDER BY, within groups.
///
/// # Errors
/// When a key cannot be evaluated.
pub(super) fn peers(
    call: &Arc<dyn WindowExpr>,
    rows: &RecordBatch,
    groups: &[Range<usize>],
) -> Result<Vec<Range<usize>>> {
    equal_rows(&call.order_by_columns(rows)?, rows.num_rows(), groups)
}

/// The places of rows that are equal in `order`, within groups; without ORDER BY all of a group are.
fn equal_rows(
    order: &[SortColumn],
    rows: usize,
    groups: &[Range<usize>],
) -> Result<Vec<Range<usize>>> {
    if order.is_empty() {
        return Ok(groups.to_vec());
    }
    let equal = evaluate_partition_ranges(rows, order)?;
    // The last rows of a group may equal the first ones of the next.
    let mut cut = Vec::with_capacity(equal.len() + groups.len());
    let mut groups = groups.iter();
    let mut group = groups.next();
    for Range { mut start, end } in equal {
        while let Some(inside) = group.filter(|group| group.end <= end) {
            if start < inside.end {
                cut.push(start..inside.end);
            }
            start = start.max(inside.end);
            group = groups.next();
        }
        if start < end {
            cut.push(start..end);
        }
    }
    Ok(cut)
}

#[cfg(test)]
mod tests {
    use arrow::array::Int32Array;

    use super::*;

    #[test]
    fn equal_rows_end_with_their_group() {
        let order = SortColumn {
            values: Arc::new(Int32Array::from(vec![1, 1, 2, 2, 2, 2, 3, 3])),
            options: None,
        };
        let groups = [0..1, 1..4, 4..5, 5..8];
        let found = equal_rows(&[order], 8, &groups).unwrap();
        assert_eq!(found, [0..1, 1..2, 2..4, 4..5, 5..6, 6..8]);
        assert_eq!(equal_rows(&[], 8, &groups).unwrap(), groups);
    }
}
