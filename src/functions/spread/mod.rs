//! Durations kept one by one, for exact quantiles.

mod groups;
mod lists;
mod single;

use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, GroupsAccumulator};

use crate::functions::kpis::duration::Durations;
use crate::functions::numbers::ratio;
use crate::functions::outcome::{Measured, Outcome};
use crate::functions::spec::Bound;
use crate::functions::statistics;

pub(crate) use lists::{item_field, list_column, state};

/// What is asked of the durations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Quantiles {
    /// One quantile.
    One(f64),
    /// The mean, with total, median and 90th percentile as parts.
    WithMean,
}

/// Quantiles of the durations of a call.
#[derive(Debug, Clone)]
pub(crate) struct SpreadOf {
    pub(crate) of: Durations,
    pub(crate) quantiles: Quantiles,
}

impl Bound for SpreadOf {
    fn accumulator(&self, outcome: Outcome, sliding: bool) -> Result<Box<dyn Accumulator>> {
        Ok(match sliding {
            false => Box::new(single::Single::new(self.clone(), outcome)),
            true => Box::new(single::Sliding::new(self.clone(), outcome)),
        })
    }

    fn groups(&self, outcome: Outcome) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(groups::Groups::new(self.clone(), outcome)))
    }
}

impl SpreadOf {
    fn one(&self, outcome: &Outcome, mut values: Vec<i64>) -> Result<ScalarValue> {
        self.place(&mut values, matches!(outcome, Outcome::Detail { .. }));
        outcome.scalar(
            &values,
            |v| self.value(v),
            |v, level| self.measure(v, level),
        )
    }

    pub(crate) fn value(&self, sorted: &[i64]) -> Option<f64> {
        match self.quantiles {
            Quantiles::One(q) => self.quantile(sorted, q),
            Quantiles::WithMean => self.mean(sorted),
        }
    }

    fn mean(&self, sorted: &[i64]) -> Option<f64> {
        ratio(
            sum(sorted),
            sorted.len() as i128 * i128::from(self.of.ticks_per_unit()),
        )
    }

    /// Two passes, since the squares of nanoseconds pass every integer.
    #[expect(clippy::cast_precision_loss, reason = "an interval needs no more")]
    fn variance(&self, sorted: &[i64], mean: f64) -> f64 {
        let per_unit = self.of.ticks_per_unit() as f64;
        let squares: f64 = sorted
            .iter()
            .map(|&ticks| (ticks as f64 / per_unit - mean).powi(2))
            .sum();
        squares / (sorted.len() as f64 - 1.0)
    }

    /// Puts values where they would stand in their order, as far as the answer looks at them there.
    ///
    /// A detail looks at many places, and adds doubles up in the order of the values.
    #[expect(clippy::cast_precision_loss, reason = "ranks are far below 2^53")]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 <= rank < n"
    )]
    fn place(&self, values: &mut [i64], is_detail: bool) {
        match self.quantiles {
            Quantiles::One(q) if !is_detail && !values.is_empty() => {
                let rank = (q * (values.len() - 1) as f64).floor() as usize;
                let (_, _, above) = values.select_nth_unstable(rank);
                let least = (0..above.len()).min_by_key(|&place| above[place]);
                if let Some(least) = least {
                    above.swap(0, least);
                }
            }
            _ => values.sort_unstable(),
        }
    }

    /// Linear interpolation between the neighbours of rank q × (n − 1), as `quantile_cont`.
    #[expect(
        clippy::cast_precision_loss,
        reason = "ranks and durations are far below 2^53"
    )]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 <= rank < n"
    )]
    fn quantile(&self, sorted: &[i64], q: f64) -> Option<f64> {
        let rank = q * sorted.len().checked_sub(1)? as f64;
        let (below, above) = (sorted[rank.floor() as usize], sorted[rank.ceil() as usize]);
        let ticks = below as f64 + rank.fract() * (above - below) as f64;
        Some(ticks / self.of.ticks_per_unit() as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "an interval needs no more")]
    pub(crate) fn measure(&self, sorted: &[i64], level: f64) -> Measured {
        let n = i64::try_from(sorted.len()).unwrap_or(i64::MAX);
        let per_unit = self.of.ticks_per_unit() as f64;
        let value = self.value(sorted);
        let (parts, interval) = match (self.quantiles, value) {
            (Quantiles::One(q), _) => {
                let ends = statistics::quantile_ranks(sorted.len(), q, level);
                let at = |rank: usize| sorted[rank] as f64 / per_unit;
                (vec![], ends.map(|(low, high)| (at(low), at(high))))
            }
            (Quantiles::WithMean, Some(mean)) => {
                let total = ratio(sum(sorted), i128::from(self.of.ticks_per_unit()));
                let parts = vec![
                    total,
                    self.quantile(sorted, 0.5),
                    self.quantile(sorted, 0.9),
                ];
                (
                    parts,
                    statistics::mean(mean, self.variance(sorted, mean), n, level),
                )
            }
            (Quantiles::WithMean, None) => (vec![None; 3], None),
        };
        Measured {
            n,
            parts,
            value,
            interval,
        }
    }
}

fn sum(values: &[i64]) -> i128 {
    values.iter().map(|&ticks| i128::from(ticks)).sum()
}
