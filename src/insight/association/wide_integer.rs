//! Integers of 256 bits: sums of squares of the units in which doubles are summed, times a number of rows.

use crate::functions::kernels::numbers;

/// `high` × 2^128 + `low`, wrapping beyond 256 bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct WideInteger {
    high: i128,
    low: u128,
}

impl WideInteger {
    /// `a` × `b`, which always fits.
    pub(crate) fn product(a: i128, b: i128) -> Self {
        let ([a_high, a_low], [b_high, b_low]) = (halves(a), halves(b));
        let whole = Self {
            high: a_high * b_high,
            low: a_low.cast_unsigned().wrapping_mul(b_low.cast_unsigned()),
        };
        // Each cross product is below 2^127, but not the sum of both.
        whole
            .plus(Self::from(a_high * b_low).shifted(64))
            .plus(Self::from(a_low * b_high).shifted(64))
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        let (low, carry) = self.low.overflowing_add(other.low);
        let high = self.high.wrapping_add(other.high);
        Self {
            high: high.wrapping_add(i128::from(carry)),
            low,
        }
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        let (low, borrow) = self.low.overflowing_sub(other.low);
        let high = self.high.wrapping_sub(other.high);
        Self {
            high: high.wrapping_sub(i128::from(borrow)),
            low,
        }
    }

    /// Times 2^`bits`, which are from 1 to 127.
    pub(crate) fn shifted(self, bits: u32) -> Self {
        Self {
            high: self.high << bits | (self.low >> (128 - bits)).cast_signed(),
            low: self.low << bits,
        }
    }

    pub(crate) fn is_negative(self) -> bool {
        self.high < 0
    }

    pub(crate) fn is_zero(self) -> bool {
        self == Self::default()
    }

    /// The nearest double or one of its neighbours.
    #[expect(clippy::cast_precision_loss, reason = "this is the rounding")]
    pub(crate) fn to_f64(self) -> f64 {
        let magnitude = self.magnitude();
        let value = magnitude.high.cast_unsigned() as f64 * 128_f64.exp2() + magnitude.low as f64;
        if self.is_negative() { -value } else { value }
    }

    /// The double nearest to the quotient where both fit 127 bits after they are shortened, else one close to
    /// it; `None` if `divisor` is 0.
    pub(crate) fn quotient(self, divisor: Self) -> Option<f64> {
        if divisor.is_zero() {
            return None;
        }
        let zeros = self.trailing_zeros().min(divisor.trailing_zeros());
        match (self.shortened(zeros), divisor.shortened(zeros)) {
            (Some(top), Some(bottom)) => numbers::ratio(top, bottom),
            _ => Some(self.to_f64() / divisor.to_f64()),
        }
    }

    /// True if the square of `self` is the product of `a` and `b`, which are not negative.
    pub(crate) fn is_geometric_mean(self, a: Self, b: Self) -> bool {
        let own = self.magnitude().limbs();
        long_product(own, own) == long_product(a.limbs(), b.limbs())
    }

    fn magnitude(self) -> Self {
        if self.is_negative() {
            Self::default().minus(self)
        } else {
            self
        }
    }

    fn trailing_zeros(self) -> u32 {
        if self.low == 0 {
            128 + self.high.trailing_zeros()
        } else {
            self.low.trailing_zeros()
        }
    }

    /// Divided by 2^`zeros`, if that fits.
    fn shortened(self, zeros: u32) -> Option<i128> {
        let low = match zeros {
            0 => self.low,
            1..=127 => self.low >> zeros | self.high.cast_unsigned() << (128 - zeros),
            _ => return self.high.checked_shr(zeros - 128),
        };
        let low = low.cast_signed();
        (self.high >> zeros == low >> 127).then_some(low)
    }

    /// The digits of a number that is not negative to the base 2^64, least first.
    fn limbs(self) -> [u128; 4] {
        let high = self.high.cast_unsigned();
        [self.low & LIMB, self.low >> 64, high & LIMB, high >> 64]
    }
}

