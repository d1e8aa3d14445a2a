//! One way to cut the rows into segments: by a dimension, or by a pair of them.

use std::collections::BTreeMap;

use super::kpi::ChangeKpi;
use super::segment_sums::SegmentSums;

/// The values that a segment has in the dimensions of its cut; NULL is a value.
pub(super) type SegmentKey = Vec<Option<String>>;

/// Sums by segment.
#[derive(Debug, Clone, Default)]
pub(super) struct SegmentCut {
    pub(super) segments: BTreeMap<SegmentKey, SegmentSums>,
    /// Segments with too few rows to stand alone, together; `None` if there are none.
    pub(super) pooled: Option<SegmentSums>,
}

impl SegmentCut {
    pub(super) fn add(&mut self, key: SegmentKey, sums: &SegmentSums) {
        self.segments.entry(key).or_default().merge(sums);
    }

    /// Pools the segments with fewer than `least` rows on both sides together.
    pub(super) fn pool(&mut self, kpi: &ChangeKpi, least: i64) {
        let mut pooled: Option<SegmentSums> = None;
        self.segments.retain(|_, sums| {
            let stands_alone = sums.rows(kpi) >= least;
            if !stands_alone {
                pooled.get_or_insert_default().merge(sums);
            }
            stands_alone
        });
        self.pooled = pooled;
    }

    /// The sums of all segments, the pooled one last.
    pub(super) fn sums(&self) -> Vec<SegmentSums> {
        let alone = self.segments.values().copied();
        alone.chain(self.pooled).collect()
    }

    /// Each segment with its key, `None` for the pooled one, which comes last.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Option<&SegmentKey>, &SegmentSums)> {
        let alone = self.segments.iter().map(|(key, sums)| (Some(key), sums));
        alone.chain(self.pooled.iter().map(|sums| (None, sums)))
    }
}
