//! Sums of products of two numbers, exact for every type of column.

use super::wide_integer::WideInteger;
use crate::functions::kernels::numbers::is_saturated;
use crate::functions::tally::add_to;

/// Bits of the lower half of a number.
const HALF: u32 = 48;
/// Numbers below this need no halves.
const NARROW: i128 = 1 << (HALF - 1);
/// Largest magnitude of a number; that of all `ExactSumUnit`s.
const LARGEST: i128 = 1 << (2 * HALF);

/// Σ xy of numbers in the units of their columns, as a sum of products of their halves: those of doubles have
/// up to 192 bits. 2^30 of the largest fit; beyond, a part saturates and there is no result.
///
/// Parts are added one by one, so that sums of rows in any order and split are the same integers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ExactProductSum {
    /// Products of upper halves.
    pub(crate) high: i128,
    /// Products of an upper and a lower half.
    pub(crate) middle: i128,
    /// Products of lower halves.
    pub(crate) low: i128,
}

impl ExactProductSum {
    /// The sum with these parts, the highest first.
    #[inline]
    pub(crate) fn new([high, middle, low]: [i128; 3]) -> Self {
        Self { high, middle, low }
    }

    /// The parts, the highest first.
    #[inline]
    pub(crate) fn parts(&self) -> [i128; 3] {
        [self.high, self.middle, self.low]
    }

    /// Adds `x` × `y`.
    #[inline]
    pub(crate) fn add(&mut self, x: i128, y: i128) {
        let narrow = -NARROW..NARROW;
        if narrow.contains(&x) && narrow.contains(&y) {
            return add_to(&mut self.low, x * y);
        }
        self.add_wide(x, y);
    }

    fn add_wide(&mut self, x: i128, y: i128) {
        let all = -LARGEST..=LARGEST;
        if !all.contains(&x) || !all.contains(&y) {
            self.high = i128::MAX;
            return;
        }
        let [x_high, x_low] = [x >> HALF, x & ((1 << HALF) - 1)];
        let [y_high, y_low] = [y >> HALF, y & ((1 << HALF) - 1)];
        add_to(&mut self.high, x_high * y_high);
        add_to(&mut self.middle, x_high * y_low + x_low * y_high);
        add_to(&mut self.low, x_low * y_low);
    }

    /// Adds the products of `other`.
    pub(crate) fn merge(&mut self, other: &Self) {
        add_to(&mut self.high, other.high);
        add_to(&mut self.middle, other.middle);
        add_to(&mut self.low, other.low);
    }

    /// Takes the products of `other` away, which are among these.
    pub(crate) fn subtract(&mut self, other: &Self) {
        for (part, less) in [
            (&mut self.high, other.high),
            (&mut self.middle, other.middle),
            (&mut self.low, other.low),
        ] {
            if !is_saturated(*part) {
                *part = part.saturating_sub(less);
            }
        }
    }

    /// True if the sum overflowed.
    pub(crate) fn is_lost(&self) -> bool {
        [self.high, self.middle, self.low]
            .into_iter()
            .any(is_saturated)
    }

    /// The sum times `factor`.
    pub(crate) fn times(&self, factor: i128) -> WideInteger {
        let part = |value| WideInteger::product(value, factor);
        part(self.high)
            .shifted(2 * HALF)
            .plus(part(self.middle).shifted(HALF))
            .plus(part(self.low))
    }

    /// n² times the covariance of `n` rows: n Σxy − Σx Σy. `None` if a sum overflowed.
    pub(crate) fn centred(&self, n: i64, x: i128, y: i128) -> Option<WideInteger> {
        if self.is_lost() || is_saturated(x) || is_saturated(y) {
            return None;
        }
        Some(self.times(i128::from(n)).minus(WideInteger::product(x, y)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(pairs: &[(i128, i128)]) -> ExactProductSum {
        let mut sum = ExactProductSum::default();
        for &(x, y) in pairs {
            sum.add(x, y);
        }
        sum
    }

    #[test]
    fn products_of_all_sizes_are_exact() {
        let samples = [
            0,
            1,
            -1,
            47,
            -NARROW,
            NARROW - 1,
            NARROW,
            1 << 56,
            LARGEST,
            -LARGEST,
            7 - LARGEST,
        ];
        for x in samples {
            for y in samples {
                assert_eq!(sum(&[(x, y)]).times(1), WideInteger::product(x, y));
            }
        }
    }

    #[test]
    fn what_is_subtracted_was_never_there() {
        let (mut all, some) = (sum(&[(5, 7), (1 << 80, 3)]), sum(&[(1 << 80, 3)]));
        all.subtract(&some);
        assert_eq!(all, sum(&[(5, 7)]));
        all.merge(&some);
        assert_eq!(all, sum(&[(1 << 80, 3), (5, 7)]));
    }

    #[test]
    fn numbers_too_large_leave_no_result() {
        let mut lost = sum(&[(LARGEST + 1, 1)]);
        assert!(lost.is_lost() && lost.centred(1, 1, 1).is_none());
        lost.subtract(&sum(&[(LARGEST, 1)]));
        assert!(lost.is_lost());
    }
}
