//! The stored state of a group: its values in three parts.

/// A stored state that is none of ours.
#[derive(Debug)]
pub(super) struct InvalidMultisetState;

/// What is stored of a group.
pub(super) type StoredMultiset<'a> = MultisetParts<&'a [i32], &'a [u8], &'a [i64]>;

/// The values as they are stored.
#[derive(Debug, Clone, Default)]
pub(super) struct MultisetParts<V, P, L> {
    /// Narrow values, in any order.
    pub(super) narrow: V,
    /// More of them, in pages.
    pub(super) pages: P,
    /// Values that are not narrow, in any order.
    pub(super) wide: L,
}
