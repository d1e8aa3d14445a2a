//! The similar pairs among the rows of a table.

use std::collections::HashMap;
use std::ops::ControlFlow;

use arrow::array::{Array, FixedSizeBinaryArray, StringViewArray};
use datafusion::common::{Result, exec_err};

use crate::insight::text::min_hash::BandKeys;
use crate::insight::text::near_duplicates::{DuplicateGroups, propose_pairs};
use crate::insight::text::scalar::FINGERPRINT;
use crate::insight::text::shingles::ShingleSet;

/// Most pairs of a result.
const MOST_PAIRS: usize = 1_000_000;

/// Two rows with similar texts, and the first row of their group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SimilarPair {
    pub(super) group: usize,
    pub(super) a: usize,
    /// Behind `a`.
    pub(super) b: usize,
    pub(super) similarity: f64,
}

/// Rows of which no two have the same set of shingles, and the others with the first of theirs.
struct DistinctTexts {
    rows: Vec<usize>,
    keys: Vec<BandKeys>,
    /// Place among `rows`, and the row that is equal to it.
    twins: Vec<(usize, usize)>,
}

impl DistinctTexts {
    /// `bands` has a fingerprint and keys for each text with a word.
    fn among(bands: &FixedSizeBinaryArray) -> Self {
        let mut distinct = Self {
            rows: vec![],
            keys: vec![],
            twins: vec![],
        };
        let mut places: HashMap<&[u8], usize> = HashMap::new();
        for row in (0..bands.len()).filter(|row| bands.is_valid(*row)) {
            let (fingerprint, keys) = bands.value(row).split_at(FINGERPRINT);
            if let Some(place) = places.get(fingerprint) {
                distinct.twins.push((*place, row));
            } else if let Some(keys) = BandKeys::from_bytes(keys) {
                places.insert(fingerprint, distinct.rows.len());
                distinct.rows.push(row);
                distinct.keys.push(keys);
            }
        }
        distinct
    }
}

/// Pairs at or above `threshold`, by their group and rows.
///
/// # Errors
/// When there are more than a million.
pub(super) fn similar_pairs(
    texts: &StringViewArray,
    bands: &FixedSizeBinaryArray,
    threshold: f64,
) -> Result<Vec<SimilarPair>> {
    let distinct = DistinctTexts::among(bands);
    let pair = |a: usize, b: usize, similarity: f64| SimilarPair {
        group: 0,
        a,
        b,
        similarity,
    };
    let equal = distinct.twins.iter();
    let mut pairs: Vec<_> = equal.map(|(place, row)| pair(*place, *row, 1.0)).collect();
    let mut groups = DuplicateGroups::new(distinct.rows.len());
    let mut texts = RecentShingles::new(texts, &distinct.rows);
    let search = propose_pairs(&distinct.keys, |a, b| {
        if pairs.len() > MOST_PAIRS {
            return ControlFlow::Break(());
        }
        match texts.similarity(a, b) {
            Some(similarity) if similarity >= threshold => {
                groups.join(a, b);
                pairs.push(pair(a, distinct.rows[b], similarity));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    });
    if search.is_break() || pairs.len() > MOST_PAIRS {
        return exec_err!(
            "near_duplicates: there are more than {MOST_PAIRS} pairs; raise threshold, or take fewer rows, such as \
             those of one month"
        );
    }
    for pair in &mut pairs {
        pair.group = distinct.rows[groups.group(pair.a)];
        pair.a = distinct.rows[pair.a];
    }
    pairs.sort_unstable_by_key(|pair| (pair.group, pair.a, pair.b));
    Ok(pairs)
}

/// The shingles of the first text of the last pair, which is the first of the next one mostly.
struct RecentShingles<'a> {
    texts: &'a StringViewArray,
    rows: &'a [usize],
    first: Option<(usize, ShingleSet)>,
}

impl<'a> RecentShingles<'a> {
    fn new(texts: &'a StringViewArray, rows: &'a [usize]) -> Self {
        Self {
            texts,
            rows,
            first: None,
        }
    }

    fn similarity(&mut self, a: usize, b: usize) -> Option<f64> {
        let read = |place: usize| ShingleSet::from_text(self.texts.value(self.rows[place]));
        let second = read(b)?;
        if self.first.as_ref().is_none_or(|(place, _)| *place != a) {
            self.first = Some((a, read(a)?));
        }
        self.first.as_ref().map(|(_, first)| first.jaccard(&second))
    }
}
