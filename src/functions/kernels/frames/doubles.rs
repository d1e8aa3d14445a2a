//! Sums of doubles.

use arrow::array::Float64Array;

use super::FrameRanges;
use crate::functions::kernels::nearest_double::{MANTISSA, parts, power_of_two};

/// The exact sum of each frame, rounded once, 0 where it has no values. `None` where values lie too far apart for sums
/// in 128 bits, or some are infinite or no numbers.
pub(crate) fn exact_sums(values: &Float64Array, frames: &FrameRanges) -> Option<Vec<f64>> {
    let mut valid = values.iter().flatten().filter(|value| *value != 0.0);
    let ends = valid.try_fold(None, |ends: Option<(i32, i32)>, value| {
        let (lowest, highest) = exponents(value)?;
        let (low, high) = ends.unwrap_or((lowest, highest));
        Some(Some((low.min(lowest), high.max(highest))))
    });
    let (lowest, highest) = ends?.unwrap_or((0, 0));
    let rows = i32::try_from(usize::BITS - values.len().leading_zeros()).ok()?;
    // One more for the sign.
    if highest - lowest + rows + 1 >= 128 {
        return None;
    }
    let mut before = Vec::with_capacity(values.len() + 1);
    let mut sum = 0_i128;
    before.push(sum);
    before.extend(values.iter().map(|value| {
        sum += value.map_or(0, |value| multiple(value, lowest));
        sum
    }));
    let unit = power_of_two(lowest);
    #[expect(clippy::cast_precision_loss, reason = "rounds to the nearest double")]
    let rounded = |total: i128| total as f64 * unit;
    let sums = frames
        .iter()
        .map(|(start, end)| rounded(before[end] - before[start]));
    Some(sums.collect())
}

/// The powers of two of the lowest bit of a finite value that is set, and of the one above its highest.
fn exponents(value: f64) -> Option<(i32, i32)> {
    if !value.is_finite() {
        return None;
    }
    let (mantissa, exponent) = parts(value);
    let lowest = exponent + i32::try_from(mantissa.trailing_zeros()).ok()?;
    Some((lowest, exponent + MANTISSA))
}

/// How many times `value` has the power of two `lowest`, none of whose bits are below it.
fn multiple(value: f64, lowest: i32) -> i128 {
    let (mantissa, exponent) = parts(value);
    if mantissa == 0 {
        return 0;
    }
    let shift = exponent - lowest;
    let mantissa = i128::from(mantissa);
    let size = if shift >= 0 {
        mantissa << shift
    } else {
        mantissa >> -shift
    };
    if value.is_sign_negative() {
        -size
    } else {
        size
    }
}
