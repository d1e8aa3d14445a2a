//! Changes of the level of a series: of its mean, of a rate or of its variance.
//!
//! No p comes with a change: after a search over all places it would be wrong.

use super::control_limits::{HitCount, pooled, share_deviation};
use super::long_run_variance::{LongRunVariance, long_run_variance};
use super::medians::{count, mean};
use super::season_effects::without_season;
use super::segment_costs::{MeanCost, RateCost, SegmentCost, VarianceCost};
use super::segmentation::cheapest_cut;

/// A stretch between two changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LevelSegment {
    /// Number of the first value of the stretch, counted from 0 among the values given.
    pub(crate) start: usize,
    /// Mean, rate in percent or variance.
    pub(crate) level: f64,
    /// Values in the stretch; of a rate its cases.
    pub(crate) n: i64,
}

/// A change from one stretch to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LevelChange {
    /// Number of the first value of the new level, which is also the number of values before it.
    pub(crate) at: usize,
    pub(crate) before: f64,
    pub(crate) after: f64,
    pub(crate) n_before: i64,
    pub(crate) n_after: i64,
}

/// All stretches of a series, with the numbers that decided.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LevelHistory {
    /// Empty where the series does not vary at all, and with less than one value.
    pub(crate) segments: Vec<LevelSegment>,
    /// Of the mean its long-run variance, of a rate the dispersion; not used for the variance.
    pub(crate) variance: Option<LongRunVariance>,
    /// Price of one change.
    pub(crate) penalty: f64,
}

impl LevelHistory {
    /// The changes in order of time.
    pub(crate) fn changes(&self) -> Vec<LevelChange> {
        let change = |(before, after): (&LevelSegment, &LevelSegment)| LevelChange {
            at: after.start,
            before: before.level,
            after: after.level,
            n_before: before.n,
            n_after: after.n,
        };
        let next = self.segments.iter().skip(1);
        self.segments.iter().zip(next).map(change).collect()
    }
}

/// Changes of the mean of (period, value) in order of time, one a period.
///
/// A `season` above 1 is taken out first, and levels are those of the values without it. A series that does
/// not vary has no stretches.
pub(crate) fn mean_changes(values: &[(i64, f64)], season: u32, min_size: usize) -> LevelHistory {
    let values = match season {
        0 | 1 => values.iter().map(|&(_, value)| value).collect(),
        _ => without_season(values, season),
    };
    let n = values.len();
    let variance = long_run_variance(&values);
    let penalty = price_of_a_change(n);
    let mut segments = Vec::new();
    if variance.variance > 0.0 {
        let costs = MeanCost::new(&values, variance.variance);
        segments = cut(&costs, n, min_size, penalty, |start, end| LevelSegment {
            start,
            level: mean(&values[start..end]).unwrap_or(0.0),
            n: length(end - start),
        });
    }
    LevelHistory {
        segments,
        variance: Some(variance),
        penalty,
    }
}

/// Changes of the variance about the mean of the whole series.
pub(crate) fn variance_changes(values: &[f64], min_size: usize) -> LevelHistory {
    let (n, penalty) = (values.len(), price_of_a_change(values.len()));
    let segments = VarianceCost::new(values).map_or_else(Vec::new, |costs| {
        cut(&costs, n, min_size, penalty, |start, end| LevelSegment {
            start,
            level: costs.variance(start, end),
            n: length(end - start),
        })
    });
    LevelHistory {
        segments,
        variance: None,
        penalty,
    }
}

/// Changes of a rate. `counts` are in order of time, each with n above 0 and hits of 0 to n: periods without
/// cases say nothing and are left out by the caller.
pub(crate) fn rate_changes(counts: &[HitCount], min_size: usize) -> LevelHistory {
    let n = counts.len();
    let dispersion = rate_dispersion(counts);
    let penalty = price_of_a_change(n) * dispersion.map_or(1.0, |found| found.variance.max(1.0));
    let costs = RateCost::new(counts).filter(|_| dispersion.is_some());
    let segments = costs.map_or_else(Vec::new, |costs| {
        cut(&costs, n, min_size, penalty, |start, end| {
            let total = costs.total(start, end);
            LevelSegment {
                start,
                level: total.rate(100.0).unwrap_or(0.0),
                n: total.n,
            }
        })
    });
    LevelHistory {
        segments,
        variance: dispersion,
        penalty,
    }
}

/// Long-run variance of the standardised rates, 1 if they scatter as the binomial distribution does; `None`
/// where all or none hit.
fn rate_dispersion(counts: &[HitCount]) -> Option<LongRunVariance> {
    let centre = pooled(counts)?.rate(100.0)?;
    let standardised: Vec<f64> = counts
        .iter()
        .filter_map(|count| {
            let deviation = share_deviation(centre, count.n);
            (deviation > 0.0).then_some((count.rate(100.0)? - centre) / deviation)
        })
        .collect();
    (!standardised.is_empty()).then(|| long_run_variance(&standardised))
}

/// 3 ln N.
fn price_of_a_change(n: usize) -> f64 {
    3.0 * count(n.max(1)).ln()
}

fn length(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// The stretches of the cheapest cut.
fn cut(
    costs: &impl SegmentCost,
    n: usize,
    min_size: usize,
    penalty: f64,
    segment: impl Fn(usize, usize) -> LevelSegment,
) -> Vec<LevelSegment> {
    let changes = cheapest_cut(costs, n, min_size, penalty);
    let ends = changes.iter().copied().chain([n]);
    let starts = [0].into_iter().chain(changes.iter().copied());
    starts
        .zip(ends)
        .filter(|(start, end)| start < end)
        .map(|(start, end)| segment(start, end))
        .collect()
}

#[cfg(test)]
mod tests;
