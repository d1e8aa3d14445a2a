//! Columns of bytes that are text: writers such as Impala and old Spark do not mark it as such in Parquet files.

use datafusion::arrow::array::AsArray;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use futures::TryStreamExt;

use super::mapping::may_hold_text;
use super::notes::TableNotes;
use super::source::TableSource;
use crate::runtime::caught_future;

/// Rows that are looked at.
const ROWS: usize = 200;

/// Columns that are looked at.
const COLUMNS: usize = 32;

/// Adds a note about columns of a local table whose first values are bytes of text.
pub(super) async fn note(session: &dyn Session, source: &TableSource, table: &dyn TableProvider) {
    let is_local = source
        .places
        .iter()
        .all(|place| place.url.scheme() == "file");
    let schema = table.schema();
    let indices = columns(source, &schema);
    if source.has_meant_bytes || !is_local || indices.is_empty() {
        return;
    }
    // A query says what is wrong with a file that cannot be read.
    let Ok(Ok(are_text)) = caught_future(are_text(session, table, &indices)).await else {
        return;
    };
    let found = indices.iter().zip(are_text).filter(|(_, is_text)| *is_text);
    let names: Vec<&str> = found
        .map(|(index, _)| schema.field(*index).name().as_str())
        .collect();
    let Some(first) = names.first() else {
        return;
    };
    let names = names.join(", ");
    let note = format!(
        "{}: bytes that are text in {names}: write {first}::TEXT, or say binary = \"text\" for the table in deskql.toml",
        source.label
    );
    TableNotes::add(session.config(), note);
}

/// Columns of bytes of which the user has said nothing.
fn columns(source: &TableSource, schema: &Schema) -> Vec<usize> {
    let fields = schema.fields().iter().enumerate();
    fields
        .filter(|(_, field)| may_hold_text(field.data_type()))
        .filter(|(_, field)| !source.text_columns.contains(field.name()))
        .map(|(index, _)| index)
        .take(COLUMNS)
        .collect()
}

/// For each column, whether it has values among the first rows and all of them are text.
async fn are_text(
    session: &dyn Session,
    table: &dyn TableProvider,
    indices: &[usize],
) -> Result<Vec<bool>> {
    let indices = indices.to_vec();
    let plan = table.scan(session, Some(&indices), &[], Some(ROWS)).await?;
    let mut batches = plan.execute(0, session.task_ctx())?;
    let mut has_values = vec![false; indices.len()];
    let (mut are_text, mut rows) = (vec![true; indices.len()], 0);
    while rows < ROWS
        && let Some(batch) = batches.try_next().await?
    {
        rows += batch.num_rows();
        for (column, values) in batch.columns().iter().enumerate() {
            let values = cast(values, &DataType::LargeBinary)?;
            for value in values.as_binary::<i64>().iter().flatten().take(ROWS) {
                has_values[column] |= !value.is_empty();
                are_text[column] &= is_text(value);
            }
        }
        if !are_text.contains(&true) {
            break;
        }
    }
    let all = has_values.into_iter().zip(are_text);
    Ok(all
        .map(|(has_values, is_text)| has_values && is_text)
        .collect())
}

/// True for UTF-8 without control characters: small binary numbers are UTF-8 too.
fn is_text(value: &[u8]) -> bool {
    let is_control = |character: char| character.is_control() && !character.is_whitespace();
    std::str::from_utf8(value).is_ok_and(|text| !text.contains(is_control))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_numbers() {
        assert!(is_text("Ärger\r\n\tüber".as_bytes()) && is_text(b""));
        assert!(!is_text(b"caf\xe9") && !is_text(&7_u32.to_be_bytes()));
    }
}
