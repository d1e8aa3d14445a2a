//! `change_points` as SQL calls it.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, exec_err, plan_err};

use super::change_points::{
    LevelChange, LevelHistory, mean_changes, rate_changes, variance_changes,
};
use super::hit_counts::hit_count;
use super::periods::PeriodSlot;
use super::series_call::{BY, GRAIN, IGNORE, TIME_MEANING, series_input};
use super::series_rows::OneSeries;
use super::series_table::{SeriesComputation, SeriesTable};
use crate::insight::families::SERIES;
use crate::insight::table_function::{
    ComputedTable, TableCall, TableFunctionSpec, optional, required,
};

/// Steps of all searches together, which cannot be interrupted: without a change a search takes the square of
/// the number of periods, and this many steps are half a minute.
const MOST_STEPS: usize = 5_000_000_000;

pub(crate) static CHANGE_POINTS: TableFunctionSpec = TableFunctionSpec {
    name: "change_points",
    family: SERIES,
    description: "Where the level of a series changed for longer: the exact minimum of the costs of all \
        stretches and a price of 3 ln N for each change, by PELT. `kind => 'mean'` costs Σ(x − m)² over the \
        long-run variance, which is estimated from differences, so that days that follow one another are not \
        taken for changes; `'rate'`, with `hits` and `n`, minus twice the log likelihood of the hits, and a \
        price that grows where rates scatter more than hits out of n do; `'variance'` n ln of the mean square \
        distance from the mean of all. A `season` (7 for days with weekdays) is taken out first. One row a \
        change: `change_at` (the first period of the new level), those of `by`, `before`, `after` (mean, \
        rate in percent or variance of the stretch), `n_before` and `n_after` (periods; of a rate its \
        cases); sorted by series and time. No change, and no variation at all: no row. There is no p, which \
        would be wrong after a search over all places. A NULL is an error that `missing` settles; periods \
        with n = 0 are left out. Two rows of a series in one period are an error, as are series of more than \
        70,000 periods. Source: Killick, Fearnhead and Eckley 2012.",
    example: "SELECT change_at, round(before, 1) AS before, round(after, 1) AS after FROM \
        change_points((SELECT date_trunc('week', local_time(responded_at, 'America/New_York'))::DATE AS week, count(*) FILTER (WHERE score >= \
        4) AS satisfied, count(score) AS answers FROM surveys WHERE kind = 'csat' GROUP BY week), time => \
        week, hits => satisfied, n => answers, kind => 'rate', grain => 'week', min_size => 2);\n\
        -- 2025-03-10,85.2,63.0\n-- 2025-04-21,63.0,86.9",
    options: &[
        required("time", TIME_MEANING),
        optional(
            "value",
            "",
            "The number of a period, for 'mean' and 'variance'.",
        ),
        optional("hits", "", "Cases that hit, for 'rate'. Whole, 0 or more."),
        optional("n", "", "All cases of the period, for 'rate'."),
        BY,
        GRAIN,
        optional("kind", "'mean'", "'mean', 'rate' or 'variance'."),
        optional(
            "season",
            "0",
            "Periods after which the season repeats, which is taken out of 'mean' first; 0 for none.",
        ),
        optional("min_size", "7", "Fewest periods between two changes."),
        optional(
            "missing",
            "'skip'",
            "A period without a row: 'skip' leaves it out, 'zero' counts it as 0. If given, it is also said of \
             a NULL.",
        ),
        IGNORE,
    ],
    plan,
};

/// The level that changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LevelKind {
    Mean { season: u32 },
    Rate,
    Variance,
}

