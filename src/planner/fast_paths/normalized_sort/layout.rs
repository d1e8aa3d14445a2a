//! The places of the keys and of the row's number in one integer.

use std::sync::Arc;

use arrow::compute::SortOptions;
use datafusion::common::HashMap;

use super::collect::PartitionRows;
use super::key_column::KeyColumn;
use crate::functions::kernels::text_codes::TextCodes;

/// An integer that holds keys and row.
pub(super) trait PackedInteger: Copy + Ord + Send + 'static {
    const ZERO: Self;

    /// Makes room for `bits` at the low end, and puts `code` there.
    fn with(self, bits: u32, code: u64) -> Self;

    /// The low `bits`.
    fn low(self, bits: u32) -> u32;

    /// All but the low `bits`.
    fn above(self, bits: u32) -> Self;
}

macro_rules! packed_integer {
    ($($integer:ty),*) => {$(
        impl PackedInteger for $integer {
            const ZERO: Self = 0;

            #[inline]
            fn with(self, bits: u32, code: u64) -> Self {
                (self << bits) | Self::from(code)
            }

            #[inline]
            fn low(self, bits: u32) -> u32 {
                let low = self & ((1 << bits) - 1);
                u32::try_from(low).unwrap_or(u32::MAX)
            }

            #[inline]
            fn above(self, bits: u32) -> Self {
                self.checked_shr(bits).unwrap_or_default()
            }
        }
    )*};
}

packed_integer!(u64, u128);

/// How the rows of all partitions are packed: the keys in their order, then the number of the row.
pub(super) struct KeyLayout {
    keys: Vec<KeyPlace>,
    /// At least 1, so that no shift is as wide as the integer.
    pub(super) row_bits: u32,
    bits: u32,
}

/// The codes of one key: its values from the first in the order on, and NULL before or behind them.
struct KeyPlace {
    options: SortOptions,
    low: u64,
    /// The largest value less the least.
    span: u64,
    has_nulls: bool,
    bits: u32,
    /// Of texts, by partition: the rank of each code.
    ranks: Vec<Vec<u64>>,
}

impl KeyLayout {
    /// The layout of `rows` rows in `partitions`; `None` if a key is as wide as its type, or rows are too many.
    pub(super) fn new(partitions: &[PartitionRows]) -> Option<Self> {
        let rows: usize = partitions.iter().map(PartitionRows::len).sum();
        let rows = u32::try_from(rows).ok()?;
        let keys = partitions.first()?.keys.len();
        let places = (0..keys).map(|place| {
            let columns: Vec<&KeyColumn> =
                partitions.iter().map(|rows| &rows.keys[place]).collect();
            KeyPlace::new(&columns)
        });
        let keys: Vec<KeyPlace> = places.collect::<Option<_>>()?;
        let row_bits = (u32::BITS - rows.leading_zeros()).max(1);
        let bits = row_bits + keys.iter().map(|key| key.bits).sum::<u32>();
        Some(Self {
            keys,
            row_bits,
            bits,
        })
    }

    /// Number of bits of a row.
    pub(super) const fn bits(&self) -> u32 {
        self.bits
    }

    /// Number of bits below the first `keys` keys.
    pub(super) fn bits_below(&self, keys: usize) -> u32 {
        self.bits - self.keys.iter().take(keys).map(|key| key.bits).sum::<u32>()
    }

    /// The rows of a partition, the first of which has the number `first` among all.
    pub(super) fn pack<T: PackedInteger>(
        &self,
        partition: usize,
        rows: &PartitionRows,
        first: usize,
    ) -> Vec<T> {
        let mut packed = vec![T::ZERO; rows.len()];
        for (column, place) in rows.keys.iter().zip(&self.keys) {
            let ranks = place.ranks.get(partition);
            column.for_each(|row, value| {
                let value = match ranks {
                    #[expect(clippy::cast_possible_truncation, reason = "codes are few")]
                    Some(ranks) => value.map(|code| ranks[code as usize]),
                    None => value,
                };
                packed[row] = packed[row].with(place.bits, place.code(value));
            });
        }
        for (row, packed) in packed.iter_mut().enumerate() {
            *packed = packed.with(self.row_bits, (first + row) as u64);
        }
        packed
    }
}

impl KeyPlace {
    fn new(columns: &[&KeyColumn]) -> Option<Self> {
        let has_nulls = columns.iter().any(|column| column.has_nulls());
        let (ranks, range) = match ranks(columns) {
            Some((ranks, count)) => (ranks, (0, count.saturating_sub(1))),
            None => {
                let ranges = columns.iter().filter_map(|column| column.range());
                let range = ranges.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
                (vec![], range.unwrap_or_default())
            }
        };
        let span = range.1 - range.0;
        let last = span.checked_add(u64::from(has_nulls))?;
        Some(Self {
            options: columns.first()?.options(),
            low: range.0,
            span,
            has_nulls,
            bits: u64::BITS - last.leading_zeros(),
            ranks,
        })
    }

    #[inline]
    fn code(&self, value: Option<u64>) -> u64 {
        let is_shifted = self.has_nulls && self.options.nulls_first;
        let Some(value) = value else {
            return if is_shifted { 0 } else { self.span + 1 };
        };
        let above = value - self.low;
        let place = if self.options.descending {
            self.span - above
        } else {
            above
        };
        place + u64::from(is_shifted)
    }
}

/// By partition the rank of each code among the texts of all partitions, and their number; `None` of other keys.
fn ranks(columns: &[&KeyColumn]) -> Option<(Vec<Vec<u64>>, u64)> {
    let texts = columns
        .iter()
        .map(|column| column.texts().map(TextCodes::texts))
        .collect::<Option<Vec<_>>>()?;
    let mut sorted: Vec<&Arc<str>> = texts.iter().copied().flatten().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let by_text: HashMap<&Arc<str>, u64> = sorted.iter().copied().zip(0..).collect();
    let ranks = texts
        .iter()
        .map(|texts| texts.iter().map(|text| by_text[text]).collect());
    Some((ranks.collect(), sorted.len() as u64))
}
