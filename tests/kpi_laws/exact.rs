//! Exact fractions for the oracle.

/// `top / bottom`, reduced, `bottom` above 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fraction {
    top: i128,
    bottom: i128,
}

pub(super) const ZERO: Fraction = Fraction { top: 0, bottom: 1 };

impl Fraction {
    pub(super) fn new(top: i128, bottom: i128) -> Self {
        let sign = bottom.signum();
        let shared = gcd(top.unsigned_abs(), bottom.unsigned_abs()).cast_signed();
        Self {
            top: sign * top / shared,
            bottom: sign * bottom / shared,
        }
    }

    pub(super) fn whole(value: i128) -> Self {
        Self::new(value, 1)
    }

    /// Every finite double is a fraction of a power of two.
    pub(super) fn of_float(value: f64) -> Self {
        let (mut value, mut bottom) = (value, 1);
        while value.fract() != 0.0 {
            value *= 2.0;
            bottom *= 2;
        }
        #[expect(clippy::cast_possible_truncation, reason = "whole and small")]
        Self::new(value as i128, bottom)
    }

    pub(super) fn plus(self, other: Self) -> Self {
        let shared = gcd(self.bottom.unsigned_abs(), other.bottom.unsigned_abs()).cast_signed();
        let (left, right) = (other.bottom / shared, self.bottom / shared);
        Self::new(self.top * left + other.top * right, self.bottom * left)
    }

    pub(super) fn minus(self, other: Self) -> Self {
        self.plus(other.times(Self::whole(-1)))
    }

    pub(super) fn times(self, other: Self) -> Self {
        let (left, right) = (
            Self::new(self.top, other.bottom),
            Self::new(other.top, self.bottom),
        );
        Self::new(left.top * right.top, left.bottom * right.bottom)
    }

    pub(super) fn over(self, other: Self) -> Self {
        self.times(Self::new(other.bottom, other.top))
    }

    pub(super) fn at_least(self, whole: i128) -> bool {
        self.top >= whole * self.bottom
    }

    pub(super) fn at_most(self, whole: i128) -> bool {
        self.top <= whole * self.bottom
    }

    /// The nearest double, and whether it is certain.
    pub(super) fn nearest(self) -> (f64, bool) {
        const EXACT: u128 = 1 << 53;
        let sure = self.top.unsigned_abs() <= EXACT && self.bottom.unsigned_abs() <= EXACT;
        #[expect(clippy::cast_precision_loss, reason = "that is what `sure` says")]
        (self.top as f64 / self.bottom as f64, sure)
    }

    pub(super) fn float(self) -> f64 {
        self.nearest().0
    }
}

pub(super) fn sum(values: impl IntoIterator<Item = Fraction>) -> Fraction {
    values.into_iter().fold(ZERO, Fraction::plus)
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a.max(1) } else { gcd(b, a % b) }
}
