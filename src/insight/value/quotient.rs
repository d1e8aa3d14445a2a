//! Benefit per cost as the same customers rate them.

use crate::functions::kernels::numbers::{coarse_products, ratio};
use crate::functions::tally::statistics;
use crate::functions::tally::statistics::RatioSums;

/// Sums over the rows that rate both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct QuotientSums {
    pub(crate) n: i64,
    /// Σ benefit in units of its column.
    pub(crate) benefit: i128,
    /// Σ cost in units of its column.
    pub(crate) cost: i128,
    /// Σ benefit² of coarse values.
    pub(crate) benefit_squares: i128,
    /// Σ cost² of coarse values.
    pub(crate) cost_squares: i128,
    /// Σ benefit × cost of coarse values.
    pub(crate) products: i128,
}

/// Result of [`value_quotient`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ValueQuotient {
    pub(crate) n: i64,
    /// `None` if the costs add up to 0.
    pub(crate) quotient: Option<f64>,
    /// `None` below two rows, too.
    pub(crate) interval: Option<(f64, f64)>,
}

/// Σ benefit / Σ cost with the interval of a ratio; `units` are those in 1 of benefit and of cost.
pub(crate) fn value_quotient(
    sums: &QuotientSums,
    units: (i128, i128),
    level: f64,
) -> ValueQuotient {
    // Units that are equal cancel: they would make the products of doubles too large.
    let (benefit, cost) = if units.0 == units.1 {
        (sums.benefit, sums.cost)
    } else {
        (
            sums.benefit.saturating_mul(units.1),
            sums.cost.saturating_mul(units.0),
        )
    };
    let means = ratio(sums.benefit, units.0).zip(ratio(sums.cost, units.1));
    let interval = means.and_then(|(benefit, cost)| {
        let sums = RatioSums {
            n: sums.n,
            x: cost,
            y: benefit,
            xx: coarse_products(sums.cost_squares),
            yy: coarse_products(sums.benefit_squares),
            xy: coarse_products(sums.products),
        };
        statistics::ratio(sums, level)
    });
    ValueQuotient {
        n: sums.n,
        quotient: ratio(benefit, cost),
        interval,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(rows: &[(i128, i128)]) -> QuotientSums {
        let mut sums = QuotientSums::default();
        for &(benefit, cost) in rows {
            sums.n += 1;
            sums.benefit += benefit;
            sums.cost += cost;
            sums.benefit_squares += (benefit * benefit) << 20;
            sums.cost_squares += (cost * cost) << 20;
            sums.products += (benefit * cost) << 20;
        }
        sums
    }

    /// Twice the cost for each: no residuals, so the interval has no width.
    #[test]
    fn a_constant_quotient_has_no_width() {
        let found = value_quotient(&sums(&[(4, 2), (6, 3)]), (1, 1), 0.95);
        assert_eq!(found.quotient, Some(2.0));
        assert_eq!(found.interval, Some((2.0, 2.0)));
    }

    #[test]
    fn units_of_the_columns_may_differ() {
        let mut cents = sums(&[(4, 2), (6, 3)]);
        cents.cost *= 100;
        assert_eq!(value_quotient(&cents, (1, 100), 0.95).quotient, Some(2.0));
    }

    #[test]
    fn no_costs_give_nothing() {
        let found = value_quotient(&sums(&[(4, 0)]), (1, 1), 0.95);
        assert_eq!((found.n, found.quotient, found.interval), (1, None, None));
    }
}
