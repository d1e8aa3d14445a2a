//! Sets of word triples, and how alike two texts are by them.
//!
//! Source: A. Z. Broder, "On the resemblance and containment of documents", 1997.

use twox_hash::XxHash3_128;

use super::tokens::{folded, words};

/// Words of a shingle.
const WORDS: usize = 3;

/// The distinct shingles of a text: triples of neighbouring words, or all its words where they are fewer.
///
/// Each is kept as 128 bits of hash, which two different shingles of real texts do not share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShingleSet {
    sorted: Vec<u128>,
}

impl ShingleSet {
    /// `None` where the text has no word.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let folded = folded(text, None);
        let words: Vec<&str> = words(&folded).map(|(_, word)| word).collect();
        if words.is_empty() {
            return None;
        }
        let mut sorted: Vec<u128> = words
            .windows(WORDS.min(words.len()))
            .map(shingle_hash)
            .collect();
        sorted.sort_unstable();
        sorted.dedup();
        Some(Self { sorted })
    }

    /// Hashes of the shingles, ascending; there is at least one.
    pub(crate) fn hashes(&self) -> &[u128] {
        &self.sorted
    }

    /// A hash of the whole set, which two different sets of real texts do not share.
    pub(crate) fn fingerprint(&self) -> u128 {
        let bytes: Vec<u8> = self
            .sorted
            .iter()
            .flat_map(|hash| hash.to_be_bytes())
            .collect();
        XxHash3_128::oneshot(&bytes)
    }

    /// Shared shingles over all shingles of both, 0 to 1.
    #[expect(
        clippy::cast_precision_loss,
        reason = "no text in memory has 2^53 words"
    )]
    pub(crate) fn jaccard(&self, other: &Self) -> f64 {
        let shared = self.shared(other);
        shared as f64 / (self.sorted.len() + other.sorted.len() - shared) as f64
    }

    fn shared(&self, other: &Self) -> usize {
        let mut others = other.sorted.iter().peekable();
        let mut shared = 0;
        for hash in &self.sorted {
            while others.next_if(|other| *other < hash).is_some() {}
            if others.next_if_eq(&hash).is_some() {
                shared += 1;
            }
        }
        shared
    }
}

/// Jaccard similarity of the word triples of two texts; `None` where either has no word.
pub(crate) fn text_similarity(a: &str, b: &str) -> Option<f64> {
    Some(ShingleSet::from_text(a)?.jaccard(&ShingleSet::from_text(b)?))
}

fn shingle_hash(words: &[&str]) -> u128 {
    // No word holds a NUL, so "a b" of two words is not "ab" of one.
    XxHash3_128::oneshot(words.join("\0").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Six triples each, four of them shared: 4 / 8.
    #[test]
    fn triples_are_counted_once() {
        let found = text_similarity(
            "The app crashes when I open the invoice",
            "The app crashes when I open my invoice",
        );
        assert_eq!(found, Some(0.5));
        assert_eq!(
            text_similarity("a b c a b c a b c", "a b c a b c"),
            Some(1.0)
        );
    }

    #[test]
    fn short_texts_are_one_shingle() {
        assert_eq!(text_similarity("please help", "Please HELP!"), Some(1.0));
        assert_eq!(text_similarity("please help", "help please"), Some(0.0));
        assert_eq!(text_similarity("ab", "a b"), Some(0.0));
    }

    #[test]
    fn texts_without_words_are_like_nothing() {
        assert_eq!(text_similarity("", "please help"), None);
        assert_eq!(text_similarity("please help", "😡"), None);
        assert_eq!(text_similarity("😡", "😡"), None);
    }
}
