//! A year and a month in two columns are one axis of time.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Date32Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Field, Int32Type};
use chrono::NaiveDate;

use super::columns::ChartColumn;

/// First days of the months that two columns called year and month name; `None` if there are no such
/// columns, or one has other values.
pub(super) fn months(columns: &[&ChartColumn]) -> Option<ChartColumn> {
    let part = |names: &[&str]| {
        let is_part = |column: &&&ChartColumn| {
            let name = column.name().to_ascii_lowercase();
            column.is_integer()
                && !column.is_amount()
                && names.iter().any(|part| {
                    name == *part || (part.len() > 2 && name.ends_with(&format!("_{part}")))
                })
        };
        columns.iter().find(is_part)
    };
    let (year, month) = (part(&["year", "yr", "y"])?, part(&["month", "mon", "m"])?);
    let (years, months) = (integers(year)?, integers(month)?);
    let pairs = years.into_iter().zip(months);
    let days: Option<Vec<i32>> = pairs.map(|(year, month)| first_day(year, month)).collect();
    let values: ArrayRef = Arc::new(Date32Array::from(days?));
    let name = format!("{} and {}", year.name(), month.name());
    Some(ChartColumn {
        field: Arc::new(Field::new(name, DataType::Date32, true)),
        values,
    })
}

/// True if `column` is a part of an axis that [`months`] made.
pub(super) fn is_part(x: &ChartColumn, column: &ChartColumn) -> bool {
    let parts = x.name().split_once(" and ");
    x.is_time() && parts.is_some_and(|(a, b)| a == column.name() || b == column.name())
}

fn integers(column: &ChartColumn) -> Option<Vec<Option<i32>>> {
    let values = cast(&column.values, &DataType::Int32).ok()?;
    Some(values.as_primitive::<Int32Type>().iter().collect())
}

/// Years before 1000 are more likely counts.
fn first_day(year: Option<i32>, month: Option<i32>) -> Option<i32> {
    let year = year.filter(|year| (1000..=9999).contains(year))?;
    let day = NaiveDate::from_ymd_opt(year, u32::try_from(month?).ok()?, 1)?;
    Some(Date32Type::from_naive_date(day))
}
