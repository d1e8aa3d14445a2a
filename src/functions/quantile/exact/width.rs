//! Keys of four bytes: most durations are whole seconds, and most numbers are whole.

use std::fmt::Debug;

/// A kind of key: an integer with the same order as the values that it represents.
pub(crate) trait QuantileKey: Debug + Clone + Copy + Send + Sync + 'static {
    /// The key in four bytes, in the same order; `None` if that is not exact.
    fn narrow(key: i64) -> Option<i32>;

    /// The key that was narrowed.
    fn widen(narrow: i32) -> i64;
}

/// Durations in ticks, `PER_SECOND` to the second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DurationKey<const PER_SECOND: i64>;

impl<const PER_SECOND: i64> QuantileKey for DurationKey<PER_SECOND> {
    #[inline]
    fn narrow(key: i64) -> Option<i32> {
        let seconds = i32::try_from(key / PER_SECOND).ok()?;
        (Self::widen(seconds) == key).then_some(seconds)
    }

    #[inline]
    fn widen(narrow: i32) -> i64 {
        i64::from(narrow) * PER_SECOND
    }
}

/// Doubles by [`key_of`]; −0 becomes 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DoubleKey;

impl QuantileKey for DoubleKey {
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what does not fit is not equal afterwards"
    )]
    #[expect(clippy::float_cmp, reason = "whether nothing is lost")]
    fn narrow(key: i64) -> Option<i32> {
        let value = double_of(key);
        let whole = value as i32;
        (f64::from(whole) == value).then_some(whole)
    }

    #[inline]
    fn widen(narrow: i32) -> i64 {
        key_of(f64::from(narrow))
    }
}

/// An integer with the order of the doubles; NaN is at the ends, by its sign.
#[inline]
pub(crate) fn key_of(value: f64) -> i64 {
    flipped(value.to_bits().cast_signed())
}

/// The double of a key.
#[inline]
pub(crate) fn double_of(key: i64) -> f64 {
    f64::from_bits(flipped(key).cast_unsigned())
}

/// The bits of negative doubles have the opposite order.
#[inline]
fn flipped(bits: i64) -> i64 {
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_the_order_of_the_doubles() {
        let ordered = [
            f64::NEG_INFINITY,
            f64::MIN,
            -1.5,
            -f64::MIN_POSITIVE,
            -0.0,
            0.0,
            1.5,
            f64::MAX,
            f64::INFINITY,
            f64::NAN,
        ];
        assert!(ordered.map(key_of).is_sorted());
        for value in ordered {
            assert_eq!(double_of(key_of(value)).to_bits(), value.to_bits());
        }
    }

    #[test]
    fn only_what_comes_back_equal_is_narrowed() {
        type MicrosecondKey = DurationKey<1_000_000>;
        assert_eq!(MicrosecondKey::narrow(-3_000_000), Some(-3));
        assert_eq!(MicrosecondKey::narrow(1_500_000), None);
        assert_eq!(
            MicrosecondKey::narrow(i64::MAX / 1_000_000 * 1_000_000),
            None
        );
        assert_eq!(MicrosecondKey::widen(i32::MAX), 2_147_483_647_000_000);
        assert_eq!(DoubleKey::narrow(key_of(-7.0)), Some(-7));
        for value in [0.5, 2_147_483_648.0, f64::NAN, f64::INFINITY] {
            assert_eq!(DoubleKey::narrow(key_of(value)), None, "{value}");
        }
        assert_eq!(DoubleKey::widen(i32::MIN), key_of(-2_147_483_648.0));
    }
}
