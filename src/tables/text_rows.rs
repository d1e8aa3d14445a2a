//! Rows of a table that the config file names, as text.

use datafusion::arrow::array::{Array, AsArray, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::TableReference;
use datafusion::prelude::{SessionContext, cast, ident};

use crate::error::{Error, Result};

/// Values of one row as text.
pub(crate) type TextRow = Vec<Option<String>>;

/// Reads the rows of the table that `section` of the file names; columns after the first `required`
/// ones may be missing.
///
/// # Errors
/// If the table or a column is missing, or cannot be read.
pub(crate) async fn rows(
    context: &SessionContext,
    (section, table): (&str, &str),
    columns: &[&str],
    required: usize,
) -> Result<Vec<TextRow>> {
    let frame = context.table(TableReference::bare(table)).await;
    let Ok(frame) = frame else {
        let problem = format!("[{section}] names this table, but it is not there");
        return Err(Error::location(table, problem));
    };
    let mut places = Vec::new();
    let mut selected = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        if frame.schema().has_column_with_unqualified_name(column) {
            places.push(place);
            selected.push(cast(ident(*column), DataType::Utf8));
        } else if place < required {
            let needed = columns[..required].join(", ");
            let problem =
                format!("column {column} is missing; a table of [{section}] has {needed}");
            return Err(Error::location(table, problem));
        }
    }
    let mut rows = Vec::new();
    for batch in frame.select(selected)?.collect().await? {
        let texts: Vec<&StringArray> = batch.columns().iter().map(AsArray::as_string).collect();
        for row in 0..batch.num_rows() {
            let mut values = vec![None; columns.len()];
            for (place, texts) in places.iter().zip(&texts) {
                values[*place] = texts
                    .is_valid(row)
                    .then(|| texts.value(row).trim().to_owned());
            }
            rows.push(values);
        }
    }
    Ok(rows)
}

/// Error about one row.
pub(crate) fn row_error(table: &str, row: &TextRow, problem: &str) -> Error {
    let shown = row.iter().map(|value| value.as_deref().unwrap_or("NULL"));
    let shown: Vec<_> = shown.collect();
    Error::location(table, format!("row ({}): {problem}", shown.join(", ")))
}