impl From<i128> for WideInteger {
    fn from(value: i128) -> Self {
        Self {
            high: value >> 127,
            low: value.cast_unsigned(),
        }
    }
}

const LIMB: u128 = u64::MAX as u128;

/// The part above the lower 64 bits, and these.
fn halves(value: i128) -> [i128; 2] {
    [value >> 64, value & LIMB.cast_signed()]
}

fn long_product(a: [u128; 4], b: [u128; 4]) -> [u128; 8] {
    let mut product = [0; 8];
    for (i, x) in a.into_iter().enumerate() {
        let mut carry = 0;
        for (j, y) in b.into_iter().enumerate() {
            let sum = x * y + product[i + j] + carry;
            product[i + j] = sum & LIMB;
            carry = sum >> 64;
        }
        product[i + 4] = carry;
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLES: [i128; 9] = [
        0,
        1,
        -1,
        3,
        -(1 << 64),
        (1 << 64) + 1,
        1 << 100,
        i128::MAX,
        i128::MIN + 1,
    ];

    /// (a + b) c = a c + b c for all signs and sizes.
    #[test]
    fn products_are_distributive() {
        for a in SAMPLES {
            for b in SAMPLES {
                for c in SAMPLES {
                    let Some(sum) = a.checked_add(b) else {
                        continue;
                    };
                    let parts = WideInteger::product(a, c).plus(WideInteger::product(b, c));
                    assert_eq!(WideInteger::product(sum, c), parts, "{a} {b} {c}");
                }
            }
        }
    }

    #[test]
    fn small_products_are_those_of_128_bits() {
        for a in [-7, -1, 0, 5, 1 << 40, -(1 << 60)] {
            for b in [-3, 0, 11, 1 << 50] {
                assert_eq!(WideInteger::product(a, b), WideInteger::from(a * b));
                let wanted = WideInteger::from(a - b);
                assert_eq!(WideInteger::from(a).minus(b.into()), wanted);
            }
        }
    }

    #[test]
    fn doubles_of_wide_integers() {
        let wide = WideInteger::product(3 << 100, -(5 << 100));
        assert_eq!(Some(wide.to_f64()), Some(-15.0 * 200_f64.exp2()));
        assert!(wide.is_negative() && !wide.is_zero());
        assert_eq!(Some(WideInteger::from(-3).to_f64()), Some(-3.0));
    }

    #[test]
    fn quotients_are_rounded_once() {
        let wide = |value, bits: u32| WideInteger::product(value, 1_i128 << bits);
        assert_eq!(wide(2, 120).quotient(wide(3, 120)), Some(2.0 / 3.0));
        assert_eq!(wide(-7, 126).quotient(wide(1, 126)), Some(-7.0));
        assert_eq!(wide(7, 3).quotient(wide(1, 1)), Some(28.0));
        assert_eq!(WideInteger::default().quotient(wide(1, 1)), Some(0.0));
        assert_eq!(wide(1, 1).quotient(WideInteger::default()), None);
        let uneven = wide(i128::MAX, 100).plus(WideInteger::from(1));
        assert_eq!(uneven.quotient(WideInteger::from(1)), Some(227_f64.exp2()));
    }

    #[test]
    fn squares_are_compared_in_512_bits() {
        let huge = WideInteger::product(i128::MAX, i128::MAX);
        assert!(huge.is_geometric_mean(huge, huge));
        assert!(WideInteger::from(-6).is_geometric_mean(4.into(), 9.into()));
        assert!(!WideInteger::from(6).is_geometric_mean(4.into(), 10.into()));
        let [a, b] = [3 << 100, 5 << 90].map(|a| WideInteger::product(a, a));
        assert!(WideInteger::product(3 << 100, -(5 << 90)).is_geometric_mean(a, b));
        let off = huge.plus(WideInteger::from(1));
        assert!(!huge.is_geometric_mean(huge, off));
    }
}
