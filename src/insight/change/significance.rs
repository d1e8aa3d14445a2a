//! Guards against noise: the p of a whole change, of a dimension, of a mix, and of a pair.

use super::kpi::{ChangeKpi, ChangeKpiKind, moments, net_counts};
use super::segment_sums::SegmentSums;
use crate::functions::tally::statistics::z;
use crate::insight::comparison::{ShareCounts, compare_means, compare_net_shares, compare_shares};
use crate::insight::distributions::{chi_square_p, normal_p};

/// Interval and p of a change.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct ChangeEvidence {
    pub(super) interval: Option<(f64, f64)>,
    pub(super) p: Option<f64>,
}

/// The evidence of the whole change, as `compare_rate`, `compare_nps` and `compare_mean` have it.
pub(super) fn whole_change(kpi: &ChangeKpi, all: &SegmentSums, level: f64) -> ChangeEvidence {
    let (n_before, n_after) = (kpi.rows(&all.before), kpi.rows(&all.after));
    let found = match kpi.kind {
        ChangeKpiKind::Share => {
            let counts = |hits: i128, n: i64| ShareCounts {
                hits: i64::try_from(hits).unwrap_or(i64::MAX),
                n,
            };
            let (before, after) = (
                counts(all.before[0], n_before),
                counts(all.after[0], n_after),
            );
            compare_shares(before, after, level).0
        }
        ChangeKpiKind::NetShare => compare_net_shares(
            net_counts(&all.before, n_before),
            net_counts(&all.after, n_after),
            level,
        ),
        ChangeKpiKind::Mean => {
            let sums = |parts| moments(parts).sums(kpi.numerator_per_one);
            compare_means(sums(&all.before), sums(&all.after), level).0
        }
        ChangeKpiKind::Ratio => return weighted(kpi, all, 1.0, level),
        ChangeKpiKind::Total => return ChangeEvidence::default(),
    };
    ChangeEvidence {
        interval: found.interval,
        p: found.p,
    }
}

/// The evidence of a change of rates, times the weight that it has in the whole.
pub(super) fn weighted(
    kpi: &ChangeKpi,
    segment: &SegmentSums,
    weight: f64,
    level: f64,
) -> ChangeEvidence {
    let Some((change, error)) = segment.change(kpi).zip(segment.squared_error(kpi)) else {
        return ChangeEvidence::default();
    };
    let error = error.sqrt();
    let half = z(level) * error;
    ChangeEvidence {
        interval: Some((weight * (change - half), weight * (change + half))),
        p: Some(normal_p(change / error)),
    }
}

/// p of Cochran's Q: did the rates of the segments change differently at all? `None` below two segments with
/// an error (W. G. Cochran, "The combination of estimates from different experiments", 1954).
#[expect(clippy::cast_precision_loss, reason = "a number of segments")]
pub(super) fn heterogeneity_p(kpi: &ChangeKpi, segments: &[SegmentSums]) -> Option<f64> {
    let changes: Vec<(f64, f64)> = segments
        .iter()
        .filter_map(|segment| segment.change(kpi).zip(segment.squared_error(kpi)))
        .collect();
    if changes.len() < 2 {
        return None;
    }
    let weights: f64 = changes.iter().map(|(_, error)| 1.0 / error).sum();
    let mean = changes
        .iter()
        .map(|(change, error)| change / error)
        .sum::<f64>()
        / weights;
    let q: f64 = changes
        .iter()
        .map(|(change, error)| (change - mean).powi(2) / error)
        .sum();
    Some(chi_square_p(q, (changes.len() - 1) as f64))
}

/// p of Pearson's χ² of rows by segment and side: did the mix change? `None` below two segments, or without
/// rows on a side.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(super) fn mix_p(rows: &[[i64; 2]]) -> Option<f64> {
    let rows: Vec<[f64; 2]> = rows
        .iter()
        .filter(|rows| rows[0] + rows[1] > 0)
        .map(|rows| rows.map(|n| n as f64))
        .collect();
    let sides = rows
        .iter()
        .fold([0.0, 0.0], |all, n| [all[0] + n[0], all[1] + n[1]]);
    let all = sides[0] + sides[1];
    if rows.len() < 2 || sides.contains(&0.0) {
        return None;
    }
    let statistic: f64 = rows
        .iter()
        .flat_map(|n| {
            let of_segment = n[0] + n[1];
            [0, 1].map(|side| {
                let expected = of_segment * sides[side] / all;
                (n[side] - expected).powi(2) / expected
            })
        })
        .sum();
    Some(chi_square_p(statistic, (rows.len() - 1) as f64))
}

/// p of the difference between the change of a part and that of the rest of its whole; `None` where either
/// has no error.
pub(super) fn excess_p(kpi: &ChangeKpi, part: &SegmentSums, whole: &SegmentSums) -> Option<f64> {
    let rest = whole.without(part);
    let excess = part.change(kpi)? - rest.change(kpi)?;
    let error = part.squared_error(kpi)? + rest.squared_error(kpi)?;
    Some(normal_p(excess / error.sqrt()))
}
