//! The answer of key drivers.

use super::OWN_SHARE;
use super::cross_products::CrossProducts;
use super::driver_columns::{DriverBlock, DriverMoments, driver_blocks};
use super::fit::LinearFit;
use super::refusal::DriverRefusal;
use super::shares::{ExplainedParts, share_intervals};
use super::tally::{DriverKind, DriverTally, OUTCOME};
use crate::functions::kernels::numbers::ratio;
use crate::insight::distributions::student_quantile;

/// Drivers of an outcome.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KeyDriverReport {
    /// Complete rows.
    pub(crate) n: i64,
    /// Rows with an outcome that lack a driver.
    pub(crate) incomplete: i64,
    /// Columns of all drivers.
    pub(crate) columns: usize,
    /// Share of the outcome's variation that goes with the drivers, 0 to 1; `None` if it has none.
    pub(crate) r2: Option<f64>,
    /// The most important first.
    pub(crate) drivers: Vec<DriverFinding>,
}

impl KeyDriverReport {
    /// A warning about the rows, if there is one.
    pub(super) fn note(&self) -> Option<&'static str> {
        let few = usize::try_from(self.n).unwrap_or(0) < 10 * self.columns;
        let lost = 5 * self.incomplete > self.n + self.incomplete;
        match (few, lost) {
            (true, true) => Some("under 10 rows a column, over 20% of rows lack a driver"),
            (true, false) => Some("under 10 rows a column"),
            (false, true) => Some("over 20% of rows lack a driver"),
            (false, false) => None,
        }
    }
}

/// The part of one driver.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct DriverFinding {
    /// Its position in the call.
    pub(crate) driver: usize,
    /// Its part of r2.
    pub(crate) importance: Option<f64>,
    /// 100 × importance / r2; `None` if that is 0.
    pub(crate) share: Option<f64>,
    /// `None` without an id, or if there are too few rows without one of the groups.
    pub(crate) share_interval: Option<(f64, f64)>,
    /// Rise of the outcome with one more of a driver that is a number, all others equal.
    pub(crate) effect: Option<f64>,
    /// `None` if the outcome follows exactly.
    pub(crate) effect_interval: Option<(f64, f64)>,
    /// Of a driver that is a number.
    pub(crate) mean: Option<f64>,
}

/// The part of each driver in the variation of the outcome, and its effect.
///
/// # Errors
/// When the drivers cannot be told apart, or rows are too few.
pub(crate) fn key_drivers(
    tally: &DriverTally,
    level: f64,
) -> Result<KeyDriverReport, DriverRefusal> {
    let total = tally.total();
    let blocks = driver_blocks(tally, &total)?;
    let moments = DriverMoments::new(&total, &blocks).ok_or(DriverRefusal::TooLarge)?;
    let fit = LinearFit::new(&moments, &blocks)?;
    let mut findings = effects(tally, &total, &blocks, &moments, &fit, level);
    let varies = moments
        .scatters
        .last()
        .is_some_and(|&outcome| outcome > 0.0);
    let explained = varies.then(|| ExplainedParts::new(&moments, &blocks));
    let shares = explained.as_ref().and_then(ExplainedParts::shares);
    let intervals = shares
        .as_ref()
        .and_then(|shares| share_intervals(tally, &total, &blocks, shares, level));
    for (place, finding) in findings.iter_mut().enumerate() {
        let parts = explained.as_ref().map(|explained| &explained.parts);
        finding.importance = parts.and_then(|parts| parts.get(place).copied());
        finding.share = shares
            .as_ref()
            .and_then(|shares| shares.get(place).copied());
        finding.share_interval = intervals.as_ref().and_then(|ends| ends.get(place).copied());
    }
    findings.sort_by(|a, b| {
        let [less, more] = [a, b].map(|finding| finding.importance.unwrap_or(0.0));
        more.total_cmp(&less).then(a.driver.cmp(&b.driver))
    });
    Ok(KeyDriverReport {
        n: total.n,
        incomplete: tally.incomplete,
        columns: moments.scatters.len() - 1,
        r2: explained.map(|explained| explained.r2),
        drivers: findings,
    })
}

