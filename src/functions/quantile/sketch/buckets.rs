//! Durations as buckets: integers, so that counts do not depend on the order of rows.

/// Binary logarithm of the number of buckets per power of two.
const BITS: u32 = 7;

/// Bucket of a duration, which is 0 or more.
///
/// Each bucket is as wide as 2^-7 of the power of two below it, so its middle is off by at most 2^-8 of any
/// duration in it; below 256 ticks every duration has a bucket of its own.
#[inline]
pub(super) fn bucket(duration: i64) -> u16 {
    let halvings = (i64::BITS - 1 - BITS).saturating_sub(duration.leading_zeros());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "below 2^13, since 8 bits are left of at most 63"
    )]
    let bucket = ((i64::from(halvings) << BITS) + (duration >> halvings)) as u16;
    bucket
}

fn halvings(bucket: u16) -> u16 {
    (bucket >> BITS).saturating_sub(1)
}

/// The shortest duration of a bucket.
pub(super) fn floor(bucket: u16) -> i64 {
    let halvings = halvings(bucket);
    i64::from(bucket - (halvings << BITS)) << halvings
}

/// The duration that represents a bucket, half-way between its shortest and its longest.
#[expect(clippy::cast_precision_loss, reason = "far less than a bucket's width")]
pub(super) fn middle(bucket: u16) -> f64 {
    let width = 1_i64 << halvings(bucket);
    floor(bucket) as f64 + (width - 1) as f64 / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> impl Iterator<Item = i64> {
        let near_powers = (0..63).flat_map(|power| {
            let power = 1_i64 << power;
            [power - 1, power, power + 1, power + power / 3]
        });
        (0..100_000).chain(near_powers).chain([i64::MAX])
    }

    #[test]
    fn the_middle_is_near_every_duration() {
        for duration in samples() {
            let off = (middle(bucket(duration)) - duration as f64).abs();
            assert!(off <= duration as f64 / 256.0, "{duration}: {off}");
            assert!(duration >= 256 || off < 1e-9, "{duration}");
        }
    }

    #[test]
    fn the_shortest_is_in_the_bucket_and_no_shorter_one() {
        for duration in samples() {
            let shortest = floor(bucket(duration));
            assert!(shortest <= duration, "{duration}");
            assert_eq!(bucket(shortest), bucket(duration), "{duration}");
            if shortest > 0 {
                assert_eq!(bucket(shortest - 1) + 1, bucket(shortest), "{duration}");
            }
        }
    }
}
