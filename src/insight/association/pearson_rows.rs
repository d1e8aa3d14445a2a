//! `pearson(x, y)` over rows.

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::common::Result;

use super::correlation::correlation_cells;
use super::exact_products::ExactProductSum;
use super::pearson::{PearsonSums, pearson};
use crate::functions::declaration::kpi_spec::KpiArguments;
use crate::functions::kernels::rows::{ChunkVisitor, EligibleRows, by_row, eligible};
use crate::functions::tally::accumulate::TalliedRows;
use crate::functions::tally::{ItemTally, tally};
use crate::insight::statistic::{
    BoundStatistic, StatisticCell, TalliedCells, TalliedStatistic, exact_units, level, not_summed,
};
use crate::settings::InvalidPolicy;

tally! {
    /// [`PearsonSums`] by their parts.
    pub(super) struct PearsonTally {
        n: Count,
        x: Sum,
        y: Sum,
        xx_high: Sum,
        xx_middle: Sum,
        xx_low: Sum,
        yy_high: Sum,
        yy_middle: Sum,
        yy_low: Sum,
        xy_high: Sum,
        xy_middle: Sum,
        xy_low: Sum,
    }
}

impl PearsonTally {
    fn sums(&self) -> PearsonSums {
        PearsonSums {
            n: self.n,
            x: self.x,
            y: self.y,
            xx: ExactProductSum::new([self.xx_high, self.xx_middle, self.xx_low]),
            yy: ExactProductSum::new([self.yy_high, self.yy_middle, self.yy_low]),
            xy: ExactProductSum::new([self.xy_high, self.xy_middle, self.xy_low]),
        }
    }
}

impl ItemTally<[i128; 2]> for PearsonTally {
    #[inline]
    fn add(&mut self, [x, y]: [i128; 2]) {
        let mut sums = self.sums();
        sums.add(x, y);
        (self.n, self.x, self.y) = (sums.n, sums.x, sums.y);
        [self.xx_high, self.xx_middle, self.xx_low] = sums.xx.parts();
        [self.yy_high, self.yy_middle, self.yy_low] = sums.yy.parts();
        [self.xy_high, self.xy_middle, self.xy_low] = sums.xy.parts();
    }
}

/// `pearson(x, y)` and its detail.
pub(super) fn bind_pearson(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    Ok(Box::new(TalliedStatistic(PearsonRows {
        function: call.function,
        invalid: call.invalid,
        level: level(call)?,
    })))
}

/// Reads both numbers; a row without either is not eligible.
#[derive(Debug, Clone)]
struct PearsonRows {
    function: &'static str,
    invalid: InvalidPolicy,
    level: f64,
}

impl TalliedRows for PearsonRows {
    type Item = [i128; 2];
    type Tally = PearsonTally;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, [i128; 2]>,
    ) -> Result<()> {
        let [x, y] = [&columns[0], &columns[1]];
        let batch = EligibleRows {
            rows: x.len(),
            eligible: eligible(&[x, y], filter),
            invalid: self.invalid,
        };
        let xs = exact_units(self.function, x)?;
        let ys = exact_units(self.function, y)?;
        let fill = by_row(|row| Some([xs[row]?, ys[row]?]));
        let complaint = |row: usize| {
            let column = if xs[row].is_none() { x } else { y };
            not_summed(self.function, column, row)
        };
        batch.gather(&fill, &complaint, each)
    }
}

impl TalliedCells for PearsonRows {
    fn cells(&self, tally: &PearsonTally) -> Vec<StatisticCell> {
        correlation_cells(&pearson(&tally.sums(), self.level))
    }
}
