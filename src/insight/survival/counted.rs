//! Survival of a group of rows: counts of ends and censorings by time.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::common::{Result, plan_err};

use super::curve::SurvivalStep;
use super::lifetime_rows::LifetimeReader;
use super::lifetimes::ObservedLifetime;
use super::log_rank::compare_survival;
use super::summaries::{survival_mean, survival_median, survival_share};
use crate::functions::declaration::kpi_spec::KpiArguments;
use crate::functions::kernels::numbers::ratio;
use crate::functions::kernels::times::{DurationUnit, ticks_per_second};
use crate::insight::statistic::{
    BoundStatistic, CountSink, CountedStatistic, CountedValues, StatisticCell, ValueCounts,
    interval_cells, level,
};

/// Kinds of rows at a time.
const ENDED: usize = 0;
const CENSORED: usize = 1;

/// `survival_median(start, end, as_of [, unit [, level]])` and its detail.
pub(super) fn bind_median(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    let level = level(call)?;
    summary(call, SurvivalSummary::Median { level })
}

/// `survival_share(start, end, as_of, at [, unit [, level]])` and its detail.
pub(super) fn bind_share(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    let (at, level) = (time_constant(call, "at")?, level(call)?);
    summary(call, SurvivalSummary::Share { at, level })
}

/// `survival_mean(start, end, as_of, up_to [, unit])`.
pub(super) fn bind_mean(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    let up_to = time_constant(call, "up_to")?;
    summary(call, SurvivalSummary::Mean { up_to })
}

fn summary(call: &KpiArguments<'_>, summary: SurvivalSummary) -> Result<Box<dyn BoundStatistic>> {
    Ok(Box::new(CountedStatistic(SummarisedLifetimes {
        lifetimes: reader(call),
        ticks_per_unit: ticks_per_unit(call)?,
        summary,
    })))
}

fn reader(call: &KpiArguments<'_>) -> LifetimeReader {
    LifetimeReader {
        function: call.function,
        invalid: call.invalid,
    }
}

fn ticks_per_unit(call: &KpiArguments<'_>) -> Result<i64> {
    let unit = match call.text("unit") {
        Some(name) => DurationUnit::parse(call.function, name)?,
        None => DurationUnit::default(),
    };
    Ok(ticks_per_second(&call.types[0]) * unit.seconds())
}

/// The constant time called `name`, in ticks: the last one that is not later.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "ticks of a unit are far below 2^53, and a cast of a float saturates"
)]
fn time_constant(call: &KpiArguments<'_>, name: &str) -> Result<i64> {
    let Some(time) = call.number(name)?.filter(|time| *time >= 0.0) else {
        return plan_err!(
            "{}: {name} must be a constant time of 0 or more, in the unit of the call",
            call.function
        );
    };
    let ticks = time * ticks_per_unit(call)? as f64;
    // 0.29 hours are whole seconds, though not in doubles.
    let is_whole = (ticks - ticks.round()).abs() <= 4.0 * f64::EPSILON * ticks;
    let last = if is_whole {
        ticks.round()
    } else {
        ticks.floor()
    };
    Ok(last as i64)
}

/// A number read off the curve.
#[derive(Debug, Clone, Copy)]
enum SurvivalSummary {
    Median { level: f64 },
    Share { at: i64, level: f64 },
    Mean { up_to: i64 },
}

#[derive(Debug, Clone)]
struct SummarisedLifetimes {
    lifetimes: LifetimeReader,
    ticks_per_unit: i64,
    summary: SurvivalSummary,
}

impl SummarisedLifetimes {
    fn in_units(&self, ticks: Option<i64>) -> StatisticCell {
        let time = ticks.and_then(|ticks| ratio(ticks.into(), self.ticks_per_unit.into()));
        StatisticCell::Measure(time)
    }
}

