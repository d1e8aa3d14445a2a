//! Charts of the rows of a statement.

use std::sync::Arc;

use chrono::NaiveDate;

use super::answer::ReportAnswer;
use super::drawing::ChartDrawing;
use super::model::{ReportAnnotation, ReportChart};
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
    band: Option<&str>,
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
        interval: band.map(str::to_owned),
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

fn places(annotations: &[ReportAnnotation]) -> Vec<(i64, usize)> {
    annotations
        .iter()
        .map(|event| (microseconds(event.at), event.number))
        .collect()
}

pub(super) fn days_of(day: NaiveDate) -> i32 {
    i32::try_from((day - NaiveDate::default()).num_days()).unwrap_or_default()
}

pub(super) fn microseconds(day: NaiveDate) -> i64 {
    i64::from(days_of(day)) * 86_400_000_000
}
