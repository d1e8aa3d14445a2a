//! Division of many numbers by one divisor.

/// A divisor for many numbers, by multiplication.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReciprocalDivisor {
    number: u64,
    /// 2^64 divided by it, rounded down.
    reciprocal: u64,
}

impl ReciprocalDivisor {
    /// Divisor `number`, which is at least 2.
    pub(super) fn new(number: u64) -> Self {
        let reciprocal = (1_u128 << 64) / u128::from(number);
        Self {
            number,
            reciprocal: u64::try_from(reciprocal).unwrap_or(u64::MAX),
        }
    }

    /// `dividend` divided by the number, rounded down.
    #[inline]
    pub(super) fn quotient(self, dividend: u64) -> u64 {
        let product = u128::from(dividend) * u128::from(self.reciprocal);
        // The rounding of the reciprocal changes the quotient by less than 1 here.
        let quotient = (product >> 64) as u64;
        let rest = dividend.wrapping_sub(quotient.wrapping_mul(self.number));
        quotient + u64::from(rest >= self.number)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn quotients_are_those_of_a_division(
            number in prop_oneof![2_u64..100, 2_u64..],
            dividend in any::<u64>(),
            near in 0_u64..3,
        ) {
            let divisor = ReciprocalDivisor::new(number);
            prop_assert_eq!(divisor.quotient(dividend), dividend / number);
            let multiple = (dividend / number * number).saturating_add(near).saturating_sub(1);
            prop_assert_eq!(divisor.quotient(multiple), multiple / number);
        }
    }
}
