//! Columns that a chart shows when it is not told which: by what they are.

use super::ChartType;
use super::calendar_parts;
use super::column_values::numbers;
use super::columns::{ChartColumn, ChartColumnRole, numbers_there};
use super::refused;
use crate::error::Result;

/// Measures of one chart share an axis if their largest values differ by at most this factor.
const SAME_SCALE: f64 = 20.0;
/// Number of measures that are drawn as bars beside each other.
const MOST_MEASURES: usize = 4;

/// First column of time, else year and month, else the first number that rows are grouped by, else
/// the first name; among nothing but numbers the first whole one.
pub(super) fn x(free: &[&ChartColumn]) -> Option<ChartColumn> {
    let first = |role| free.iter().find(|c| c.is_key() && c.role() == role);
    if let Some(&time) = first(ChartColumnRole::Time) {
        return Some(time.clone());
    }
    if let Some(months) = calendar_parts::months(free) {
        return Some(months);
    }
    let key = first(ChartColumnRole::Ordinal).or_else(|| first(ChartColumnRole::Name));
    if let Some(&key) = key {
        return Some(key.clone());
    }
    leading_number(free).cloned()
}

/// The first of several numbers, if it looks like an axis: whole, or going in one direction.
fn leading_number<'a>(free: &[&'a ChartColumn]) -> Option<&'a ChartColumn> {
    let numbers: Vec<&ChartColumn> = free.iter().copied().filter(|c| c.is_number()).collect();
    let [first, _, ..] = numbers.as_slice() else {
        return None;
    };
    let is_axis = first.role() == ChartColumnRole::Measure
        && !first.is_amount()
        && first.unit().is_none()
        && first.values.len() > 1
        && (first.is_integer() || first.is_monotone());
    is_axis.then_some(*first)
}

/// Measurements before counts, and those of one scale; the names of the measures that are left out.
pub(super) fn y(
    columns: &[ChartColumn],
    taken: &[&str],
    kind: ChartType,
) -> Result<(Vec<ChartColumn>, Vec<String>)> {
    let free: Vec<&ChartColumn> = columns
        .iter()
        .filter(|column| column.is_number() && !taken.contains(&column.name()))
        .collect();
    let is_measure = |column: &&ChartColumn| column.role() == ChartColumnRole::Measure;
    let measures: Vec<&ChartColumn> = free.iter().copied().filter(is_measure).collect();
    let mut chosen = measures.clone();
    if chosen.iter().any(|column| !column.is_integer()) {
        chosen.retain(|column| !column.is_integer());
    }
    if chosen.is_empty() {
        let companion = |column: &&&ChartColumn| column.role() == ChartColumnRole::Companion;
        let next = free.iter().find(companion).or_else(|| free.first());
        chosen = next.into_iter().copied().collect();
    }
    let Some(&first) = chosen.first() else {
        return Err(refused(format!(
            "nothing to draw: {}",
            numbers_there(columns)
        )));
    };
    if kind != ChartType::Sparkline {
        let scale = largest(first);
        chosen.retain(|column| {
            let own = largest(column);
            let is_near = own <= scale * SAME_SCALE && scale <= own * SAME_SCALE;
            std::ptr::eq(*column, first) || (is_near && column.unit() == first.unit())
        });
    }
    if kind == ChartType::Bar {
        chosen.truncate(MOST_MEASURES);
    }
    let is_drawn = |column: &&ChartColumn| chosen.iter().any(|c| c.name() == column.name());
    // The fields of a struct are details of one measure.
    let is_detail = |column: &&ChartColumn| column.name().contains('.');
    let left_out = measures
        .iter()
        .filter(|column| !is_drawn(column) && !is_detail(column));
    let left_out = left_out.map(|column| column.name().to_owned()).collect();
    Ok((chosen.into_iter().cloned().collect(), left_out))
}

fn largest(column: &ChartColumn) -> f64 {
    let Ok(numbers) = numbers(&column.values) else {
        return 0.0;
    };
    let finite = numbers.into_iter().flatten().filter(|v| v.is_finite());
    finite.fold(0.0, |max, value| max.max(value.abs()))
}
