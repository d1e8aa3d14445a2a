//! `row_number()`, `rank()` and `dense_rank()`.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, UInt64Array};
use datafusion::common::Result;
use datafusion::physical_expr::window::WindowExpr;

use super::peers::peers;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::planner::fast_paths) enum RowNumbering {
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
        let mut peers = peers(call, rows, groups)?.into_iter().peekable();
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
