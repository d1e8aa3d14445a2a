//! Nelson's rules 1, 2, 3, 5 and 6 on points of a control chart.
//!
//! Source: L. S. Nelson, "The Shewhart control chart: tests for special causes", Journal of Quality
//! Technology 16, 1984. A rule is reported at each point that completes it, not at the points before.

/// A rule by Nelson's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NelsonRule {
    /// 1: a point beyond three standard deviations.
    BeyondLimits,
    /// 2: nine points in a row on one side of the centre.
    OneSide,
    /// 3: six points in a row that rise, or that fall.
    SteadyTrend,
    /// 5: two of three points beyond two standard deviations on one side, the last one among them.
    TwoOfThree,
    /// 6: four of five points beyond one standard deviation on one side, the last one among them.
    FourOfFive,
}

impl NelsonRule {
    /// The rule with Nelson's number; `None` for those that are not offered (4, 7 and 8) or do not exist.
    pub(crate) fn by_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::BeyondLimits),
            2 => Some(Self::OneSide),
            3 => Some(Self::SteadyTrend),
            5 => Some(Self::TwoOfThree),
            6 => Some(Self::FourOfFive),
            _ => None,
        }
    }

    /// Nelson's number of the rule.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::BeyondLimits => 1,
            Self::OneSide => 2,
            Self::SteadyTrend => 3,
            Self::TwoOfThree => 5,
            Self::FourOfFive => 6,
        }
    }

    /// The rule's verdict on the last of `points`, which are the judged points up to it in order of time.
    pub(crate) fn completed_by_last(self, points: &[StandardPoint]) -> bool {
        match self {
            Self::BeyondLimits => beyond(points, 1, 1, 3.0),
            Self::OneSide => last(points, 9).is_some_and(|nine| {
                nine.iter().all(|point| point.off > 0.0) || nine.iter().all(|point| point.off < 0.0)
            }),
            Self::SteadyTrend => last(points, 6).is_some_and(|six| {
                let mut steps = six.iter().zip(six.iter().skip(1));
                steps.clone().all(|(one, next)| one.value < next.value)
                    || steps.all(|(one, next)| one.value > next.value)
            }),
            Self::TwoOfThree => beyond(points, 3, 2, 2.0),
            Self::FourOfFive => beyond(points, 5, 4, 1.0),
        }
    }
}

/// A point with its distance from the centre, and the standard deviation that holds for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct StandardPoint {
    pub(crate) value: f64,
    pub(crate) off: f64,
    pub(crate) deviation: f64,
}

/// The last `n` points; `None` if there are fewer.
fn last(points: &[StandardPoint], n: usize) -> Option<&[StandardPoint]> {
    points.get(points.len().checked_sub(n)?..)
}

/// `enough` of the last `n` points, or of as many as there are, the last point among them, are further than
/// `k` standard deviations from the centre on one side.
fn beyond(points: &[StandardPoint], n: usize, enough: usize, k: f64) -> bool {
    let window = points
        .get(points.len().saturating_sub(n)..)
        .unwrap_or_default();
    let above = |point: &StandardPoint| point.off > k * point.deviation;
    let below = |point: &StandardPoint| point.off < -k * point.deviation;
    let count = |side: &dyn Fn(&StandardPoint) -> bool| {
        window.last().is_some_and(side)
            && window.iter().filter(|point| side(point)).count() >= enough
    };
    count(&above) || count(&below)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers, counted from 1, of the points that complete the rule.
    fn reported(rule: NelsonRule, z: &[f64]) -> Vec<usize> {
        let points: Vec<StandardPoint> = z
            .iter()
            .map(|&off| StandardPoint {
                value: off,
                off,
                deviation: 1.0,
            })
            .collect();
        (1..=points.len())
            .filter(|&n| rule.completed_by_last(&points[..n]))
            .collect()
    }

    #[test]
    fn numbers_are_nelsons() {
        for number in [1, 2, 3, 5, 6] {
            let rule = NelsonRule::by_number(number).unwrap();
            assert_eq!(i64::from(rule.number()), number);
        }
        assert_eq!(NelsonRule::by_number(4), None);
    }

    /// A point on the centre ends a run, and a tenth point completes the rule once more.
    #[test]
    fn nine_on_one_side() {
        let mut z = vec![0.5; 8];
        z.push(0.0);
        z.extend([-0.1; 10]);
        assert_eq!(reported(NelsonRule::OneSide, &z), [18, 19]);
    }

    /// Two equal neighbours are no rise.
    #[test]
    fn six_that_fall() {
        let z = [3.0, 2.5, 2.0, 1.0, 0.5, 0.4, 0.4, 0.3];
        assert_eq!(reported(NelsonRule::SteadyTrend, &z), [6]);
    }

    /// Points on the limit are not beyond it; both sides together do not count.
    #[test]
    fn limits_are_strict_and_sides_are_apart() {
        assert_eq!(reported(NelsonRule::BeyondLimits, &[3.0, -3.1]), [2]);
        assert_eq!(
            reported(NelsonRule::TwoOfThree, &[2.1, -2.1, 2.2, 0.0]),
            [3]
        );
        assert!(reported(NelsonRule::TwoOfThree, &[2.1, -2.1, 0.0]).is_empty());
    }

    /// The second of two first points completes two of three.
    #[test]
    fn a_rule_may_be_complete_before_the_window_is_full() {
        assert_eq!(reported(NelsonRule::TwoOfThree, &[2.1, 2.2]), [2]);
        assert_eq!(reported(NelsonRule::FourOfFive, &[1.1, 1.2, 1.3, 1.4]), [4]);
    }
}
