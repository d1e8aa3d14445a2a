//! `forecast` as SQL calls it.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
use arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, exec_err, plan_err};

use super::methods::{
    ForecastFault, ForecastSettings, MethodChoice, SeriesForecast, forecast, forecast_backlog,
};
use super::seasonal_naive::ForecastStep;
use crate::insight::families::FORECAST as FAMILY;
use crate::insight::series::periods::{MissingPeriods, PeriodSlot};
use crate::insight::series::series_call::{BY, GRAIN, IGNORE, TIME_MEANING, series_input};
use crate::insight::series::series_rows::OneSeries;
use crate::insight::series::series_table::{SeriesComputation, SeriesTable};
use crate::insight::table_function::{
    ComputedTable, TableCall, TableFunctionSpec, optional, required,
};

/// Longest horizon.
const MOST_STEPS_AHEAD: usize = 10_000;

/// Periods of a series that MSTL is fitted to, which cannot be interrupted.
const MOST_PERIODS_OF_MSTL: usize = 20_000;

/// Rows of the result.
const MOST_ROWS: usize = 10_000_000;

pub(crate) static FORECAST: TableFunctionSpec = TableFunctionSpec {
    name: "forecast",
    family: FAMILY,
    description: "The next periods of each series, with an interval at `level` (0.8: these are for planning). \
        `seasonal_naive` is the value one season before; its interval is z σ √(⌊(h − 1)/season⌋ + 1) to either side \
        at h steps, σ² the mean squared difference from the season before. `mstl` takes trend and season out and \
        smooths the rest exponentially; its interval is widened to what its errors on the last four horizons were. \
        `auto` is whichever has the lower error there, and seasonal_naive in a tie or under 8 seasons. \
        `mase` is that error over the mean seasonal difference: above 1, last week's number is as good; NULL where \
        the series repeats itself or is too short to try. `kind => 'count'` cuts at 0, 'value' does not, and \
        'backlog' takes the open level of each period, forecasts its changes by seasonal_naive and adds them up from \
        the last level: its interval widens fast, and that is the truth. Columns: `time`, those of `by`, `step`, \
        `forecast`, `low`, `high`, `method` and `mase`; sorted by series and time. A forecast needs every \
        period: a gap or a NULL is 0 for a count (for a backlog with `missing => 'zero'` no change), the value one \
        season before with `missing => 'skip'` and where `ignore` is true, and an error else. Cut the running \
        period off: it is not over. Under two seasons of periods are an error, as are two rows in a \
        period. Sources: Hyndman and Athanasopoulos 2021, 5.2; Bandara, Hyndman and Bergmeir 2021; Hyndman and \
        Koehler 2006.",
    example: "SELECT time, forecast, round(low, 1) AS low, round(high, 1) AS high FROM forecast((SELECT \
        created_at::DATE AS day, count(*) AS tickets FROM tickets GROUP BY day), time => day, value => \
        tickets, horizon => 7, method => 'seasonal_naive');",
    options: &[
        required("time", TIME_MEANING),
        required(
            "value",
            "The number of a period: tickets, or for a backlog those open at its end.",
        ),
        BY,
        GRAIN,
        optional(
            "season",
            "7",
            "Periods after which the season repeats, 1 for none. The default is a week of days; with another \
             grain it must be given.",
        ),
        optional("horizon", "28", "Number of periods to forecast."),
        optional("level", "0.8", "Confidence level, between 0 and 1."),
        optional("method", "'auto'", "'auto', 'seasonal_naive' or 'mstl'."),
        optional("kind", "'count'", "'count', 'value' or 'backlog'."),
        optional(
            "missing",
            "",
            "A period without a row or with a NULL: 'zero' counts it as 0 (default for counts), 'skip' gives it \
             the value one season before.",
        ),
        IGNORE,
    ],
    plan,
};

/// The numbers that are forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ForecastKind {
    Count,
    Value,
    Backlog,
}

