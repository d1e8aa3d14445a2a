//! `control_chart` as SQL calls it.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::Expr;

use super::control_chart::{
    ChartMethod, ControlInput, ControlPoint, counts_chart, individuals_chart,
};
use super::hit_counts::hit_count;
use super::nelson_rules::NelsonRule;
use super::periods::PeriodSlot;
use super::series_call::{BY, GRAIN, IGNORE, TIME_MEANING, series_input};
use super::series_rows::OneSeries;
use super::series_table::{SeriesComputation, SeriesTable};
use crate::insight::families::SERIES;
use crate::insight::table_function::{
    ComputedTable, TableCall, TableFunctionSpec, optional, required,
};

pub(crate) static CONTROL_CHART: TableFunctionSpec = TableFunctionSpec {
    name: "control_chart",
    family: SERIES,
    description: "A control chart of each series: limits that a stable process leaves about once in 370 \
        points, and runs that chance would not make. Give `value` for a chart of individual values (`xmr`), or \
        `hits` and `n` for shares in percent (`p`, `laney_p`) or hits a case (`u`). p̄ is all hits out of all \
        cases. Limits: `p` p̄ ± 3√(p̄q̄/n) of each period, cut to 0 and 100; `u` ū ± 3√(ū/n); `laney_p` \
        widens those of `p` by the scatter from period to period, since with thousands of cases a day `p` \
        flags every day (Laney 2002); `xmr` mean ± 3 × mean moving range / 1.128. `auto` is `xmr` on a value, \
        `laney_p` on hits from 10 periods with cases on, else `p`. Columns: `time`, those of `by`, `n` (NULL for \
        `xmr`), `value`, `centre`, `low`, `high`, `is_out` (beyond the limits), `rules` (a list of the \
        rules asked for that this point completes) and `kind`; sorted by series and time. A period without \
        cases or with a NULL has no limits and is not judged. Rules by Nelson's numbers: 1 beyond the \
        limits, 2 nine in a row on one side of the centre, 3 six that rise or fall, 5 two of three beyond two \
        standard deviations, 6 four of five beyond one; each rule adds false alarms. A series that follows \
        its own past has far more of them. Two rows of a series in one period are an error; hits below 0, \
        above n (not for `u`) or not whole are invalid. Sources: NIST handbook 6.3; Nelson 1984; Laney 2002.",
    example: "SELECT time, round(value, 1) AS value, round(low, 1) AS low, rules FROM control_chart((SELECT \
        date_trunc('week', responded_at)::DATE AS week, count(*) FILTER (WHERE score >= 4) AS satisfied, \
        count(score) AS answers FROM surveys WHERE kind = 'csat' GROUP BY week), time => week, \
        hits => satisfied, n => answers, grain => 'week') WHERE is_out LIMIT 1;",
    options: &[
        required("time", TIME_MEANING),
        optional(
            "value",
            "",
            "The number of a period, for a chart of individual values.",
        ),
        optional(
            "hits",
            "",
            "Cases that hit: satisfied answers, reopens. Whole, 0 or more.",
        ),
        optional(
            "n",
            "",
            "All cases of the period: answers, tickets. Whole, 0 or more.",
        ),
        BY,
        GRAIN,
        optional("kind", "'auto'", "'auto', 'p', 'u', 'laney_p' or 'xmr'."),
        optional(
            "baseline_until",
            "",
            "Rows before this time set the limits; all rows when absent.",
        ),
        optional(
            "rules",
            "[1, 2]",
            "Nelson's rules to report: 1, 2, 3, 5 and 6.",
        ),
        optional(
            "missing",
            "'skip'",
            "A period without a row, or with a NULL: 'skip' leaves it out, 'zero' counts it as 0.",
        ),
        IGNORE,
    ],
    plan,
};

/// Kinds of charts, in the order of the option.
const KINDS: [&str; 5] = ["auto", "p", "u", "laney_p", "xmr"];

/// The numbers that a chart is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ControlChartKind {
    Individuals,
    /// Hits out of cases, by the method that is asked for or fits.
    Counts(Option<ChartMethod>),
}

fn plan(call: &mut TableCall<'_>) -> Result<ComputedTable> {
    let own = [
        "time", "n", "value", "centre", "low", "high", "is_out", "rules", "kind",
    ];
    let is_of_values = call.is_given("value");
    if is_of_values == (call.is_given("hits") || call.is_given("n")) {
        return plan_err!(
            "control_chart: give value => of each period, or hits => and n => for shares, and not both"
        );
    }
    let kind = match (call.choice("kind", &KINDS)?, is_of_values) {
        (0 | 4, true) => ControlChartKind::Individuals,
        (0, false) => ControlChartKind::Counts(None),
        (1, false) => ControlChartKind::Counts(Some(ChartMethod::Share)),
        (2, false) => ControlChartKind::Counts(Some(ChartMethod::HitsPerCase)),
        (3, false) => ControlChartKind::Counts(Some(ChartMethod::LaneyShare)),
        (4, false) => {
            return plan_err!("control_chart: kind => 'xmr' needs value =>, not hits and n");
        }
        (place, _) => {
            return plan_err!(
                "control_chart: kind => '{}' needs hits => and n =>, not value",
                KINDS.get(place).unwrap_or(&"p")
            );
        }
    };
    let numbers: &[&str] = if is_of_values {
        &["value"]
    } else {
        &["hits", "n"]
    };
    let rules = rules(call)?;
    let (input, layout) = series_input(call, numbers, &own)?;
    Ok(ComputedTable {
        input,
        computation: Arc::new(SeriesTable {
            layout,
            computation: ControlCharts { kind, rules },
        }),
    })
}

