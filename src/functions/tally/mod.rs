//! Tallies: a KPI is a plain struct of counts and sums that can be added to, merged and split into named
//! columns.
//!
//! Ad-hoc queries, sliding windows, partial states between partitions and confidence intervals all use the
//! same tally. Since every part is an integer, the result is identical for any split of the rows, any order
//! and any number of partitions.

pub(crate) mod accumulate;
pub(crate) mod amounts;
pub(crate) mod durations;
pub(crate) mod mean;
pub(crate) mod scores;
pub(crate) mod share;
pub(crate) mod statistics;
pub(crate) mod stored;

use std::fmt::Debug;

use crate::functions::kernels::rows::RowChunk;

/// Storage of one part of a tally.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TallyPartKind {
    /// A number of rows, an `i64`, stored as `BIGINT`.
    Count,
    /// An exact sum, an `i128`, stored as `DECIMAL(38, 0)`.
    Sum,
}

/// One named part of a tally.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TallyPart {
    /// Column name of the part in a stored tally.
    pub(crate) name: &'static str,
    /// Storage of the part.
    pub(crate) kind: TallyPartKind,
}

/// A mergeable state of a KPI.
///
/// Laws, each checked by a property test: `merge` is associative and commutative with `default` as its
/// identity; `subtract` undoes `merge`; `from_values(values())` is the identity.
pub(crate) trait KpiTally:
    Copy + Debug + Default + PartialEq + Send + Sync + 'static
{
    /// The parts as an array of integers, in the order of [`Self::PARTS`].
    type Values: AsRef<[i128]> + AsMut<[i128]> + Copy;
    /// Names and kinds of the parts.
    const PARTS: &'static [TallyPart];

    /// Adds the counts of `other`.
    fn merge(&mut self, other: &Self);
    /// Subtracts the counts of `other`, which must have been merged or added before.
    fn subtract(&mut self, other: &Self);
    /// Values of the parts.
    fn values(&self) -> Self::Values;
    /// Creates a tally from its parts.
    fn from_values(values: Self::Values) -> Self;
}

/// Largest number of groups that are counted a chunk at a time.
pub(crate) const FEW: usize = 64;

/// A tally of rows that contribute an `I` each.
pub(crate) trait ItemTally<I: Copy>: KpiTally {
    /// Counts one row.
    fn add(&mut self, item: I);

    /// Counts the rows of a chunk; same result as adding each.
    fn add_all(&mut self, chunk: &RowChunk<'_, I>) {
        chunk.for_each(|_, item| self.add(item));
    }

    /// Counts each row of a chunk in the tally of its group.
    fn add_by_group(tallies: &mut [Self], groups: &[usize], chunk: &RowChunk<'_, I>) {
        chunk.for_each_in(groups, |group, item| tallies[group].add(item));
    }
}

/// Adds without wrapping; `saturating_add` does the same, but takes several times as long if nothing
/// saturates.
#[inline]
pub(crate) fn add_to(sum: &mut i128, value: i128) {
    match sum.checked_add(value) {
        Some(more) => *sum = more,
        None => saturate(sum, value),
    }
}

#[cold]
#[inline(never)]
fn saturate(sum: &mut i128, value: i128) {
    *sum = sum.saturating_add(value);
}

/// Declares a tally from its parts; the KPI defines their meaning.
///
/// Sums saturate instead of wrapping, so that an overflow can be detected (see
/// [`crate::functions::kernels::numbers::ratio`]) and never turns into a small wrong number.
macro_rules! tally {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$part_meta:meta])* $part:ident: $kind:ident),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
        $vis struct $name {
            $($(#[$part_meta])* pub(crate) $part: $crate::functions::tally::tally!(@type $kind)),+
        }

        impl $crate::functions::tally::KpiTally for $name {
            type Values = [i128; [$(stringify!($part)),+].len()];
            const PARTS: &'static [$crate::functions::tally::TallyPart] = &[
                $($crate::functions::tally::TallyPart {
                    name: stringify!($part),
                    kind: $crate::functions::tally::TallyPartKind::$kind,
                }),+
            ];

            #[inline]
            fn merge(&mut self, other: &Self) {
                $($crate::functions::tally::tally!(@more $kind self.$part, other.$part);)+
            }

            #[inline]
            fn subtract(&mut self, other: &Self) {
                $($crate::functions::tally::tally!(@less $kind self.$part, other.$part);)+
            }

            #[inline]
            fn values(&self) -> Self::Values {
                [$(i128::from(self.$part)),+]
            }

            #[inline]
            fn from_values(values: Self::Values) -> Self {
                let [$($part),+] = values;
                Self { $($part: $crate::functions::tally::tally!(@read $kind $part)),+ }
            }
        }
    };
    (@more Count $to:expr, $added:expr) => { $to = $to.saturating_add($added) };
    (@more Sum $to:expr, $added:expr) => { $crate::functions::tally::add_to(&mut $to, $added) };
    (@less Count $from:expr, $taken:expr) => { $from -= $taken };
    // An overflowed sum stays saturated: the lost part cannot be restored.
    (@less Sum $from:expr, $taken:expr) => {
        if !$crate::functions::kernels::numbers::is_saturated($from) {
            $from = $from.saturating_sub($taken);
        }
    };
    (@type Count) => { i64 };
    (@type Sum) => { i128 };
    (@read Count $value:ident) => { i64::try_from($value).unwrap_or(i64::MAX) };
    (@read Sum $value:ident) => { $value };
}
pub(crate) use tally;
