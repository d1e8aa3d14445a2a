//! Charts of a report: of the rows of a statement, and of the history of a KPI.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Date32Array, Float64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Float64Type, Schema, SchemaRef};
use chrono::NaiveDate;

use super::answer::ReportAnswer;
use super::drawing::ChartDrawing;
use super::figures;
use super::model::{GoalState, KpiRow, ReportAnnotation, ReportChart};
use super::periods::ReportPeriods;
use super::sentences;
use super::tables;
use crate::error::Result;
use crate::output::chart::{ChartOverlays, ChartSpec, ChartType};
use crate::queries::QueryChart;

/// Chart of the rows of a statement.
pub(super) fn of_answer(
    id: &str,
    title: &str,
    answer: &ReportAnswer,
    chart: Option<&QueryChart>,
    annotations: &[ReportAnnotation],
) -> Result<ReportChart> {
    let spec = ChartSpec {
        title: Some(title.to_owned()),
        all: true,
        ..chart.map(ChartSpec::from).unwrap_or_default()
    };
    let is_over_time = spec.kind == Some(ChartType::Line);
    let overlays = ChartOverlays {
        annotations: if is_over_time {
            places(annotations)
        } else {
            Vec::new()
        },
        ..ChartOverlays::default()
    };
    Ok(ReportChart {
        id: id.to_owned(),
        title: title.to_owned(),
        description: described(answer, &spec),
        table: tables::of_answer(&format!("{id}-numbers"), title, answer, id, usize::MAX)?,
        drawing: ChartDrawing {
            schema: Arc::clone(&answer.schema),
            batches: vec![answer.rows.clone()],
            spec,
            overlays,
        },
    })
}

/// "Last: 41, between 12 and 96." of a single series.
fn described(answer: &ReportAnswer, spec: &ChartSpec) -> String {
    let [only] = spec.y.as_slice() else {
        return format!("{} rows.", answer.len());
    };
    let values: Vec<f64> = (0..answer.len())
        .filter_map(|row| answer.number(only, row))
        .collect();
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    match values.last() {
        Some(last) => format!("Last: {last}, between {low} and {high}."),
        None => "No value.".to_owned(),
    }
}

/// The history of a KPI: its line with interval, goal, limits and what happened.
pub(super) fn of_history(
    row: &KpiRow,
    periods: &ReportPeriods,
    annotations: &[ReportAnnotation],
    level: f64,
) -> Result<ReportChart> {
    let id = format!("trend-{}", row.kpi);
    let first = row
        .history
        .iter()
        .position(|point| point.estimate.value.is_some())
        .unwrap_or_default();
    let history = &row.history[first..];
    let column = |value: fn(&super::model::HistoryPoint) -> Option<f64>| -> ArrayRef {
        Arc::new(history.iter().map(value).collect::<Float64Array>())
    };
    let days: Date32Array = history
        .iter()
        .map(|point| Some(days_of(point.start)))
        .collect();
    let number = |name: &str| Field::new(name, DataType::Float64, true);
    let grain = periods.grain.word();
    let fields = vec![
        Field::new(grain, DataType::Date32, false),
        number("value"),
        number("low"),
        number("high"),
        number("n"),
    ];
    #[expect(clippy::cast_precision_loss, reason = "numbers of rows far below 2^53")]
    let n = column(|point| Some(point.estimate.n as f64));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(days),
        column(|point| point.estimate.value),
        column(|point| point.estimate.low),
        column(|point| point.estimate.high),
        n,
    ];
    let schema: SchemaRef = Arc::new(Schema::new(fields));
    let rows =
        RecordBatch::try_new(Arc::clone(&schema), columns).map_err(crate::output::arrow_failed)?;
    let answer = ReportAnswer {
        schema: Arc::clone(&schema),
        rows: rows.clone(),
    };
    let unit = figures::axis_unit(row.unit);
    let title = format!("{}{unit}", row.title);
    let first_day = history.first().map(|point| point.start);
    let unfinished = history
        .iter()
        .find(|point| point.is_unfinished && Some(point.start) != first_day);
    let drawn = rounded(&rows, figures::decimals(row.unit))?;
    Ok(ReportChart {
        title: title.clone(),
        description: history_words(row),
        table: tables::of_answer(
            &format!("{id}-numbers"),
            &title,
            &answer,
            &row.statement,
            usize::MAX,
        )?,
        drawing: ChartDrawing {
            schema,
            batches: vec![drawn],
            spec: ChartSpec {
                kind: Some(ChartType::Line),
                x: Some(grain.to_owned()),
                y: vec!["value".to_owned()],
                series: None,
                title: Some(title),
                all: true,
            },
            overlays: ChartOverlays {
                goal: row.goal.as_ref().and_then(|goal| goal_line(goal, row)),
                limits: row
                    .control
                    .map(|limits| [limits.low, limits.center, limits.high]),
                annotations: within(annotations, history.first().map(|point| point.start)),
                interval: Some(format!("{}% interval", level * 100.0)),
                unfinished_from: unfinished.map(|point| microseconds(point.start)),
            },
        },
        id,
    })
}

fn goal_line(goal: &GoalState, row: &KpiRow) -> Option<(f64, String)> {
    let level = goal.at_least.or(goal.at_most)?;
    Some((
        level,
        format!("goal {}", sentences::goal_words(goal, row.unit)),
    ))
}

fn history_words(row: &KpiRow) -> String {
    let mut values = row.history.iter().filter_map(|point| point.estimate.value);
    let low = values.clone().fold(f64::INFINITY, f64::min);
    let high = values.clone().fold(f64::NEG_INFINITY, f64::max);
    match values.next_back() {
        Some(last) => format!(
            "Last {}, between {} and {}; {}.",
            figures::value(row.unit, last),
            figures::bare(row.unit, low),
            figures::bare(row.unit, high),
            row.verdict.words()
        ),
        None => "No value.".to_owned(),
    }
}

/// The numbers of `rows` with the decimals that figures have, so that a chart says what its table says.
fn rounded(rows: &RecordBatch, decimals: usize) -> Result<RecordBatch> {
    let power = 10_f64.powi(i32::try_from(decimals).unwrap_or_default());
    let columns =
        rows.columns()
            .iter()
            .map(|column| match column.as_primitive_opt::<Float64Type>() {
                Some(values) => Arc::new(
                    values.unary::<_, Float64Type>(|value| (value * power).round() / power),
                ),
                None => Arc::clone(column),
            });
    RecordBatch::try_new(rows.schema(), columns.collect()).map_err(crate::output::arrow_failed)
}

/// Those from `first` on: earlier ones would stretch the axis.
fn within(annotations: &[ReportAnnotation], first: Option<NaiveDate>) -> Vec<(i64, usize)> {
    let shown = annotations
        .iter()
        .filter(|event| first.is_none_or(|first| event.at >= first));
    shown
        .map(|event| (microseconds(event.at), event.number))
        .collect()
}

fn places(annotations: &[ReportAnnotation]) -> Vec<(i64, usize)> {
    annotations
        .iter()
        .map(|event| (microseconds(event.at), event.number))
        .collect()
}

fn days_of(day: NaiveDate) -> i32 {
    i32::try_from((day - NaiveDate::default()).num_days()).unwrap_or_default()
}

fn microseconds(day: NaiveDate) -> i64 {
    i64::from(days_of(day)) * 86_400_000_000
}