fn plan(call: &mut TableCall<'_>) -> Result<ComputedTable> {
    let own = [
        "time", "value", "step", "forecast", "low", "high", "method", "mase",
    ];
    let (input, layout) = series_input(call, &["value"], &own)?;
    let kind = match call.choice("kind", &["count", "value", "backlog"])? {
        0 => ForecastKind::Count,
        1 => ForecastKind::Value,
        _ => ForecastKind::Backlog,
    };
    let horizon = call.whole("horizon", 1, 28)?;
    if horizon > MOST_STEPS_AHEAD {
        return plan_err!(
            "forecast: horizon => {horizon} is too far; {MOST_STEPS_AHEAD} periods are the most"
        );
    }
    let settings = ForecastSettings {
        season: layout.season(call, 7)?,
        horizon,
        level: call.level(0.8)?,
        method: method(call, kind)?,
        is_count: kind != ForecastKind::Value,
    };
    Ok(ComputedTable {
        input,
        computation: Arc::new(SeriesTable {
            layout,
            computation: SeriesForecasts { kind, settings },
        }),
    })
}

fn method(call: &mut TableCall<'_>, kind: ForecastKind) -> Result<MethodChoice> {
    let choice = match call.choice("method", &["auto", "seasonal_naive", "mstl"])? {
        0 => MethodChoice::Auto,
        1 => MethodChoice::SeasonalNaive,
        _ => MethodChoice::Mstl,
    };
    match (choice, kind) {
        (MethodChoice::Mstl, ForecastKind::Backlog) => plan_err!(
            "forecast: a backlog is forecast by 'seasonal_naive' only; no other method has a variance of sums"
        ),
        (MethodChoice::Auto, ForecastKind::Backlog) => Ok(MethodChoice::SeasonalNaive),
        (MethodChoice::Auto | MethodChoice::Mstl, _) if !cfg!(feature = "forecast") => plan_err!(
            "forecast: this program is built without the feature forecast, which 'auto' and 'mstl' need; \
             write method => 'seasonal_naive'"
        ),
        (choice, _) => Ok(choice),
    }
}

#[derive(Debug)]
struct SeriesForecasts {
    kind: ForecastKind,
    settings: ForecastSettings,
}

/// A step with what is behind it.
#[derive(Debug)]
struct ForecastRow {
    number: i64,
    step: ForecastStep,
    method: &'static str,
    mase: Option<f64>,
}

impl SeriesForecasts {
    /// The value of each period from the first to the last one; a period that has none gets that of the season
    /// before, or after it in the first season.
    fn values(&self, series: &OneSeries<'_>) -> Result<Vec<f64>> {
        let known = series.known_values()?;
        let season = self.settings.season;
        let mut values: Vec<f64> = Vec::with_capacity(known.len());
        for (place, value) in known.iter().enumerate() {
            let before = place
                .checked_sub(season)
                .and_then(|before| values.get(before));
            let after = || known.iter().skip(place).step_by(season).flatten().next();
            match value.as_ref().or(before).or_else(after) {
                Some(value) => values.push(*value),
                None => {
                    return exec_err!(
                        "forecast: no season{} has a value for its period {}; write missing => 'zero', or a \
                         shorter season",
                        series.name(),
                        place % season + 1
                    );
                }
            }
        }
        Ok(values)
    }

    /// The levels of a backlog; a period without one has that of the period before.
    fn levels(series: &OneSeries<'_>) -> Result<Vec<f64>> {
        let known = series.known_levels()?;
        let mut last = known.iter().copied().flatten().next().unwrap_or(0.0);
        let carried = known.iter().map(|level| {
            last = level.unwrap_or(last);
            last
        });
        Ok(carried.collect())
    }

