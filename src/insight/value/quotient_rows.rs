//! `value_quotient(benefit, cost)` over rows.

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::common::Result;

use super::quotient::{QuotientSums, value_quotient};
use crate::functions::declaration::kpi_spec::KpiArguments;
use crate::functions::kernels::numbers::ExactSumUnit;
use crate::functions::kernels::rows::{ChunkVisitor, EligibleRows, by_row, eligible};
use crate::functions::tally::accumulate::TalliedRows;
use crate::functions::tally::{ItemTally, add_to, tally};
use crate::insight::statistic::{
    BoundStatistic, StatisticCell, TalliedCells, TalliedStatistic, exact_units, interval_cells,
    level, not_summed,
};
use crate::settings::InvalidPolicy;

tally! {
    /// [`QuotientSums`] as a tally.
    pub(super) struct QuotientTally {
        n: Count,
        benefit: Sum,
        cost: Sum,
        benefit_squares: Sum,
        cost_squares: Sum,
        products: Sum,
    }
}

impl QuotientTally {
    fn sums(&self) -> QuotientSums {
        QuotientSums {
            n: self.n,
            benefit: self.benefit,
            cost: self.cost,
            benefit_squares: self.benefit_squares,
            cost_squares: self.cost_squares,
            products: self.products,
        }
    }
}

/// Both ratings of a row in their units, and coarse.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RatedRow {
    units: [i128; 2],
    coarse: [i128; 2],
}

impl ItemTally<RatedRow> for QuotientTally {
    #[inline]
    fn add(&mut self, row: RatedRow) {
        let ([benefit, cost], [y, x]) = (row.units, row.coarse);
        self.n += 1;
        add_to(&mut self.benefit, benefit);
        add_to(&mut self.cost, cost);
        add_to(&mut self.benefit_squares, y.saturating_mul(y));
        add_to(&mut self.cost_squares, x.saturating_mul(x));
        add_to(&mut self.products, y.saturating_mul(x));
    }
}

/// `value_quotient(benefit, cost)` and its detail.
pub(super) fn bind_quotient(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    Ok(Box::new(TalliedStatistic(RatedRows {
        function: call.function,
        invalid: call.invalid,
        units: [0, 1].map(|place: usize| ExactSumUnit::for_type(&call.types[place])),
        level: level(call)?,
    })))
}

/// Reads both ratings; a row without either is not eligible.
#[derive(Debug, Clone)]
struct RatedRows {
    function: &'static str,
    invalid: InvalidPolicy,
    units: [ExactSumUnit; 2],
    level: f64,
}

impl TalliedRows for RatedRows {
    type Item = RatedRow;
    type Tally = QuotientTally;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, RatedRow>,
    ) -> Result<()> {
        let [benefit, cost] = [&columns[0], &columns[1]];
        let batch = EligibleRows {
            rows: benefit.len(),
            eligible: eligible(&[benefit, cost], filter),
            invalid: self.invalid,
        };
        let benefits = exact_units(self.function, benefit)?;
        let costs = exact_units(self.function, cost)?;
        let fill = by_row(|row| {
            let units = [benefits[row]?, costs[row]?];
            let coarse = [0, 1].map(|place: usize| self.units[place].coarse(units[place]));
            Some(RatedRow { units, coarse })
        });
        let complaint = |row: usize| {
            let column = if benefits[row].is_none() {
                benefit
            } else {
                cost
            };
            not_summed(self.function, column, row)
        };
        batch.gather(&fill, &complaint, each)
    }
}

impl TalliedCells for RatedRows {
    fn cells(&self, tally: &QuotientTally) -> Vec<StatisticCell> {
        let [benefit, cost] = self.units.map(ExactSumUnit::per_one);
        let found = value_quotient(&tally.sums(), (benefit, cost), self.level);
        let mut cells = vec![
            StatisticCell::Count(Some(found.n)),
            StatisticCell::Measure(found.quotient),
        ];
        cells.extend(interval_cells(found.interval));
        cells
    }
}
