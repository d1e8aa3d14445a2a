//! `weighted_rate`, `weighted_nps` and `weighted_mean` over rows.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::common::{DataFusionError, Result, exec_datafusion_err};

use super::weighted::{WeightedValue, weighted_mean, weighted_nps, weighted_rate};
use super::weighted_tallies::{
    WeightedAnswer, WeightedMeanTally, WeightedNumber, WeightedShareTally,
};
use crate::functions::declaration::kpi_spec::KpiArguments;
use crate::functions::kernels::numbers::{ExactSumUnit, number_at, unpacked, with_plain_numbers};
use crate::functions::kernels::rows::{ChunkVisitor, EligibleRows, WAYS_ON, by_row, eligible};
use crate::functions::kpis::nps::{NpsAnswer, NpsScale};
use crate::functions::tally::accumulate::TalliedRows;
use crate::functions::tally::amounts::invalid_amount_error;
use crate::functions::tally::scores::ScoreScale;
use crate::insight::statistic::{
    BoundStatistic, StatisticCell, TalliedCells, TalliedStatistic, exact_units, interval_cells,
    level, not_summed,
};
use crate::settings::InvalidPolicy;

/// `weighted_rate(ok, w)` and its detail.
pub(super) fn bind_rate(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    bind_share(call, WeightedShareKind::Rate)
}

/// `weighted_nps(score, w)` and its detail.
pub(super) fn bind_nps(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    bind_share(call, WeightedShareKind::Nps)
}

fn bind_share(call: &KpiArguments<'_>, kind: WeightedShareKind) -> Result<Box<dyn BoundStatistic>> {
    Ok(Box::new(TalliedStatistic(WeightedShares {
        rows: WeightedRows::new(call),
        kind,
        level: level(call)?,
    })))
}

/// `weighted_mean(x, w)` and its detail.
pub(super) fn bind_mean(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    Ok(Box::new(TalliedStatistic(WeightedNumbers {
        rows: WeightedRows::new(call),
        unit: ExactSumUnit::for_type(&call.types[0]),
        level: level(call)?,
    })))
}

fn weighted_cells(found: &WeightedValue) -> Vec<StatisticCell> {
    let mut cells = vec![
        StatisticCell::Count(Some(found.n)),
        StatisticCell::Measure(found.n_effective),
        StatisticCell::Measure(found.value),
    ];
    cells.extend(interval_cells(found.interval));
    cells
}

/// Rows of a value and a weight; one without either is not eligible.
#[derive(Debug, Clone)]
struct WeightedRows {
    function: &'static str,
    invalid: InvalidPolicy,
}

impl WeightedRows {
    fn new(call: &KpiArguments<'_>) -> Self {
        Self {
            function: call.function,
            invalid: call.invalid,
        }
    }

    /// Reads rows through `item`, from their number and weight; it is `None` for an invalid value, which
    /// `complaint` explains.
    fn read<I: Copy + Default>(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        item: &dyn Fn(usize, i128) -> Option<I>,
        complaint: &dyn Fn(usize) -> DataFusionError,
        each: ChunkVisitor<'_, I>,
    ) -> Result<()> {
        let [values, weight] = [&columns[0], &columns[1]];
        let batch = EligibleRows {
            rows: values.len(),
            eligible: eligible(&[values, weight], filter),
            invalid: self.invalid,
        };
        let weights = exact_units(self.function, weight)?;
        let valid = |row: usize| weights[row].filter(|units| *units >= 0);
        let fill = by_row(|row| item(row, valid(row)?));
        let complaint = |row: usize| match valid(row) {
            Some(_) => complaint(row),
            None => match number_at(self.function, weight, row) {
                Ok(number) => invalid_amount_error(self.function, number),
                Err(error) => error,
            },
        };
        batch.gather(&fill, &complaint, each)
    }
}

#[derive(Debug, Clone, Copy)]
enum WeightedShareKind {
    Rate,
    Nps,
}

/// Reads hits or NPS answers with their weight.
#[derive(Debug, Clone)]
struct WeightedShares {
    rows: WeightedRows,
    kind: WeightedShareKind,
    level: f64,
}

impl WeightedShares {
    /// 1 for a hit or a promoter, −1 for a detractor, else 0; `None` off the scale.
    fn directions(&self, column: &ArrayRef) -> Result<Vec<Option<i8>>> {
        let column = unpacked(column)?;
        if column.data_type().is_null() {
            return Ok(vec![None; column.len()]);
        }
        if matches!(self.kind, WeightedShareKind::Rate) {
            let hits = column.as_boolean().values().iter();
            return Ok(hits.map(|is_hit| Some(i8::from(is_hit))).collect());
        }
        with_plain_numbers!(self.rows.function, &column, |number| {
            let answer = |row| {
                NpsAnswer::from_score(number(row)).map(|answer| match answer {
                    NpsAnswer::Promoter => 1,
                    NpsAnswer::Passive => 0,
                    NpsAnswer::Detractor => -1,
                })
            };
            Ok((0..column.len()).map(answer).collect())
        })
    }
}

impl TalliedRows for WeightedShares {
    type Item = WeightedAnswer;
    type Tally = WeightedShareTally;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, WeightedAnswer>,
    ) -> Result<()> {
        let function = self.rows.function;
        let directions = self.directions(&columns[0])?;
        let item = |row: usize, weight| {
            let direction = directions[row]?;
            Some(WeightedAnswer { weight, direction })
        };
        let complaint = |row: usize| match number_at(function, &columns[0], row) {
            Ok(score) => exec_datafusion_err!(
                "{function}: score {score} is off the scale {}; {WAYS_ON}",
                NpsScale.text()
            ),
            Err(error) => error,
        };
        self.rows.read(columns, filter, &item, &complaint, each)
    }
}

impl TalliedCells for WeightedShares {
    fn cells(&self, tally: &WeightedShareTally) -> Vec<StatisticCell> {
        let weights = tally.weights();
        weighted_cells(&match self.kind {
            WeightedShareKind::Rate => weighted_rate(&weights, tally.ups, self.level),
            WeightedShareKind::Nps => weighted_nps(&weights, tally.ups, tally.downs, self.level),
        })
    }
}

/// Reads numbers with their weight.
#[derive(Debug, Clone)]
struct WeightedNumbers {
    rows: WeightedRows,
    unit: ExactSumUnit,
    level: f64,
}

impl TalliedRows for WeightedNumbers {
    type Item = WeightedNumber;
    type Tally = WeightedMeanTally;

    fn read(
        &self,
        columns: &[ArrayRef],
        filter: Option<&BooleanArray>,
        each: ChunkVisitor<'_, WeightedNumber>,
    ) -> Result<()> {
        let function = self.rows.function;
        let numbers = exact_units(function, &columns[0])?;
        let item = |row: usize, weight| {
            let value = numbers[row]?;
            Some(WeightedNumber {
                weight,
                value,
                coarse: self.unit.coarse(value),
            })
        };
        let complaint = |row: usize| not_summed(function, &columns[0], row);
        self.rows.read(columns, filter, &item, &complaint, each)
    }
}

impl TalliedCells for WeightedNumbers {
    fn cells(&self, tally: &WeightedMeanTally) -> Vec<StatisticCell> {
        weighted_cells(&weighted_mean(
            &tally.weights(),
            &tally.sums(),
            self.unit.per_one(),
            self.level,
        ))
    }
}
