//! The exact sum of doubles, from which each can be retracted.

use crate::functions::kernels::nearest_double::{LOWEST, parts, power_of_two};

/// Bits of a limb; the other bits of an `i64` hold the sign and sums without carries.
const LIMB: usize = 32;
/// Bits from 2^-1074 to 2^1024, and 50 more for the number of values.
const LIMBS: usize = 68;
/// Number of additions that fit a limb before carries must be propagated.
const ADDITIONS: u32 = 1 << 29;
const MASK: i64 = (1 << LIMB) - 1;

/// A sum as a multiple of 2^-1074; infinities and NaN are counted separately.
///
/// The sum does not depend on the order, and retracted values leave no trace: 1e16 + 1 - 1e16 is 1.
#[derive(Debug, Clone)]
pub(super) struct ExactSum {
    limbs: Box<[i64; LIMBS]>,
    additions: u32,
    nans: i64,
    above: i64,
    below: i64,
}

impl ExactSum {
    pub(super) fn new() -> Self {
        Self {
            limbs: Box::new([0; LIMBS]),
            additions: 0,
            nans: 0,
            above: 0,
            below: 0,
        }
    }

    pub(super) fn add(&mut self, value: f64) {
        self.count(value, 1);
    }

    pub(super) fn remove(&mut self, value: f64) {
        self.count(value, -1);
    }

    fn count(&mut self, value: f64, times: i64) {
        if value.is_nan() {
            self.nans += times;
        } else if value == f64::INFINITY {
            self.above += times;
        } else if value == f64::NEG_INFINITY {
            self.below += times;
        } else {
            self.shift_in(value, times);
        }
    }

    fn shift_in(&mut self, value: f64, times: i64) {
        let (mantissa, exponent) = parts(value);
        let shift = usize::try_from(exponent - LOWEST).unwrap_or(0);
        let sign = if value.is_sign_negative() {
            -times
        } else {
            times
        };
        let mut rest = u128::from(mantissa) << (shift % LIMB);
        for limb in self.limbs.iter_mut().skip(shift / LIMB).take(3) {
            let part = i64::try_from(rest & 0xffff_ffff).unwrap_or(0);
            *limb += sign * part;
            rest >>= LIMB;
        }
        self.additions += 1;
        if self.additions >= ADDITIONS {
            carry(&mut self.limbs);
            self.additions = 0;
        }
    }

    /// Double nearest to the sum.
    pub(super) fn value(&self) -> f64 {
        if self.nans > 0 || (self.above > 0 && self.below > 0) {
            return f64::NAN;
        }
        if self.above > 0 {
            return f64::INFINITY;
        }
        if self.below > 0 {
            return f64::NEG_INFINITY;
        }
        let mut limbs = *self.limbs;
        carry(&mut limbs);
        let is_negative = limbs[LIMBS - 1] < 0;
        if is_negative {
            limbs.iter_mut().for_each(|limb| *limb = -*limb);
            carry(&mut limbs);
        }
        let size = magnitude(&limbs);
        if is_negative { -size } else { size }
    }
}

/// Propagates carries: leaves 32 bits in each limb except the last, which has the sign.
fn carry(limbs: &mut [i64; LIMBS]) {
    let mut over = 0;
    for limb in &mut limbs[..LIMBS - 1] {
        let whole = *limb + over;
        over = whole >> LIMB;
        *limb = whole & MASK;
    }
    limbs[LIMBS - 1] += over;
}

/// Double nearest to carried limbs without a sign.
#[expect(
    clippy::cast_precision_loss,
    reason = "rounds to the nearest double, which is what is asked"
)]
fn magnitude(limbs: &[i64; LIMBS]) -> f64 {
    let top = limbs.iter().rposition(|limb| *limb != 0).unwrap_or(0);
    let low = top.saturating_sub(2);
    let (below, leading) = limbs[..=top].split_at(low);
    let join = |whole: u128, limb: &i64| (whole << LIMB) | u128::from(limb.unsigned_abs());
    let mut leading = leading.iter().rev().fold(0, join);
    // More than 64 bits are left, so the last bit only records that the rest is more than a half.
    leading |= u128::from(below.iter().any(|limb| *limb != 0));
    let exponent = i32::try_from(LIMB * low).unwrap_or(i32::MAX) + LOWEST;
    leading as f64 * power_of_two(exponent)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "one double is the nearest to a sum")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sum(values: &[f64]) -> f64 {
        let mut sum = ExactSum::new();
        values.iter().for_each(|value| sum.add(*value));
        sum.value()
    }

    #[test]
    fn nothing_is_lost() {
        assert_eq!(sum(&[1e16, 1.0, -1e16]), 1.0);
        assert_eq!(sum(&[1e308, 1e308, -1e308]), 1e308);
        assert_eq!(sum(&[f64::MAX, f64::MAX]), f64::INFINITY);
        assert_eq!(sum(&[5e-324, 5e-324]), 1e-323);
        assert_eq!(sum(&[f64::MIN_POSITIVE, -5e-324]), 2.225073858507201e-308);
        assert_eq!(sum(&[-0.1, -0.2, -0.3]), -0.6);
        assert_eq!(sum(&[0.1; 10]), 1.0);
        // Ties round to even; a much smaller summand breaks the tie.
        assert_eq!(sum(&[9007199254740992.0, 1.0]), 9007199254740992.0);
        assert_eq!(sum(&[9007199254740992.0, 1.0, 1e-300]), 9007199254740994.0);
        assert_eq!(sum(&[]), 0.0);
    }

    proptest! {
        #[test]
        fn what_left_leaves_no_trace(kept: Vec<f64>, gone: Vec<f64>) {
            let mut with = ExactSum::new();
            kept.iter().chain(&gone).for_each(|value| with.add(*value));
            gone.iter().for_each(|value| with.remove(*value));
            prop_assert_eq!(with.value().to_bits(), sum(&kept).to_bits());
        }

        #[test]
        fn integers_are_summed_as_integers(values in prop::collection::vec(-(1i64 << 53)..1 << 53, 0..200)) {
            let whole: i128 = values.iter().copied().map(i128::from).sum();
            let doubles: Vec<f64> = values.iter().map(|value| *value as f64).collect();
            prop_assert_eq!(sum(&doubles), whole as f64);
        }
    }
}
