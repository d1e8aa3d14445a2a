//! `spearman(x, y)` and `kendall(x, y)` over rows.

use arrow::array::ArrayRef;
use datafusion::common::Result;

use super::correlation::{CorrelationDetail, RankCell, correlation_cells};
use super::kendall::kendall;
use super::spearman::spearman;
use crate::functions::declaration::kpi_spec::KpiArguments;
use crate::insight::statistic::{
    BoundStatistic, CountSink, CountedStatistic, CountedValues, StatisticCell, ValueCounts, level,
    number_keys,
};
use crate::settings::InvalidPolicy;

/// `spearman(x, y)` and its detail.
pub(super) fn bind_spearman(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    bind(call, spearman)
}

/// `kendall(x, y)` and its detail.
pub(super) fn bind_kendall(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    bind(call, kendall)
}

fn bind(call: &KpiArguments<'_>, correlate: RankCorrelation) -> Result<Box<dyn BoundStatistic>> {
    Ok(Box::new(CountedStatistic(RankRows {
        function: call.function,
        invalid: call.invalid,
        level: level(call)?,
        correlate,
    })))
}

type RankCorrelation = fn(&[RankCell], f64) -> CorrelationDetail;

/// Counts pairs of values; a row without either is not eligible.
#[derive(Debug, Clone)]
struct RankRows {
    function: &'static str,
    invalid: InvalidPolicy,
    level: f64,
    correlate: RankCorrelation,
}

impl CountedValues<2, 1> for RankRows {
    fn read(&self, columns: &[ArrayRef], each: CountSink<'_, 2>) -> Result<()> {
        let xs = number_keys(self.function, &columns[0], self.invalid)?;
        let ys = number_keys(self.function, &columns[1], self.invalid)?;
        for (x, y) in xs.into_iter().zip(ys) {
            if let (Some(x), Some(y)) = (x, y) {
                each([x, y], 0, 1);
            }
        }
        Ok(())
    }

    fn cells(&self, counts: &ValueCounts<2, 1>) -> Result<Option<Vec<StatisticCell>>> {
        let sorted = counts.sorted().into_iter();
        let cells: Vec<_> = sorted
            .map(|([x, y], [count])| RankCell { x, y, count })
            .collect();
        let found = (self.correlate)(&cells, self.level);
        Ok(Some(correlation_cells(&found)))
    }
}
