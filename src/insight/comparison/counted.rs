//! Comparisons that need every value: ranks and durations.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::common::Result;

use super::ranks::{RankComparison, compare_ranks};
use super::side_difference::{SideDifference, square_and_add};
use crate::functions::declaration::kpi_spec::KpiArguments;
use crate::functions::kernels::numbers::ratio;
use crate::functions::tally::durations::DurationReader;
use crate::functions::tally::statistics::quantile_ranks;
use crate::insight::statistic::{
    BoundStatistic, CountSink, CountedStatistic, CountedValues, StatisticCell, ValueCounts, level,
    number_keys,
};
use crate::settings::InvalidPolicy;

/// `compare_ranks(x, side)`.
pub(super) fn bind_ranks(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    Ok(Box::new(CountedStatistic(SidedRanks {
        function: call.function,
        invalid: call.invalid,
    })))
}

/// Positions of side a and side b among the counts of a value.
fn side_of(sides: &BooleanArray, row: usize) -> Option<usize> {
    sides.is_valid(row).then(|| usize::from(sides.value(row)))
}

/// A column of sides; all NULL where the argument is a bare NULL.
fn sides(column: &ArrayRef) -> BooleanArray {
    match column.as_boolean_opt() {
        Some(sides) => sides.clone(),
        None => BooleanArray::new_null(column.len()),
    }
}

#[derive(Debug, Clone)]
struct SidedRanks {
    function: &'static str,
    invalid: InvalidPolicy,
}

impl CountedValues<1, 2> for SidedRanks {
    fn read(&self, columns: &[ArrayRef], each: CountSink<'_, 1>) -> Result<()> {
        let keys = number_keys(self.function, &columns[0], self.invalid)?;
        let sides = sides(&columns[1]);
        for (row, key) in keys.into_iter().enumerate() {
            if let (Some(key), Some(side)) = (key, side_of(&sides, row)) {
                each([key], side, 1);
            }
        }
        Ok(())
    }

    fn cells(&self, counts: &ValueCounts<1, 2>) -> Result<Option<Vec<StatisticCell>>> {
        let sorted = counts.sorted();
        let found = compare_ranks(sorted.iter().map(|(_, counts)| *counts));
        Ok(Some(vec![
            StatisticCell::Count(Some(found.n_a)),
            StatisticCell::Count(Some(found.n_b)),
            StatisticCell::Measure(found.u),
            StatisticCell::Measure(found.superiority()),
            StatisticCell::Measure(found.p),
            StatisticCell::Text(found.test),
        ]))
    }
}

/// `compare_duration(start, end, side [, unit [, level [, calendar]]])`.
pub(super) fn bind_duration(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    Ok(Box::new(CountedStatistic(SidedDurations {
        durations: DurationReader::new(call)?,
        level: level(call)?,
    })))
}

#[derive(Debug, Clone)]
struct SidedDurations {
    durations: DurationReader,
    level: f64,
}

impl CountedValues<1, 2> for SidedDurations {
    fn read(&self, columns: &[ArrayRef], each: CountSink<'_, 1>) -> Result<()> {
        let sides = sides(&columns[2]);
        // Rows of neither side are not read, so they may be invalid.
        let on_a_side =
            BooleanArray::from_iter((0..sides.len()).map(|row| Some(sides.is_valid(row))));
        self.durations
            .read(columns, Some(&on_a_side), |ticks| ticks, &mut |chunk| {
                chunk.for_each(|row, ticks| {
                    let side = usize::from(sides.value(chunk.start + row));
                    each([i128::from(ticks)], side, 1);
                });
            })
    }

    fn cells(&self, counts: &ValueCounts<1, 2>) -> Result<Option<Vec<StatisticCell>>> {
        let sorted = counts.sorted();
        let ranks = compare_ranks(sorted.iter().map(|(_, counts)| *counts));
        let a = self.median(&sorted.iter().map(|(value, n)| (value[0], n[0])), ranks.n_a);
        let b = self.median(&sorted.iter().map(|(value, n)| (value[0], n[1])), ranks.n_b);
        let difference = SideDifference {
            n_a: ranks.n_a,
            a: a.map(|(value, ..)| value),
            n_b: ranks.n_b,
            b: b.map(|(value, ..)| value),
            interval: a.zip(b).and_then(|(a, b)| varied(square_and_add(a, b))),
            p: ranks.p,
        };
        let mut cells = difference.cells();
        cells.push(StatisticCell::Measure(faster(&ranks)));
        cells.push(StatisticCell::Text(ranks.test));
        Ok(Some(cells))
    }
}

/// 100 × P(b < a), ties half: what is not superiority of b.
fn faster(ranks: &RankComparison) -> Option<f64> {
    Some(100.0 - ranks.superiority()?)
}

/// An interval without width is one of values that do not vary, which is not certainty.
fn varied((low, high): (f64, f64)) -> Option<(f64, f64)> {
    (low < high).then_some((low, high))
}

impl SidedDurations {
    /// The median and its order-statistic interval, in the unit of the call; `None` without rows.
    fn median(
        &self,
        counts: &(impl Iterator<Item = (i128, i64)> + Clone),
        n: i64,
    ) -> Option<(f64, f64, f64)> {
        let n = usize::try_from(n).ok().filter(|n| *n > 0)?;
        let at = |rank: usize| {
            let mut below = 0_usize;
            counts.clone().find_map(|(ticks, rows)| {
                below += usize::try_from(rows).unwrap_or(0);
                (below > rank).then_some(ticks)
            })
        };
        let unit = i128::from(self.durations.ticks_per_unit());
        let middle = at((n - 1) / 2)? + at(n / 2)?;
        let (low, high) = quantile_ranks(n, 0.5, self.level)?;
        Some((
            ratio(middle, 2 * unit)?,
            ratio(at(low)?, unit)?,
            ratio(at(high)?, unit)?,
        ))
    }
}