    fn forecast(&self, series: &OneSeries<'_>) -> Result<Result<SeriesForecast, ForecastFault>> {
        if self.kind != ForecastKind::Backlog {
            let values = self.values(series)?;
            let is_mstl = self.settings.method != MethodChoice::SeasonalNaive;
            if is_mstl && values.len() > MOST_PERIODS_OF_MSTL {
                return exec_err!(
                    "forecast: '{}' takes up to {MOST_PERIODS_OF_MSTL} periods of a series, and here are {}{}; \
                     take a part of the time, or method => 'seasonal_naive'",
                    if self.settings.method == MethodChoice::Auto {
                        "auto"
                    } else {
                        "mstl"
                    },
                    values.len(),
                    series.name()
                );
            }
            return Ok(forecast(&values, self.settings));
        }
        let levels = Self::levels(series)?;
        let flow = levels.iter().zip(levels.iter().skip(1));
        let flow: Vec<f64> = flow.map(|(level, next)| next - level).collect();
        let last = levels.last().copied().unwrap_or(0.0);
        Ok(forecast_backlog(&flow, last, self.settings))
    }
}

impl SeriesComputation for SeriesForecasts {
    type Row = ForecastRow;

    fn fields(&self) -> Vec<Field> {
        vec![
            Field::new("step", DataType::Int64, true),
            Field::new("forecast", DataType::Float64, true),
            Field::new("low", DataType::Float64, true),
            Field::new("high", DataType::Float64, true),
            Field::new("method", DataType::Utf8, true),
            Field::new("mase", DataType::Float64, true),
        ]
    }

    fn needs_grain(&self) -> bool {
        true
    }

    fn missing(&self) -> MissingPeriods {
        match self.kind {
            ForecastKind::Count => MissingPeriods::Zero,
            ForecastKind::Value | ForecastKind::Backlog => MissingPeriods::Skip,
        }
    }

    fn rows(&self, series: &OneSeries<'_>) -> Result<Vec<(PeriodSlot, ForecastRow)>> {
        if self.kind != ForecastKind::Count {
            series.refuse_missing()?;
            series.refuse_gaps()?;
        }
        let found = match self.forecast(series)? {
            Ok(found) => found,
            Err(ForecastFault::TooShort { periods, needed }) => {
                return exec_err!(
                    "forecast: {periods} periods{} are fewer than two seasons, {needed}; take a longer time or a \
                     shorter season",
                    series.name()
                );
            }
            Err(ForecastFault::NoModel) => {
                return exec_err!(
                    "forecast: 'mstl' finds no model for the series{}; it needs a season of 2 or more and \
                     about ten values; write method => 'seasonal_naive'",
                    series.name()
                );
            }
        };
        let last = series.slots.last().map_or(0, |slot| slot.period);
        let (method, mase) = (found.method.name(), found.mase);
        let steps = (1..).zip(found.steps);
        let rows = steps.map(|(number, step)| {
            let slot = PeriodSlot {
                period: last.saturating_add(number),
                row: None,
            };
            (
                slot,
                ForecastRow {
                    number,
                    step,
                    method,
                    mase,
                },
            )
        });
        Ok(rows.collect())
    }

    fn check_size(&self, sizes: &[usize]) -> Result<()> {
        if sizes.len().saturating_mul(self.settings.horizon) > MOST_ROWS {
            return exec_err!(
                "forecast: {} series of {} steps each are more than {MOST_ROWS} rows; take a shorter horizon or \
                 fewer series",
                sizes.len(),
                self.settings.horizon
            );
        }
        Ok(())
    }

    fn columns(&self, rows: &[ForecastRow]) -> Vec<ArrayRef> {
        let measure = |part: fn(&ForecastRow) -> f64| -> ArrayRef {
            Arc::new(Float64Array::from_iter_values(rows.iter().map(part)))
        };
        vec![
            Arc::new(Int64Array::from_iter_values(
                rows.iter().map(|row| row.number),
            )),
            measure(|row| row.step.forecast),
            measure(|row| row.step.low),
            measure(|row| row.step.high),
            Arc::new(StringArray::from_iter_values(
                rows.iter().map(|row| row.method),
            )),
            Arc::new(rows.iter().map(|row| row.mase).collect::<Float64Array>()),
        ]
    }
}
