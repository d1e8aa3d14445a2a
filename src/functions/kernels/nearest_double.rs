//! The double nearest to a quotient of whole numbers, and the decimal digits of doubles.

use arrow::datatypes::i256;

/// Whole numbers up to this limit are exact doubles.
const EXACT: u128 = 1 << 53;

/// Digits of the significand that are computed: those of a double, one for rounding, and some to spare.
const DIGITS: u32 = 62;

/// Ten to the power of `exponent`; `None` if it does not fit.
pub(crate) fn power_of_ten(exponent: u32) -> Option<i256> {
    i256::from_i128(10).checked_pow(exponent)
}

/// Bits of the significand of a double, the hidden one among them.
pub(crate) const MANTISSA: i32 = 53;

/// A double is an integer times a power of two from this one on.
pub(crate) const LOWEST: i32 = -1074;

/// A finite value without its sign as an integer times a power of two: the integer, and the exponent.
pub(crate) fn parts(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let fraction = bits & ((1 << (MANTISSA - 1)) - 1);
    // A subnormal has the lowest exponent and no hidden bit.
    match i32::try_from((bits >> (MANTISSA - 1)) & 0x7ff).unwrap_or(0) {
        0 => (fraction, LOWEST),
        biased => (fraction | 1 << (MANTISSA - 1), LOWEST + biased - 1),
    }
}

/// 2 to the power of `exponent`, which must be in the range of doubles: from -1074 to 1023.
pub(crate) fn power_of_two(exponent: i32) -> f64 {
    if exponent < -1022 {
        f64::from_bits(1 << (exponent - LOWEST))
    } else {
        f64::from_bits(u64::from((exponent + 1023).unsigned_abs()) << (MANTISSA - 1))
    }
}

/// `numerator / denominator`, rounded once, half to even; `None` if the denominator is zero.
///
/// Both must be below 2^254.
pub(crate) fn quotient(numerator: i256, denominator: i256) -> Option<f64> {
    if let (Some(above), Some(below)) = (numerator.to_i128(), denominator.to_i128())
        && let Some(small) = small_quotient(above, below)
    {
        return Some(small);
    }
    if denominator == i256::ZERO {
        return None;
    }
    let is_negative = (numerator < i256::ZERO) != (denominator < i256::ZERO);
    let size = positive_quotient(numerator.wrapping_abs(), denominator.wrapping_abs());
    Some(if is_negative { -size } else { size })
}

/// The same for numbers that are exact doubles; `None` if they are not, or if the denominator is zero.
#[inline]
#[expect(clippy::cast_precision_loss, reason = "both are doubles")]
pub(crate) fn small_quotient(numerator: i128, denominator: i128) -> Option<f64> {
    let is_small = numerator.unsigned_abs() <= EXACT && denominator.unsigned_abs() <= EXACT;
    // Whole numbers have no negative zero.
    (is_small && denominator != 0).then(|| numerator as f64 / denominator as f64 + 0.0)
}

/// Long division in binary, until there are more digits than a double has.
#[expect(clippy::cast_precision_loss, reason = "rounded once")]
fn positive_quotient(numerator: i256, denominator: i256) -> f64 {
    let mut whole = numerator.wrapping_div(denominator);
    let mut rest = numerator.wrapping_rem(denominator);
    let mut exponent = 0_i32;
    let mut is_cut = false;
    let one = i256::ONE;
    while 256 - whole.leading_zeros() > DIGITS {
        is_cut |= whole & one == one;
        whole = whole >> 1;
        exponent += 1;
    }
    let mut digits = whole.to_i128().unwrap_or_default();
    if exponent == 0 {
        while rest != i256::ZERO && 128 - digits.leading_zeros() < DIGITS {
            rest = rest << 1;
            digits <<= 1;
            if rest >= denominator {
                rest = rest.wrapping_sub(denominator);
                digits |= 1;
            }
            exponent -= 1;
        }
    }
    // The remainder only breaks ties.
    let significand = digits | i128::from(is_cut || rest != i256::ZERO);
    significand as f64 * 2_f64.powi(exponent)
}

