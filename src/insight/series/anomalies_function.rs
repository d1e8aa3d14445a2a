//! `anomalies` as SQL calls it.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array};
use arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, exec_err, plan_err};

use super::anomalies::{AnomalySettings, AnomalyVerdict, anomalies};
use super::periods::{MissingPeriods, PeriodSlot};
use super::series_call::{BY, GRAIN, IGNORE, TIME_MEANING, series_input};
use super::series_rows::OneSeries;
use super::series_table::{SeriesComputation, SeriesTable};
use crate::insight::families::SERIES;
use crate::insight::table_function::{
    ComputedTable, TableCall, TableFunctionSpec, optional, required,
};

/// Periods times window of all series together, which cannot be interrupted: this many steps are a minute.
const MOST_STEPS: usize = 5_000_000_000;

/// Fewest values in a window that say something, as `anomalies` needs them.
const SHORTEST_WINDOW: u32 = 14;

pub(crate) static ANOMALIES: TableFunctionSpec = TableFunctionSpec {
    name: "anomalies",
    family: SERIES,
    description: "Each period of a series against what the periods before it let one expect. The reference of a \
        point is the `window` periods before it, never the point itself or later ones: m is their median, the \
        effect of a weekday (a place in the season) the median of x − m on it, and the scale 1.4826 times \
        the median absolute deviation from both (1.2533 times the mean absolute deviation where that is 0). \
        With `counts => true` the scale is at least the root of the expected count. Columns: `time`, those \
        of `by`, `value`, `expected`, `low`, `high`, `score` (distance in scales) and `is_anomaly`, true \
        where |score| exceeds the threshold; sorted by series and time. All are NULL while the window holds \
        under 14 values or three seasons, and where the value is NULL. A window that does not vary has no \
        score, and every other value is an anomaly. Past anomalies stay in the window: medians bear them. \
        Public holidays are anomalies unless `ignore` names them. On Poisson counts about one day in a \
        thousand is flagged by chance, with a tenth of extra noise one in sixty: one anomaly is a question, \
        not a finding. Two rows of a series in one period are an error; NaN and infinities are invalid. \
        Source: Iglewicz and Hoaglin 1993.",
    example: "SELECT time, value, expected, round(score, 1) AS score FROM anomalies((SELECT \
        local_time(created_at, 'America/New_York')::DATE AS day, count(*) AS tickets \
        FROM tickets WHERE merged_into_id IS NULL GROUP BY day), time => day, value => tickets, counts => true) WHERE is_anomaly ORDER BY \
        abs(score) DESC LIMIT 1;\n-- 2025-09-16,290,36.0,42.3",
    options: &[
        required("time", TIME_MEANING),
        required(
            "value",
            "The number of a period: tickets, a median, a rate.",
        ),
        BY,
        GRAIN,
        optional(
            "season",
            "7",
            "Periods after which the season repeats, 1 for none. The default is a week of days; with another \
             grain it must be given.",
        ),
        optional(
            "window",
            "56",
            "Number of periods before a point that it is judged by.",
        ),
        optional(
            "threshold",
            "3.5",
            "Score above which a point is an anomaly.",
        ),
        optional("counts", "false", "True if values are counts."),
        optional(
            "missing",
            "",
            "A period without a row, or with a NULL: 'zero' counts it as 0, up to the last period of all \
             series (default for counts); 'skip' leaves it out (default else).",
        ),
        IGNORE,
    ],
    plan,
};

fn plan(call: &mut TableCall<'_>) -> Result<ComputedTable> {
    let own = [
        "time",
        "value",
        "expected",
        "low",
        "high",
        "score",
        "is_anomaly",
    ];
    let (input, layout) = series_input(call, &["value"], &own)?;
    let season = layout.season(call, 7)?;
    let window = call.whole("window", SHORTEST_WINDOW, 56)?;
    if window / 3 < season {
        return plan_err!(
            "anomalies: window => {window} holds fewer than three seasons of {season} periods, so that \
             nothing could be judged; write window => {} or more",
            3 * season
        );
    }
    let threshold = call.number("threshold")?.unwrap_or(3.5);
    if threshold <= 0.0 {
        return plan_err!("anomalies: threshold must be more than 0, not {threshold}");
    }
    let settings = AnomalySettings {
        season: u32::try_from(season).unwrap_or(u32::MAX),
        window: u32::try_from(window).unwrap_or(u32::MAX),
        threshold,
        counts: call.flag("counts", false)?,
    };
    let computation = AnomalySearch { settings };
    Ok(ComputedTable {
        input,
        computation: Arc::new(SeriesTable {
            layout,
            computation,
        }),
    })
}

#[derive(Debug)]
struct AnomalySearch {
    settings: AnomalySettings,
}

impl SeriesComputation for AnomalySearch {
    type Row = AnomalyVerdict;

    const HAS_VALUE: bool = true;

    fn fields(&self) -> Vec<Field> {
        let measures = ["expected", "low", "high", "score"];
        let measures = measures.map(|name| Field::new(name, DataType::Float64, true));
        let flag = Field::new("is_anomaly", DataType::Boolean, true);
        measures.into_iter().chain([flag]).collect()
    }

    fn missing(&self) -> MissingPeriods {
        if self.settings.counts {
            MissingPeriods::Zero
        } else {
            MissingPeriods::Skip
        }
    }

    fn rows(&self, series: &OneSeries<'_>) -> Result<Vec<(PeriodSlot, AnomalyVerdict)>> {
        let verdicts = anomalies(&series.points(), self.settings);
        Ok(series.slots.iter().copied().zip(verdicts).collect())
    }

    fn check_size(&self, sizes: &[usize]) -> Result<()> {
        let window = usize::try_from(self.settings.window).unwrap_or(usize::MAX);
        let steps = sizes
            .iter()
            .map(|size| size.saturating_mul(window.min(*size)));
        if steps.fold(0, usize::saturating_add) > MOST_STEPS {
            return exec_err!(
                "anomalies: window => {window} over so many periods would take too long; take a shorter \
                 window or a longer grain"
            );
        }
        Ok(())
    }

    fn columns(&self, rows: &[AnomalyVerdict]) -> Vec<ArrayRef> {
        let measure = |part: fn(&AnomalyVerdict) -> Option<f64>| -> ArrayRef {
            Arc::new(rows.iter().map(part).collect::<Float64Array>())
        };
        let flags: BooleanArray = rows.iter().map(|row| row.is_anomaly).collect();
        vec![
            measure(|row| row.expected),
            measure(|row| row.low),
            measure(|row| row.high),
            measure(|row| row.score),
            Arc::new(flags),
        ]
    }
}
