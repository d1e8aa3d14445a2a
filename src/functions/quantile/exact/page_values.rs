//! Values of a page, by the lower half of their bits.

use super::stored_state::InvalidMultisetState;

/// Number of different values in a page.
const KINDS: usize = 1 << 16;

/// With more values than these, counts of all kinds take no more memory than a list of values.
const MOST: usize = KINDS / 2;

/// Lower halves and the number of occurrences of each.
#[derive(Debug, Clone)]
pub(super) enum PageValues {
    /// Repeated as often as they occur, in any order.
    List(Vec<u16>),
    /// Number of occurrences of each kind, in the narrowest type that fits.
    Counts8(Vec<u8>),
    Counts16(Vec<u16>),
    Counts64(Vec<u64>),
}

/// Sum and sum of squares of the values of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PowerSums {
    pub(super) sum: i128,
    pub(super) squares: i128,
}

impl PageValues {
    /// Adds lower halves.
    pub(super) fn extend(&mut self, lows: &[u16]) {
        let mut rest = lows;
        while !rest.is_empty() {
            let taken = match self {
                Self::List(each) if each.len() + rest.len() <= MOST => {
                    if each.capacity() - each.len() < rest.len() {
                        each.reserve_exact(rest.len().max(each.len() / 4));
                    }
                    each.extend_from_slice(rest);
                    return;
                }
                Self::List(_) => 0,
                Self::Counts8(counts) => counted(rest, |low| next(&mut counts[low])),
                Self::Counts16(counts) => counted(rest, |low| next(&mut counts[low])),
                Self::Counts64(counts) => counted(rest, |low| next(&mut counts[low])),
            };
            rest = &rest[taken..];
            if !rest.is_empty() {
                self.widen();
            }
        }
    }

    /// Adds all values of another page.
    pub(super) fn merge(&mut self, mut other: Self) {
        if let (Self::List(_), Self::Counts8(_) | Self::Counts16(_) | Self::Counts64(_)) =
            (&*self, &other)
        {
            std::mem::swap(self, &mut other);
        }
        match (&mut *self, &other) {
            (_, Self::List(lows)) => self.extend(lows),
            (Self::Counts8(counts), Self::Counts8(more)) if fit(counts, more) => {
                counts.iter_mut().zip(more).for_each(|(n, m)| *n += m);
            }
            _ => other.for_each_count(|low, count| self.add(low, count)),
        }
    }

    fn add(&mut self, low: usize, count: u64) {
        let has_room = match self {
            Self::List(_) => false,
            Self::Counts8(counts) => add(&mut counts[low], count),
            Self::Counts16(counts) => add(&mut counts[low], count),
            Self::Counts64(counts) => add(&mut counts[low], count),
        };
        if !has_room {
            self.widen();
            self.add(low, count);
        }
    }

    /// Converts a list to counts, or counts to a wider type.
    fn widen(&mut self) {
        *self = match self {
            Self::List(each) => {
                let mut counts = Self::Counts8(vec![0; KINDS]);
                counts.extend(each);
                counts
            }
            Self::Counts8(counts) => Self::Counts16(counts.iter().map(|&n| n.into()).collect()),
            Self::Counts16(counts) => Self::Counts64(counts.iter().map(|&n| n.into()).collect()),
            // There are never 2^64 values.
            Self::Counts64(counts) => Self::Counts64(std::mem::take(counts)),
        };
    }

    /// Calls `each` with each value and its number of occurrences, sorted; a list must be sorted before.
    fn for_each_count(&self, mut each: impl FnMut(usize, u64)) {
        fn counted<N: Copy + Into<u64>>(counts: &[N], mut each: impl FnMut(usize, u64)) {
            for (low, &count) in counts.iter().enumerate() {
                if count.into() > 0 {
                    each(low, count.into());
                }
            }
        }
        match self {
            Self::List(lows) => lows.iter().for_each(|&low| each(low.into(), 1)),
            Self::Counts8(counts) => counted(counts, each),
            Self::Counts16(counts) => counted(counts, each),
            Self::Counts64(counts) => counted(counts, each),
        }
    }

    /// Number of values.
    pub(super) fn n(&self) -> usize {
        match self {
            Self::List(each) => each.len(),
            counts => counts.below(KINDS),
        }
    }

    /// Sorts the values.
    pub(super) fn sort(&mut self) {
        if let Self::List(each) = self {
            super::radix_sort::sort(each);
        }
    }

    /// The value at `rank`, counted from 0; a list must be sorted before.
    pub(super) fn at(&self, rank: usize) -> u16 {
        let low = match self {
            Self::List(each) => return each[rank],
            Self::Counts8(counts) => found(counts, rank),
            Self::Counts16(counts) => found(counts, rank),
            Self::Counts64(counts) => found(counts, rank),
        };
        u16::try_from(low).unwrap_or(u16::MAX)
    }

