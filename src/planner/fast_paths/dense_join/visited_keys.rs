//! Which keys of the build side have had a match, over all partitions of the probe side.

use std::sync::{Mutex, PoisonError};

/// The keys that some partition has met, by their numbers.
#[derive(Debug)]
pub(super) struct VisitedKeys(Mutex<VisitedState>);

#[derive(Debug)]
struct VisitedState {
    words: Vec<u64>,
    /// Number of partitions that have not ended.
    open: usize,
}

impl VisitedKeys {
    /// None of `keys` keys, with `partitions` to come.
    pub(super) fn new(keys: usize, partitions: usize) -> Self {
        Self(Mutex::new(VisitedState {
            words: vec![0; Self::words(keys)],
            open: partitions,
        }))
    }

    /// Number of words of a bitmap of so many keys.
    pub(super) const fn words(keys: usize) -> usize {
        keys.div_ceil(64)
    }

    /// Adds those that a partition has met at its end; all of them if it was the last one.
    pub(super) fn end(&self, met: &[u64]) -> Option<Vec<u64>> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (word, met) in state.words.iter_mut().zip(met) {
            *word |= met;
        }
        state.open = state.open.checked_sub(1)?;
        (state.open == 0).then(|| std::mem::take(&mut state.words))
    }
}
