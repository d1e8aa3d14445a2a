//! Exact quantiles of durations.

use arrow::array::{ArrayRef, BooleanArray};
use datafusion::common::Result;
use datafusion::logical_expr::{Accumulator, GroupsAccumulator};

use super::{DurationKey, QuantileQuery, RankedValues};
use crate::functions::declaration::kpi_spec::BoundKpi;
use crate::functions::declaration::outcome::{KpiMeasurement, KpiOutput};
use crate::functions::kernels::numbers::ratio;
use crate::functions::kernels::rows::ChunkVisitor;
use crate::functions::tally::durations::DurationReader;
use crate::functions::tally::statistics;

/// Statistic of the durations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum DurationStatistic {
    /// One quantile.
    Quantile(f64),
    /// The mean, with total, median and 90th percentile as parts.
    MeanWithQuantiles,
}

/// Exact quantiles of the durations of a call.
#[derive(Debug, Clone)]
pub(crate) struct ExactDurationQuantiles {
    pub(crate) of: DurationReader,
    pub(crate) quantiles: DurationStatistic,
}

#[derive(Debug, Clone)]
struct DurationQuantileQuery {
    of: ExactDurationQuantiles,
    outcome: KpiOutput,
}

impl BoundKpi for ExactDurationQuantiles {
    fn accumulator(&self, outcome: KpiOutput, sliding: bool) -> Result<Box<dyn Accumulator>> {
        use super::accumulator;
        let of = self.clone();
        let asked = DurationQuantileQuery { of, outcome };
        Ok(match self.of.ticks_per_second() {
            1_000_000_000 => accumulator::<DurationKey<1_000_000_000>>(asked, sliding),
            1_000_000 => accumulator::<DurationKey<1_000_000>>(asked, sliding),
            1_000 => accumulator::<DurationKey<1_000>>(asked, sliding),
            _ => accumulator::<DurationKey<1>>(asked, sliding),
        })
    }

    fn groups(&self, outcome: KpiOutput) -> Result<Box<dyn GroupsAccumulator>> {
        use super::groups;
        let of = self.clone();
        let asked = DurationQuantileQuery { of, outcome };
        Ok(match self.of.ticks_per_second() {
            1_000_000_000 => groups::<DurationKey<1_000_000_000>>(asked),
            1_000_000 => groups::<DurationKey<1_000_000>>(asked),
            1_000 => groups::<DurationKey<1_000>>(asked),
            _ => groups::<DurationKey<1>>(asked),
        })
    }
}

impl QuantileQuery for DurationQuantileQuery {
    type Answer = KpiMeasurement;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, i64>,
    ) -> Result<()> {
        self.of.of.read(columns, filter, |ticks| ticks, each)
    }

    fn answer(&self, ranked: &mut RankedValues) -> KpiMeasurement {
        match self.outcome {
            KpiOutput::Detail { level, .. } => self.of.measure(ranked, level),
            KpiOutput::Value(_) => KpiMeasurement {
                n: 0,
                parts: vec![],
                value: self.of.value(ranked),
                interval: None,
            },
        }
    }

    fn column(&self, answers: &[KpiMeasurement]) -> Result<ArrayRef> {
        self.outcome
            .column(answers, |answer| answer.value, |answer, _| answer.clone())
    }
}

impl ExactDurationQuantiles {
    pub(crate) fn value(&self, ranked: &mut RankedValues) -> Option<f64> {
        match self.quantiles {
            DurationStatistic::Quantile(q) => self.quantile(ranked, q),
            DurationStatistic::MeanWithQuantiles => self.mean(ranked),
        }
    }

    fn mean(&self, ranked: &RankedValues) -> Option<f64> {
        ratio(
            self.sum(ranked),
            ranked.n() as i128 * i128::from(self.of.ticks_per_unit()),
        )
    }

