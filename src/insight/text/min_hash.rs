//! Signatures under which similar texts are likely to meet: `MinHash` in bands.
//!
//! Source: A. Z. Broder, "On the resemblance and containment of documents", 1997; bands: J. Leskovec, A. Rajaraman
//! and J. Ullman, "Mining of Massive Datasets", 2014, §3.4.

use super::shingles::ShingleSet;

/// Bands of a signature.
pub(crate) const BANDS: usize = 32;

/// Bytes of the keys of a text.
pub(crate) const BAND_BYTES: usize = 8 * BANDS;

/// `MinHash` values of a band: 128 in all.
const VALUES_OF_BAND: usize = 4;

/// The odd number nearest to 2^64 over the golden ratio: it spreads counting numbers over all 64 bits.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// One key a band of a text's `MinHash` values: two texts of similarity s share at least one of the 32 keys with
/// probability 1 − (1 − s⁴)³².
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BandKeys {
    keys: [u64; BANDS],
}

impl BandKeys {
    /// The keys of a text's shingles, the same in every run and on every machine.
    pub(crate) fn from_shingles(shingles: &ShingleSet) -> Self {
        let mut least = [[u64::MAX; VALUES_OF_BAND]; BANDS];
        for hash in shingles.hashes() {
            let folded = low_half(*hash) ^ low_half(*hash >> 64).rotate_left(32);
            let mut seeded = folded;
            for value in least.iter_mut().flatten() {
                seeded = seeded.wrapping_add(GOLDEN);
                *value = (*value).min(mixed(seeded));
            }
        }
        Self {
            keys: least.map(band_key),
        }
    }

    /// The keys in a column.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.keys.iter().flat_map(|key| key.to_be_bytes()).collect()
    }

    /// The keys that [`Self::to_bytes`] gave; `None` for other bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (keys, rest) = bytes.as_chunks::<8>();
        let keys: Vec<u64> = keys.iter().map(|key| u64::from_be_bytes(*key)).collect();
        Some(Self {
            keys: keys.try_into().ok().filter(|_| rest.is_empty())?,
        })
    }

    /// The key of each band.
    pub(crate) fn keys(&self) -> &[u64; BANDS] {
        &self.keys
    }
}

/// The share of pairs of this similarity that the bands propose.
#[cfg(test)]
pub(crate) fn recall_at(similarity: f64) -> f64 {
    let band = similarity.clamp(0.0, 1.0).powi(4);
    1.0 - (1.0 - band).powi(32)
}

fn band_key(values: [u64; VALUES_OF_BAND]) -> u64 {
    values
        .iter()
        .fold(0, |key, value| mixed(key ^ value).wrapping_add(GOLDEN))
}

/// The finalizer of `SplitMix64` (G. Steele, D. Lea and C. Flood, 2014): every bit of the number moves every bit of
/// the result, and no two numbers have the same.
fn mixed(number: u64) -> u64 {
    let first = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let second = (first ^ (first >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    second ^ (second >> 31)
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
fn low_half(wide: u128) -> u64 {
    wide as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> BandKeys {
        BandKeys::from_shingles(&ShingleSet::from_text(text).unwrap())
    }

    #[test]
    fn the_same_shingles_have_the_same_keys() {
        assert_eq!(keys("The app crashes."), keys("the APP crashes"));
        assert_ne!(keys("the app crashes"), keys("the app hangs"));
    }

    #[test]
    fn keys_are_read_from_a_column() {
        let keys = keys("the app crashes");
        assert_eq!(BandKeys::from_bytes(&keys.to_bytes()), Some(keys));
        assert_eq!(BandKeys::from_bytes(b"short"), None);
    }

    /// (1 − 0.8⁴)³² is 4.7e-8.
    #[test]
    fn bands_find_nearly_all_pairs_at_the_usual_threshold() {
        assert!(recall_at(0.8) > 0.999_999);
        assert!((recall_at(0.5) - 0.873_211).abs() < 1e-5);
        assert!(recall_at(0.0).abs() < 1e-15);
        assert!((recall_at(1.0) - 1.0).abs() < 1e-15);
    }

    /// Among 400 pairs of texts of 40 words that share all but one, whose similarity is 35/41, none is missed,
    /// and unrelated texts hardly ever meet.
    #[test]
    fn similar_texts_meet_and_others_do_not() {
        let text = |from: usize, changed: usize| -> String {
            let word = |i: usize| match i {
                20 if changed > 0 => format!("other{changed}"),
                _ => format!("word{}", from + i),
            };
            (0..40).map(word).collect::<Vec<_>>().join(" ")
        };
        let meet = |a: &BandKeys, b: &BandKeys| a.keys.iter().zip(&b.keys).any(|(a, b)| a == b);
        let mut strangers = 0;
        for i in 0..400 {
            let base = keys(&text(1000 * i, 0));
            assert!(meet(&base, &keys(&text(1000 * i, i + 1))), "{i}");
            strangers += usize::from(meet(&base, &keys(&text(1000 * i + 500, 0))));
        }
        assert_eq!(strangers, 0);
    }
}