fn plan(call: &mut TableCall<'_>) -> Result<ComputedTable> {
    let own = ["change_at", "before", "after", "n_before", "n_after"];
    let place = call.choice("kind", &["mean", "rate", "variance"])?;
    let is_rate = place == 1;
    if is_rate == call.is_given("value")
        || (is_rate != (call.is_given("hits") && call.is_given("n")))
    {
        return plan_err!(
            "change_points: kind => 'rate' takes hits => and n =>, the other kinds take value =>"
        );
    }
    let numbers: &[&str] = if is_rate { &["hits", "n"] } else { &["value"] };
    let (input, layout) = series_input(call, numbers, &own)?;
    let season = layout.season(call, 0)?;
    let kind = match place {
        0 => LevelKind::Mean {
            season: u32::try_from(season).unwrap_or(u32::MAX),
        },
        _ if season > 1 => {
            return plan_err!("change_points: a season is taken out of kind => 'mean' only");
        }
        1 => LevelKind::Rate,
        _ => LevelKind::Variance,
    };
    let min_size = call.whole("min_size", 1, 7)?;
    Ok(ComputedTable {
        input,
        computation: Arc::new(SeriesTable {
            layout,
            computation: LevelSearch { kind, min_size },
        }),
    })
}

#[derive(Debug)]
struct LevelSearch {
    kind: LevelKind,
    min_size: usize,
}

impl LevelSearch {
    /// The slots that have a measure and are not ignored, and the changes among them.
    fn history(&self, series: &OneSeries<'_>) -> Result<(Vec<PeriodSlot>, LevelHistory)> {
        let slots = series.slots.iter().filter(|slot| !series.is_ignored(slot));
        if self.kind == LevelKind::Rate {
            let (mut kept, mut counts) = (vec![], vec![]);
            for slot in slots {
                if let Some(count) = hit_count(series, slot, false)?.filter(|count| count.n > 0) {
                    kept.push(*slot);
                    counts.push(count);
                }
            }
            return Ok((kept, rate_changes(&counts, self.min_size)));
        }
        let points = slots.filter_map(|slot| Some((*slot, series.number(0, slot)?)));
        let (kept, values): (Vec<_>, Vec<_>) = points.unzip();
        let history = match self.kind {
            LevelKind::Mean { season } => {
                let dated = kept.iter().zip(&values);
                let dated: Vec<_> = dated.map(|(slot, value)| (slot.period, *value)).collect();
                mean_changes(&dated, season, self.min_size)
            }
            _ => variance_changes(&values, self.min_size),
        };
        Ok((kept, history))
    }
}

impl SeriesComputation for LevelSearch {
    type Row = LevelChange;

    const TIME: &'static str = "change_at";

    fn fields(&self) -> Vec<Field> {
        vec![
            Field::new("before", DataType::Float64, true),
            Field::new("after", DataType::Float64, true),
            Field::new("n_before", DataType::Int64, true),
            Field::new("n_after", DataType::Int64, true),
        ]
    }

    fn rows(&self, series: &OneSeries<'_>) -> Result<Vec<(PeriodSlot, LevelChange)>> {
        series.refuse_missing()?;
        let (kept, history) = self.history(series)?;
        let changes = history.changes().into_iter();
        Ok(changes
            .filter_map(|change| Some((*kept.get(change.at)?, change)))
            .collect())
    }

    fn check_size(&self, sizes: &[usize]) -> Result<()> {
        let steps = sizes.iter().map(|size| size.saturating_mul(*size));
        if steps.fold(0, usize::saturating_add) > MOST_STEPS {
            return exec_err!(
                "change_points: {} series of up to {} periods would take too long; take a longer grain, a \
                 part of the time or fewer series",
                sizes.len(),
                sizes.iter().copied().max().unwrap_or(0)
            );
        }
        Ok(())
    }

    fn columns(&self, rows: &[LevelChange]) -> Vec<ArrayRef> {
        let measure = |part: fn(&LevelChange) -> f64| -> ArrayRef {
            Arc::new(Float64Array::from_iter_values(rows.iter().map(part)))
        };
        let count = |part: fn(&LevelChange) -> i64| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(rows.iter().map(part)))
        };
        vec![
            measure(|row| row.before),
            measure(|row| row.after),
            count(|row| row.n_before),
            count(|row| row.n_after),
        ]
    }
}