    /// Sum in ticks.
    fn sum(&self, ranked: &RankedValues) -> i128 {
        let (_, narrow) = ranked.narrow_sums();
        let wide = ranked.wide();
        let wide: i128 = wide.map(|(ticks, n)| i128::from(ticks) * n as i128).sum();
        // Narrow durations are whole seconds.
        narrow.sum * i128::from(self.of.ticks_per_second()) + wide
    }

    /// Sample variance. For whole seconds it is exact; the squares of nanoseconds exceed every integer. The
    /// digits depend on the values only, not on their storage.
    #[expect(clippy::cast_precision_loss, reason = "an interval needs no more")]
    fn variance(&self, ranked: &RankedValues, mean: f64) -> f64 {
        let per_unit = self.of.ticks_per_unit() as f64;
        let second = self.of.ticks_per_second() as f64 / per_unit;
        let (mut n, mut whole) = ranked.narrow_sums();
        let mut squares = 0.0;
        for (ticks, count) in ranked.wide() {
            match self.whole_seconds(ticks) {
                Some(seconds) => {
                    n += count;
                    whole.sum += seconds * count as i128;
                    whole.squares += seconds * seconds * count as i128;
                }
                None => {
                    let square = (ticks as f64 / per_unit - mean).powi(2);
                    (0..count).for_each(|_| squares += square);
                }
            }
        }
        let own = i64::try_from(n).unwrap_or(i64::MAX);
        let own = statistics::variance(own, whole.sum, whole.squares).unwrap_or(0.0);
        let mut all = own * second * second * (n as f64 - 1.0);
        if n < ranked.n() {
            // Σ(x − mean)² of a part is its own variation plus that of its mean.
            let away = ratio(whole.sum, n as i128).map_or(0.0, |own| own * second - mean);
            all = all.max(0.0) + n as f64 * away * away + squares;
        }
        all / (ranked.n() as f64 - 1.0)
    }

    /// Whole seconds of ticks that can be stored in four bytes.
    fn whole_seconds(&self, ticks: i64) -> Option<i128> {
        let seconds = i32::try_from(ticks / self.of.ticks_per_second()).ok()?;
        (ticks % self.of.ticks_per_second() == 0).then_some(seconds.into())
    }

    /// Linear interpolation between the neighbours of rank q × (n − 1), as in `quantile_cont`.
    #[expect(clippy::cast_precision_loss, reason = "durations are far below 2^53")]
    fn quantile(&self, ranked: &mut RankedValues, q: f64) -> Option<f64> {
        let (below, above, way) = ranked.around(q)?;
        let ticks = below as f64 + way * (above - below) as f64;
        Some(ticks / self.of.ticks_per_unit() as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "an interval needs no more")]
    pub(crate) fn measure(&self, ranked: &mut RankedValues, level: f64) -> KpiMeasurement {
        let n = i64::try_from(ranked.n()).unwrap_or(i64::MAX);
        let per_unit = self.of.ticks_per_unit() as f64;
        let value = self.value(ranked);
        let (parts, interval) = match (self.quantiles, value) {
            (DurationStatistic::Quantile(q), _) => {
                let ends = statistics::quantile_ranks(ranked.n(), q, level);
                let mut at = |rank: usize| ranked.at(rank) as f64 / per_unit;
                (vec![], ends.map(|(low, high)| (at(low), at(high))))
            }
            (DurationStatistic::MeanWithQuantiles, Some(mean)) => {
                let total = ratio(self.sum(ranked), i128::from(self.of.ticks_per_unit()));
                let quantiles = [0.5, 0.9].map(|q| self.quantile(ranked, q));
                let interval = statistics::mean(mean, self.variance(ranked, mean), n, level);
                (vec![total, quantiles[0], quantiles[1]], interval)
            }
            (DurationStatistic::MeanWithQuantiles, None) => (vec![None; 3], None),
        };
        KpiMeasurement {
            n,
            parts,
            value,
            interval,
        }
    }
}