    /// Number of values less than `low`; a list must be sorted before.
    pub(super) fn below(&self, low: usize) -> usize {
        match self {
            Self::List(each) => each.partition_point(|&each| usize::from(each) < low),
            Self::Counts8(counts) => total(&counts[..low]),
            Self::Counts16(counts) => total(&counts[..low]),
            Self::Counts64(counts) => total(&counts[..low]),
        }
    }

    /// Sum and sum of squares.
    pub(super) fn sums(&self) -> PowerSums {
        fn counted<N: Copy + Into<u64>>(counts: &[N]) -> PowerSums {
            let kinds = (0_u64..).zip(counts).map(|(low, &n)| (low, n.into()));
            // Even for 65,535 values of each kind, the squares stay below 2^63.
            let (sum, squares) = kinds.fold((0, 0), |(sum, squares), (low, n)| {
                (sum + n * low, squares + n * low * low)
            });
            PowerSums {
                sum: i128::from(sum),
                squares: i128::from(squares),
            }
        }
        match self {
            Self::List(each) => {
                let lows = each.iter().map(|&low| u64::from(low));
                let (sum, squares) = lows.fold((0, 0), |(s, q), low| (s + low, q + low * low));
                PowerSums {
                    sum: i128::from(sum),
                    squares: i128::from(squares),
                }
            }
            Self::Counts8(counts) => counted(counts),
            Self::Counts16(counts) => counted(counts),
            Self::Counts64(counts) => {
                let kinds = (0_i128..).zip(counts).map(|(low, &n)| (low, i128::from(n)));
                kinds.fold(PowerSums::default(), |sums, (low, n)| PowerSums {
                    sum: sums.sum + n * low,
                    squares: sums.squares + n * low * low,
                })
            }
        }
    }

    /// Heap bytes.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::List(each) => each.capacity() * size_of::<u16>(),
            Self::Counts8(counts) => counts.capacity(),
            Self::Counts16(counts) => counts.capacity() * size_of::<u16>(),
            Self::Counts64(counts) => counts.capacity() * size_of::<u64>(),
        }
    }

    /// Kind of the serialized form, and its length in bytes.
    pub(super) fn written(&self) -> (u8, usize) {
        match self {
            Self::List(each) => (0, size_of_val(each.as_slice())),
            Self::Counts8(counts) => (1, size_of_val(counts.as_slice())),
            Self::Counts16(counts) => (2, size_of_val(counts.as_slice())),
            Self::Counts64(counts) => (3, size_of_val(counts.as_slice())),
        }
    }

    /// Appends the serialized form, little-endian.
    pub(super) fn write(&self, into: &mut Vec<u8>) {
        match self {
            Self::List(lows) | Self::Counts16(lows) => {
                into.extend(lows.iter().flat_map(|low| low.to_le_bytes()));
            }
            Self::Counts8(counts) => into.extend_from_slice(counts),
            Self::Counts64(counts) => into.extend(counts.iter().flat_map(|n| n.to_le_bytes())),
        }
    }

    /// Parses a serialized form of the given kind.
    pub(super) fn read(kind: u8, bytes: &[u8]) -> Result<Self, InvalidMultisetState> {
        let shorts = || {
            let (pairs, rest) = bytes.as_chunks();
            let shorts = pairs.iter().map(|&pair| u16::from_le_bytes(pair));
            rest.is_empty().then(|| shorts.collect::<Vec<_>>())
        };
        let longs = || bytes.as_chunks().0.iter().map(|&n| u64::from_le_bytes(n));
        let read = match (kind, bytes.len()) {
            (0, _) => shorts().map(Self::List),
            (1, KINDS) => Some(Self::Counts8(bytes.to_vec())),
            (2, SHORTS) => shorts().map(Self::Counts16),
            (3, LONGS) => Some(Self::Counts64(longs().collect())),
            _ => None,
        };
        read.ok_or(InvalidMultisetState)
    }
}

const SHORTS: usize = 2 * KINDS;
const LONGS: usize = 8 * KINDS;

/// Counts values until a counter overflows; returns the number of counted values.
#[inline]
fn counted(lows: &[u16], mut count: impl FnMut(usize) -> bool) -> usize {
    let full = lows.iter().position(|&low| !count(low.into()));
    full.unwrap_or(lows.len())
}

trait PageCounter: Copy + Into<u64> + TryFrom<u64> {}
impl PageCounter for u8 {}
impl PageCounter for u16 {}
impl PageCounter for u64 {}

#[inline]
fn next<N: PageCounter>(count: &mut N) -> bool {
    add(count, 1)
}