impl CountedValues<1, 2> for SummarisedLifetimes {
    fn read(&self, columns: &[ArrayRef], each: CountSink<'_, 1>) -> Result<()> {
        self.lifetimes
            .read(columns, None, &|_| true, &mut |_, lifetime| {
                if let ObservedLifetime::Counted {
                    time, has_ended, ..
                } = lifetime
                {
                    each([time.into()], if has_ended { ENDED } else { CENSORED }, 1);
                }
            })
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "ticks of a unit are far below 2^53"
    )]
    fn cells(&self, counts: &ValueCounts<1, 2>) -> Result<Option<Vec<StatisticCell>>> {
        let steps: Vec<_> = counts
            .sorted()
            .into_iter()
            .map(|([time], [events, censored])| SurvivalStep {
                time: i64::try_from(time).unwrap_or(i64::MAX),
                events,
                censored,
                entries: 0,
            })
            .collect();
        let cells = match self.summary {
            SurvivalSummary::Median { level } => {
                let found = survival_median(&steps, level);
                vec![
                    StatisticCell::Count(Some(found.n)),
                    StatisticCell::Count(Some(found.events)),
                    self.in_units(found.median),
                    self.in_units(found.low),
                    self.in_units(found.high),
                ]
            }
            SurvivalSummary::Share { at, level } => {
                let found = survival_share(&steps, at, level);
                let mut cells = vec![
                    StatisticCell::Count(Some(found.n)),
                    StatisticCell::Measure(found.share),
                ];
                cells.extend(interval_cells(found.interval));
                cells
            }
            SurvivalSummary::Mean { up_to } => {
                let area = survival_mean(&steps, up_to);
                let mean = area.map(|area| area / self.ticks_per_unit as f64);
                vec![StatisticCell::Measure(mean)]
            }
        };
        Ok(Some(cells))
    }
}

/// `compare_survival(start, end, as_of, side [, level])`.
pub(super) fn bind_compare(call: &KpiArguments<'_>) -> Result<Box<dyn BoundStatistic>> {
    Ok(Box::new(CountedStatistic(SidedLifetimes {
        lifetimes: reader(call),
        level: level(call)?,
    })))
}

#[derive(Debug, Clone)]
struct SidedLifetimes {
    lifetimes: LifetimeReader,
    level: f64,
}

impl CountedValues<1, 4> for SidedLifetimes {
    fn read(&self, columns: &[ArrayRef], each: CountSink<'_, 1>) -> Result<()> {
        // A side that is NULL throughout has no type of its own.
        let sides = match columns[3].as_boolean_opt() {
            Some(sides) => sides.clone(),
            None => BooleanArray::new_null(columns[3].len()),
        };
        // Rows of neither side are not read, so they may be invalid.
        let is_read = |row| sides.is_valid(row);
        self.lifetimes
            .read(columns, None, &is_read, &mut |row, lifetime| {
                if let ObservedLifetime::Counted {
                    time, has_ended, ..
                } = lifetime
                {
                    let kind = if has_ended { ENDED } else { CENSORED };
                    each([time.into()], 2 * usize::from(sides.value(row)) + kind, 1);
                }
            })
    }

    fn cells(&self, counts: &ValueCounts<1, 4>) -> Result<Option<Vec<StatisticCell>>> {
        let sorted = counts.sorted();
        let found = compare_survival(sorted.iter().map(|(_, counts)| *counts), self.level);
        let mut cells = vec![];
        for side in [found.a, found.b] {
            cells.extend([
                StatisticCell::Count(Some(side.n)),
                StatisticCell::Count(Some(side.events)),
                StatisticCell::Measure(Some(side.expected)),
            ]);
        }
        cells.push(StatisticCell::Measure(found.hazard_ratio));
        cells.extend(interval_cells(found.interval));
        cells.push(StatisticCell::Measure(found.chi2));
        cells.push(StatisticCell::Measure(found.p));
        Ok(Some(cells))
    }
}
