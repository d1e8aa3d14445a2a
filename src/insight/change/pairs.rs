//! Pairs of segments that moved differently from the rest of both their parents.

use super::cells::ChangeCuts;
use super::cut::SegmentKey;
use super::kpi::ChangeKpi;
use super::segment_sums::SegmentSums;
use super::significance::excess_p;
use crate::insight::comparison::benjamini_hochberg;

/// A pair of segments, and what tells it from its parents.
#[derive(Debug, Clone)]
pub(super) struct ListedPair {
    pub(super) dimensions: (usize, usize),
    pub(super) key: SegmentKey,
    pub(super) sums: SegmentSums,
    /// The larger p of both differences in differences.
    pub(super) p: f64,
    /// Adjusted over all pairs.
    pub(super) p_adjusted: f64,
}

/// The pairs whose change clearly differs from that of the rest of both parents. Cuts by pairs are pooled
/// already; parents are taken before pooling.
pub(super) fn listed_pairs(
    kpi: &ChangeKpi,
    parents: &ChangeCuts,
    pooled: &ChangeCuts,
    level: f64,
) -> Vec<ListedPair> {
    let mut tested = vec![];
    for (&(first, second), cut) in &pooled.pairs {
        for (key, sums) in &cut.segments {
            let parent = |dimension: usize, place: usize| {
                let value = key.get(place..=place)?.to_vec();
                parents.dimensions.get(dimension)?.segments.get(&value)
            };
            let p = |parent: Option<&SegmentSums>| excess_p(kpi, sums, parent?);
            let p = p(parent(first, 0)).zip(p(parent(second, 1)));
            tested.push((
                (first, second),
                key,
                sums,
                p.map(|(one, other)| one.max(other)),
            ));
        }
    }
    let p: Vec<_> = tested.iter().map(|(.., p)| *p).collect();
    tested
        .iter()
        .zip(benjamini_hochberg(&p))
        .filter_map(|((dimensions, key, sums, p), adjusted)| {
            let (p, p_adjusted) = ((*p)?, adjusted?);
            (p_adjusted <= 1.0 - level).then(|| ListedPair {
                dimensions: *dimensions,
                key: (*key).clone(),
                sums: **sums,
                p,
                p_adjusted,
            })
        })
        .collect()
}