/// Effects with Student's intervals, and means; one finding a block, in their order.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn effects(
    tally: &DriverTally,
    total: &CrossProducts,
    blocks: &[DriverBlock],
    moments: &DriverMoments,
    fit: &LinearFit,
    level: f64,
) -> Vec<DriverFinding> {
    let df = total.n as f64 - moments.scatters.len() as f64;
    let wide = student_quantile(level, df);
    let outcome = moments.scatters.last().copied().unwrap_or(0.0);
    let mut column = 0;
    let finding = |block: &DriverBlock| {
        let place = column;
        column += block.columns.len();
        let finding = DriverFinding {
            driver: block.driver,
            ..DriverFinding::default()
        };
        let Some(DriverKind::Number { per_one }) = tally.kinds.get(block.driver) else {
            return finding;
        };
        let own = moments.scatters.get(place).copied().unwrap_or(0.0);
        let scale = (outcome / own).sqrt() * (*per_one as f64 / tally.outcome_per_one as f64);
        let effect = scale * fit.coefficient(place);
        let half = scale * wide * fit.standard_error(place, df);
        let is_exact = fit.unexplained() <= OWN_SHARE;
        let sum = total.sum(block.columns.first().copied().unwrap_or(OUTCOME));
        DriverFinding {
            effect: (outcome > 0.0).then_some(effect),
            effect_interval: (!is_exact).then_some((effect - half, effect + half)),
            mean: ratio(sum, per_one.saturating_mul(i128::from(total.n))),
            ..finding
        }
    };
    blocks.iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of outcome, numbers and a text; an id for each three of them.
    type TestRow = (i128, [i128; 2], &'static str);

    fn tally<'a>(rows: impl IntoIterator<Item = &'a (usize, TestRow)>) -> DriverTally {
        let number = DriverKind::Number { per_one: 1 };
        let mut tally = DriverTally::new(1, &[number, number, DriverKind::Text], true);
        for &(id, (outcome, numbers, text)) in rows {
            let level = tally.level_column(2, text).unwrap();
            let mut cells = vec![(1, numbers[0]), (2, numbers[1]), (level, 1)];
            tally.add(u64::try_from(id).unwrap() / 3, outcome, &mut cells);
        }
        tally
    }

    fn rows(outcome: impl Fn(i128, i128) -> i128) -> Vec<(usize, TestRow)> {
        let row = |i: usize| {
            let [a, b] = [i * 7 % 11, i * i % 13].map(|x| i128::try_from(x).unwrap());
            (i, (outcome(a, b), [a, b], ["x", "y", "z"][i * 5 % 7 % 3]))
        };
        (0..90).map(row).collect()
    }

    #[test]
    fn order_does_not_matter() {
        let rows = rows(|a, b| (a * a + 3 * b) % 10);
        let wanted = key_drivers(&tally(&rows), 0.95).unwrap();
        assert!(
            wanted
                .drivers
                .iter()
                .all(|driver| driver.share_interval.is_some())
        );
        assert_eq!(key_drivers(&tally(rows.iter().rev()), 0.95), Ok(wanted));
    }

    /// 2a + 3b: nothing is left, so there is no interval of an effect.
    #[test]
    fn an_exact_outcome_has_exact_effects() {
        let found = key_drivers(&tally(&rows(|a, b| 2 * a + 3 * b)), 0.95).unwrap();
        assert!((found.r2.unwrap() - 1.0).abs() < 1e-12);
        for (driver, wanted) in [(0, 2.0), (1, 3.0)] {
            let own = found
                .drivers
                .iter()
                .find(|finding| finding.driver == driver);
            assert!((own.unwrap().effect.unwrap() - wanted).abs() < 1e-12);
            assert_eq!(own.unwrap().effect_interval, None);
        }
        let text = found
            .drivers
            .iter()
            .find(|finding| finding.driver == 2)
            .unwrap();
        assert_eq!((text.effect, text.mean), (None, None));
    }

    #[test]
    fn an_outcome_without_variation_has_no_drivers() {
        let found = key_drivers(&tally(&rows(|_, _| 7)), 0.95).unwrap();
        assert_eq!(found.r2, None);
        for driver in found.drivers {
            assert_eq!((driver.importance, driver.share), (None, None));
            assert_eq!((driver.effect, driver.effect_interval), (None, None));
        }
    }

    #[test]
    fn drivers_that_follow_from_others_are_refused() {
        let refused = |change: &dyn Fn(TestRow) -> TestRow| {
            let rows = rows(|a, b| (a * a + 3 * b) % 10).into_iter();
            let rows: Vec<_> = rows.map(|(i, row)| (i, change(row))).collect();
            key_drivers(&tally(&rows), 0.95).unwrap_err()
        };
        let combination = |driver, others: &[usize]| DriverRefusal::Combination {
            driver,
            others: others.to_vec(),
        };
        assert_eq!(
            refused(&|(y, [a, _], t)| (y, [a, 5 - 2 * a], t)),
            combination(1, &[0])
        );
        // A number that says the same as one of the values of a text.
        let is_x = |t| i128::from(t == "x");
        assert_eq!(
            refused(&|(y, [a, _], t)| (y, [a, is_x(t)], t)),
            combination(1, &[2])
        );
        assert_eq!(
            refused(&|(y, [a, _], t)| (y, [a, 2 * a + is_x(t)], t)),
            combination(1, &[0, 2])
        );
        let constant = DriverRefusal::Constant { driver: 1 };
        assert_eq!(refused(&|(y, [a, _], t)| (y, [a, 5], t)), constant);
        let constant = DriverRefusal::Constant { driver: 2 };
        assert_eq!(refused(&|(y, numbers, _)| (y, numbers, "x")), constant);
    }

    /// Six rows have two ids: without one of them the rest is too small.
    #[test]
    fn few_rows_have_no_intervals_of_shares() {
        let rows = rows(|a, b| (a * a + 3 * b) % 10);
        let found = key_drivers(&tally(&rows[..6]), 0.95).unwrap();
        assert_eq!(found.note(), Some("under 10 rows a column"));
        assert!(found.drivers.iter().all(|driver| driver.share.is_some()));
        assert!(
            found
                .drivers
                .iter()
                .all(|driver| driver.share_interval.is_none())
        );
    }
}
