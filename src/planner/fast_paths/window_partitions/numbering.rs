//! `row_number()`, `rank()` and `dense_rank()`.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, UInt64Array};
use arrow::compute::SortColumn;
use datafusion::common::Result;
use datafusion::common::utils::evaluate_partition_ranges;
use datafusion::physical_expr::window::WindowExpr;

use super::calls;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowNumbering {
    RowNumber,
    Rank,
    DenseRank,
}

impl RowNumbering {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "row_number" => Some(Self::RowNumber),
            "rank" => Some(Self::Rank),
            "dense_rank" => Some(Self::DenseRank),
            _ => None,
        }
    }

    pub(super) fn evaluate(
        self,
        call: &Arc<dyn WindowExpr>,
        rows: &RecordBatch,
        groups: &[Range<usize>],
    ) -> Result<ArrayRef> {
        let mut numbers: Vec<u64> = Vec::with_capacity(rows.num_rows());
        if self == Self::RowNumber {
            for group in groups {
                numbers.extend((1..).take(group.len()));
            }
            return Ok(Arc::new(UInt64Array::from(numbers)));
        }
        let mut peers = calls::peers(call, rows, groups)?.into_iter().peekable();
        for group in groups {
            let mut dense = 0;
            while let Some(equal) = peers.next_if(|peers| peers.start < group.end) {
                dense += 1;
                let rank = match self {
                    Self::DenseRank => dense,
                    _ => (equal.start - group.start) as u64 + 1,
                };
                numbers.extend(std::iter::repeat_n(rank, equal.len()));
            }
        }
        Ok(Arc::new(UInt64Array::from(numbers)))
    }
}

/// The places of rows that are equal in `order`, within groups; without ORDER BY all of a group are.
pub(super) fn peers(
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
        let found = peers(&[order], 8, &groups).unwrap();
        assert_eq!(found, [0..1, 1..2, 2..4, 4..5, 5..6, 6..8]);
        assert_eq!(peers(&[], 8, &groups).unwrap(), groups);
    }
}
