//! A set of ids that is small where ids are few and fast where they are many.

use datafusion::common::HashSet;
use roaring::RoaringTreemap;

use super::pages::Pages;

/// Ids held without anything on the heap.
const FEW: usize = 3;
/// Ids compared one by one, which beats hashing so few.
const SOME: usize = 16;

/// Distinct ids. Signed ones count as their bits, so that those from zero up are themselves.
#[derive(Debug)]
pub(super) enum IdSet {
    /// The first `len` of `ids`.
    Few { len: u8, ids: [u64; FEW] },
    /// In no order.
    Some(Vec<u64>),
    /// Bits for pages with many ids, and a list of the others.
    Many(Box<Pages>),
}

impl Default for IdSet {
    fn default() -> Self {
        Self::Few {
            len: 0,
            ids: [0; FEW],
        }
    }
}

impl IdSet {
    /// Adds `id`; `heap` grows by the bytes that takes.
    #[inline]
    pub(super) fn insert(&mut self, id: u64, heap: &mut usize) {
        match self {
            Self::Many(pages) => pages.insert(id, heap),
            _ => self.insert_small(id, heap),
        }
    }

    /// As [`insert`](Self::insert) for each of `all`.
    pub(super) fn extend(&mut self, all: impl IntoIterator<Item = u64>, heap: &mut usize) {
        let mut all = all.into_iter();
        loop {
            if let Self::Many(pages) = self {
                for id in all {
                    pages.insert(id, heap);
                }
                return;
            }
            match all.next() {
                Some(id) => self.insert_small(id, heap),
                None => return,
            }
        }
    }

    fn insert_small(&mut self, id: u64, heap: &mut usize) {
        match self {
            Self::Few { len, ids } => {
                let held = usize::from(*len);
                if ids[..held].contains(&id) {
                    return;
                }
                if let Some(slot) = ids.get_mut(held) {
                    *slot = id;
                    *len += 1;
                    return;
                }
                let mut more = Vec::with_capacity(2 * FEW);
                more.extend_from_slice(ids);
                more.push(id);
                *heap += more.capacity() * size_of::<u64>();
                *self = Self::Some(more);
            }
            Self::Some(ids) => {
                if ids.contains(&id) {
                    return;
                }
                let before = ids.capacity() * size_of::<u64>();
                if ids.len() < SOME {
                    ids.push(id);
                    *heap += ids.capacity() * size_of::<u64>() - before;
                    return;
                }
                self.make_many(heap);
                self.insert(id, heap);
            }
            Self::Many(pages) => pages.insert(id, heap),
        }
    }

    /// Adds all of `bitmap`.
    pub(super) fn merge(&mut self, bitmap: RoaringTreemap, heap: &mut usize) {
        self.make_many(heap);
        if let Self::Many(pages) = self {
            pages.merge(bitmap, heap);
        }
    }

    fn make_many(&mut self, heap: &mut usize) {
        if matches!(self, Self::Many(_)) {
            return;
        }
        let small = std::mem::replace(self, Self::Many(Box::default()));
        *heap = *heap + size_of::<Pages>() - small.heap();
        match small {
            Self::Few { len, ids } => self.extend(ids.into_iter().take(len.into()), heap),
            Self::Some(ids) => self.extend(ids, heap),
            Self::Many(_) => {}
        }
    }

    /// Every id once.
    pub(super) fn ids(&mut self) -> HashSet<u64> {
        match self {
            Self::Few { len, ids } => ids.iter().take((*len).into()).copied().collect(),
            Self::Some(ids) => ids.iter().copied().collect(),
            Self::Many(pages) => {
                let mut ids: HashSet<u64> = pages.rest().iter().copied().collect();
                ids.extend(pages.bitmap());
                ids
            }
        }
    }

    /// How many ids it holds.
    pub(super) fn len(&mut self) -> u64 {
        match self {
            Self::Few { len, .. } => u64::from(*len),
            Self::Some(ids) => ids.len() as u64,
            Self::Many(pages) => pages.len(),
        }
    }

    /// Bytes on the heap, as `insert` has counted them.
    pub(super) fn heap(&self) -> usize {
        match self {
            Self::Few { .. } => 0,
            Self::Some(ids) => ids.capacity() * size_of::<u64>(),
            Self::Many(pages) => size_of::<Pages>() + pages.heap(),
        }
    }
}
