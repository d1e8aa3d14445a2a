//! A set of ids that is small for few ids and fast for many.

use datafusion::common::HashSet;
use roaring::RoaringTreemap;

use super::pages::PagedIdSet;

/// Number of ids stored without heap memory.
const FEW: usize = 3;
/// Number of ids up to which linear search is faster than hashing.
const SOME: usize = 16;

/// Distinct ids. Signed ids are stored as their bits, so non-negative ids keep their value.
#[derive(Debug)]
pub(super) enum IdSet {
    /// Only the first `len` of `ids` are used.
    Inline { len: u8, ids: [u64; FEW] },
    /// Unordered.
    List(Vec<u64>),
    /// Bitmaps for pages with many ids, and a list of the others.
    Paged(Box<PagedIdSet>),
}

impl Default for IdSet {
    fn default() -> Self {
        Self::Inline {
            len: 0,
            ids: [0; FEW],
        }
    }
}

impl IdSet {
    /// Inserts `id` and adds the bytes that it takes to `heap`.
    #[inline]
    pub(super) fn insert(&mut self, id: u64, heap: &mut usize) {
        match self {
            Self::Paged(pages) => pages.insert(id, heap),
            _ => self.insert_small(id, heap),
        }
    }

    /// Calls [`insert`](Self::insert) for each of `all`.
    pub(super) fn extend(&mut self, all: impl IntoIterator<Item = u64>, heap: &mut usize) {
        let mut all = all.into_iter();
        loop {
            if let Self::Paged(pages) = self {
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
            Self::Inline { len, ids } => {
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
                *self = Self::List(more);
            }
            Self::List(ids) => {
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
            Self::Paged(pages) => pages.insert(id, heap),
        }
    }

    /// Adds all ids of `bitmap`.
    pub(super) fn merge(&mut self, bitmap: RoaringTreemap, heap: &mut usize) {
        self.make_many(heap);
        if let Self::Paged(pages) = self {
            pages.merge(bitmap, heap);
        }
    }

    fn make_many(&mut self, heap: &mut usize) {
        if matches!(self, Self::Paged(_)) {
            return;
        }
        let small = std::mem::replace(self, Self::Paged(Box::default()));
        *heap = *heap + size_of::<PagedIdSet>() - small.heap();
        match small {
            Self::Inline { len, ids } => self.extend(ids.into_iter().take(len.into()), heap),
            Self::List(ids) => self.extend(ids, heap),
            Self::Paged(_) => {}
        }
    }

    /// All ids.
    pub(super) fn ids(&mut self) -> HashSet<u64> {
        match self {
            Self::Inline { len, ids } => ids.iter().take((*len).into()).copied().collect(),
            Self::List(ids) => ids.iter().copied().collect(),
            Self::Paged(pages) => {
                let mut ids: HashSet<u64> = pages.rest().iter().copied().collect();
                ids.extend(pages.bitmap());
                ids
            }
        }
    }

    /// Number of ids.
    pub(super) fn len(&mut self) -> u64 {
        match self {
            Self::Inline { len, .. } => u64::from(*len),
            Self::List(ids) => ids.len() as u64,
            Self::Paged(pages) => pages.len(),
        }
    }

    /// Heap bytes, as `insert` has counted them.
    pub(super) fn heap(&self) -> usize {
        match self {
            Self::Inline { .. } => 0,
            Self::List(ids) => ids.capacity() * size_of::<u64>(),
            Self::Paged(pages) => size_of::<PagedIdSet>() + pages.heap(),
        }
    }
}