/// False if the sum does not fit.
#[inline]
fn add<N: PageCounter>(count: &mut N, more: u64) -> bool {
    match N::try_from((*count).into() + more) {
        Ok(sum) => {
            *count = sum;
            true
        }
        Err(_) => false,
    }
}

fn fit(counts: &[u8], more: &[u8]) -> bool {
    let pairs = counts.iter().zip(more);
    !pairs.fold(false, |over, (&n, &m)| over | n.checked_add(m).is_none())
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "no more values than fit memory"
)]
fn total<N: PageCounter>(counts: &[N]) -> usize {
    counts.iter().map(|&n| n.into()).sum::<u64>() as usize
}

/// The kind of the value at `rank`, counted from 0.
fn found<N: PageCounter>(counts: &[N], rank: usize) -> usize {
    const STEP: usize = 1 << 8;
    let mut before = 0;
    for (step, part) in counts.chunks(STEP).enumerate() {
        let all = total(part);
        if before + all <= rank {
            before += all;
            continue;
        }
        let ends = part.iter().scan(before, |end, &n| {
            *end += total(&[n]);
            Some(*end)
        });
        return step * STEP + ends.take_while(|&end| end <= rank).count();
    }
    KINDS - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(lows: &PageValues) -> Vec<usize> {
        let mut all = vec![];
        lows.for_each_count(|low, n| all.extend((0..n).map(|_| low)));
        all
    }

    fn page_values(values: &[u16]) -> PageValues {
        let mut lows = PageValues::List(vec![]);
        values.chunks(1_000).for_each(|some| lows.extend(some));
        lows.sort();
        lows
    }

    /// Values in no order, for each of the four forms.
    fn forms() -> Vec<Vec<u16>> {
        let low = |i: usize, kinds: usize| u16::try_from(i * 7_919 % kinds).unwrap();
        let few = |n: usize, kinds: usize| (0..n).map(move |i| low(i, kinds));
        vec![
            few(100, 65_521).collect(),
            few(MOST, 65_521).collect(),
            few(MOST + 1, 65_521).collect(),
            few(40_000, 50).collect(),
            few(40_000, 3)
                .chain(std::iter::repeat_n(65_535, 70_000))
                .collect(),
        ]
    }

    #[test]
    fn every_form_knows_its_values() {
        let kinds: Vec<u8> = forms()
            .iter()
            .map(|values| page_values(values).written().0)
            .collect();
        assert_eq!(kinds, [0, 0, 1, 2, 3]);
        for values in forms() {
            let lows = page_values(&values);
            let mut sorted: Vec<usize> = values.iter().map(|&low| low.into()).collect();
            sorted.sort_unstable();
            assert_eq!(all(&lows), sorted);
            assert_eq!(lows.n(), sorted.len());
            for rank in [0, 1, sorted.len() / 2, sorted.len() - 1] {
                assert_eq!(usize::from(lows.at(rank)), sorted[rank], "{rank}");
            }
            for low in [0, 1, 2, 255, 256, 257, 65_535] {
                let below = sorted.iter().filter(|&&each| each < low).count();
                assert_eq!(lows.below(low), below, "{low}");
            }
            let sums = PowerSums {
                sum: sorted.iter().map(|&low| low as i128).sum(),
                squares: sorted.iter().map(|&low| (low * low) as i128).sum(),
            };
            assert_eq!(lows.sums(), sums);
        }
    }

    #[test]
    fn any_two_forms_merge() {
        for (left, right) in forms()
            .iter()
            .flat_map(|left| forms().into_iter().map(move |right| (left, right)))
        {
            let mut merged = page_values(left);
            merged.merge(page_values(&right));
            merged.sort();
            let mut sorted: Vec<usize> = left.iter().chain(&right).map(|&low| low.into()).collect();
            sorted.sort_unstable();
            assert_eq!(all(&merged), sorted);
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for values in forms() {
            let lows = page_values(&values);
            let (kind, length) = lows.written();
            let mut bytes = vec![];
            lows.write(&mut bytes);
            assert_eq!(bytes.len(), length);
            assert_eq!(all(&PageValues::read(kind, &bytes).unwrap()), all(&lows));
            assert!(PageValues::read(kind, &bytes[1..]).is_err());
            assert!(PageValues::read(4, &bytes).is_err());
        }
    }

    #[test]
    fn counts_have_no_bound() {
        let mut lows = PageValues::Counts64(vec![0; KINDS]);
        lows.add(5, 1 << 40);
        let mut other = page_values(&[5, 5, 70]);
        other.merge(lows);
        assert_eq!(other.n(), (1 << 40) + 3);
        assert_eq!((other.at(1 << 40), other.at((1 << 40) + 2)), (5, 70));
        assert_eq!(other.sums().squares, 25 * ((1 << 40) + 2) + 4_900);
    }
}
