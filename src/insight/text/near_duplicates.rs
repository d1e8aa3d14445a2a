//! Pairs of nearly equal texts, proposed by bands, and the groups that pairs make.
//!
//! Memory is bounded by 264 bytes a text: a text is read once for its keys, then only when it is in a pair that
//! the bands propose. The caller decides about each pair with [`super::shingles::ShingleSet::jaccard`].

use std::ops::ControlFlow;

use super::min_hash::{BANDS, BandKeys};

/// Calls `propose` once for each pair of texts, the smaller place first, that share the key of at least one band.
///
/// Pairs come in a fixed order: by their first shared band, then its key, then their places. Many equal texts make
/// as many pairs as their number squared: give equal texts (equal sets of shingles) once.
pub(crate) fn propose_pairs<B>(
    texts: &[BandKeys],
    mut propose: impl FnMut(usize, usize) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let mut order: Vec<usize> = (0..texts.len()).collect();
    for band in 0..BANDS {
        order.sort_unstable_by_key(|text| (texts[*text].keys()[band], *text));
        let same_key = |a: &usize, b: &usize| texts[*a].keys()[band] == texts[*b].keys()[band];
        for bucket in order.chunk_by(same_key) {
            for (i, first) in bucket.iter().enumerate() {
                for second in &bucket[i + 1..] {
                    if !met_before(&texts[*first], &texts[*second], band) {
                        propose(*first, *second)?;
                    }
                }
            }
        }
    }
    ControlFlow::Continue(())
}

/// A pair of an earlier band was proposed there: so no set of pairs has to be kept.
fn met_before(a: &BandKeys, b: &BandKeys, band: usize) -> bool {
    let earlier = a.keys().iter().zip(b.keys()).take(band);
    earlier.into_iter().any(|(a, b)| a == b)
}

/// Groups of texts that are joined by pairs, directly or through others (union-find).
///
/// A group is known by the smallest place in it, whatever the order of the pairs.
#[derive(Debug, Clone)]
pub(crate) struct DuplicateGroups {
    parents: Vec<usize>,
}

impl DuplicateGroups {
    /// Each of `texts` texts in a group of its own.
    pub(crate) fn new(texts: usize) -> Self {
        Self {
            parents: (0..texts).collect(),
        }
    }

    /// Joins the groups of two texts, which must be below the number of texts.
    pub(crate) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.group(a), self.group(b));
        self.parents[a.max(b)] = a.min(b);
    }

    /// The smallest place in the group of `text`.
    pub(crate) fn group(&mut self, text: usize) -> usize {
        let mut place = text;
        while self.parents[place] != place {
            // Halving the path keeps later searches short.
            self.parents[place] = self.parents[self.parents[place]];
            place = self.parents[place];
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::super::shingles::ShingleSet;
    use super::*;

    fn duplicates(texts: &[&str], threshold: f64) -> Vec<(usize, usize)> {
        let sets: Vec<_> = texts
            .iter()
            .map(|text| ShingleSet::from_text(text).unwrap())
            .collect();
        let keys: Vec<_> = sets.iter().map(BandKeys::from_shingles).collect();
        let mut pairs = Vec::new();
        let done = propose_pairs(&keys, |a, b| {
            if sets[a].jaccard(&sets[b]) >= threshold {
                pairs.push((a, b));
            }
            ControlFlow::<()>::Continue(())
        });
        assert!(done.is_continue());
        pairs.sort_unstable();
        pairs
    }

    #[test]
    fn pairs_are_proposed_once() {
        let texts = [
            "my parcel has not arrived since monday",
            "where is the invoice of may",
            "My parcel has NOT arrived since Monday!",
            "my parcel has not arrived since monday.",
        ];
        assert_eq!(duplicates(&texts, 0.8), [(0, 2), (0, 3), (2, 3)]);
    }

    #[test]
    fn the_caller_can_stop() {
        let set = ShingleSet::from_text("same text").unwrap();
        let keys = vec![BandKeys::from_shingles(&set); 3];
        let mut calls = 0;
        let stopped = propose_pairs(&keys, |_, _| {
            calls += 1;
            ControlFlow::Break("enough")
        });
        assert_eq!(stopped, ControlFlow::Break("enough"));
        assert_eq!(calls, 1);
    }

    #[test]
    fn groups_are_the_same_in_any_order_of_pairs() {
        let groups = |pairs: &[(usize, usize)]| -> Vec<usize> {
            let mut groups = DuplicateGroups::new(6);
            for (a, b) in pairs {
                groups.join(*a, *b);
            }
            (0..6).map(|text| groups.group(text)).collect()
        };
        assert_eq!(groups(&[(4, 5), (1, 2), (2, 4)]), [0, 1, 1, 3, 1, 1]);
        assert_eq!(groups(&[(2, 4), (4, 5), (1, 2)]), [0, 1, 1, 3, 1, 1]);
    }
}
