//! Values formatted for people on a terminal: few decimals, separated thousands, units after the
//! number, midnights as dates, the fields of a KPI struct on one line. Files and pipes get the
//! exact text instead.

mod measures;
mod times;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StructArray};
use arrow::compute::{cast, concat};
use arrow::datatypes::{DataType, FieldRef, Fields, Float64Type};

use super::arrow_failed;
use super::numbers::{decimals, grouped, readable};
use crate::encoding::{self, nested_options, printable};
use crate::error::Result;
use crate::functions::declaration::measure::KpiUnit;
use crate::sql::UNIT;

/// Texts of one column, row by row, with the word NULL for nulls.
type DisplayTexts = Vec<String>;

const NULL: &str = "NULL";

/// Columns of `batches` as text: readable, or with every digit if `is_exact`.
pub(super) fn columns<'a>(
    batches: &(impl Iterator<Item = &'a RecordBatch> + Clone),
    fields: &Fields,
    is_exact: bool,
) -> Result<Vec<DisplayTexts>> {
    let column = |(index, field): (usize, &FieldRef)| {
        let pieces: Vec<&ArrayRef> = batches.clone().map(|batch| batch.column(index)).collect();
        if is_exact || is_exact_anyway(field.data_type()) || pieces.is_empty() {
            let mut texts = Vec::new();
            for piece in pieces {
                texts.extend(exact(field, piece)?);
            }
            return Ok(texts);
        }
        // One array, because the decimals of a column depend on all its values.
        let pieces: Vec<&dyn Array> = pieces.into_iter().map(AsRef::as_ref).collect();
        let whole = concat(&pieces).map_err(arrow_failed)?;
        readable_column(field, &whole)
    };
    fields.iter().enumerate().map(column).collect()
}

/// True for types whose exact text is readable; their values may also be too long to concatenate.
fn is_exact_anyway(data_type: &DataType) -> bool {
    match data_type {
        DataType::Struct(parts) => !parts.iter().all(|part| is_measured(part.data_type())),
        other => !is_measured(other) && !other.is_temporal(),
    }
}

fn is_measured(data_type: &DataType) -> bool {
    data_type.is_numeric() || matches!(data_type, DataType::Duration(_))
}

fn exact(field: &FieldRef, values: &ArrayRef) -> Result<DisplayTexts> {
    let nested = nested_options();
    let texts = encoding::text_column(field, values, &nested)?;
    Ok(texts
        .into_iter()
        .map(|text| text.map_or_else(|| NULL.to_owned(), |text| printable(&text)))
        .collect())
}

fn readable_column(field: &FieldRef, values: &ArrayRef) -> Result<DisplayTexts> {
    let unit = field
        .metadata()
        .get(UNIT)
        .and_then(|name| KpiUnit::from_name(name));
    match field.data_type() {
        data_type if unit.is_some() || has_decimals(data_type) => {
            let numbers = cast(values, &DataType::Float64).map_err(arrow_failed)?;
            let numbers: Vec<Option<f64>> = numbers.as_primitive::<Float64Type>().iter().collect();
            match unit {
                Some(unit) => Ok(measures::texts(&numbers, unit)),
                // More digits than a double has: every digit of a decimal is significant.
                None if data_type.is_decimal()
                    && numbers.iter().flatten().any(|n| n.abs() >= 1e15) =>
                {
                    whole_numbers(field, values)
                }
                None => Ok(floats(&numbers)),
            }
        }
        data_type if data_type.is_numeric() => whole_numbers(field, values),
        DataType::Timestamp(..) | DataType::Date64 => Ok(times::instants(exact(field, values)?)),
        DataType::Duration(_) => Ok(times::durations(exact(field, values)?)),
        DataType::Interval(_) => times::intervals(values),
        DataType::Struct(parts) => parts_on_a_line(parts, values.as_struct()),
        _ => exact(field, values),
    }
}

fn has_decimals(data_type: &DataType) -> bool {
    match data_type {
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => *scale > 0,
        other => other.is_floating(),
    }
}

fn whole_numbers(field: &FieldRef, values: &ArrayRef) -> Result<DisplayTexts> {
    let texts = exact(field, values)?;
    if names_things(field.name()) {
        return Ok(texts);
    }
    Ok(texts.iter().map(|digits| grouped(digits)).collect())
}

fn floats(numbers: &[Option<f64>]) -> DisplayTexts {
    let digits = decimals(numbers.iter().flatten().copied());
    let text = |number: &Option<f64>| {
        number.map_or_else(|| NULL.to_owned(), |number| readable(number, digits))
    };
    numbers.iter().map(text).collect()
}

/// True if integers of a column are identifiers and not amounts.
fn names_things(column: &str) -> bool {
    let name = column.to_ascii_lowercase();
    name == "id" || name == "year" || name.ends_with("_id") || name.ends_with("_year")
}

/// Formats a struct as `n=120 nps=31.2 low=25.1 high=37.3`.
fn parts_on_a_line(parts: &Fields, values: &StructArray) -> Result<DisplayTexts> {
    let mut lines = vec![String::new(); values.len()];
    for (part, column) in parts.iter().zip(values.columns()) {
        for (line, text) in lines.iter_mut().zip(readable_column(part, column)?) {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(part.name());
            line.push('=');
            // A space separates fields, so a value must not contain one.
            line.push_str(&text.replace(' ', ""));
        }
    }
    for (row, line) in lines.iter_mut().enumerate() {
        if values.is_null(row) {
            NULL.clone_into(line);
        }
    }
    Ok(lines)
}
