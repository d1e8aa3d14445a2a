//! Numbers read off a curve: its median, its height at a time, the area under it.

use super::curve::{SurvivalPoint, SurvivalStep, survival_curve};

/// Half of the rows, with room for the rounding of a product of shares.
const HALF: f64 = 50.0 + 1e-10;

/// Result of [`survival_median`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SurvivalMedian {
    /// Rows, ended or censored.
    pub(crate) n: i64,
    pub(crate) events: i64,
    /// First time at which at most half are left; `None` while more are.
    pub(crate) median: Option<i64>,
    /// First time at which the lower end is at most half.
    pub(crate) low: Option<i64>,
    /// First time at which the upper end is at most half.
    pub(crate) high: Option<i64>,
}

/// Result of [`survival_share`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SurvivalShare {
    /// Rows, ended or censored.
    pub(crate) n: i64,
    /// Share over by then, 0 to 100; `None` without rows.
    pub(crate) share: Option<f64>,
    pub(crate) interval: Option<(f64, f64)>,
}

/// The median time of `steps`, which are sorted by time.
pub(crate) fn survival_median(steps: &[SurvivalStep], level: f64) -> SurvivalMedian {
    let curve = survival_curve(steps, level);
    let first = |is_down: &dyn Fn(&SurvivalPoint) -> bool| {
        let point = curve.iter().find(|point| is_down(point));
        point.map(|point| point.time)
    };
    SurvivalMedian {
        n: rows(steps),
        events: steps.iter().map(|step| step.events).sum(),
        median: first(&|point| point.survival <= HALF),
        low: first(&|point| point.interval.is_some_and(|(low, _)| low <= HALF)),
        high: first(&|point| point.interval.is_some_and(|(_, high)| high <= HALF)),
    }
}

/// The share of rows over by `at`; `steps` are sorted by time.
///
/// After the last step it is what it was there.
pub(crate) fn survival_share(steps: &[SurvivalStep], at: i64, level: f64) -> SurvivalShare {
    let n = rows(steps);
    let curve = survival_curve(steps, level);
    let reached = curve.partition_point(|point| point.time <= at);
    let (share, interval) = match curve.get(..reached).and_then(<[_]>::last) {
        Some(point) => {
            let ends = point.interval;
            let swapped = ends.map(|(low, high)| (100.0 - high, 100.0 - low));
            (100.0 - point.survival, swapped)
        }
        None => (0.0, Some((0.0, 0.0))),
    };
    SurvivalShare {
        n,
        share: (n > 0).then_some(share),
        interval: interval.filter(|_| n > 0),
    }
}

/// Mean of the times where those after `up_to` count as `up_to`: the area under the curve until then, in
/// ticks. `None` without rows, or if `up_to` is negative.
///
/// Source: J. O. Irwin, "The standard error of an estimate of expectation of life", 1949. After the last step
/// the curve stays where it was.
#[expect(
    clippy::cast_precision_loss,
    reason = "steps between times are doubles"
)]
pub(crate) fn survival_mean(steps: &[SurvivalStep], up_to: i64) -> Option<f64> {
    if rows(steps) == 0 || up_to < 0 {
        return None;
    }
    let (mut area, mut since, mut survival) = (0.0, 0, 1.0);
    // The level is for ends that are not used.
    for point in survival_curve(steps, 0.5) {
        if point.time >= up_to {
            break;
        }
        area += survival * (point.time - since) as f64;
        (since, survival) = (point.time, point.survival / 100.0);
    }
    Some(area + survival * (up_to - since) as f64)
}

fn rows(steps: &[SurvivalStep]) -> i64 {
    steps.iter().map(|step| step.events + step.censored).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(time: i64, events: i64, censored: i64) -> SurvivalStep {
        SurvivalStep {
            time,
            events,
            censored,
            entries: 0,
        }
    }

    /// Two of four are over by 2: the curve is at a half from there on.
    #[test]
    fn the_median_is_the_first_time_with_at_most_half() {
        let steps = [1, 2, 3, 4].map(|time| step(time, 1, 0));
        assert_eq!(survival_median(&steps, 0.95).median, Some(2));
    }

    /// A third ends, some are censored, a quarter ends: 2/3 × 3/4 is a half, though not in doubles.
    #[test]
    fn rounding_does_not_move_the_median() {
        for thirds in 4..200_i64 {
            let quarters = thirds / 4;
            let censored = 2 * thirds - 4 * quarters;
            let steps = [
                step(1, thirds, censored),
                step(2, quarters, 0),
                step(3, 3 * quarters, 0),
            ];
            let found = survival_median(&steps, 0.95);
            assert_eq!(found.median, Some(2), "{thirds}");
        }
    }

    #[test]
    fn while_all_are_censored_nothing_is_over() {
        let steps = [step(3, 0, 1), step(5, 0, 2)];
        let median = survival_median(&steps, 0.95);
        assert_eq!((median.n, median.events, median.median), (3, 0, None));
        assert_eq!((median.low, median.high), (None, None));
        for at in [0, 3, 1_000] {
            let found = survival_share(&steps, at, 0.95);
            assert_eq!(found.share, Some(0.0));
            assert_eq!(found.interval, Some((0.0, 0.0)));
        }
    }

    /// Ends at 1 and 3 of two: 1 up to 1, a half up to 3: 1 + 2 × 0.5 = 2, the plain mean.
    #[test]
    fn the_area_of_a_whole_curve_is_the_mean() {
        let steps = [step(1, 1, 0), step(3, 1, 0)];
        assert_eq!(survival_mean(&steps, 10), Some(2.0));
        assert_eq!(survival_mean(&steps, 2), Some(1.5));
        assert_eq!(survival_mean(&steps, 0), Some(0.0));
        assert_eq!(survival_mean(&steps, -1), None);
    }

    #[test]
    fn without_rows_there_is_nothing() {
        assert_eq!(survival_mean(&[], 3), None);
        assert_eq!(survival_share(&[], 3, 0.95).share, None);
        assert_eq!(survival_share(&[], 3, 0.95).interval, None);
        assert_eq!(survival_median(&[], 0.95).median, None);
    }
}
