//! The chart of a KPI's history: its line with interval, goal, limits and what happened.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Date32Array, Float64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Float64Type, Schema};

use super::answer::ReportAnswer;
use super::charts::{days_of, microseconds};
use super::drawing::ChartDrawing;
use super::model::{GoalState, HistoryPoint, KpiRow, ReportAnnotation, ReportChart};
use super::{figures, sentences, tables};
use crate::error::Result;
use crate::output;
use crate::output::chart::{ChartOverlays, ChartSpec, ChartType};

/// The chart of a KPI; `grain` is the name of its axis.
///
/// # Errors
/// When a number cannot be printed.
pub(super) fn history_chart(
    row: &KpiRow,
    grain: &str,
    annotations: &[ReportAnnotation],
    level: f64,
) -> Result<ReportChart> {
    let id = format!("trend-{}", row.kpi);
    let has_value = |point: &HistoryPoint| point.estimate.value.is_some();
    let first = row.history.iter().position(has_value).unwrap_or_default();
    let history = &row.history[first..];
    let rows = history_rows(history, grain)?;
    let answer = ReportAnswer {
        schema: rows.schema(),
        rows,
    };
    let title = format!("{}{}", row.title, figures::axis_unit(row.unit));
    let numbers = format!("{id}-numbers");
    Ok(ReportChart {
        title: title.clone(),
        description: history_words(row),
        table: tables::of_answer(&numbers, &title, &answer, &row.statement, usize::MAX)?,
        drawing: ChartDrawing {
            batches: vec![rounded(&answer.rows, figures::decimals(row.unit))?],
            schema: answer.schema,
            spec: ChartSpec {
                kind: Some(ChartType::Line),
                x: Some(grain.to_owned()),
                y: vec!["value".to_owned()],
                series: None,
                title: Some(title),
                all: true,
            },
            overlays: overlays(row, history, annotations, level),
        },
        id,
    })
}

/// A row for each period, as a statement would give it.
fn history_rows(history: &[HistoryPoint], grain: &str) -> Result<RecordBatch> {
    let column = |value: fn(&HistoryPoint) -> Option<f64>| -> ArrayRef {
        Arc::new(history.iter().map(value).collect::<Float64Array>())
    };
    let days: Date32Array = history
        .iter()
        .map(|point| Some(days_of(point.start)))
        .collect();
    let number = |name: &str| Field::new(name, DataType::Float64, true);
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
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(output::arrow_failed)
}

fn overlays(
    row: &KpiRow,
    history: &[HistoryPoint],
    annotations: &[ReportAnnotation],
    level: f64,
) -> ChartOverlays {
    let first = history.first().map(|point| point.start);
    let is_unfinished = |point: &&HistoryPoint| point.is_unfinished && Some(point.start) != first;
    let unfinished = history.iter().find(is_unfinished);
    ChartOverlays {
        goal: row.goal.as_ref().and_then(|goal| goal_line(goal, row)),
        limits: row
            .control
            .map(|limits| [limits.low, limits.center, limits.high]),
        annotations: within(annotations, history),
        interval: Some(format!("{}% interval", level * 100.0)),
        unfinished_from: unfinished.map(|point| microseconds(point.start)),
    }
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
    RecordBatch::try_new(rows.schema(), columns.collect()).map_err(output::arrow_failed)
}

/// The annotations on the point of the period in which they are: a mark at its own day would stand behind the point,
/// as if the period had come first.
fn within(annotations: &[ReportAnnotation], history: &[HistoryPoint]) -> Vec<(i64, usize)> {
    let place = |event: &ReportAnnotation| {
        let period = history.iter().rev().find(|point| point.start <= event.at)?;
        Some((microseconds(period.start), event.number))
    };
    annotations.iter().filter_map(place).collect()
}
