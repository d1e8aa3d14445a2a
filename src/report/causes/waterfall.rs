//! The change of a KPI as a waterfall: its mix, then the segments of the dimension that tells most.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};

use super::explained_rows::ExplainedRows;
use crate::error::Result;
use crate::output;
use crate::output::chart::{ChartOverlays, ChartSpec, ChartType};
use crate::report::answer::ReportAnswer;
use crate::report::drawing::ChartDrawing;
use crate::report::model::{KpiRow, ReportChart};
use crate::report::{figures, tables};

/// Segments with a step of their own; the smaller ones share one.
const MOST_SEGMENTS: usize = 8;

/// A step with the interval that it has.
struct WaterfallStep {
    name: String,
    part: f64,
    interval: Option<[f64; 2]>,
}

/// The chart of the change in `row`; `None` if no dimension has two segments. Its steps add up to the change.
///
/// # Errors
/// When a number cannot be printed.
pub(super) fn waterfall(
    row: &KpiRow,
    explained: &ExplainedRows<'_>,
    statement: &str,
) -> Result<Option<ReportChart>> {
    let Some((whole, dimension)) = explained.most_apart() else {
        return Ok(None);
    };
    let steps = steps(explained, whole, &dimension);
    if steps.len() < 3 {
        return Ok(None);
    }
    let rows = step_rows(&steps, &dimension)?;
    let answer = ReportAnswer {
        schema: rows.schema(),
        rows,
    };
    let id = format!("waterfall-{}", row.kpi);
    let unit = figures::axis_unit(row.unit);
    let title = format!(
        "What the change of {}{unit} is made of, by {dimension}",
        row.short_title
    );
    Ok(Some(ReportChart {
        description: described(row, &steps),
        table: tables::of_answer(
            &format!("{id}-numbers"),
            &title,
            &answer,
            statement,
            usize::MAX,
        )?,
        drawing: ChartDrawing {
            schema: Arc::clone(&answer.schema),
            batches: vec![answer.rows],
            spec: ChartSpec {
                kind: Some(ChartType::Waterfall),
                x: Some(dimension),
                y: vec!["part".to_owned()],
                series: None,
                title: Some(title.clone()),
                all: true,
            },
            overlays: ChartOverlays::default(),
        },
        title,
        id,
    }))
}

/// The mix of the dimension, and how much each of its segments moved the whole, the largest first.
fn steps(explained: &ExplainedRows<'_>, whole: usize, dimension: &str) -> Vec<WaterfallStep> {
    let number = |column: &str, row: usize| explained.number(column, row);
    let mut steps = vec![WaterfallStep {
        name: "(mix)".to_owned(),
        part: number("mix", whole).unwrap_or_default(),
        interval: None,
    }];
    let own = explained
        .largest("rate")
        .into_iter()
        .filter(|row| explained.text("dimension", *row) == dimension);
    let segments: Vec<WaterfallStep> = own
        .map(|row| WaterfallStep {
            name: explained.text("segment", row),
            part: number("rate", row).unwrap_or_default(),
            interval: number("low", row)
                .zip(number("high", row))
                .map(|(low, high)| [low, high]),
        })
        .collect();
    let shown = if segments.len() > MOST_SEGMENTS {
        MOST_SEGMENTS - 1
    } else {
        segments.len()
    };
    let others: f64 = segments.iter().skip(shown).map(|step| step.part).sum();
    let left_out = segments.len() - shown;
    steps.extend(segments.into_iter().take(shown));
    if left_out > 0 {
        steps.push(WaterfallStep {
            name: format!("({left_out} others)"),
            part: others,
            interval: None,
        });
    }
    steps
}

fn step_rows(steps: &[WaterfallStep], dimension: &str) -> Result<RecordBatch> {
    let number = |name: &str| Field::new(name, DataType::Float64, true);
    let fields = vec![
        Field::new(dimension, DataType::Utf8, false),
        number("part"),
        number("low"),
        number("high"),
    ];
    let end = |place: usize| -> ArrayRef {
        let ends = steps
            .iter()
            .map(|step| step.interval.map(|ends| rounded(ends[place])));
        Arc::new(ends.collect::<Float64Array>())
    };
    let names: StringArray = steps.iter().map(|step| Some(step.name.as_str())).collect();
    let parts: Float64Array = steps.iter().map(|step| Some(rounded(step.part))).collect();
    let columns: Vec<ArrayRef> = vec![Arc::new(names), Arc::new(parts), end(0), end(1)];
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(output::arrow_failed)
}

/// Two decimals more than any figure has, so that the steps still add up to what the sentences say.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn described(row: &KpiRow, steps: &[WaterfallStep]) -> String {
    let sum = steps.iter().map(|step| step.part).sum();
    let largest = steps
        .iter()
        .max_by(|a, b| a.part.abs().total_cmp(&b.part.abs()));
    let largest = largest.map_or_else(String::new, |step| {
        format!(
            "; the largest part, {}, is {}",
            figures::signed(row.unit, step.part),
            step.name
        )
    });
    format!(
        "{} steps add up to {}{largest}.",
        steps.len(),
        figures::signed(row.unit, sum)
    )
}
