//! Tables of a report, of the rows of a statement.

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};

use super::answer::ReportAnswer;
use super::model::{ReportTable, TableCell, TableColumn};
use crate::error::Result;
use crate::output;

/// The first `most` rows of `answer`.
///
/// # Errors
/// When a value cannot be printed.
pub(super) fn of_answer(
    id: &str,
    caption: &str,
    answer: &ReportAnswer,
    statement: &str,
    most: usize,
) -> Result<ReportTable> {
    let shown = answer.len().min(most);
    let rows = answer.rows.slice(0, shown);
    let texts = output::texts_for_people(&rows, answer.schema.fields())?;
    let numbers: Vec<_> = rows
        .columns()
        .iter()
        .map(|column| {
            let is_number = column.data_type().is_numeric();
            is_number
                .then(|| cast(column, &DataType::Float64).ok())
                .flatten()
        })
        .collect();
    let is_text: Vec<bool> = rows
        .columns()
        .iter()
        .map(|column| is_text(column.data_type()))
        .collect();
    let cell = |row: usize, column: usize| {
        let number = numbers[column].as_ref().and_then(|values| {
            let values = values.as_primitive_opt::<Float64Type>()?;
            values
                .is_valid(row)
                .then(|| values.value(row))
                .filter(|value| value.is_finite())
        });
        let is_null = rows.column(column).is_null(row);
        TableCell {
            text: match is_null {
                true => String::new(),
                false if is_text[column] => redacted(&texts[column][row]),
                false => texts[column][row].clone(),
            },
            number,
        }
    };
    let width = rows.num_columns();
    let columns = answer.schema.fields().iter().map(|field| TableColumn {
        name: field.name().replace('_', " "),
        is_number: field.data_type().is_numeric(),
    });
    Ok(ReportTable {
        id: id.to_owned(),
        caption: caption.to_owned(),
        columns: columns.collect(),
        rows: (0..shown)
            .map(|row| (0..width).map(|column| cell(row, column)).collect())
            .collect(),
        omitted: answer.len() - shown,
        statement: statement.to_owned(),
    })
}

fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, value) => value.is_string(),
        other => other.is_string(),
    }
}

/// Text of customers without mail addresses, cards, accounts and telephones.
#[cfg(feature = "text")]
fn redacted(text: &str) -> String {
    crate::insight::redact(text).into_owned()
}

/// Without the functions of texts, nothing knows what is personal.
#[cfg(not(feature = "text"))]
fn redacted(text: &str) -> String {
    text.to_owned()
}
