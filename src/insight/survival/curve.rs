//! The Kaplan-Meier curve.

use crate::functions::tally::statistics::z;

/// Rows at one time. A sum over rows by time is the whole state of a curve.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct SurvivalStep {
    pub(crate) time: i64,
    /// Rows that end then.
    pub(crate) events: i64,
    /// Rows of which no more is known then.
    pub(crate) censored: i64,
    /// Rows that are at risk only after it. Those that are from their start on are in no step's entries.
    pub(crate) entries: i64,
}

/// The curve at a time at which rows end or are censored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SurvivalPoint {
    pub(crate) time: i64,
    /// Rows that were there just before.
    pub(crate) at_risk: i64,
    pub(crate) events: i64,
    pub(crate) censored: i64,
    /// Share of rows that last longer, 0 to 100.
    pub(crate) survival: f64,
    /// Interval of `survival`; `None` where that is 0.
    pub(crate) interval: Option<(f64, f64)>,
}

/// The curve at each distinct time of `steps`, which are sorted by time, with intervals at `level`.
///
/// Source: E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations", 1958; the
/// interval is Greenwood's variance on the log-log scale, J. P. Klein and M. L. Moeschberger, "Survival
/// Analysis", 2003, §4.3. Events come before censorings of the same time. At 100 the interval has no width.
pub(crate) fn survival_curve(steps: &[SurvivalStep], level: f64) -> Vec<SurvivalPoint> {
    let z = z(level);
    let mut estimate = KaplanMeier::default();
    let from_the_start = |step: &SurvivalStep| step.events + step.censored - step.entries;
    let mut at_risk: i64 = steps.iter().map(from_the_start).sum();
    let mut points = Vec::with_capacity(steps.len());
    for step in steps {
        estimate.lose(step.events, at_risk);
        if step.events + step.censored > 0 {
            points.push(SurvivalPoint {
                time: step.time,
                at_risk,
                events: step.events,
                censored: step.censored,
                survival: 100.0 * estimate.survival(),
                interval: estimate.ends(z),
            });
        }
        at_risk += step.entries - step.events - step.censored;
    }
    points
}

/// The estimate while time passes.
#[derive(Debug, Clone, Copy)]
struct KaplanMeier {
    /// Product of the stretches that are over.
    settled: f64,
    /// Rows at the start of this stretch, during which rows only end: its factors 9/10 × 8/9 × .. are the one
    /// quotient `left` / `start`, so that a half is a half.
    start: i64,
    left: i64,
    /// ln of the estimate, which keeps digits close to 1.
    logarithm: f64,
    /// Σ d / (n (n − d)): the variance of `logarithm`.
    greenwood: f64,
}

impl Default for KaplanMeier {
    fn default() -> Self {
        Self {
            settled: 1.0,
            start: 1,
            left: 1,
            logarithm: 0.0,
            greenwood: 0.0,
        }
    }
}

impl KaplanMeier {
    /// `events` of the rows at risk end.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    fn lose(&mut self, events: i64, at_risk: i64) {
        if events <= 0 || at_risk <= 0 {
            return;
        }
        if at_risk != self.left {
            self.settled = self.survival();
            self.start = at_risk;
        }
        self.left = at_risk - events;
        let (d, n) = (events as f64, at_risk as f64);
        self.logarithm += (-d / n).ln_1p();
        self.greenwood += d / (n * (n - d));
    }

    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    fn survival(&self) -> f64 {
        self.settled * self.left as f64 / self.start as f64
    }

    /// Interval in percent; `None` at 0.
    fn ends(&self, z: f64) -> Option<(f64, f64)> {
        if self.survival() <= 0.0 {
            return None;
        }
        if self.greenwood <= 0.0 {
            return Some((100.0, 100.0));
        }
        let stretch = (z * self.greenwood.sqrt() / self.logarithm.abs()).exp();
        let end = |factor: f64| 100.0 * (self.logarithm * factor).exp();
        Some((end(stretch), end(1.0 / stretch)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(time: i64, events: i64, censored: i64, entries: i64) -> SurvivalStep {
        SurvivalStep {
            time,
            events,
            censored,
            entries,
        }
    }

    fn survivals(steps: &[SurvivalStep]) -> Vec<(i64, i64, f64)> {
        let points = survival_curve(steps, 0.95).into_iter();
        points.map(|p| (p.time, p.at_risk, p.survival)).collect()
    }

    /// Who is censored when another ends was still at risk: 1 of 2, not 1 of 1.
    #[test]
    fn events_come_before_censorings_of_the_same_time() {
        assert_eq!(survivals(&[step(3, 1, 1, 0)]), [(3, 2, 50.0)]);
    }

    /// 1 of 2 ends at 5. Two more come in at 5: not at risk then, but later, when 1 of 3 ends.
    #[test]
    fn rows_are_at_risk_only_after_their_entry() {
        let steps = [step(5, 1, 0, 2), step(6, 0, 0, 0), step(8, 1, 2, 0)];
        let found = survivals(&steps);
        assert_eq!((found[0], found[1].1), ((5, 2, 50.0), 3));
        assert!((found[1].2 - 100.0 / 3.0).abs() < 1e-12);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn the_curve_stays_at_100_while_all_are_censored() {
        let point = survival_curve(&[step(3, 0, 2, 0)], 0.95)[0];
        assert_eq!(
            (point.survival, point.interval),
            (100.0, Some((100.0, 100.0)))
        );
    }

    /// Once at 0 it stays there, even if rows enter later.
    #[test]
    fn zero_has_no_interval() {
        let steps = [step(3, 1, 0, 1), step(9, 0, 1, 0)];
        for point in survival_curve(&steps, 0.95) {
            assert_eq!((point.survival, point.interval), (0.0, None));
        }
    }

    /// Nine of ten in turn: 90, 80, .., 10 without an error of rounding.
    #[test]
    fn shares_of_whole_rows_are_exact() {
        let steps: Vec<SurvivalStep> = (1..10).map(|time| step(time, 1, 0, 0)).collect();
        let steps = [steps, vec![step(10, 0, 1, 0)]].concat();
        for point in survival_curve(&steps, 0.95).iter().take(9) {
            let wanted = f64::from(u8::try_from(10 - point.time).unwrap()) * 100.0 / 10.0;
            assert!((point.survival - wanted).abs() < 1e-13, "{point:?}");
        }
    }

    #[test]
    fn without_rows_there_is_no_curve() {
        assert_eq!(survival_curve(&[], 0.95), []);
    }
}
