//! The first rows of each group, where no others are wanted.

use super::layout::{KeyLayout, PackedInteger};
use crate::planner::fast_paths::window_partitions::RowNumbering;

/// The rows of each group whose number is small enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FirstOfGroups {
    /// The first keys of the sort, which are those of the group.
    pub(super) keys: usize,
    /// The keys behind them, in which peers are equal.
    pub(super) order: usize,
    pub(super) numbering: RowNumbering,
    pub(super) most: u64,
}

impl FirstOfGroups {
    /// The numbers of the rows that are kept, of sorted ones.
    pub(super) fn rows<T: PackedInteger>(self, sorted: &[T], layout: &KeyLayout) -> Vec<u32> {
        let below_group = layout.bits_below(self.keys);
        let below_peers = layout.bits_below(self.keys + self.order);
        let mut kept = vec![];
        let mut last: Option<T> = None;
        // Numbers of the row, of its peers, and of the rows so far in its group.
        let (mut dense, mut rank, mut rows) = (0, 0, 0);
        for packed in sorted {
            let is_next =
                last.is_some_and(|last| last.above(below_group) == packed.above(below_group));
            if !is_next {
                (dense, rank, rows) = (0, 0, 0);
            }
            let is_peer = is_next
                && last.is_some_and(|last| last.above(below_peers) == packed.above(below_peers));
            rows += 1;
            if !is_peer {
                dense += 1;
                rank = rows;
            }
            let number = match self.numbering {
                RowNumbering::RowNumber => rows,
                RowNumbering::Rank => rank,
                RowNumbering::DenseRank => dense,
            };
            if number <= self.most {
                kept.push(packed.low(layout.row_bits));
            }
            last = Some(*packed);
        }
        kept
    }
}