/// Digits of the shortest decimal that parses as `value`, and the number of digits after the point (negative
/// if zeros follow); `None` for NaN and infinities.
pub(crate) fn shortest(value: f64) -> Option<(i128, i32)> {
    digits(&format!("{value:e}"))
}

/// The same for a single-precision float.
pub(crate) fn shortest_single(value: f32) -> Option<(i128, i32)> {
    digits(&format!("{value:e}"))
}

fn digits(text: &str) -> Option<(i128, i32)> {
    let (significand, exponent) = text.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let fraction = significand.split_once('.').map_or("", |(_, after)| after);
    let scale = i32::try_from(fraction.len()).ok()?;
    let whole: i128 = significand.replace('.', "").parse().ok()?;
    Some((whole, scale - exponent))
}

/// Rescales `digits`, of which `scale` are after the point, to `wanted` digits after it, rounding half away
/// from zero; `None` if the result does not fit.
pub(crate) fn rescaled(digits: i128, scale: i32, wanted: i32) -> Option<i128> {
    let more = wanted.checked_sub(scale)?;
    if more >= 0 {
        if digits == 0 {
            return Some(0);
        }
        return digits.checked_mul(10_i128.checked_pow(more.unsigned_abs())?);
    }
    // The result is 0 if there are fewer digits than are removed.
    let Some(divisor) = 10_i128.checked_pow(more.unsigned_abs()) else {
        return Some(0);
    };
    let (whole, rest) = (digits / divisor, digits % divisor);
    let is_half = rest.unsigned_abs() >= divisor.unsigned_abs() - rest.unsigned_abs();
    Some(if is_half {
        whole + digits.signum()
    } else {
        whole
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed_quotient(above: &str, below: &str) -> f64 {
        quotient(above.parse().unwrap(), below.parse().unwrap()).unwrap()
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "the nearest double is one")]
    fn quotients_are_the_nearest_doubles() {
        assert_eq!(parsed_quotient("1", "3"), 1.0 / 3.0);
        assert_eq!(parsed_quotient("-20", "30"), -2.0 / 3.0);
        // From Python: float(Fraction(9007199254740993, 2)) and the like.
        assert_eq!(
            parsed_quotient("9007199254740993", "2"),
            4_503_599_627_370_496.0
        );
        assert_eq!(
            parsed_quotient("18014398509481985", "3"),
            6_004_799_503_160_662.0
        );
        assert_eq!(
            parsed_quotient("100000000000000000000000000000000000001", "3"),
            3.333_333_333_333_333_4e37
        );
        assert_eq!(
            parsed_quotient("1", "99999999999999999999999999999999999999999999999999"),
            1e-50
        );
        assert_eq!(quotient(i256::ONE, i256::ZERO), None);
    }

    #[test]
    fn doubles_have_shortest_digits() {
        assert_eq!(shortest(1.005), Some((1005, 3)));
        assert_eq!(shortest(-2.5e-7), Some((-25, 8)));
        assert_eq!(shortest(1e20), Some((1, -20)));
        assert_eq!(shortest(f64::NAN), None);
        assert_eq!(shortest_single(0.1), Some((1, 1)));
    }

    #[test]
    fn fewer_digits_are_rounded_half_away_from_zero() {
        assert_eq!(rescaled(2675, 3, 2), Some(268));
        assert_eq!(rescaled(-2675, 3, 2), Some(-268));
        assert_eq!(rescaled(2674, 3, 2), Some(267));
        assert_eq!(rescaled(1, 0, 2), Some(100));
        assert_eq!(rescaled(1, 60, 2), Some(0));
        assert_eq!(rescaled(1, 0, 39), None);
    }
}
