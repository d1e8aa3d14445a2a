//! Several rows for one place of x: told apart by a column, added up where that is sound, or refused.

use std::collections::HashMap;

use super::calendar_parts;
use super::column_values::texts;
use super::columns::{ChartColumn, ChartColumnRole, find};
use super::paint::MOST_SERIES;
use super::{ChartSpec, ChartType, refused};
use crate::error::Result;

/// Number of series beside which the bars of one place can still be read.
const MOST_BARS: usize = 31;

/// How rows of one place are drawn.
#[derive(Debug, Default)]
pub(super) struct RepeatedPlaces {
    /// Columns whose values together name a series.
    pub(super) series: Vec<ChartColumn>,
    /// True if the values of one place and series are added up.
    pub(super) adds: bool,
    pub(super) note: Option<String>,
}

/// The question, and what is known of the chart so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChartAxes<'a> {
    pub(super) kind: ChartType,
    pub(super) x: &'a ChartColumn,
    pub(super) y: &'a [ChartColumn],
}

/// Settles what to do with rows that share a place; `spec` may name the series.
///
/// # Errors
/// If the named series does not exist, or a place has several values that cannot be told apart or
/// added up.
pub(super) fn settle(
    columns: &[ChartColumn],
    axes: ChartAxes<'_>,
    spec: &ChartSpec,
) -> Result<RepeatedPlaces> {
    let mut settled = RepeatedPlaces::default();
    if let Some(name) = &spec.series {
        settled.series.push(find(columns, name, "series")?);
    } else if most_rows(axes.x, &[])? < 2 {
        return Ok(settled);
    }
    let is_free = |column: &&ChartColumn| {
        let mut taken = axes.y.iter().chain(&settled.series);
        column.name() != axes.x.name()
            && !calendar_parts::is_part(axes.x, column)
            && !taken.any(|other| other.name() == column.name())
    };
    let keys = columns.iter().filter(|column| column.is_key());
    let (names, others): (Vec<_>, Vec<_>) = keys
        .filter(is_free)
        .cloned()
        .partition(|column| column.is_text() && spec.series.is_none());
    settled.series.extend(names);
    if most_rows(axes.x, &settled.series)? < 2 {
        return Ok(settled);
    }
    tell_apart(settled, &others, axes, spec)
}

fn tell_apart(
    mut settled: RepeatedPlaces,
    others: &[ChartColumn],
    axes: ChartAxes<'_>,
    spec: &ChartSpec,
) -> Result<RepeatedPlaces> {
    let apart: Vec<ChartColumn> = settled.series.iter().chain(others).cloned().collect();
    let is_apart = spec.series.is_none()
        && !others.is_empty()
        && most_rows(axes.x, &apart)? < 2
        && apart.iter().map(ChartColumn::distinct).product::<usize>() <= most_series(axes.kind);
    let can_add = axes.y.iter().all(ChartColumn::is_amount);
    if is_apart && (spec.x.is_none() || !can_add) {
        settled.series = apart;
    } else if can_add {
        settled.adds = true;
        settled.note = Some(summed(axes, others));
    } else if matches!(axes.kind, ChartType::Bar | ChartType::Waterfall) && others.is_empty() {
        let x = axes.x.name();
        settled.note = Some(format!(
            "{x} repeats: a bar is a row, GROUP BY {x} makes it one"
        ));
    } else {
        return Err(ambiguous(axes, &settled.series, others));
    }
    Ok(settled)
}

fn most_series(kind: ChartType) -> usize {
    match kind {
        ChartType::Bar => MOST_BARS,
        ChartType::Line => MOST_SERIES,
        ChartType::Sparkline | ChartType::Heatmap => usize::MAX,
        // Its steps add up to one sum.
        ChartType::Waterfall => 0,
    }
}

/// Largest number of rows with one place and one value of each of `series`.
fn most_rows(x: &ChartColumn, series: &[ChartColumn]) -> Result<usize> {
    let mut rows: HashMap<Vec<String>, usize> = HashMap::new();
    let mut columns = vec![texts(&x.values)?];
    for column in series {
        columns.push(texts(&column.values)?);
    }
    let is_name = x.role() == ChartColumnRole::Name;
    for row in 0..x.values.len() {
        // Such a row has no place.
        if !is_name && x.values.is_null(row) {
            continue;
        }
        let key = columns
            .iter_mut()
            .map(|texts| std::mem::take(&mut texts[row]));
        *rows.entry(key.collect()).or_default() += 1;
    }
    Ok(rows.into_values().max().unwrap_or(0))
}

fn summed(axes: ChartAxes<'_>, others: &[ChartColumn]) -> String {
    let y = names(axes.y);
    let verb = if axes.y.len() == 1 { "is" } else { "are" };
    match others {
        [] => format!("{y} {verb} the sum of the rows of each {}", axes.x.name()),
        others => format!("{y} {verb} the sum over {}", names(others)),
    }
}

fn ambiguous(
    axes: ChartAxes<'_>,
    series: &[ChartColumn],
    others: &[ChartColumn],
) -> crate::error::Error {
    let (x, y) = (axes.x.name(), names(axes.y));
    let kind = match axes.kind {
        ChartType::Bar => "bar",
        ChartType::Line => "line",
        ChartType::Sparkline => "sparkline",
        ChartType::Heatmap => "heatmap",
        ChartType::Waterfall => "waterfall",
    };
    let place: Vec<&str> = std::iter::once(x)
        .chain(series.iter().map(ChartColumn::name))
        .collect();
    let place = place.join(" and ");
    let cure = match others {
        [] => format!("GROUP BY {} in the query", place.replace(" and ", ", ")),
        [other, ..] => format!(
            "write \\chart {kind} {x} {y} by {0}, or leave {0} out of the query",
            other.name()
        ),
    };
    refused(format!(
        "{place} has several rows for each value, and {y} cannot be added up: {cure}"
    ))
}

fn names(columns: &[ChartColumn]) -> String {
    let names: Vec<&str> = columns.iter().map(ChartColumn::name).collect();
    names.join(", ")
}
