//! Which keys of the build side have had a match, over all partitions of the probe side.

use std::sync::{Mutex, PoisonError};

/// The keys that some partition has met, by their numbers.
#[derive(Debug)]
pub(in crate::planner::fast_paths) struct VisitedKeys {
    state: Mutex<VisitedState>,
    /// Number of bytes that it takes to know them in all partitions, and to find their rows.
    size: usize,
}

#[derive(Debug)]
struct VisitedState {
    words: Vec<u64>,
    /// Number of partitions that have not ended.
    open: usize,
}

impl VisitedKeys {
    /// None of the `keys` keys of so many `rows`, with `partitions` to come.
    pub(in crate::planner::fast_paths) fn new(rows: usize, keys: usize, partitions: usize) -> Self {
        let words = Self::words(keys);
        let state = VisitedState {
            words: vec![0; words],
            open: partitions,
        };
        let bitmaps = words * size_of::<u64>() * (partitions + 1);
        Self {
            state: Mutex::new(state),
            size: bitmaps + rows * (size_of::<bool>() + size_of::<u32>()),
        }
    }

    /// Number of bytes in memory, with those of the partitions and of the rows.
    pub(in crate::planner::fast_paths) const fn size(&self) -> usize {
        self.size
    }

    /// Number of words of a bitmap of so many keys.
    pub(in crate::planner::fast_paths) const fn words(keys: usize) -> usize {
        keys.div_ceil(64)
    }

    /// Sets the bits of those of `keys` that are in the bitmap.
    pub(in crate::planner::fast_paths) fn mark(bitmap: &mut [u64], keys: &[u32]) {
        for &key in keys {
            if let Some(word) = bitmap.get_mut(key as usize / 64) {
                *word |= 1 << (key % 64);
            }
        }
    }

    /// Adds those that a partition has met at its end; all of them if it was the last one.
    pub(in crate::planner::fast_paths) fn end(&self, met: &[u64]) -> Option<Vec<u64>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for (word, met) in state.words.iter_mut().zip(met) {
            *word |= met;
        }
        state.open = state.open.checked_sub(1)?;
        (state.open == 0).then(|| std::mem::take(&mut state.words))
    }
}