fn rules(call: &mut TableCall<'_>) -> Result<Vec<NelsonRule>> {
    if !call.is_given("rules") {
        return Ok(vec![NelsonRule::BeyondLimits, NelsonRule::OneSide]);
    }
    let mut rules: Vec<NelsonRule> = vec![];
    for (expr, written) in call.expressions("rules")? {
        let number = match &expr {
            Expr::Literal(value, _) if value.data_type().is_integer() => {
                value.cast_to(&DataType::Int64).ok()
            }
            _ => None,
        };
        let rule = match number {
            Some(ScalarValue::Int64(Some(number))) => NelsonRule::by_number(number),
            _ => None,
        };
        match rule {
            Some(rule) if rules.contains(&rule) => {}
            Some(rule) => rules.push(rule),
            None => {
                return plan_err!(
                    "control_chart: rules are Nelson's numbers 1, 2, 3, 5 and 6, such as rules => [1, 2], \
                     not {written}"
                );
            }
        }
    }
    rules.sort_unstable_by_key(|rule| rule.number());
    Ok(rules)
}

#[derive(Debug)]
struct ControlCharts {
    kind: ControlChartKind,
    rules: Vec<NelsonRule>,
}

/// A point with the number of its cases and the kind of its chart.
#[derive(Debug)]
struct ControlChartRow {
    n: Option<i64>,
    point: ControlPoint,
    kind: &'static str,
}

fn method_name(method: ChartMethod) -> &'static str {
    match method {
        ChartMethod::Share => "p",
        ChartMethod::LaneyShare => "laney_p",
        ChartMethod::HitsPerCase => "u",
    }
}

impl ControlCharts {
    fn inputs<T>(
        series: &OneSeries<'_>,
        measure: impl Fn(&PeriodSlot) -> Result<Option<T>>,
    ) -> Result<Vec<ControlInput<T>>> {
        let slots = series.slots.iter().zip(series.baseline());
        slots
            .map(|(slot, in_baseline)| {
                Ok(ControlInput {
                    measure: measure(slot)?,
                    ignored: series.is_ignored(slot),
                    in_baseline,
                })
            })
            .collect()
    }
}

impl SeriesComputation for ControlCharts {
    type Row = ControlChartRow;

    fn fields(&self) -> Vec<Field> {
        let measure = |name: &str| Field::new(name, DataType::Float64, true);
        vec![
            Field::new("n", DataType::Int64, true),
            measure("value"),
            measure("centre"),
            measure("low"),
            measure("high"),
            Field::new("is_out", DataType::Boolean, true),
            Field::new_list("rules", Field::new_list_field(DataType::Int64, true), true),
            Field::new("kind", DataType::Utf8, true),
        ]
    }

    fn rows(&self, series: &OneSeries<'_>) -> Result<Vec<(PeriodSlot, ControlChartRow)>> {
        let (cases, chart, kind) = match self.kind {
            ControlChartKind::Individuals => {
                let inputs = Self::inputs(series, |slot| Ok(series.number(0, slot)))?;
                let cases = vec![None; inputs.len()];
                (cases, individuals_chart(&inputs, &self.rules), "xmr")
            }
            ControlChartKind::Counts(method) => {
                let may_exceed = method == Some(ChartMethod::HitsPerCase);
                let inputs = Self::inputs(series, |slot| hit_count(series, slot, may_exceed))?;
                let method = method.unwrap_or_else(|| ChartMethod::automatic(&inputs));
                let cases = inputs.iter().map(|input| Some(input.measure?.n)).collect();
                let chart = counts_chart(&inputs, method, &self.rules);
                (cases, chart, method_name(method))
            }
        };
        let rows = cases.into_iter().zip(chart.points);
        let rows = rows.map(|(n, point)| ControlChartRow { n, point, kind });
        Ok(series.slots.iter().copied().zip(rows).collect())
    }

    fn columns(&self, rows: &[ControlChartRow]) -> Vec<ArrayRef> {
        let measure = |part: fn(&ControlPoint) -> Option<f64>| -> ArrayRef {
            Arc::new(
                rows.iter()
                    .map(|row| part(&row.point))
                    .collect::<Float64Array>(),
            )
        };
        let is_out: BooleanArray = rows.iter().map(|row| row.point.is_out).collect();
        let rules = rows.iter().map(|row| {
            let numbers = row.point.rules.iter();
            let numbers = numbers.map(|number| Some(i64::from(*number)));
            row.point.is_out.map(|_| numbers.collect::<Vec<_>>())
        });
        vec![
            Arc::new(rows.iter().map(|row| row.n).collect::<Int64Array>()),
            measure(|point| point.value),
            measure(|point| point.centre),
            measure(|point| point.low),
            measure(|point| point.high),
            Arc::new(is_out),
            Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(rules)),
            Arc::new(StringArray::from_iter_values(
                rows.iter().map(|row| row.kind),
            )),
        ]
    }
}
