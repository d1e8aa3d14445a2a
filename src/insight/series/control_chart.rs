//! Control charts: limits that a stable process leaves about once in 370 points, and runs that are too long.
//!
//! Source: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2 and 6.3.3.

use super::control_limits::{HitCount, individual_limits, laney_deviation, pooled};
use super::control_limits::{share_deviation, whole};
use super::nelson_rules::{NelsonRule, StandardPoint};

/// Points with cases from which `auto` takes Laney's limits.
const FEWEST_LANEY_POINTS: usize = 10;

/// Kind of chart for hits out of n.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChartMethod {
    /// Share in percent, scatter of the binomial distribution.
    Share,
    /// Share in percent, scatter from day to day (Laney).
    LaneyShare,
    /// Hits a case, which may be above 1, scatter of the Poisson distribution.
    HitsPerCase,
}

impl ChartMethod {
    /// The method that `kind => 'auto'` takes for hits out of n.
    pub(crate) fn automatic(points: &[ControlInput<HitCount>]) -> Self {
        let has_cases = |point: &&ControlInput<HitCount>| {
            !point.ignored && point.measure.is_some_and(|count| count.n > 0)
        };
        match points.iter().filter(has_cases).count() {
            FEWEST_LANEY_POINTS.. => Self::LaneyShare,
            _ => Self::Share,
        }
    }
}

/// A period of a chart: a value or a count, `None` where it is missing. Ignored periods are not judged and
/// take no part in limits; those outside the baseline take no part in limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ControlInput<T> {
    pub(crate) measure: Option<T>,
    pub(crate) ignored: bool,
    pub(crate) in_baseline: bool,
}

impl<T: Copy> ControlInput<T> {
    fn usable(&self) -> Option<T> {
        if self.ignored { None } else { self.measure }
    }
}

/// A period with its limits. `value` is there wherever it can be computed; the others where it is judged.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ControlPoint {
    pub(crate) value: Option<f64>,
    pub(crate) centre: Option<f64>,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    /// Beyond the limits, in other words Nelson's rule 1, whichever rules are asked for.
    pub(crate) is_out: Option<bool>,
    /// Numbers of the rules asked for that this point completes.
    pub(crate) rules: Vec<u8>,
}

/// A chart with its points. `deviation` is σ of individual values and `σ_z` of Laney's chart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ControlChart {
    pub(crate) centre: Option<f64>,
    pub(crate) deviation: Option<f64>,
    pub(crate) points: Vec<ControlPoint>,
}

/// Chart of individual values, in order of time. Below two values in the baseline there are no limits.
pub(crate) fn individuals_chart(
    points: &[ControlInput<f64>],
    rules: &[NelsonRule],
) -> ControlChart {
    let baseline: Vec<f64> = points
        .iter()
        .filter(|point| point.in_baseline)
        .filter_map(ControlInput::usable)
        .collect();
    let limits = individual_limits(&baseline);
    let range = (f64::NEG_INFINITY, f64::INFINITY);
    let mut judge = PointJudge::new(rules, limits.map(|(centre, _)| centre), range);
    let judged = points.iter().map(|point| {
        let deviation = limits.map(|(_, deviation)| deviation);
        judge.judge(point.measure, deviation.filter(|_| !point.ignored))
    });
    ControlChart {
        points: judged.collect(),
        centre: limits.map(|(centre, _)| centre),
        deviation: limits.map(|(_, deviation)| deviation),
    }
}

/// Chart of hits out of n, in order of time. A period without cases has no limits and is not judged.
pub(crate) fn counts_chart(
    points: &[ControlInput<HitCount>],
    method: ChartMethod,
    rules: &[NelsonRule],
) -> ControlChart {
    let baseline: Vec<HitCount> = points
        .iter()
        .filter(|point| point.in_baseline)
        .filter_map(ControlInput::usable)
        .collect();
    let (scale, range) = match method {
        ChartMethod::HitsPerCase => (1.0, (0.0, f64::INFINITY)),
        _ => (100.0, (0.0, 100.0)),
    };
    let centre = pooled(&baseline).and_then(|all| all.rate(scale));
    let laney = match (method, centre) {
        (ChartMethod::LaneyShare, Some(centre)) => laney_deviation(&baseline, centre),
        _ => None,
    };
    let deviation = |n: i64| match (method, centre) {
        (_, None) => None,
        (ChartMethod::HitsPerCase, Some(centre)) => Some((centre / whole(n)).sqrt()),
        (ChartMethod::LaneyShare, Some(centre)) => Some(share_deviation(centre, n) * laney?),
        (_, Some(centre)) => Some(share_deviation(centre, n)),
    };
    let mut judge = PointJudge::new(rules, centre, range);
    let judged = points.iter().map(|point| {
        let cases = point.usable().map(|count| count.n).filter(|&n| n > 0);
        let value = point.measure.and_then(|count| count.rate(scale));
        judge.judge(value, cases.and_then(deviation))
    });
    ControlChart {
        points: judged.collect(),
        centre,
        deviation: laney,
    }
}

/// Judges points in order of time.
struct PointJudge<'a> {
    rules: &'a [NelsonRule],
    centre: Option<f64>,
    range: (f64, f64),
    judged: Vec<StandardPoint>,
}

impl<'a> PointJudge<'a> {
    fn new(rules: &'a [NelsonRule], centre: Option<f64>, range: (f64, f64)) -> Self {
        Self {
            rules,
            centre,
            range,
            judged: Vec::new(),
        }
    }

    /// A point with its standard deviation, `None` where it is not to be judged.
    fn judge(&mut self, value: Option<f64>, deviation: Option<f64>) -> ControlPoint {
        let (Some(value), Some(centre), Some(deviation)) = (value, self.centre, deviation) else {
            return ControlPoint {
                value,
                ..ControlPoint::default()
            };
        };
        self.judged.push(StandardPoint {
            value,
            off: value - centre,
            deviation,
        });
        let completed = |rule: &&NelsonRule| rule.completed_by_last(&self.judged);
        let rules = self.rules.iter().filter(completed);
        ControlPoint {
            value: Some(value),
            centre: Some(centre),
            low: Some((centre - 3.0 * deviation).max(self.range.0)),
            high: Some((centre + 3.0 * deviation).min(self.range.1)),
            is_out: Some(NelsonRule::BeyondLimits.completed_by_last(&self.judged)),
            rules: rules.map(|rule| rule.number()).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
