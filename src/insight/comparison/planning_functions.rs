//! Sample sizes and power as SQL calls them.

use datafusion::common::exec_err;

use super::planning;
use crate::insight::statistic::{ComputedCells, ScalarNumbers, StatisticCell};

/// Rounded up, since a part of an answer cannot be asked for; digits of the arithmetic do not make one more.
#[expect(clippy::cast_possible_truncation, reason = "checked to be below 2^53")]
fn rows(n: f64) -> Option<Vec<StatisticCell>> {
    let near = n.round();
    let whole = if (n - near).abs() <= 1e-9 * near {
        near
    } else {
        n.ceil()
    };
    let count = (whole.is_finite() && whole < 9e15).then_some(whole as i64);
    Some(vec![StatisticCell::Count(count)])
}

/// `sample_size_rate(margin [, rate [, level [, population]]])`.
pub(super) fn sample_size_rate(numbers: &ScalarNumbers<'_>) -> ComputedCells {
    let margin = numbers.positive(0)?;
    let rate = match numbers.optional(1) {
        Some(_) => numbers.within(1, 0.0, 100.0)?,
        None => 50.0,
    };
    let level = numbers.probability(2, 0.95)?;
    let population = match numbers.optional(3) {
        Some(_) => Some(numbers.positive(3)?),
        None => None,
    };
    Ok(rows(planning::rows_for_share(
        margin, rate, level, population,
    )))
}

/// `sample_size_nps(margin [, promoters, detractors [, level]])`.
pub(super) fn sample_size_nps(numbers: &ScalarNumbers<'_>) -> ComputedCells {
    let margin = numbers.positive(0)?;
    let shares = match (numbers.optional(1), numbers.optional(2)) {
        (None, None) => None,
        (Some(ups), Some(downs)) => {
            let shares = (
                numbers.within(1, 0.0, 100.0)?,
                numbers.within(2, 0.0, 100.0)?,
            );
            if ups + downs > 100.0 {
                return exec_err!(
                    "sample_size_nps: promoters and detractors are {} % together",
                    ups + downs
                );
            }
            Some(shares)
        }
        _ => {
            return exec_err!(
                "sample_size_nps: promoters and detractors are given together, or both left out"
            );
        }
    };
    let level = numbers.probability(3, 0.95)?;
    Ok(rows(planning::rows_for_net_share(margin, shares, level)))
}

/// `sample_size_compare_rates(rate_a, rate_b [, power [, level]])`.
pub(super) fn sample_size_compare_rates(numbers: &ScalarNumbers<'_>) -> ComputedCells {
    let (a, b) = (
        numbers.within(0, 0.0, 100.0)?,
        numbers.within(1, 0.0, 100.0)?,
    );
    let (power, level) = (numbers.probability(2, 0.8)?, numbers.probability(3, 0.95)?);
    Ok(planning::rows_to_compare_shares(a, b, power, level).and_then(rows))
}

/// `sample_size_compare_means(sd, difference [, power [, level]])`.
pub(super) fn sample_size_compare_means(numbers: &ScalarNumbers<'_>) -> ComputedCells {
    let sd = numbers.within(0, 0.0, f64::INFINITY)?;
    let difference = numbers.optional(1).unwrap_or(0.0);
    let (power, level) = (numbers.probability(2, 0.8)?, numbers.probability(3, 0.95)?);
    Ok(planning::rows_to_compare_means(sd, difference, power, level).and_then(rows))
}

/// `power_compare_rates(rate_a, rate_b, n [, level])`.
pub(super) fn power_compare_rates(numbers: &ScalarNumbers<'_>) -> ComputedCells {
    let (a, b) = (
        numbers.within(0, 0.0, 100.0)?,
        numbers.within(1, 0.0, 100.0)?,
    );
    let (n, level) = (numbers.positive(2)?, numbers.probability(3, 0.95)?);
    let power = planning::power_to_compare_shares(a, b, n, level);
    Ok(Some(vec![StatisticCell::Measure(Some(power))]))
}

/// `detectable_change(rate, n [, power [, level]])`.
pub(super) fn detectable_change(numbers: &ScalarNumbers<'_>) -> ComputedCells {
    let rate = numbers.within(0, 0.0, 100.0)?;
    let n = numbers.positive(1)?;
    let (power, level) = (numbers.probability(2, 0.8)?, numbers.probability(3, 0.95)?);
    let found = |is_above| planning::detectable_share(rate, n, power, level, is_above);
    Ok(Some(vec![
        StatisticCell::Measure(found(false)),
        StatisticCell::Measure(found(true)),
    ]))
}
