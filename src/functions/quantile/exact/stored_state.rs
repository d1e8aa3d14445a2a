//! Stored state of a group: its values in three parts.

/// A malformed stored state.
#[derive(Debug)]
pub(super) struct InvalidMultisetState;

/// Borrowed state of a group.
pub(super) type StoredMultiset<'a> = MultisetParts<&'a [i32], &'a [u8], &'a [i64]>;

/// Values as they are stored.
#[derive(Debug, Clone, Default)]
pub(super) struct MultisetParts<V, P, L> {
    /// Narrow values, unordered.
    pub(super) narrow: V,
    /// More narrow values, in pages.
    pub(super) pages: P,
    /// Wide values, unordered.
    pub(super) wide: L,
}
